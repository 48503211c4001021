package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// maxTopics bounds a casino's list, retired ones not counted: nobody chooses from more.
const maxTopics = 100

// AllTopics are the casino's topics in its order, retired ones last.
func AllTopics(ctx context.Context, tx bun.Tx) ([]Topic, error) {
	var all []Topic
	err := tx.NewRaw(`select id, key, names, position, to_lead, retired_at from topics where tenant_id = current_tenant()
		order by retired_at is not null, position, key`).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	return all, nil
}

var notKey = regexp.MustCompile(`[^a-z0-9]+`)

// NewTopic adds a topic with names by language to the end of the casino's list. Its key comes from the English name where that
// has letters for one.
func NewTopic(ctx context.Context, tx bun.Tx, names map[string]string, toLead bool) (id uuid.UUID, err error) {
	text, err := checkNames(ctx, names)
	if err != nil {
		return id, err
	}
	if text == "{}" {
		return id, fault.New(fault.Invalid, "A topic needs a name in one language at least.").On("name_en")
	}
	all, err := AllTopics(ctx, tx)
	if err != nil {
		return id, err
	}
	id = tenants.NewID()
	key := strings.Trim(notKey.ReplaceAllString(strings.ToLower(names["en"]), "_"), "_")
	if key = strings.TrimLeft(key, "0123456789_"); len(key) < 3 {
		key = "topic"
	}
	key = strings.Trim(key[:min(len(key), 30)], "_")
	taken, last, used := map[string]bool{}, 0, 0
	for _, t := range all {
		taken[t.Key], last = true, max(last, t.Position)
		if t.RetiredAt == nil {
			used++
		}
	}
	if used >= maxTopics {
		return id, fault.New(fault.Conflict, "A casino has %d topics at most.", maxTopics)
	}
	for n, base := 2, key; taken[key] || i18n.Has("topic."+key); n++ {
		key = fmt.Sprintf("%s_%d", base, n)
	}
	if err := AddTopic(ctx, tx, Topic{ID: id, Key: key, Names: json.RawMessage(text), Position: last + 1, ToLead: toLead}); err != nil {
		return id, err
	}
	announceTopics(ctx)
	return id, nil
}

// TopicOf is one of the casino's topics, retired or not.
func TopicOf(ctx context.Context, tx bun.Tx, id uuid.UUID) (Topic, error) {
	var t Topic
	err := tx.NewRaw(`select id, key, names, position, to_lead, retired_at from topics where tenant_id = current_tenant() and id = ?`, id).Scan(ctx, &t)
	if err != nil {
		return t, notFoundOr(err, "topic")
	}
	return t, nil
}

// ChangeTopic gives a topic other names and says whether it goes to a lead. A language without a name takes the catalogs' word.
func ChangeTopic(ctx context.Context, tx bun.Tx, id uuid.UUID, names map[string]string, toLead bool) error {
	text, err := checkNames(ctx, names)
	if err != nil {
		return err
	}
	var key string
	if err := tx.NewRaw(`update topics set names = ?::jsonb, to_lead = ? where tenant_id = current_tenant() and id = ? returning key`,
		text, toLead, id).Scan(ctx, &key); err != nil {
		return unknownHolder(err, tenants.ErrNotFound)
	}
	if text == "{}" && !i18n.Has("topic."+key) {
		return fault.New(fault.Invalid, "A topic needs a name in one language at least.").On("name_en")
	}
	announceTopics(ctx)
	return nil
}

// RetireTopic takes a topic out of the list, or puts it back; conversations keep it.
func RetireTopic(ctx context.Context, tx bun.Tx, id uuid.UUID, retired bool) error {
	var key string
	if err := tx.NewRaw(`update topics set retired_at = case when ? then coalesce(retired_at, now()) end
		where tenant_id = current_tenant() and id = ? returning key`, retired, id).Scan(ctx, &key); err != nil {
		return unknownHolder(err, tenants.ErrNotFound)
	}
	announceTopics(ctx)
	return nil
}

// MoveTopic swaps a topic with its neighbour before or after it.
func MoveTopic(ctx context.Context, tx bun.Tx, id uuid.UUID, up bool) error {
	if _, err := tx.NewRaw(`select id from topics where tenant_id = current_tenant() order by id for update`).Exec(ctx); err != nil {
		return fmt.Errorf("topics: %w", err)
	}
	all, err := Topics(ctx, tx)
	if err != nil {
		return err
	}
	at := -1
	for i, t := range all {
		if t.ID == id {
			at = i
		}
	}
	if at < 0 {
		return tenants.ErrNotFound
	}
	to := at + 1
	if up {
		to = at - 1
	}
	if to < 0 || to >= len(all) {
		return nil
	}
	all[at], all[to] = all[to], all[at]
	for i, t := range all {
		if _, err := tx.NewRaw(`update topics set position = ? where tenant_id = current_tenant() and id = ? and position <> ?`,
			i+1, t.ID, i+1).Exec(ctx); err != nil {
			return fmt.Errorf("topics: %w", err)
		}
	}
	announceTopics(ctx)
	return nil
}

// checkNames returns names as they are stored: only languages there are, empty ones left out.
func checkNames(ctx context.Context, names map[string]string) (string, error) {
	kept := map[string]string{}
	for _, language := range i18n.Known(ctx) {
		name := strings.TrimSpace(names[language])
		if utf8.RuneCountInString(name) > 80 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return "", fault.New(fault.Invalid, "A topic's name has 80 characters at most.").On("name_" + language)
		}
		if name != "" {
			kept[language] = name
		}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

func announceTopics(ctx context.Context) {
	live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatSettings})
}
