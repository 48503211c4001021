package main

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"golang.org/x/net/html"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/sample"
	"pitdesk/web"
)

// TestEveryTextComesFromACatalog reads every page in the long accented pseudo-locale: a text without its brackets stands in
// the source and would stay English for everyone. What people wrote carries dir="auto" or translate="no" and is left alone.
func TestEveryTextComesFromACatalog(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	fox := populate(ctx, t, a, "Lucky Fox")
	sample.As(ctx, t, fox.Tenant, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update memberships set language = 'en-XA' where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
	withArticle(ctx, t, fox, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
		text, err := answers.LiveVersion(ctx, tx, id, "en")
		if err != nil {
			return err
		}
		v, err := answers.SaveDraft(ctx, tx, id, "en-XA", answers.Draft{Title: text.Title, Summary: text.Summary, Slug: text.Slug, Body: text.Body}, 1)
		if err == nil {
			_, err = answers.Publish(ctx, tx, id, "en-XA", v.Mark())
		}
		return err
	})
	accented := maps.Clone(fox.ids)
	accented["language"] = "en-XA"
	pages := 0
	for _, w := range ways(a) {
		if w.method != http.MethodGet || w.surface == apiSurface || w.stream() {
			continue
		}
		credential := credentials(w.surface, fox)[authz.Admin]
		if w.surface == web.Public {
			credential = func(*http.Request) {}
		}
		if credential == nil {
			continue
		}
		ids := fox.ids
		if strings.HasPrefix(w.path, "/help/") { // the language of these pages is in their address
			ids = accented
		}
		got := ask(ctx, h, w, fox, ids, func(r *http.Request) {
			credential(r)
			r.AddCookie(&http.Cookie{Name: "lang", Value: "en-XA"})
		})
		if got.status >= 300 && got.status < 400 || !strings.Contains(got.header, "Content-Type: [text/html") {
			continue
		}
		pages++
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range doc.Nodes {
			plain(n, func(text string) {
				if left := fox.unwritten(text); strings.ContainsFunc(left, unicode.IsLetter) {
					t.Errorf("%s shows %q, which is in no catalog", w, text)
				}
			})
		}
	}
	t.Logf("%d pages and fragments read", pages)
}

// plain reports the texts of n that no catalog wrote.
func plain(n *html.Node, report func(string)) {
	if n.Type == html.ElementNode {
		switch n.Data {
		case "script", "style", "svg", "template", "kbd", "code":
			return
		}
		for _, a := range n.Attr { // wherever they stand in the tag
			if a.Key == "dir" && a.Val == "auto" || a.Key == "translate" && a.Val == "no" {
				return
			}
		}
		for _, a := range n.Attr {
			if (a.Key == "placeholder" || a.Key == "aria-label" || a.Key == "title" || a.Key == "alt") && foreign(a.Val) {
				report(a.Key + "=" + a.Val)
			}
		}
	}
	if n.Type == html.TextNode && foreign(n.Data) {
		report(strings.TrimSpace(n.Data))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		plain(c, report)
	}
}

// unwritten is text without what people of the casino wrote: names, addresses, topics, and their initials.
func (w *world) unwritten(text string) string {
	_, value, attribute := strings.Cut(text, "=")
	if attribute {
		text = value
	}
	for _, name := range append([]string{w.Name, "Leads", "Payments", "Ruta", "Lena", "Ieva", "withdrawals", "Withdrawals"}, w.written...) {
		text = strings.ReplaceAll(text, name, "")
		text = strings.ReplaceAll(text, strings.ToLower(name), "")
	}
	text = strings.ReplaceAll(text, "@"+w.Slug+".example", "")
	if len([]rune(text)) <= 2 {
		return ""
	}
	return text
}

// foreign says that a text has words and isn't bracketed as the pseudo-locale's are.
func foreign(text string) bool {
	return strings.ContainsFunc(text, unicode.IsLetter) && !strings.Contains(text, "⟦")
}
