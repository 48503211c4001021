package i18n

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"pitdesk/internal/fault"
)

func TestTextsAreSaidInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"en": "Save", "ru": "Сохранить", "lt": "Išsaugoti", "RU": "Сохранить", "ru-LT": "Сохранить",
		"lt_LT": "Išsaugoti", "zh": "Save", "": "Save", "en-XA": "⟦Šáṽé ⟧", "ru\x00": "Save",
	} {
		got := T(With(t.Context(), lang), "common.save")
		if lang == Accented {
			if !strings.HasPrefix(got, "⟦Šáṽé") || !strings.HasSuffix(got, "⟧") {
				t.Errorf("en-XA: %q", got)
			}
			continue
		}
		if got != want {
			t.Errorf("%q: %q, want %q", lang, got, want)
		}
	}
	if got := T(t.Context(), "common.save"); got != "Save" {
		t.Errorf("a context that knows no language says %q", got)
	}
}

func TestCountsTakeTheirPluralForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang  string
		count int
		want  string
	}{
		{"en", 1, "1 unread message"}, {"en", 0, "0 unread messages"}, {"en", 1234, "1,234 unread messages"},
		{"ru", 1, "1 непрочитанное сообщение"}, {"ru", 3, "3 непрочитанных сообщения"},
		{"ru", 11, "11 непрочитанных сообщений"}, {"ru", 21, "21 непрочитанное сообщение"},
		{"lt", 1, "1 neskaityta žinutė"}, {"lt", 5, "5 neskaitytos žinutės"}, {"lt", 12, "12 neskaitytų žinučių"},
		{"lt", 10, "10 neskaitytų žinučių"}, {"ru", 12345, "12\u00a0345 непрочитанных сообщений"},
		{"ru", 1234, "1234 непрочитанных сообщения"}, {"en", -1234567, "-1,234,567 unread messages"},
	} {
		if got := N(With(t.Context(), c.lang), "common.unread", c.count); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.count, got, c.want)
		}
	}
}

// The library that reads our files has plural rules of its own; both come from CLDR and must agree.
func TestPluralFormsAgreeWithGoI18n(t *testing.T) {
	t.Parallel()
	named := &goi18n.Message{ID: "x", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
	for _, lang := range Languages() {
		m, err := compile(named, splitBlanks, nil)
		if err != nil {
			t.Fatal(err)
		}
		m.plurals = language.Make(lang)
		bundle := goi18n.NewBundle(m.plurals)
		bundle.MustAddMessages(m.plurals, named)
		theirs := goi18n.NewLocalizer(bundle, lang)
		for _, n := range append(upTo(1200), 999_999, 1_000_000, 1_000_001, 12_345_611, 100_000_002) {
			want := theirs.MustLocalize(&goi18n.LocalizeConfig{MessageID: "x", PluralCount: n})
			if got := m.form(n).source; got != want {
				t.Fatalf("%s %d: %s, want %s", lang, n, got, want)
			}
		}
	}
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestWhatIsFilledInIsIsolatedFromRightToLeftText(t *testing.T) {
	t.Parallel()
	ctx := With(t.Context(), Mirrored)
	got := T(ctx, "common.in_span", "Span", "Mara")
	if !strings.Contains(got, "\u2068Mara\u2069") || !strings.Contains(got, "\u202e") {
		t.Errorf("%q", got)
	}
	if Dir(ctx) != "rtl" || Dir(t.Context()) != "ltr" || Lang(ctx) != Mirrored {
		t.Errorf("direction %s, language %s", Dir(ctx), Lang(ctx))
	}
}

func TestPseudoLocalesKeepEveryBlankAndGrow(t *testing.T) {
	t.Parallel()
	for id, en := range library[Default].messages {
		accented, mirrored := library[Accented].messages[id], library[Mirrored].messages[id]
		for form := range en.forms {
			if en.forms[form] == nil {
				continue
			}
			for _, p := range en.forms[form].parts {
				if p.name == "" {
					continue
				}
				blank := p.String()
				if !strings.Contains(accented.forms[form].source, blank) ||
					!strings.Contains(mirrored.forms[form].source, blank) {
					t.Errorf("%s lost %s", id, blank)
				}
			}
		}
		short, long := letters(en.forms[plural.Other]), letters(accented.forms[plural.Other])
		if short >= 5 && long < short*13/10 {
			t.Errorf("%s did not grow: %q", id, accented.forms[plural.Other].source)
		}
	}
}

func letters(t *text) int {
	n := 0
	for _, p := range t.parts {
		n += len([]rune(p.literal))
	}
	return n
}

func TestAnUnknownIDPanicsUnderTest(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context){
		"id":    func(ctx context.Context) { T(ctx, "common.nobody_wrote_this") },
		"blank": func(ctx context.Context) { T(ctx, "common.in_span", "Wrong", "x") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call(t.Context())
		}()
	}
}

func TestFaultsAreTranslated(t *testing.T) {
	t.Parallel()
	ru := With(t.Context(), "ru")
	secret := errors.New("dial unix /srv/pg.sock: connection refused")
	if got := Fault(ru, secret); got != "Что-то пошло не так на нашей стороне. Попробуйте ещё раз через минуту." {
		t.Errorf("%q", got)
	}
	untold := fault.New(fault.Invalid, "Only this test says %d.", 3)
	if got := Fault(ru, untold); got != "Only this test says 3." {
		t.Errorf("%q", got)
	}
	if Fault(ru, nil) != "" {
		t.Error("nil is taken for trouble")
	}
}

func TestFaultsCountAndReorder(t *testing.T) {
	t.Parallel()
	lib, err := load(fstest.MapFS{
		"catalogs/errors.en.json": {Data: []byte(`{"%s has %d seats, 100%% taken: %v": {
			"one": "%[1]s has one seat: %[3]v", "other": "%s has %d seats, 100%% taken: %v"}}`)},
		"catalogs/errors.ru.json": {Data: []byte(`{"%s has %d seats, 100%% taken: %v": {
			"one": "%[2]d место у %[1]s: %[3]v", "few": "%[2]d места у %[1]s: %[3]v",
			"many": "%[2]d мест у %[1]s: %[3]v", "other": "%[2]d места у %[1]s: %[3]v"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	say := func(lang string, n int, last any) string {
		ctx := context.WithValue(t.Context(), key{}, &reader{voice: newVoice(lib[lang], library[Default]), zone: time.UTC})
		return Fault(ctx, fault.New(fault.Conflict, "%s has %d seats, 100%% taken: %v", "Lucky Fox", n, last))
	}
	inner := fault.New(fault.Invalid, "Inner.").Because(errors.New("secret"))
	for _, c := range []struct{ got, want string }{
		{say("en", 1, inner), "Lucky Fox has one seat: Inner."},
		{say("en", 2, "x"), "Lucky Fox has 2 seats, 100% taken: x"},
		{say("ru", 5, "x"), "5 мест у Lucky Fox: x"},
		{say("ru", 22, time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)), "22 места у Lucky Fox: 1 March 2026, 09:05"}, // this little catalog has no months
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if got := say(Accented, 2, "x"); !strings.Contains(got, "Lucky Fox ĥáš 2 šéáţš, 100% ţáķéñ: x") {
		t.Errorf("accented: %q", got)
	}
}

func TestATextHoldsNoLogic(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"{{if .A}}x{{end}}", "{{.A.B}}", "{{ .A", "{{A}}", "{{.A | html}}", "{{}}"} {
		if parts, err := splitBlanks(source); err == nil {
			t.Errorf("%q went through as %v", source, parts)
		}
	}
}

func TestMessagesForTheBrowser(t *testing.T) {
	t.Parallel()
	ru := Messages(With(t.Context(), "ru"), "common")
	if ru["common.save"] != "Сохранить" {
		t.Errorf("%v", ru["common.save"])
	}
	if forms, ok := ru["common.unread"].(map[string]string); !ok || len(forms) != 4 {
		t.Errorf("%v", ru["common.unread"])
	}
	if len(Messages(t.Context(), "common")) != len(ru) || len(Messages(t.Context(), "nothing")) != 0 {
		t.Error("an unknown language or surface")
	}
}

func TestNumbersAreGroupedAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][2]string{
		"en": {"1,234", "1,234,567"}, "ru": {"1234", "1\u00a0234\u00a0567"}, "lt": {"1234", "1\u00a0234\u00a0567"},
		"de": {"1.234", "1.234.567"}, "es": {"1234", "1.234.567"}, "pt-BR": {"1.234", "1.234.567"}, "tr": {"1.234", "1.234.567"},
		"pl": {"1234", "1\u00a0234\u00a0567"}, "uk": {"1\u00a0234", "1\u00a0234\u00a0567"}, "ar": {"1,234", "1,234,567"},
	} {
		ctx := With(t.Context(), lang)
		if got := [2]string{Number(ctx, 1234), Number(ctx, 1234567)}; got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestALanguageKnowsItsFormsAndItsDirection(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"en": "[one other] []", "ru": "[few many one other] []", "de": "[one other] []", "es": "[one other] [many]",
		"pt-BR": "[one other] [many]", "tr": "[one other] []", "pl": "[few many one other] []", "uk": "[few many one other] []",
		"ar": "[few many one other two zero] []", "ja": "[other] []",
	} {
		must, may := Plurals(lang)
		if got := fmt.Sprint(must, may); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
		if got := Dir(With(t.Context(), lang)); (got == "rtl") != (lang == "ar") {
			t.Errorf("%s runs %s", lang, got)
		}
	}
}
