package answers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/sample"
)

func TestANewCasinoBeginsWithAHelpCentre(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	at := sample.Tenant(ctx, t, "Lucky Fox")
	system := authz.System(at.ID)
	sample.As(ctx, t, at, system, answers.Seed)
	sample.As(ctx, t, at, system, func(ctx context.Context, tx bun.Tx) error {
		g, err := answers.Contents(ctx)
		if err != nil {
			return err
		}
		if strings.Join(g.Languages, " ") != "en lt ru" {
			t.Errorf("languages %v", g.Languages)
		}
		total := map[string]int{}
		for _, lang := range g.Languages {
			for _, shelf := range g.In(ctx, lang) {
				if !g.Has(shelf.ID, lang) || shelf.Name(lang, "") == "" || shelf.About(lang, "") == "" {
					t.Errorf("%s is bare in %s", shelf.Slug, lang)
				}
				total[lang] += shelf.Found
			}
		}
		if total["en"] < 20 || total["en"] != total["ru"] || total["en"] != total["lt"] {
			t.Errorf("articles by language: %v", total)
		}
		all, err := answers.Articles(ctx, tx, answers.Filter{Limit: 200})
		for _, a := range all {
			for _, text := range a.Texts {
				if text.Live != 1 || text.Stale || text.Summary == "" {
					t.Errorf("%+v", text)
				}
			}
			if len(a.Texts) != 3 || a.Original != "en" {
				t.Errorf("%s is in %d languages, first in %s", a.Texts[0].Title, len(a.Texts), a.Original)
			}
		}
		return err
	})
	sample.As(ctx, t, at, system, answers.Seed) // a second time changes nothing
	sample.As(ctx, t, at, system, func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Categories(ctx, tx)
		if len(all) != 5 {
			t.Errorf("%d categories", len(all))
		}
		return err
	})
}
