package site

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"

	"pitdesk/views"
)

// mapped are the pages that search engines are shown, by what follows the language in their address.
var mapped = []string{"", "/prices", "/questions", "/sign-up"}

// sitemap names each page in each language, with where it is said in another (sitemaps.org, protocol 0.9).
func (s *Site) sitemap(w http.ResponseWriter, r *http.Request) error {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">` + "\n")
	for _, path := range mapped {
		for _, lang := range languages() {
			b.WriteString("<url><loc>" + escaped(s.Web.BaseURL("", "/"+lang+path)) + "</loc>")
			for _, other := range languages() {
				b.WriteString(`<xhtml:link rel="alternate" hreflang="` + other + `" href="` + escaped(s.Web.BaseURL("", "/"+other+path)) + `"/>`)
			}
			b.WriteString("</url>\n")
		}
	}
	b.WriteString("</urlset>\n")
	cached(w)
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, err := w.Write(b.Bytes())
	return err
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// robots lets everything be read but what is one visitor's own.
func (s *Site) robots(w http.ResponseWriter, _ *http.Request) error {
	cached(w)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("User-agent: *\nDisallow: /names/\nDisallow: /*/sign-up/\nAllow: " + views.AssetPrefix + "\nSitemap: " + s.Web.BaseURL("", "/sitemap.xml") + "\n"))
	return err
}
