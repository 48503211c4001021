package i18n

import (
	"testing"
	"time"
)

func TestTimesAreSaidShortly(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 21, 37, 0, 0, time.UTC)
	for _, c := range []struct {
		before time.Duration
		en, ru string
	}{
		{0, "now", "сейчас"},
		{50 * time.Second, "now", "сейчас"},
		{-20 * time.Second, "now", "сейчас"},
		{4*time.Minute + 59*time.Second, "4 min", "4 мин"},
		{119 * time.Minute, "1 h", "1 ч"},
		{23 * time.Hour, "23 h", "23 ч"},
		{3 * 24 * time.Hour, "3 d", "3 дн."},
		{10 * 24 * time.Hour, "11 Nov", "11 нояб."},
		{400 * 24 * time.Hour, "17 Oct 2025", "17 окт. 2025"},
		{-90 * time.Minute, "in 1 h", "через 1 ч"},
		{-45 * time.Second, "in 1 min", "через 1 мин"},
	} {
		if got := ago(With(t.Context(), "en"), now.Add(-c.before), now); got != c.en {
			t.Errorf("%s: %q, want %q", c.before, got, c.en)
		}
		if got := ago(With(t.Context(), "ru"), now.Add(-c.before), now); got != c.ru {
			t.Errorf("%s: %q, want %q", c.before, got, c.ru)
		}
	}
	ctx := With(t.Context(), "lt")
	for d, want := range map[time.Duration]string{
		20 * time.Second: "1 min.", 80 * time.Minute: "1 val. 20 min.", 2 * time.Hour: "2 val.", 50 * time.Hour: "2 d.",
	} {
		if got := Span(ctx, d); got != want {
			t.Errorf("span %s: %q, want %q", d, got, want)
		}
	}
}

func TestTimesAreTheReadersOwn(t *testing.T) {
	t.Parallel()
	vilnius, ok := Zone("Europe/Vilnius")
	if !ok {
		t.Fatal("Europe/Vilnius is unknown")
	}
	at := time.Date(2026, 12, 31, 22, 30, 0, 0, time.UTC)
	for lang, want := range map[string]string{
		"en": "1 January 2027, 00:30", "ru": "1 января 2027, 00:30", "lt": "2027 m. sausio 1 d., 00:30",
	} {
		ctx := WithZone(With(t.Context(), lang), vilnius)
		if got := Exact(ctx, at); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := Exact(t.Context(), at); got != "31 December 2026, 22:30" {
		t.Errorf("without a zone: %q", got)
	}
	ctx := WithZone(t.Context(), vilnius)
	for hours, want := range map[int]string{0: "Today", -2: "Yesterday", 25: "Tomorrow", -24 * 20: "12 December 2026"} {
		if got := day(ctx, at.Add(time.Duration(hours)*time.Hour), at); got != want {
			t.Errorf("%d h: %q, want %q", hours, got, want)
		}
	}
	if got := Weekday(With(ctx, "lt"), time.Monday); got != "Pirmadienis" {
		t.Errorf("%q", got)
	}
}

func TestStrangersZonesAreUTC(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Local", "Mars/Olympus", "../../etc/passwd", "Europe/Vilnius\x00"} {
		if z, ok := Zone(name); ok || z != time.UTC {
			t.Errorf("%q: %v %v", name, z, ok)
		}
	}
}

func TestLanguagesAreNegotiated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header    string
		preferred []string
		want      string
	}{
		{"", nil, "en"},
		{"de-DE,de;q=0.9,ru;q=0.5,en;q=0.1", nil, "de"},
		{"fi-FI,fi;q=0.9,ru;q=0.5,en;q=0.1", nil, "ru"},
		{"pt", nil, "pt-BR"}, {"pt-PT", nil, "pt-BR"}, {"zh", nil, "en"}, {"zh-Hant-TW,ar-EG;q=0.2", nil, "ar"},
		{"lt-LT", []string{"", "xx", "ru-RU"}, "ru"},
		{"ru;q=0, lt;q=0.1", nil, "lt"},
		{"*", nil, "en"},
		{"en-XA", nil, "en-XA"},
		{";;;q=,\x00", nil, "en"},
		{"ar", nil, "ar"}, {"xb", []string{"ar-xb"}, "ar-XB"}, {"p", nil, "en"},
	} {
		if got := Negotiate(c.header, c.preferred...); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.header, c.preferred, got, c.want)
		}
	}
	if got := NegotiateOr("lt", "zh"); got != "lt" {
		t.Errorf("the casino's own language lost to %s", got)
	}
}

func TestLanguagesAndCountriesHaveNames(t *testing.T) {
	t.Parallel()
	ctx := With(t.Context(), "ru")
	for code, want := range map[string]string{"lt": "литовский", "PT-br": "португальский", "tlh": "клингонский", "qqq": "qqq", "": "", "-": "-", "../x": "../x"} {
		if got := LanguageName(ctx, code); got != want {
			t.Errorf("%s: %q", code, got)
		}
	}
	for code, want := range map[string]string{"LT": "Литва", "gb": "Великобритания", "QQ": "QQ", "": ""} {
		if got := CountryName(ctx, code); got != want {
			t.Errorf("%s: %q", code, got)
		}
	}
	for lang, want := range map[string][3]string{
		"de": {"Litauisch", "Litauen", "Nordmazedonien"}, "pt-BR": {"lituano", "Lituânia", "Macedônia do Norte"},
		"ar": {"الليتوانية", "ليتوانيا", "مقدونيا الشمالية"}, "lt": {"lietuvių", "Lietuva", "Šiaurės Makedonija"},
	} {
		ctx := With(t.Context(), lang)
		if got := [3]string{LanguageName(ctx, "lt"), CountryName(ctx, "lt"), CountryName(ctx, "MK")}; got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	for _, code := range []string{"XK", "EU", "UN", "001", "ZZ"} {
		if got := CountryName(With(t.Context(), "de"), code); got == "" {
			t.Errorf("%s has no name, not even its own", code)
		}
	}
	for lang, want := range map[string]string{"lt": "Lietuvių", "pt-BR": "Português (Brasil)", "fi": "suomi", "xx": "xx", "\x00": "\x00"} {
		if got := OwnName(lang); got != want {
			t.Errorf("%s calls itself %q", lang, got)
		}
	}
}
