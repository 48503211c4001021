package languages

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// Draft is an uploaded file that is good, waiting for somebody to look at what it changes.
type Draft struct {
	ID         uuid.UUID
	Language   string
	AuthorName string
	MadeAt     time.Time
	Changes    []Change
	Unchanged  int // texts of the file that are said so already
}

// Change is what a draft does to one text.
type Change struct {
	ID      string
	Surface string
	Before  i18n.Text // what is said now: the casino's text or the product's
	After   i18n.Text
	Reset   bool // After is what the product says, so the casino's text goes
}

// Prepare checks a file and keeps it for a look at what it would change; nothing is said differently yet. Another file for the
// same language takes its place. With problems nothing is kept.
func Prepare(ctx context.Context, tx bun.Tx, lang string, raw []byte) (d Draft, problems []Problem, more int, err error) {
	if _, err := PackOf(ctx, tx, lang); err != nil {
		return d, nil, 0, err
	}
	texts, problems, more := Check(lang, raw)
	if len(problems) > 0 {
		return d, problems, more, nil
	}
	if err := begin(ctx, tx, lang); err != nil {
		return d, nil, 0, err
	}
	kept, err := json.Marshal(plain(texts))
	if err != nil {
		return d, nil, 0, err
	}
	author, _ := authz.From(ctx)
	if _, err := tx.NewRaw(`insert into language_drafts (tenant_id, language, id, texts, author_id, author_name)
		values (current_tenant(), ?, ?, ?::jsonb, ?, ?) on conflict (tenant_id, language) do update set id = excluded.id, texts = excluded.texts,
		author_id = excluded.author_id, author_name = excluded.author_name, made_at = now()`,
		lang, uuid.Must(uuid.NewV7()), string(kept), nonZero(author.ID), author.Name).Exec(ctx); err != nil {
		return d, nil, 0, err
	}
	d, err = DraftOf(ctx, tx, lang)
	return d, nil, 0, err
}

// DraftOf is the draft that waits for a language; NotFound where none does.
func DraftOf(ctx context.Context, tx bun.Tx, lang string) (Draft, error) {
	d, _, err := draft(ctx, tx, lang)
	return d, err
}

func draft(ctx context.Context, tx bun.Tx, lang string) (Draft, map[string]i18n.Text, error) {
	var row struct {
		ID         uuid.UUID            `bun:"id"`
		Texts      map[string]i18n.Text `bun:"texts,type:jsonb"`
		AuthorName string               `bun:"author_name"`
		MadeAt     time.Time            `bun:"made_at"`
	}
	err := tx.NewRaw(`select id, texts, author_name, made_at from language_drafts
		where tenant_id = current_tenant() and language = ?`, lang).Scan(ctx, &row)
	if none(err) {
		return Draft{}, nil, errNoLanguage
	}
	if err != nil {
		return Draft{}, nil, err
	}
	d := Draft{ID: row.ID, Language: lang, AuthorName: row.AuthorName, MadeAt: row.MadeAt}
	own, err := overrides(ctx, tx, lang)
	if err != nil {
		return d, nil, err
	}
	said := map[string]i18n.Text{}
	for _, o := range own {
		said[o.ID] = o.Text
	}
	for _, id := range slices.Sorted(maps.Keys(row.Texts)) {
		s, ok := i18n.Original(lang, id)
		if !ok {
			continue // a new release of the product has dropped it since
		}
		after := row.Texts[id]
		before, mine := said[id]
		if !mine {
			before = s.Text
		}
		// What nobody has translated stands in a downloaded file in another language; it isn't a text of this one.
		asProduct := maps.Equal(after, s.Text) || s.Lang != lang && maps.Equal(after, reshaped(lang, s.Text))
		if mine && maps.Equal(before, after) || !mine && asProduct {
			d.Unchanged++
			continue
		}
		d.Changes = append(d.Changes, Change{ID: id, Surface: s.Surface, Before: before, After: after, Reset: asProduct})
	}
	return d, row.Texts, nil
}

// Apply says what the draft with this id says, all of it at once. When another file has taken its place it answers Conflict.
func Apply(ctx context.Context, tx bun.Tx, lang string, id uuid.UUID) (changed int, err error) {
	d, _, err := draft(ctx, tx, lang)
	if err != nil {
		return 0, err
	}
	if d.ID != id {
		return 0, fault.New(fault.Conflict, "%s has uploaded another file since. Look at what it changes first.", d.AuthorName)
	}
	texts, resets := map[string]i18n.Text{}, []string{}
	for _, c := range d.Changes {
		if c.Reset {
			resets = append(resets, c.ID)
			continue
		}
		// A release of the product may have changed a text since the file was checked.
		s, _ := i18n.Original(lang, c.ID)
		if why := wrong(lang, s, c.After); len(why) > 0 {
			return 0, fault.New(fault.Conflict, "The product's texts have changed since this file was uploaded. Upload it again.")
		}
		texts[c.ID] = c.After
	}
	if len(texts) > 0 {
		if err := put(ctx, tx, lang, texts); err != nil {
			return 0, err
		}
	}
	if _, err := tx.NewRaw(`delete from language_texts where tenant_id = current_tenant() and language = ? and id = any(?)`,
		lang, pgdialect.Array(resets)).Exec(ctx); err != nil {
		return 0, err
	}
	if err := drop(ctx, tx, lang); err != nil {
		return 0, err
	}
	return len(d.Changes), memory.Changed(ctx, tx)
}

// Discard forgets the draft of a language.
func Discard(ctx context.Context, tx bun.Tx, lang string) error {
	if _, err := DraftOf(ctx, tx, lang); err != nil {
		return err
	}
	return drop(ctx, tx, lang)
}

func drop(ctx context.Context, tx bun.Tx, lang string) error {
	_, err := tx.NewRaw(`delete from language_drafts where tenant_id = current_tenant() and language = ?`, lang).Exec(ctx)
	return err
}

// Download is a file with every text of a language as the casino says it, for translators: sorted, the product's text where the
// casino has none, English where nobody has translated it.
func Download(ctx context.Context, tx bun.Tx, lang string) ([]byte, error) {
	lines, err := Lines(ctx, tx, lang, Filter{})
	if err != nil {
		return nil, err
	}
	if _, err := PackOf(ctx, tx, lang); err != nil {
		return nil, err
	}
	all := map[string]i18n.Text{}
	for _, l := range lines {
		switch {
		case l.Moved == Gone, i18n.FromCLDR(l.ID) && l.Own == nil && l.Lang != lang:
		case l.Own != nil:
			all[l.ID] = l.Own.Text
		default:
			all[l.ID] = Shaped(lang, l.Source)
		}
	}
	return write(all)
}

// Shaped is the product's text as it is written in lang: where it is English and counts something, with lang's plural forms, to be
// filled in.
func Shaped(lang string, s i18n.Source) i18n.Text {
	if s.Counted && s.Lang != lang {
		return reshaped(lang, s.Text)
	}
	return s.Text
}

// reshaped gives a text of another language the plural forms of lang, to be filled in.
func reshaped(lang string, text i18n.Text) i18n.Text {
	out := i18n.Text{}
	must, _ := i18n.Plurals(lang)
	for _, form := range must {
		out[form] = text["other"]
		if one, ok := text[form]; ok && slices.Contains(i18n.Lone(lang), form) {
			out[form] = one
		}
	}
	return out
}

func plain(texts map[string]i18n.Text) map[string]map[string]string {
	out := make(map[string]map[string]string, len(texts))
	for id, t := range texts {
		out[id] = t
	}
	return out
}

func nonZero(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// write is texts as a file has them, sorted by id and fit for people to read.
func write(texts map[string]i18n.Text) ([]byte, error) {
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	err := to.Encode(texts)
	return out.Bytes(), err
}
