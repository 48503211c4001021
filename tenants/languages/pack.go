package languages

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/text/language"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// Pack says what a casino has in one language and who vouches for it.
type Pack struct {
	Language  string
	Dir       string
	Own       bool // the casino has added this language
	Changed   int  // texts it says its own way
	Outdated  int  // of those, the ones whose original has changed or is gone
	Complete  int  // percent of all texts that are there in this language, rounded down
	Checked   i18n.Checked
	CheckedBy string // a name the casino gave, for Checked == i18n.ByCasino
	CheckedOn time.Time
}

// Packs are all languages of the casino, the product's first.
func Packs(ctx context.Context, tx bun.Tx) ([]Pack, error) {
	var rows []struct {
		Language  string     `bun:"language"`
		CheckedBy string     `bun:"checked_by"`
		CheckedOn *time.Time `bun:"checked_on"`
	}
	if err := tx.NewRaw(`select language, checked_by, checked_on from language_packs where tenant_id = current_tenant()
		order by language`).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	said, err := overrides(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	langs := i18n.Languages()
	for _, r := range rows {
		if !isProduct(r.Language) {
			langs = append(langs, r.Language)
		}
	}
	all := make([]Pack, 0, len(langs))
	for _, lang := range langs {
		p := manifest(lang, said)
		for _, r := range rows {
			if r.Language == lang && r.CheckedBy != "" {
				p.Checked, p.CheckedBy = i18n.ByCasino, r.CheckedBy
				if r.CheckedOn != nil {
					p.CheckedOn = *r.CheckedOn
				}
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// PackOf is one of them; NotFound when the casino doesn't speak it.
func PackOf(ctx context.Context, tx bun.Tx, lang string) (Pack, error) {
	all, err := Packs(ctx, tx)
	if err != nil {
		return Pack{}, err
	}
	at := slices.IndexFunc(all, func(p Pack) bool { return p.Language == lang })
	if at < 0 {
		return Pack{}, errNoLanguage
	}
	return all[at], nil
}

var errNoLanguage = fault.New(fault.NotFound, "There is nothing here.")

func manifest(lang string, said []Override) Pack {
	m := i18n.ManifestOf(lang)
	p := Pack{Language: lang, Dir: m.Dir, Own: !isProduct(lang), Checked: m.Checked, CheckedOn: m.On}
	added := 0
	for _, o := range said {
		if o.Language != lang {
			continue
		}
		p.Changed++
		if o.Moved() != Same {
			p.Outdated++
		}
		if s, ok := i18n.Original(lang, o.ID); ok && s.Lang != lang && !i18n.FromCLDR(o.ID) {
			added++
		}
	}
	p.Complete = (m.Has + added) * 100 / max(1, m.Of)
	return p
}

// Add lets the casino speak a language that the product doesn't, by its tag (BCP 47). Its direction and plural forms are CLDR's.
func Add(ctx context.Context, tx bun.Tx, tag string) (string, error) {
	lang, err := clean(tag)
	if err != nil {
		return "", err
	}
	own, err := Own(ctx, tx)
	if err != nil {
		return "", err
	}
	if isProduct(lang) || slices.Contains(own, lang) {
		return "", fault.New(fault.Conflict, "This language is there already.").On("language")
	}
	if len(own) >= MaxOwn {
		return "", fault.New(fault.Conflict, "A casino can add %d languages at most.", MaxOwn).On("language")
	}
	if err := begin(ctx, tx, lang); err != nil {
		return "", err
	}
	return lang, memory.Changed(ctx, tx)
}

// MaxOwn is how many languages a casino can add.
const MaxOwn = 20

// clean is a tag as it is written ("pt-PT" of "PT_pt"): a language CLDR knows, perhaps with script and region, nothing else.
func clean(tag string) (string, error) {
	bad := fault.New(fault.Invalid, "This is no language's tag. Write it as fi, ka or zh-Hant.").On("language")
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if tag == "" || len(tag) > 35 {
		return "", bad
	}
	parsed, err := language.Parse(tag)
	if err != nil || len(parsed.Extensions()) > 0 || len(parsed.Variants()) > 0 {
		return "", bad
	}
	base, _, region := parsed.Raw()
	if slices.Contains([]string{"und", "mul", "mis", "zxx"}, base.String()) || region.IsPrivateUse() {
		return "", bad // no language, any language, and the regions that pseudo-locales are made with
	}
	return parsed.String(), nil
}

// begin makes room for texts of a language.
func begin(ctx context.Context, tx bun.Tx, lang string) error {
	_, err := tx.NewRaw(`insert into language_packs (tenant_id, language) values (current_tenant(), ?) on conflict do nothing`, lang).Exec(ctx)
	return err
}

// Vouch says who checked the casino's pack of a language, today; "" takes that back.
func Vouch(ctx context.Context, tx bun.Tx, lang, name string) error {
	if _, err := PackOf(ctx, tx, lang); err != nil {
		return err
	}
	name = strings.Join(strings.Fields(name), " ")
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > 80 || strings.ContainsFunc(name, hides) {
		return fault.New(fault.Invalid, "A name has 80 characters at most.").On("checked_by")
	}
	if err := begin(ctx, tx, lang); err != nil {
		return err
	}
	_, err := tx.NewRaw(`update language_packs set checked_by = ?, checked_on = case when ? = '' then null else current_date end
		where tenant_id = current_tenant() and language = ?`, name, name, lang).Exec(ctx)
	if err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// Remove takes back a language that the casino has added, with all its texts.
func Remove(ctx context.Context, tx bun.Tx, lang string) error {
	own, err := Own(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.Contains(own, lang) {
		return errNoLanguage
	}
	s, err := Get(ctx, tx)
	if err != nil {
		return err
	}
	if s.Fallback == lang {
		return fault.New(fault.Conflict, "This is the language you fall back to. Choose another one first.")
	}
	for _, statement := range []string{
		`delete from language_texts where tenant_id = current_tenant() and language = ?`,
		`delete from language_drafts where tenant_id = current_tenant() and language = ?`,
		`delete from language_packs where tenant_id = current_tenant() and language = ?`,
		`update language_settings set players = array_remove(players, ?), agents = array_remove(agents, ?) where tenant_id = current_tenant()`,
	} {
		args := []any{lang}
		if strings.Count(statement, "?") == 2 {
			args = append(args, lang)
		}
		if _, err := tx.NewRaw(statement, args...).Exec(ctx); err != nil {
			return err
		}
	}
	return memory.Changed(ctx, tx)
}

// hides says whether a character changes how others are read or can't be seen at all: controls, overrides of the writing
// direction (Unicode UAX #9), tags and characters nobody has assigned. The marks and joiners that Arabic, Persian and Indic
// scripts are spelled with may stay.
func hides(r rune) bool {
	switch r {
	case '\u200c', '\u200d', '\u200e', '\u200f', '\u061c', '\u00ad':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r == utf8.RuneError || !unicode.In(r, unicode.L,
		unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
}

func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }
