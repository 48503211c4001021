package api_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestArticlesOverTheAPI(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox, reel := sample.Tenant(h.ctx, t, "Lucky Fox"), sample.Tenant(h.ctx, t, "Golden Reel")
	ids := map[string]uuid.UUID{}
	sample.As(h.ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		c, err := answers.AddCategory(ctx, tx, answers.Category{Names: map[string]answers.Named{"en": {Name: "Payments"}}})
		if err != nil {
			return err
		}
		for _, a := range []struct {
			title    string
			audience answers.Audience
			publish  bool
		}{{"How to withdraw", answers.Players, true}, {"Withdrawal script", answers.Internal, true}, {"Unfinished", answers.Players, false}} {
			made, err := answers.Create(ctx, tx, answers.New{Category: c.ID, Audience: a.audience, Language: "en",
				Draft: answers.Draft{Title: a.title, Body: "Some *words*."}})
			if err != nil {
				return err
			}
			ids[a.title] = made.ID
			if a.publish {
				if _, err := answers.Publish(ctx, tx, made.ID, "en", made.Texts[0].Opened); err != nil {
					return err
				}
			}
		}
		return nil
	})
	operator, rival := h.caller(t, fox, authz.Operator), h.caller(t, reel, authz.Admin)
	titles := func(a reply) string {
		t.Helper()
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		var all []string
		for _, one := range a.list() {
			if title, ok := one["title"].(string); ok {
				all = append(all, title)
			} else {
				all = append(all, one["texts"].([]any)[0].(map[string]any)["title"].(string))
			}
		}
		return strings.Join(all, ", ")
	}
	for path, want := range map[string]string{
		"/v1/articles": "Unfinished, Withdrawal script, How to withdraw",
		"/v1/articles?state=published&audience=players":  "How to withdraw",
		"/v1/articles?state=draft":                       "Unfinished",
		"/v1/article-search?q=widthdraw":                 "How to withdraw",
		"/v1/article-search?q=unfinished":                "",
		"/v1/article-search?q=withdrawal&audience=staff": "Withdrawal script, How to withdraw",
	} {
		if got := titles(operator.call(t, "GET", path, nil)); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if got := titles(rival.call(t, "GET", path, nil)); got != "" {
			t.Errorf("%s at another casino: %q", path, got)
		}
	}
	first := operator.call(t, "GET", "/v1/articles?limit=2", nil)
	if next, _ := first.at("next").(string); titles(operator.call(t, "GET", "/v1/articles?limit=2&starting_after="+next, nil)) != "How to withdraw" {
		t.Errorf("the second page, after %s", first.raw)
	}
	path := "/v1/articles/" + tenants.PublicID(tenants.ArticlePrefix, ids["How to withdraw"])
	one := operator.call(t, "GET", path, nil)
	text := one.at("texts").([]any)[0].(map[string]any)
	if text["html"] != "<p>Some <em>words</em>.</p>\n" || text["path"] != "/help/en/how-to-withdraw" || text["body"] != "Some *words*." {
		t.Errorf("one article: %s", one.raw)
	}
	for _, foreign := range []string{path, "/v1/articles/art_nonsense"} {
		if a := rival.call(t, "GET", foreign, nil); a.status != 404 {
			t.Errorf("%s at another casino: %d", foreign, a.status)
		}
	}
	for _, bad := range []string{"/v1/articles?state=gone", "/v1/articles?category=x", "/v1/articles?limit=0", "/v1/articles?starting_after=x", "/v1/article-search"} {
		if a := operator.call(t, "GET", bad, nil); a.status != 422 && a.status != 400 {
			t.Errorf("%s: %d %s", bad, a.status, a.raw)
		}
	}
}
