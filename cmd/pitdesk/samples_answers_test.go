package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func init() {
	const words = "title=Payouts&summary=A+day.&body=Two+days.&seen=2.1"
	for way, s := range map[string]example{
		"GET /answers":                        {query: "category={category}&language=en&state=draft&q=pay"},
		"POST /answers":                       {body: "title=Bonuses&language=en&category={category}&topic={topic}&audience=staff"},
		"POST /answers/categories":            {body: "name_en=Payments&about_en=Money&icon=banknote"},
		"POST /answers/categories/{category}": {body: "name_en=Payments&icon=gift"},
		"POST /answers/pictures":              {body: figure(), kind: "image/png"},

		"POST /answers/articles/{article}/place":                {body: "category={category}&topic={topic}&audience=staff&language=en"},
		"POST /answers/articles/{article}/unarchive":            {before: archived},
		"POST /answers/articles/{article}/{language}":           {body: words},
		"POST /answers/articles/{article}/{language}/preview":   {body: words},
		"GET /answers/articles/{article}/{language}/compare":    {query: "now=2&old=1"},
		"POST /answers/articles/{article}/{language}/ask":       {body: words},
		"POST /answers/articles/{article}/{language}/publish":   {body: words},
		"POST /answers/articles/{article}/{language}/send-back": {before: askedFor, body: "seen=2.1&note=Say+which+bank."},
		"POST /answers/articles/{article}/{language}/discard":   {body: "seen=2.1"},
		"POST /answers/articles/{article}/{language}/restore":   {body: "number=1"},
		"GET /help/{language}/search":                           {query: "q=payuot"},
		"POST /help/{language}/{slug}/vote":                     {body: "helpful=no&words=Which+bank%3F"},
		"GET /inbox/{conversation}/answers":                     {query: "q=payout"},
		"GET /inbox/{conversation}/answers/{article}":           {query: "language=en"},
	} {
		samples[way] = s
	}
}

// figure is a picture as somebody would drop it into an article.
func figure() string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err)
	}
	return b.String()
}

// published makes an article of a world's casino, with a text that people read and a draft behind it, and an empty category.
func published(ctx context.Context, tx bun.Tx, name string) (category, article uuid.UUID, err error) {
	shelf, err := answers.AddCategory(ctx, tx, answers.Category{Names: map[string]answers.Named{"en": {Name: "Shelf " + name}}})
	if err != nil {
		return category, article, err
	}
	empty, err := answers.AddCategory(ctx, tx, answers.Category{Names: map[string]answers.Named{"en": {Name: "Empty " + name}}})
	if err != nil {
		return category, article, err
	}
	d := answers.Draft{Title: "Payout " + name, Summary: "Summary " + name, Body: "Body " + name}
	a, err := answers.Create(ctx, tx, answers.New{Category: shelf.ID, Language: "en", Draft: d})
	if err != nil {
		return category, article, err
	}
	if _, err = answers.Publish(ctx, tx, a.ID, "en", a.Texts[0].Opened); err != nil {
		return category, article, err
	}
	d.Opened, d.Body = a.Texts[0].Opened, "Body anew "+name
	_, err = answers.SaveDraft(ctx, tx, a.ID, "en", d, 0)
	return empty.ID, a.ID, err
}

func withArticle(ctx context.Context, t *testing.T, w *world, do func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) {
	t.Helper()
	id, err := tenants.ParseID(tenants.ArticlePrefix, w.ids["article"])
	if err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error { return do(ctx, tx, id) })
}

func archived(ctx context.Context, t *testing.T, _ *app, w *world) {
	withArticle(ctx, t, w, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error { return answers.Archive(ctx, tx, id) })
}

func askedFor(ctx context.Context, t *testing.T, _ *app, w *world) {
	withArticle(ctx, t, w, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
		_, err := answers.AskReview(ctx, tx, id, "en", "2.1")
		return err
	})
}
