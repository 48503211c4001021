// Package htmlcheck looks at pages the way tests want to: by selector, in words. It is used by tests only and knows no
// page of its own.
package htmlcheck

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Component is anything that renders HTML, such as a templ component.
type Component interface {
	Render(ctx context.Context, w io.Writer) error
}

// Page is a rendered page or fragment.
type Page struct {
	t   testing.TB
	doc *goquery.Document
	raw string
}

// Render renders c and reads it back.
func Render(ctx context.Context, t testing.TB, c Component) *Page {
	t.Helper()
	var b strings.Builder
	if err := c.Render(ctx, &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return Parse(t, b.String())
}

// Parse reads a page from its source.
func Parse(t testing.TB, html string) *Page {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return &Page{t: t, doc: doc, raw: html}
}

// Read reads a page from an answer's body.
func Read(t testing.TB, r io.Reader) *Page {
	t.Helper()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return Parse(t, string(raw))
}

// Source is the page as it was sent.
func (p *Page) Source() string { return p.raw }

// Find returns what a selector matches.
func (p *Page) Find(selector string) *goquery.Selection { return p.doc.Find(selector) }

// Has fails unless the selector matches something.
func (p *Page) Has(selector string) {
	p.t.Helper()
	if p.doc.Find(selector).Length() == 0 {
		p.t.Errorf("nothing matches %s", selector)
	}
}

// Lacks fails when the selector matches something.
func (p *Page) Lacks(selector string) {
	p.t.Helper()
	if n := p.doc.Find(selector).Length(); n > 0 {
		p.t.Errorf("%d match %s, want none", n, selector)
	}
}

// Count fails unless the selector matches n times.
func (p *Page) Count(selector string, n int) {
	p.t.Helper()
	if got := p.doc.Find(selector).Length(); got != n {
		p.t.Errorf("%d match %s, want %d", got, selector, n)
	}
}

// Says fails unless the words, spaces aside, are in what the selector matches.
func (p *Page) Says(selector, words string) {
	p.t.Helper()
	if got := p.Text(selector); !strings.Contains(got, words) {
		p.t.Errorf("%s says %q, which lacks %q", selector, got, words)
	}
}

// Silent fails when the words are in what the selector matches.
func (p *Page) Silent(selector, words string) {
	p.t.Helper()
	if strings.Contains(p.Text(selector), words) {
		p.t.Errorf("%s says %q", selector, words)
	}
}

// Text is the text of what the selector matches, with single spaces.
func (p *Page) Text(selector string) string {
	return strings.Join(strings.Fields(p.doc.Find(selector).Text()), " ")
}

// Attr is an attribute of the first thing the selector matches; it fails when there is none.
func (p *Page) Attr(selector, name string) string {
	p.t.Helper()
	v, ok := p.doc.Find(selector).First().Attr(name)
	if !ok {
		p.t.Errorf("%s has no %s", selector, name)
	}
	return v
}
