// Package faq is what a help centre may begin with: answers to what players of online casinos ask most, in English, Russian and
// Lithuanian, for a casino to change as it likes. It names no casino, no amount and no date that would be one casino's own.
package faq

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk/answers"
)

//go:embed en ru lt
var files embed.FS

// Languages are those the answers are written in; they were written in the first.
var Languages = []string{"en", "ru", "lt"}

// shelves are the categories in order, with their articles, what is asked most first.
var shelves = []struct {
	slug, icon string
	names      map[string]answers.Named
	articles   []string
}{
	{"money", "banknote", map[string]answers.Named{"en": {Name: "Deposits and withdrawals"}, "ru": {Name: "Пополнение и вывод"}, "lt": {Name: "Įmokos ir išmokos"}},
		[]string{"withdrawal-late", "how-to-withdraw", "deposit-missing", "how-to-deposit", "no-bonus", "bonus-wagering"}},
	{"identity", "id-card", map[string]answers.Named{"en": {Name: "Verification and account"}, "ru": {Name: "Верификация и аккаунт"}, "lt": {Name: "Tapatybė ir paskyra"}},
		[]string{"documents", "verification-time", "change-details", "close-account"}},
	{"start", "user", map[string]answers.Named{"en": {Name: "Signing in and first steps"}, "ru": {Name: "Вход и первые шаги"}, "lt": {Name: "Prisijungimas ir pradžia"}},
		[]string{"forgot-password", "code-not-accepted", "open-account", "cannot-register", "first-hour"}},
	{"play", "dices", map[string]answers.Named{"en": {Name: "Games and bets"}, "ru": {Name: "Игры и ставки"}, "lt": {Name: "Žaidimai ir statymai"}},
		[]string{"bet-settled", "game-does-not-load", "kinds-of-bets", "choosing-a-bet", "fair-games", "mobile-app"}},
	{"fair", "shield-check", map[string]answers.Named{"en": {Name: "Playing safely, rules"}, "ru": {Name: "Безопасная игра и правила"}, "lt": {Name: "Saugus žaidimas ir taisyklės"}},
		[]string{"limits", "worried-about-gambling", "make-a-complaint", "house-rules-short", "where-we-may-play"}},
}

// Text is one answer in one language.
type Text struct {
	Topic string // the key of a topic
	answers.Draft
}

// Read returns an answer by its name in one of Languages.
func Read(language, name string) (t Text, err error) {
	raw, err := files.ReadFile(language + "/" + name + ".md")
	if err != nil {
		return t, err
	}
	head, body, ok := strings.Cut(strings.TrimPrefix(string(raw), "---\n"), "\n---\n")
	if !ok {
		return t, fmt.Errorf("faq: %s/%s has no head", language, name)
	}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "title":
			t.Title = value
		case "summary":
			t.Summary = value
		case "slug":
			t.Slug = value
		case "topic":
			t.Topic = value
		}
	}
	t.Body = strings.TrimSpace(body)
	return t, nil
}

// Seed publishes the whole of it in a casino whose help centre is empty, in those of Languages that are given, by the actor of
// ctx. It says how many articles there are.
func Seed(ctx context.Context, tx bun.Tx, languages ...string) (int, error) {
	return fill(ctx, tx, languages, true)
}

// Draft is Seed without publishing: a casino whose people haven't read these answers yet can't be thought to give them.
func Draft(ctx context.Context, tx bun.Tx, languages ...string) (int, error) {
	return fill(ctx, tx, languages, false)
}

func fill(ctx context.Context, tx bun.Tx, languages []string, publish bool) (int, error) {
	there, err := answers.Categories(ctx, tx)
	if err != nil || len(there) > 0 {
		return 0, err
	}
	topics, err := topicsByKey(ctx, tx)
	if err != nil {
		return 0, err
	}
	made := 0
	for _, shelf := range shelves {
		category, err := answers.AddCategory(ctx, tx, answers.Category{Slug: shelf.slug, Icon: shelf.icon, Names: shelf.names})
		if err != nil {
			return made, err
		}
		for _, name := range shelf.articles {
			if err := seed(ctx, tx, category.ID, name, topics, languages, publish); err != nil {
				return made, fmt.Errorf("faq: %s: %w", name, err)
			}
			made++
		}
	}
	return made, nil
}

func seed(ctx context.Context, tx bun.Tx, category uuid.UUID, name string, topics map[string]uuid.UUID, languages []string, publish bool) error {
	var article uuid.UUID
	for i, language := range languages {
		text, err := Read(language, name)
		if err != nil {
			return err
		}
		if i == 0 {
			n := answers.New{Category: category, Audience: answers.Players, Language: language, Draft: text.Draft}
			if id, ok := topics[text.Topic]; ok {
				n.Topic = &id
			}
			a, err := answers.Create(ctx, tx, n)
			if err != nil {
				return err
			}
			article = a.ID
		} else if _, err := answers.SaveDraft(ctx, tx, article, language, text.Draft, 1); err != nil {
			return err
		}
		if !publish {
			continue
		}
		v, err := answers.OpenVersion(ctx, tx, article, language)
		if err != nil {
			return err
		}
		if _, err := answers.Publish(ctx, tx, article, language, v.Mark()); err != nil {
			return err
		}
	}
	return nil
}

func topicsByKey(ctx context.Context, tx bun.Tx) (map[string]uuid.UUID, error) {
	var rows []struct {
		ID  uuid.UUID `bun:"id"`
		Key string    `bun:"key"`
	}
	if err := tx.NewRaw(`select id, key from topics where tenant_id = current_tenant() and retired_at is null`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("faq's topics: %w", err)
	}
	topics := map[string]uuid.UUID{}
	for _, r := range rows {
		topics[r.Key] = r.ID
	}
	return topics, nil
}

// Names are the answers there are, in order.
func Names() []string {
	var all []string
	for _, shelf := range shelves {
		all = slices.Concat(all, shelf.articles)
	}
	return all
}
