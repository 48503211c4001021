package api

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"

	"pitdesk/docs"
	"pitdesk/tenants"
)

//go:embed reference
var referenceFiles embed.FS

// referencePolicy lets the pages load what the API's own host serves.
const referencePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// referencePage is one page of the API's documentation: the viewer over the OpenAPI document, or a text of package docs.
type referencePage struct {
	Path, Title, file string
}

var referencePages = []referencePage{
	{Path: "/docs", Title: "Reference"},
	{Path: "/docs/guide", Title: "A casino in ten calls", file: "provisioning.md"},
	{Path: "/docs/conventions", Title: "Conventions", file: "api.md"},
	{Path: "/docs/webhooks", Title: "Events and webhooks", file: "webhooks.md"},
	{Path: "/docs/changelog", Title: "Changelog", file: "changelog.md"},
}

// servedFile is a file of the documentation as it goes over the wire.
type servedFile struct {
	kind        string
	raw, packed []byte
}

// referenceSite is everything under /docs, made once.
var referenceSite = sync.OnceValue(func() map[string]servedFile {
	all := map[string]servedFile{}
	page := template.Must(template.ParseFS(referenceFiles, "reference/page.html"))
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	for _, p := range referencePages {
		var text bytes.Buffer
		if p.file != "" {
			source, err := docs.Pages.ReadFile(p.file)
			if err == nil {
				err = markdown.Convert(source, &text)
			}
			if err != nil {
				panic(fmt.Sprintf("api: %s: %v", p.file, err))
			}
		}
		var out bytes.Buffer
		if err := page.Execute(&out, map[string]any{"Title": p.Title, "Path": p.Path, "Pages": referencePages, "Viewer": p.file == "",
			"Text": template.HTML(linked(text.String()))}); err != nil { // #nosec G203 -- our own pages, compiled in
			panic("api: " + err.Error())
		}
		all[p.Path] = packed("text/html; charset=utf-8", out.Bytes())
	}
	for name, kind := range map[string]string{"viewer.js": "text/javascript; charset=utf-8", "reference.js": "text/javascript; charset=utf-8",
		"styles.js": "text/javascript; charset=utf-8",
		"style.css": "text/css; charset=utf-8", "LICENSE": "text/plain; charset=utf-8"} {
		raw, err := referenceFiles.ReadFile("reference/" + name)
		if err != nil {
			panic("api: " + err.Error())
		}
		all["/docs/"+name] = packed(kind, raw)
	}
	return all
})

// linked leads from page to page as the API serves them; the pages themselves link to files beside them.
func linked(html string) string {
	for _, p := range referencePages {
		if p.file != "" {
			html = strings.ReplaceAll(html, `href="`+p.file, `href="`+p.Path)
		}
	}
	return strings.ReplaceAll(html, `href="../api/openapi.yaml"`, `href="/v1/openapi.yaml"`)
}

func packed(kind string, raw []byte) servedFile {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = w.Write(raw)
	_ = w.Close()
	return servedFile{kind, raw, b.Bytes()}
}

// serveReference answers the documentation's addresses, at the API's own host alone: a casino's host shows none.
func serveReference(w http.ResponseWriter, r *http.Request) bool {
	if _, casino := tenants.FromContext(r.Context()); casino || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if r.URL.Path == "/" {
		http.Redirect(w, r, "/docs", http.StatusSeeOther)
		return true
	}
	f, ok := referenceSite()[path.Clean(r.URL.Path)]
	if !ok {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Security-Policy", referencePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Vary", "Accept-Encoding")
	body := f.raw
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
	return true
}
