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

// What players write to a person finds the article about it first.
func TestWhatPlayersWriteFindsItsAnswer(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		if _, err := faq.Seed(ctx, tx, faq.Languages...); err != nil {
			return err
		}
		for _, q := range []struct{ language, typed, name string }{
			{"en", "Hello, my withdrawal is late, what is going on?", "withdrawal-late"},
			{"en", "i cant remember my pasword", "forgot-password"},
			{"en", "I deposited 50 euro yesterday and it is not on my balance", "deposit-missing"},
			{"en", "which documents do you need from me", "documents"},
			{"en", "the bonus did not come", "no-bonus"},
			{"ru", "Здравствуйте! Почему так долго идёт вывод средств?", "withdrawal-late"},
			{"ru", "я забыл пароль", "forgot-password"},
			{"ru", "какие документы нужны для верификации", "documents"},
			{"lt", "Sveiki, kodėl vėluoja mano išmoka?", "withdrawal-late"},
			{"lt", "pamiršau slaptažodį", "forgot-password"},
		} {
			want, err := faq.Read(q.language, q.name)
			if err != nil {
				return err
			}
			hits, err := answers.Suggest(ctx, tx, answers.Query{Language: q.language, Words: q.typed, Limit: 3})
			if err != nil {
				return err
			}
			var titles []string
			for _, h := range hits {
				titles = append(titles, h.Title)
			}
			t.Logf("%q: %q", q.typed, titles)
			if len(hits) == 0 || hits[0].Title != want.Title {
				t.Errorf("%q finds %q, want %q first", q.typed, titles, want.Title)
			}
		}
		return nil
	})
}
