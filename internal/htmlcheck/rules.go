package htmlcheck

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Rules fails where the page breaks a rule that every page keeps: nothing that a Content-Security-Policy of 'self'
// would refuse, nothing from another host, a name for every control, picture and link, and ids used once.
func (p *Page) Rules() {
	p.t.Helper()
	p.noInline()
	p.named()
	seen := map[string]bool{}
	p.doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if id == "" || seen[id] {
			p.t.Errorf("id %q is used twice or empty", id)
		}
		seen[id] = true
	})
}

func (p *Page) noInline() {
	p.t.Helper()
	p.doc.Find("style, script:not([src])").Each(func(_ int, s *goquery.Selection) {
		if kind, _ := s.Attr("type"); kind != "application/json" {
			p.t.Errorf("inline <%s> would be refused by the policy", goquery.NodeName(s))
		}
	})
	p.doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				p.t.Errorf("<%s %s=%q> would be refused by the policy", s.Nodes[0].Data, a.Key, a.Val)
			}
			if a.Key == "src" || a.Key == "action" || a.Key == "href" && s.Nodes[0].Data == "link" {
				if strings.Contains(a.Val, "//") {
					p.t.Errorf("<%s %s=%q> leaves the host", s.Nodes[0].Data, a.Key, a.Val)
				}
			}
		}
	})
}

// named looks for a name that a screen reader would say (WCAG 2.2, 4.1.2).
func (p *Page) named() {
	p.t.Helper()
	p.doc.Find("button, a[href], summary, input:not([type=hidden]), select, textarea, img, dialog, nav, aside").Each(func(_ int, s *goquery.Selection) {
		for _, a := range []string{"aria-label", "aria-labelledby", "alt", "title"} {
			if v, ok := s.Attr(a); ok && (v != "" || a == "alt") {
				return
			}
		}
		switch goquery.NodeName(s) {
		case "input", "select", "textarea":
			id, _ := s.Attr("id")
			if id != "" && p.doc.Find(`label[for="`+id+`"]`).Length() > 0 || s.Closest("label").Length() > 0 {
				return
			}
		default:
			if strings.TrimSpace(s.Text()) != "" {
				return
			}
		}
		html, _ := goquery.OuterHtml(s)
		p.t.Errorf("nothing names %.160s", html)
	})
}
