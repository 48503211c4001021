package languages_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type house struct {
	t    *testing.T
	ctx  context.Context
	at   tenants.Tenant
	ieva authz.Actor
}

func open(t *testing.T) (fox, reel house) {
	t.Helper()
	_, ctx := sample.New(t)
	make := func(name, admin string) house {
		at := sample.Tenant(ctx, t, name)
		return house{t, tenants.With(ctx, at), at, sample.Agent(ctx, t, at, admin, authz.Admin)}
	}
	return make("Lucky Fox", "Ieva"), make("Golden Reel", "Vera")
}

func (h house) try(do func(ctx context.Context, tx bun.Tx) error) error {
	h.t.Helper()
	return sample.Try(h.ctx, h.at, h.ieva, do)
}

func (h house) must(do func(ctx context.Context, tx bun.Tx) error) {
	h.t.Helper()
	if err := h.try(do); err != nil {
		h.t.Fatal(err)
	}
}

func (h house) set(lang, id string, text i18n.Text) error {
	return h.try(func(ctx context.Context, tx bun.Tx) error { return languages.Set(ctx, tx, lang, id, text) })
}

func (h house) lines(lang string, f languages.Filter) (all []languages.Line) {
	h.must(func(ctx context.Context, tx bun.Tx) (err error) {
		all, err = languages.Lines(ctx, tx, lang, f)
		return err
	})
	return all
}

func (h house) pack(lang string) (p languages.Pack) {
	h.must(func(ctx context.Context, tx bun.Tx) (err error) { p, err = languages.PackOf(ctx, tx, lang); return err })
	return p
}

// says is a text as a reader of lang in the casino hears it.
func (h house) says(lang, id string, kv ...any) string {
	h.t.Helper()
	ctx, err := languages.Speak(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return i18n.T(i18n.With(ctx, lang), id, kv...)
}

func TestACasinoSaysATextItsOwnWay(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	if err := fox.set("ru", "common.save", i18n.Text{"other": " Записать "}); err != nil {
		t.Fatal(err)
	}
	if got := fox.says("ru", "common.save"); got != "Записать" {
		t.Errorf("the casino says %q", got)
	}
	if got := reel.says("ru", "common.save"); got != "Сохранить" {
		t.Errorf("another casino says %q", got)
	}
	if got := fox.says("en", "common.save"); got != "Save" {
		t.Errorf("in another language it says %q", got)
	}
	if p := fox.pack("ru"); p.Changed != 1 || p.Outdated != 0 || p.Complete != 100 {
		t.Errorf("%+v", p)
	}
	if p := reel.pack("ru"); p.Changed != 0 {
		t.Errorf("the other casino's pack: %+v", p)
	}
	if err := fox.set("ru", "common.save", i18n.Text{"other": "Сохранить"}); err != nil {
		t.Fatal(err)
	}
	if p := fox.pack("ru"); p.Changed != 0 {
		t.Errorf("what the product says anyway is kept: %+v", p)
	}
	for name, c := range map[string]struct {
		id   string
		text i18n.Text
		want fault.Code
	}{
		"nobody's id":    {"common.nobody", i18n.Text{"other": "x"}, fault.NotFound},
		"the demo's":     {"demo.title", i18n.Text{"other": "x"}, fault.NotFound},
		"markup":         {"common.save", i18n.Text{"other": "<b>x</b>"}, fault.Invalid},
		"a lost blank":   {"common.page_title", i18n.Text{"other": "Страница"}, fault.Invalid},
		"an invented":    {"common.save", i18n.Text{"other": "{{.Name}}"}, fault.Invalid},
		"forms":          {"common.unread", i18n.Text{"one": "1", "other": "{{.Count}}"}, fault.Invalid},
		"an override":    {"common.save", i18n.Text{"other": "\u202eevaS"}, fault.Invalid},
		"another's text": {"common.save", i18n.Text{"other": "S\x00"}, fault.Invalid},
	} {
		if err := fox.set("ru", c.id, c.text); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := fox.set("fi", "common.save", i18n.Text{"other": "Tallenna"}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a language nobody added: %v", err)
	}
}

func TestALanguageOfTheCasinosOwn(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	add := func(h house, tag string) (lang string, err error) {
		err = h.try(func(ctx context.Context, tx bun.Tx) (err error) { lang, err = languages.Add(ctx, tx, tag); return err })
		return lang, err
	}
	for _, tag := range []string{"", "x", "und", "en-XA", "de", "DE", "english", "xx-QQQQ", "fi-u-nu-arab", "x-mine", "../../x", strings.Repeat("f", 40), "<b>"} {
		if lang, err := add(fox, tag); err == nil {
			t.Errorf("%q was added as %q", tag, lang)
		}
	}
	for tag, want := range map[string]string{"FI": "fi", "iw": "he", "pt_pt": "pt-PT"} {
		if lang, err := add(fox, tag); err != nil || lang != want {
			t.Errorf("%q: %q, %v", tag, lang, err)
		}
	}
	if _, err := add(fox, "fi"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("twice: %v", err)
	}
	if p := fox.pack("he"); p.Dir != "rtl" || !p.Own || p.Complete != 0 || p.Checked != i18n.Nobody {
		t.Errorf("%+v", p)
	}
	if err := reel.try(func(ctx context.Context, tx bun.Tx) error { _, err := languages.PackOf(ctx, tx, "fi"); return err }); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another casino's language: %v", err)
	}
	// What it says, then what the casino falls back to says, then English.
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		return languages.Save(ctx, tx, languages.Settings{Fallback: "lt"})
	})
	if err := fox.set("fi", "common.save", i18n.Text{"other": "Tallenna"}); err != nil {
		t.Fatal(err)
	}
	if err := fox.set("lt", "common.cancel", i18n.Text{"other": "Mesti"}); err != nil {
		t.Fatal(err)
	}
	if got := []string{fox.says("fi", "common.save"), fox.says("fi-FI", "common.cancel"), fox.says("fi", "common.delete"), fox.says("ru", "common.cancel")}; !slices.Equal(got,
		[]string{"Tallenna", "Mesti", "Ištrinti", "Отмена"}) {
		t.Errorf("%q", got)
	}
	if got := reel.says("fi", "common.save"); got != "Save" {
		t.Errorf("another casino says %q", got)
	}
	if err := fox.set("fi", "common.unread", i18n.Text{"one": "Yksi viesti", "other": "{{.Count}} viestiä"}); err != nil {
		t.Fatal(err)
	}
	ctx, _ := languages.Speak(fox.ctx)
	if got := i18n.N(i18n.With(ctx, "fi"), "common.unread", 1234); got != "1\u00a0234 viestiä" {
		t.Errorf("%q", got)
	}
	if tenants.Current(ctx).Language != "lt" || i18n.Choose(ctx, i18n.Players, "lt", "fi-FI,en;q=0.5") != "fi" {
		t.Error("the casino's own language isn't chosen")
	}
	remove := func(h house) error {
		return h.try(func(ctx context.Context, tx bun.Tx) error { return languages.Remove(ctx, tx, "fi") })
	}
	if err := remove(reel); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another casino removed it: %v", err)
	}
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		return languages.Save(ctx, tx, languages.Settings{Fallback: "fi"})
	})
	if err := remove(fox); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the fallback was removed: %v", err)
	}
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		return languages.Save(ctx, tx, languages.Settings{Fallback: "en", Players: []string{"en", "fi"}})
	})
	if err := remove(fox); err != nil {
		t.Fatal(err)
	}
	if got := fox.says("fi", "common.save"); got != "Save" {
		t.Errorf("after its removal: %q", got)
	}
}

func TestLanguagesAreOfferedAsSet(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	save := func(h house, s languages.Settings) error {
		return h.try(func(ctx context.Context, tx bun.Tx) error { return languages.Save(ctx, tx, s) })
	}
	if err := save(fox, languages.Settings{Fallback: "ru", Players: []string{"ar", "en"}, Agents: []string{"lt"}}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []languages.Settings{{Fallback: "fi"}, {Fallback: ""}, {Fallback: "en", Players: []string{"xx"}}, {Fallback: "en-XA"}} {
		if err := save(fox, s); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", s, err)
		}
	}
	ctx, err := languages.Speak(fox.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := i18n.Offered(ctx, i18n.Players); !slices.Equal(got, []string{"en", "ru", "ar"}) {
		t.Errorf("players: %q", got)
	}
	if got := i18n.Offered(ctx, i18n.Agents); !slices.Equal(got, []string{"ru", "lt"}) {
		t.Errorf("agents: %q", got)
	}
	if got := i18n.Choose(ctx, i18n.Players, "ru", "lt,de;q=0.8"); got != "ru" {
		t.Errorf("a language that isn't offered: %s", got)
	}
	if got := i18n.Choose(ctx, i18n.Agents, "ru", "lt"); got != "lt" {
		t.Errorf("an agent gets %s", got)
	}
	other, err := languages.Speak(reel.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := i18n.Offered(other, i18n.Players); !slices.Equal(got, i18n.Languages()) {
		t.Errorf("another casino offers %q", got)
	}
}

func TestAFileIsLookedAtBeforeItCounts(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	if err := fox.set("ru", "common.cancel", i18n.Text{"other": "Бросить"}); err != nil {
		t.Fatal(err)
	}
	prepare := func(file string) (d languages.Draft, problems []languages.Problem) {
		fox.must(func(ctx context.Context, tx bun.Tx) (err error) {
			d, problems, _, err = languages.Prepare(ctx, tx, "ru", []byte(file))
			return err
		})
		return d, problems
	}
	if _, problems := prepare(`{"common.save": "Записать", "common.page_title": "Нет"}`); len(problems) != 1 {
		t.Fatalf("%+v", problems)
	}
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		if _, err := languages.DraftOf(ctx, tx, "ru"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a file with problems was kept: %v", err)
		}
		return nil
	})
	first, _ := prepare(`{"common.save": "Записать"}`)
	d, _ := prepare(`{"common.save": "Записать", "common.cancel": "Отмена", "common.delete": "Удалить"}`)
	if len(d.Changes) != 2 || d.Unchanged != 1 || d.Changes[0].ID != "common.cancel" || !d.Changes[0].Reset || d.Changes[1].Before["other"] != "Сохранить" {
		t.Errorf("%+v", d)
	}
	if fox.says("ru", "common.save") != "Сохранить" {
		t.Error("a file counts before anybody has looked at it")
	}
	apply := func(h house, of languages.Draft) error {
		return h.try(func(ctx context.Context, tx bun.Tx) error {
			_, err := languages.Apply(ctx, tx, "ru", of.ID)
			return err
		})
	}
	if err := apply(fox, first); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a file that another has replaced: %v", err)
	}
	if err := apply(reel, d); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another casino's file: %v", err)
	}
	if err := apply(fox, d); err != nil {
		t.Fatal(err)
	}
	if err := apply(fox, d); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("twice: %v", err)
	}
	if got := []string{fox.says("ru", "common.save"), fox.says("ru", "common.cancel"), reel.says("ru", "common.save")}; !slices.Equal(got,
		[]string{"Записать", "Отмена", "Сохранить"}) {
		t.Errorf("%q", got)
	}
}

// What a casino downloads it can upload as it is, in every language, and nothing changes.
func TestAFileComesBackAsItWent(t *testing.T) {
	t.Parallel()
	fox, _ := open(t)
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		for _, tag := range []string{"fi", "he", "ja"} {
			if _, err := languages.Add(ctx, tx, tag); err != nil {
				return err
			}
		}
		return languages.Set(ctx, tx, "ru", "common.save", i18n.Text{"other": "Записать"})
	})
	for _, lang := range append(i18n.Languages(), "fi", "he", "ja") {
		fox.must(func(ctx context.Context, tx bun.Tx) error {
			file, err := languages.Download(ctx, tx, lang)
			if err != nil {
				return err
			}
			d, problems, more, err := languages.Prepare(ctx, tx, lang, file)
			for _, p := range problems {
				t.Errorf("%s:%d %s: %v", lang, p.Line, p.ID, p.Why)
			}
			if len(d.Changes) > 0 || more > 0 || len(file) > languages.MaxFile {
				t.Errorf("%s: %d changes, %d more problems, %d octets: %+v", lang, len(d.Changes), more, len(file), d.Changes[:min(3, len(d.Changes))])
			}
			return err
		})
	}
}

func TestTextsWhoseOriginalMovedOnAreListed(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	for _, id := range []string{"common.save", "common.cancel", "common.delete"} {
		if err := fox.set("ru", id, i18n.Text{"other": "Моё"}); err != nil {
			t.Fatal(err)
		}
	}
	// The texts were made against an earlier release, which said two of them differently, and one that is gone.
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update language_texts set original = '{"other": "Раньше"}' where id in ('common.save', 'common.cancel')`).Exec(ctx)
		return err
	})
	fox.must(func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into language_texts (tenant_id, language, id, forms, original, original_language, author_name)
			values (current_tenant(), 'ru', 'common.of_old', '{"other": "Старое"}', '{"other": "Old"}', 'en', 'Ieva'),
			(current_tenant(), 'ru', 'common.page_title', '{"other": "{{.Lost}}"}', '{"other": "{{.Lost}}"}', 'ru', 'Ieva')`).Exec(ctx)
		return err
	})
	moved := func() (out []string) {
		for _, l := range fox.lines("ru", languages.Filter{Moved: true}) {
			out = append(out, l.ID)
		}
		return out
	}
	if got := moved(); !slices.Equal(got, []string{"common.cancel", "common.of_old", "common.page_title", "common.save"}) {
		t.Errorf("%q", got)
	}
	if p := fox.pack("ru"); p.Changed != 5 || p.Outdated != 4 {
		t.Errorf("%+v", p)
	}
	if got := fox.lines("ru", languages.Filter{Own: true}); len(got) != 5 {
		t.Errorf("%d of its own", len(got))
	}
	if got := fox.says("ru", "common.page_title", "Page", "X", "Casino", "Y"); !strings.Contains(got, "X") {
		t.Errorf("a text that lost its blanks is said: %q", got)
	}
	keep := func(id string) error {
		return fox.try(func(ctx context.Context, tx bun.Tx) error { return languages.Keep(ctx, tx, "ru", id) })
	}
	if err := keep("common.page_title"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a text that doesn't fit is kept: %v", err)
	}
	if err := errors.Join(keep("common.save"), keep("common.of_old")); err != nil {
		t.Fatal(err)
	}
	fox.must(func(ctx context.Context, tx bun.Tx) error { return languages.Reset(ctx, tx, "ru", "common.cancel") })
	if got := moved(); !slices.Equal(got, []string{"common.page_title"}) {
		t.Errorf("then %q", got)
	}
	if fox.says("ru", "common.save") != "Моё" || fox.says("ru", "common.cancel") != "Отмена" {
		t.Error("kept and given up the wrong way round")
	}
	if len(reel.lines("ru", languages.Filter{Own: true})) != 0 {
		t.Error("another casino's texts are listed")
	}
}
