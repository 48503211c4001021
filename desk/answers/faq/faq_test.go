package faq_test

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/desk/answers/faq"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEveryAnswerIsWrittenInEveryLanguage(t *testing.T) {
	t.Parallel()
	if len(faq.Names()) < 20 {
		t.Fatalf("only %d answers", len(faq.Names()))
	}
	for _, name := range faq.Names() {
		for _, language := range faq.Languages {
			text, err := faq.Read(language, name)
			if err != nil || text.Title == "" || text.Summary == "" || text.Slug == "" || text.Topic == "" || len(text.Body) < 100 {
				t.Errorf("%s/%s: %+v, %v", language, name, text, err)
			}
		}
	}
}

func TestAHelpCentreBeginsWithThem(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	for _, want := range []int{len(faq.Names()), 0} { // the second time there is something already
		sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
			n, err := faq.Seed(ctx, tx, faq.Languages...)
			if n != want {
				t.Errorf("%d answers, want %d", n, want)
			}
			return err
		})
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		for language, typed := range map[string]string{"en": "my withdrawal is late", "ru": "почему долго идёт вывод", "lt": "kodėl vėluoja išmoka"} {
			hits, err := answers.Search(ctx, tx, answers.Query{Language: language, Words: typed, Limit: 3})
			if err != nil {
				return err
			}
			if len(hits) == 0 || hits[0].Language != language {
				t.Errorf("%s: %q finds %+v", language, typed, hits)
			}
		}
		return nil
	})
}
