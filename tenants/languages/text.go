package languages

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// Override is a text that the casino says its own way.
type Override struct {
	Language         string    `bun:"language"`
	ID               string    `bun:"id"`
	Text             i18n.Text `bun:"forms,type:jsonb"`
	Original         i18n.Text `bun:"original,type:jsonb"` // the product's text it was made against
	OriginalLanguage string    `bun:"original_language"`
	AuthorName       string    `bun:"author_name"`
	ChangedAt        time.Time `bun:"changed_at"`
}

// Moved is what became of the text an override was made against.
type Moved int

// What became of it.
const (
	Same    Moved = iota // it is as it was
	Changed              // the product says it differently now
	Gone                 // the product no longer says it
)

// Moved tells what became of the original since.
func (o Override) Moved() Moved {
	now, ok := i18n.Original(o.Language, o.ID)
	switch {
	case !ok:
		return Gone
	case now.Lang != o.OriginalLanguage || !maps.Equal(now.Text, o.Original):
		return Changed
	}
	return Same
}

// overrides are the casino's own texts in one language, in all of them when lang is "".
func overrides(ctx context.Context, tx bun.Tx, lang string) ([]Override, error) {
	var all []Override
	err := tx.NewRaw(`select language, id, forms, original, original_language, author_name, changed_at from language_texts
		where tenant_id = current_tenant() and (? = '' or language = ?) order by language, id`, lang, lang).Scan(ctx, &all)
	return all, err
}

// Line is one text of a language as the casino's admins see it.
type Line struct {
	i18n.Source           // the product's text, zero where it is gone
	Own         *Override // the casino's, nil where it says what the product says
	Moved       Moved
}

// Filter chooses texts of a language.
type Filter struct {
	Surface string // "" is all
	Words   string // in the id or in a text, whatever the case
	Own     bool   // only what the casino says its own way
	Moved   bool   // only what has moved on since
	Missing bool   // only what isn't there in this language
}

// Lines are the texts of a language that a filter lets through: those that have moved on first, then by surface and id.
func Lines(ctx context.Context, tx bun.Tx, lang string, f Filter) ([]Line, error) {
	own, err := overrides(ctx, tx, lang)
	if err != nil {
		return nil, err
	}
	by := map[string]*Override{}
	for i := range own {
		by[own[i].ID] = &own[i]
	}
	var moved, rest []Line
	for _, o := range own {
		if m := o.Moved(); m != Same {
			s, _ := i18n.Original(lang, o.ID)
			s.ID = o.ID
			moved = append(moved, Line{s, by[o.ID], m})
		}
	}
	for _, surface := range i18n.Surfaces() {
		for _, s := range i18n.Originals(lang, surface) {
			if o := by[s.ID]; o == nil || o.Moved() == Same {
				rest = append(rest, Line{s, o, Same})
			}
		}
	}
	return slices.DeleteFunc(append(moved, rest...), func(l Line) bool { return !f.lets(lang, l) }), nil
}

func (f Filter) lets(lang string, l Line) bool {
	switch {
	case f.Surface != "" && l.Surface != f.Surface, f.Own && l.Own == nil, f.Moved && l.Moved == Same:
		return false
	case f.Missing && (l.Own != nil || l.Lang == lang || i18n.FromCLDR(l.ID)):
		return false
	}
	words := strings.ToLower(strings.TrimSpace(f.Words))
	if words == "" || strings.Contains(strings.ToLower(l.ID), words) || says(l.Text, words) {
		return true
	}
	if l.Own != nil && says(l.Own.Text, words) {
		return true
	}
	english, _ := i18n.Original(i18n.Default, l.ID)
	return says(english.Text, words)
}

func says(t i18n.Text, words string) bool {
	for _, form := range t {
		if strings.Contains(strings.ToLower(form), words) {
			return true
		}
	}
	return false
}

// Set says one text the casino's own way. A text that is what the product says anyway, and an empty one, take that back. What is
// wrong with it comes as Invalid on the form that has it.
func Set(ctx context.Context, tx bun.Tx, lang, id string, text i18n.Text) error {
	if _, err := PackOf(ctx, tx, lang); err != nil {
		return err
	}
	original, ok := i18n.Original(lang, id)
	if !ok {
		return errNoLanguage
	}
	text = maps.Clone(text)
	empty := true
	for form, one := range text {
		text[form] = strings.TrimSpace(strings.ReplaceAll(one, "\r\n", "\n"))
		empty = empty && text[form] == ""
	}
	if empty || original.Lang == lang && maps.Equal(text, original.Text) {
		return Reset(ctx, tx, lang, id)
	}
	if _, may := i18n.Plurals(lang); len(may) > 0 && text[may[0]] == "" {
		delete(text, may[0])
	}
	if why := wrong(lang, original, text); len(why) > 0 {
		return why[0]
	}
	if err := begin(ctx, tx, lang); err != nil {
		return err
	}
	if err := put(ctx, tx, lang, map[string]i18n.Text{id: text}); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// Reset takes back what the casino says its own way.
func Reset(ctx context.Context, tx bun.Tx, lang, id string) error {
	if _, err := tx.NewRaw(`delete from language_texts where tenant_id = current_tenant() and language = ? and id = ?`, lang, id).Exec(ctx); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// Keep keeps the casino's text although the original has changed: from now on it stands against the new one. A text that no
// longer fills in what the product gives can't be kept; one whose original is gone goes.
func Keep(ctx context.Context, tx bun.Tx, lang, id string) error {
	all, err := overrides(ctx, tx, lang)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(o Override) bool { return o.ID == id })
	if at < 0 {
		return errNoLanguage
	}
	original, ok := i18n.Original(lang, id)
	if !ok {
		return Reset(ctx, tx, lang, id)
	}
	if why := wrong(lang, original, all[at].Text); len(why) > 0 {
		return why[0]
	}
	if err := put(ctx, tx, lang, map[string]i18n.Text{id: all[at].Text}); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// put keeps texts that were found good, each against the product's text of today.
func put(ctx context.Context, tx bun.Tx, lang string, texts map[string]i18n.Text) error {
	author, _ := authz.From(ctx)
	var id *uuid.UUID
	if author.ID != uuid.Nil {
		id = &author.ID
	}
	rows := make([]map[string]any, 0, len(texts))
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		s, ok := i18n.Original(lang, key)
		if !ok {
			return fault.New(fault.Invalid, "The product has no text %q.", key)
		}
		rows = append(rows, map[string]any{"id": key, "forms": map[string]string(texts[key]), "original": map[string]string(s.Text), "lang": s.Lang})
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`insert into language_texts (tenant_id, language, id, forms, original, original_language, author_id, author_name)
		select current_tenant(), ?, r.id, r.forms, r.original, r.lang, ?, ?
		from jsonb_to_recordset(?::jsonb) as r (id text, forms jsonb, original jsonb, lang text)
		on conflict (tenant_id, language, id) do update set forms = excluded.forms, original = excluded.original,
			original_language = excluded.original_language, author_id = excluded.author_id, author_name = excluded.author_name, changed_at = now()`,
		lang, id, author.Name, string(raw)).Exec(ctx)
	return err
}
