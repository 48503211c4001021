package answers

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// What a new casino begins with: faq/categories.json and faq/{language}/{name}.md. Texts of the same name are one article.
//
//go:embed faq
var starting embed.FS

// startingText is a file of the starting help centre.
type startingText struct {
	name, language, category, topic string
	draft                           Draft
}

// Seed gives a casino without a help centre the starting one: what players of every casino ask, published at once in each
// language it is written in. The casino's language is the original where the texts have it. A casino that has categories
// already keeps what it has.
func Seed(ctx context.Context, tx bun.Tx) error {
	all, err := Categories(ctx, tx)
	if err != nil || len(all) > 0 {
		return err
	}
	categories, order, err := seedCategories(ctx, tx)
	if err != nil {
		return err
	}
	texts, err := startingTexts(order)
	if err != nil {
		return err
	}
	topics, err := topicIDs(ctx, tx)
	if err != nil {
		return err
	}
	for len(texts) > 0 {
		n := 1
		for n < len(texts) && texts[n].name == texts[0].name {
			n++
		}
		if err := seedArticle(ctx, tx, texts[:n], categories, topics); err != nil {
			return fmt.Errorf("starting article %s: %w", texts[0].name, err)
		}
		texts = texts[n:]
	}
	return nil
}

func seedArticle(ctx context.Context, tx bun.Tx, texts []startingText, categories, topics map[string]uuid.UUID) error {
	own := languages(ctx, tenants.Current(ctx).Language)
	rank := func(t startingText) int {
		if i := slices.Index(own, t.language); i >= 0 {
			return i
		}
		return len(own)
	}
	slices.SortStableFunc(texts, func(a, b startingText) int { return cmp.Compare(rank(a), rank(b)) })
	first := texts[0]
	category, ok := categories[first.category]
	if !ok {
		return fmt.Errorf("no category %q", first.category)
	}
	n := New{Category: category, Language: first.language, Draft: first.draft}
	if id, ok := topics[first.topic]; ok {
		n.Topic = &id
	}
	a, err := Create(ctx, tx, n)
	if err != nil {
		return err
	}
	for i, t := range texts {
		opened := a.Texts[0].Opened
		if i > 0 {
			v, err := SaveDraft(ctx, tx, a.ID, t.language, t.draft, 1)
			if err != nil {
				return err
			}
			opened = v.Mark()
		}
		if _, err := Publish(ctx, tx, a.ID, t.language, opened); err != nil {
			return err
		}
	}
	return nil
}

// seedCategories returns the categories' ids by slug, and the names of their articles in the order they stand in.
func seedCategories(ctx context.Context, tx bun.Tx) (ids map[string]uuid.UUID, order []string, err error) {
	raw, err := starting.ReadFile("faq/categories.json")
	if err != nil {
		return nil, nil, err
	}
	var all []struct {
		Slug, Icon string
		Names      map[string]Named
		Articles   []string
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, nil, fmt.Errorf("faq/categories.json: %w", err)
	}
	ids = map[string]uuid.UUID{}
	for _, c := range all {
		made, err := AddCategory(ctx, tx, Category{Slug: c.Slug, Icon: c.Icon, Names: c.Names})
		if err != nil {
			return nil, nil, err
		}
		ids[c.Slug] = made.ID
		order = append(order, c.Articles...)
	}
	return ids, order, nil
}

func topicIDs(ctx context.Context, tx bun.Tx) (map[string]uuid.UUID, error) {
	var rows []struct {
		ID  uuid.UUID `bun:"id"`
		Key string    `bun:"key"`
	}
	if err := tx.NewRaw(`select id, key from topics where tenant_id = current_tenant() and retired_at is null`).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	ids := map[string]uuid.UUID{}
	for _, r := range rows {
		ids[r.Key] = r.ID
	}
	return ids, nil
}

// startingTexts are the files, an article's together, those that order doesn't name last.
func startingTexts(order []string) ([]startingText, error) {
	folders, err := starting.ReadDir("faq")
	if err != nil {
		return nil, err
	}
	var all []startingText
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		files, err := starting.ReadDir("faq/" + folder.Name())
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			at := path.Join("faq", folder.Name(), file.Name())
			raw, err := starting.ReadFile(at)
			if err != nil {
				return nil, err
			}
			t, err := readText(raw)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", at, err)
			}
			t.name, t.language = strings.TrimSuffix(file.Name(), ".md"), folder.Name()
			all = append(all, t)
		}
	}
	rank := func(name string) int {
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b startingText) int {
		return cmp.Or(cmp.Compare(rank(a.name), rank(b.name)), cmp.Compare(a.name, b.name))
	})
	return all, nil
}

// readText reads a file: lines of "name: value" between two of three hyphens, then Markdown.
func readText(raw []byte) (t startingText, err error) {
	head, body, ok := bytes.Cut(bytes.TrimPrefix(raw, []byte("---\n")), []byte("\n---\n"))
	if !ok || !bytes.HasPrefix(raw, []byte("---\n")) {
		return t, fmt.Errorf("no head between lines of ---")
	}
	for line := range strings.Lines(string(head)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case name == "title" && ok:
			t.draft.Title = value
		case name == "summary" && ok:
			t.draft.Summary = value
		case name == "slug" && ok:
			t.draft.Slug = value
		case name == "category" && ok:
			t.category = value
		case name == "topic" && ok:
			t.topic = value
		default:
			return t, fmt.Errorf("the head says %q", line)
		}
	}
	t.draft.Body = strings.TrimSpace(string(body))
	return t, nil
}
