package i18n

import (
	"slices"
	"testing"

	"pitdesk/internal/fault"
)

func TestACasinosWordsComeFirst(t *testing.T) {
	t.Parallel()
	const seats = "A casino has %d topics at most."
	w := NewWords(Offer{Fallback: "lt"},
		Pack{"ru", map[string]Text{"common.save": {"other": "Записать"}, seats: {"other": "Тем не больше %d!"},
			"common.page_title": {"other": "{{.Lost}}"}, "common.cancel": {"few": "no other"}, "common.gone": {"other": "x"}}},
		Pack{"lt", map[string]Text{"common.delete": {"other": "Šalin"}}},
		Pack{"en", map[string]Text{"common.close": {"other": "Shut"}}},
		Pack{"ka", map[string]Text{"common.save": {"other": "შენახვა"}}},
		Pack{Mirrored, map[string]Text{"common.save": {"other": "x"}}})
	ctx := WithWords(t.Context(), w)
	for _, c := range []struct{ lang, id, want string }{
		{"ru", "common.save", "Записать"}, {"ru", "common.cancel", "Отмена"}, {"en", "common.close", "Shut"}, {"lt", "common.delete", "Šalin"},
		{"ka", "common.save", "შენახვა"}, {"ka-GE", "common.delete", "Šalin"}, {"ka", "common.cancel", "Atšaukti"}, {"xx", "common.close", "Shut"},
		{"de", "common.save", "Speichern"},
	} {
		if got := T(With(ctx, c.lang), c.id); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.id, got, c.want)
		}
	}
	if got := T(With(ctx, "ru"), "common.page_title", "Page", "X", "Casino", "Y"); got != "X · Y" {
		t.Errorf("a text that lost its blanks is said: %q", got)
	}
	if got := Fault(With(ctx, "ru"), fault.New(fault.Conflict, seats, 7)); got != "Тем не больше 7!" {
		t.Errorf("a fault: %q", got)
	}
	if Messages(With(ctx, "ru"), "common")["common.save"] != "Записать" {
		t.Error("the browser gets the product's words")
	}
	if Dir(With(ctx, Mirrored)) != "rtl" || T(With(ctx, Mirrored), "common.save") == "x" {
		t.Error("a pseudo-locale was reworded")
	}
	if got := Known(ctx); !slices.Equal(got, append(Languages(), "ka")) || Spoken(ctx, "KA") != "ka" || Spoken(t.Context(), "ka") != "" {
		t.Errorf("known: %q", got)
	}
	if T(With(t.Context(), "ru"), "common.save") != "Сохранить" {
		t.Error("the casino's words are said elsewhere")
	}
}

// A language's own variant doesn't take its sisters' readers.
func TestAVariantOfALanguageIsTheCasinosOwn(t *testing.T) {
	t.Parallel()
	ctx := WithWords(t.Context(), NewWords(Offer{}, Pack{"pt-PT", map[string]Text{"common.save": {"other": "Gravar"}}}))
	for tag, want := range map[string]string{"pt-PT": "pt-PT", "pt": "pt-BR", "pt-BR": "pt-BR", "pt-AO": "pt-BR"} {
		if got := Choose(ctx, Players, "en", tag); got != want {
			t.Errorf("%s gets %s, want %s", tag, got, want)
		}
	}
}

func TestEverySourceFitsItself(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		for _, surface := range Surfaces() {
			for _, s := range Originals(lang, surface) {
				if !s.fits(s.Lang, s.Text) {
					t.Errorf("%s %q doesn't fit itself: %q", lang, s.ID, s.Text)
				}
			}
		}
	}
}

func TestManifestsSayWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, lang := range Audited() {
		if m := ManifestOf(lang); m.Has != m.Of || m.Of == 0 {
			t.Errorf("%s: %+v", lang, m)
		}
	}
	for _, lang := range Languages() {
		if m := ManifestOf(lang); m.Checked == "" || m.On.IsZero() || (m.Checked == Ours) != slices.Contains([]string{"en", "ru", "lt"}, lang) {
			t.Errorf("%s: %+v", lang, m)
		}
	}
	if m := ManifestOf("he"); m.Dir != "rtl" || m.Has != 0 || m.Of == 0 || m.Checked != Nobody {
		t.Errorf("%+v", m)
	}
}
