package web

import (
	"bytes"
	"context"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/desk/answers"
	"pitdesk/tenants"
)

// sitemapMost is how many addresses a site's map may have (sitemaps.org, protocol 0.9); larger ones come in parts.
const sitemapMost = 50_000

type siteAddress struct {
	path    string
	changed time.Time
	others  []answers.Link // the same page in other languages, itself included
}

// sitemap names all that players may read, in all languages, with where each is said in another.
func (s *Server) sitemap(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	guide, err := answers.Contents(ctx)
	if err != nil {
		return err
	}
	var texts int
	if err := tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) (err error) {
		texts, err = answers.Listings(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	fixed := siteFixed(guide)
	if len(fixed)+texts <= sitemapMost {
		return s.sitemapOf(w, r, fixed, 0, sitemapMost)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for n := range siteParts(len(fixed), texts) {
		b.WriteString("<sitemap><loc>")
		_ = xml.EscapeText(&b, []byte(s.Config.URL(tenants.Current(ctx), "/sitemaps/"+strconv.Itoa(n+1)+".xml")))
		b.WriteString("</loc></sitemap>\n")
	}
	b.WriteString("</sitemapindex>\n")
	return xmlFile(w, r, b.Bytes())
}

// siteParts is how many parts a map has: what is fixed stands in the first, which has room for as many texts as the others.
func siteParts(fixed, texts int) int {
	each := sitemapMost - fixed
	return (texts + each - 1) / each
}

// sitemapPart is one part of a large map.
func (s *Server) sitemapPart(w http.ResponseWriter, r *http.Request) error {
	guide, err := answers.Contents(r.Context())
	if err != nil {
		return err
	}
	name, ok := strings.CutSuffix(r.PathValue("part"), ".xml")
	n, err := strconv.Atoi(name)
	if !ok || err != nil || n < 1 || n > 1000 {
		return tenants.ErrNotFound
	}
	fixed := siteFixed(guide)
	each := sitemapMost - len(fixed)
	if n > 1 {
		fixed = nil
	}
	return s.sitemapOf(w, r, fixed, (n-1)*each, each)
}

// siteFixed are the first pages and the categories.
func siteFixed(g *answers.Guide) []siteAddress {
	var all []siteAddress
	var homes []answers.Link
	for _, lang := range g.Languages {
		homes = append(homes, answers.Link{Language: lang})
	}
	for _, l := range homes {
		all = append(all, siteAddress{path: answers.HomePath(l.Language), others: homes})
	}
	for _, c := range g.Shelves {
		for _, lang := range g.Languages {
			if g.Has(c.ID, lang) {
				all = append(all, siteAddress{path: answers.CategoryPath(lang, c.Slug)})
			}
		}
	}
	return all
}

func (s *Server) sitemapOf(w http.ResponseWriter, r *http.Request, all []siteAddress, offset, most int) error {
	ctx := r.Context()
	t := tenants.Current(ctx)
	var listed []answers.Listed
	err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		listed, err = answers.Listing(ctx, tx, offset, most)
		return err
	})
	if err != nil {
		return err
	}
	if len(listed) == 0 && offset > 0 {
		return tenants.ErrNotFound
	}
	for i := 0; i < len(listed); {
		from := i
		var others []answers.Link
		for i < len(listed) && listed[i].Article == listed[from].Article {
			others = append(others, answers.Link{Language: listed[i].Language, Slug: listed[i].Slug})
			i++
		}
		for _, l := range listed[from:i] {
			all = append(all, siteAddress{path: answers.Path(l.Language, l.Slug), changed: l.PublishedAt, others: others})
		}
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">` + "\n")
	for _, a := range all {
		b.WriteString("<url><loc>")
		_ = xml.EscapeText(&b, []byte(s.Config.URL(t, a.path)))
		b.WriteString("</loc>")
		if !a.changed.IsZero() {
			b.WriteString("<lastmod>" + a.changed.UTC().Format(time.RFC3339) + "</lastmod>")
		}
		if len(a.others) > 1 {
			for _, o := range a.others {
				path := answers.HomePath(o.Language)
				if o.Slug != "" {
					path = o.Path()
				}
				b.WriteString(`<xhtml:link rel="alternate" hreflang="` + o.Language + `" href="`)
				_ = xml.EscapeText(&b, []byte(s.Config.URL(t, path)))
				b.WriteString(`"/>`)
			}
		}
		b.WriteString("</url>\n")
	}
	b.WriteString("</urlset>\n")
	return xmlFile(w, r, b.Bytes())
}

func xmlFile(w http.ResponseWriter, r *http.Request, body []byte) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return squeezed(w, r, "application/xml; charset=utf-8", body)
}

// robots tells search engines where the map is, and which addresses hold nothing for them.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range []string{"/account", "/answers", "/chat/api/", "/files/", "/forgot", "/help/*/search", "/inbox", "/invitation/", "/reset/",
		"/settings", "/sign-in", "/sign-out", "/stream", "/v1/"} {
		b.WriteString("Disallow: " + path + "\n")
	}
	b.WriteString("\nSitemap: " + s.Config.URL(tenants.Current(r.Context()), "/sitemap.xml") + "\n")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte(b.String()))
	return err
}
