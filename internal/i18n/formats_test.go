package i18n

import (
	"math"
	"testing"
	"time"
)

// The expected strings are CLDR 48's, with the house's own choices where internal/i18n/locale.go says so.
func TestFormatsAreTheLanguagesOwn(t *testing.T) {
	t.Parallel()
	const n, u, rlm, lrm = "\u00a0", "\u202f", "\u200f", "\u200e"
	at := time.Date(2026, 11, 3, 21, 5, 0, 0, time.UTC)
	for lang, want := range map[string]struct{ decimal, percent, euro, owed, yen, dollar, clock, list string }{
		"en":    {"1,234.50", "42%", "€1,234.50", "-€0.05", "¥1,500", "$7.00", "21:05", "A, B and C"},
		"ru":    {"1" + n + "234,50", "42" + n + "%", "1" + n + "234,50" + n + "€", "-0,05" + n + "€", "1" + n + "500" + n + "¥", "7,00" + n + "$", "21:05", "A, B и C"},
		"lt":    {"1" + n + "234,50", "42" + n + "%", "1" + n + "234,50" + n + "€", "−0,05" + n + "€", "1" + n + "500" + n + "JPY", "7,00" + n + "USD", "21:05", "A, B ir C"},
		"de":    {"1.234,50", "42" + n + "%", "1.234,50" + n + "€", "-0,05" + n + "€", "1.500" + n + "¥", "7,00" + n + "$", "21:05", "A, B und C"},
		"es":    {"1234,50", "42" + n + "%", "1234,50" + n + "€", "-0,05" + n + "€", "1500" + n + "JPY", "7,00" + n + "US$", "21:05", "A, B y C"},
		"pt-BR": {"1.234,50", "42%", "€" + n + "1.234,50", "-€" + n + "0,05", "JP¥" + n + "1.500", "US$" + n + "7,00", "21:05", "A, B e C"},
		"tr":    {"1.234,50", "%42", "€1.234,50", "-€0,05", "¥1.500", "$7,00", "21:05", "A, B ve C"},
		"pl":    {"1234,50", "42%", "1234,50" + n + "€", "-0,05" + n + "€", "1500" + n + "JPY", "7,00" + n + "USD", "21:05", "A, B i C"},
		"uk":    {"1" + n + "234,50", "42%", "1" + n + "234,50" + n + "€", "-0,05" + n + "€", "1" + n + "500" + n + "JPY", "7,00" + n + "USD", "21:05", "A, B і C"},
		"ar": {"1,234.50", "42" + lrm + "%" + lrm, rlm + "1,234.50" + n + "€", rlm + lrm + "-0.05" + n + "€", rlm + "1,500" + n + "JP¥",
			rlm + "7.00" + n + "US$", "9:05" + n + "م", ""},
	} {
		ctx := With(t.Context(), lang)
		for what, pair := range map[string][2]string{
			"decimal": {Decimal(ctx, 1234.5, 2), want.decimal}, "percent": {Percent(ctx, 0.42, 0), want.percent},
			"euros": {Money(ctx, 123450, "EUR"), want.euro}, "a debt": {Money(ctx, -5, "eur"), want.owed},
			"yen": {Money(ctx, 1500, "JPY"), want.yen}, "dollars": {Money(ctx, 700, "USD"), want.dollar},
			"the clock": {Clock(ctx, at), want.clock},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s %+q, want %+q", lang, what, pair[0], pair[1])
			}
		}
		if got := List(ctx, "A", "B", "C"); want.list != "" && got != want.list {
			t.Errorf("%s: the list %q, want %q", lang, got, want.list)
		}
	}
}

func TestFormatsMeetOddNumbers(t *testing.T) {
	t.Parallel()
	en, es := With(t.Context(), "en"), With(t.Context(), "es")
	for got, want := range map[string]string{
		Decimal(en, math.NaN(), 2): "–", Decimal(en, math.Inf(-1), 0): "–", Decimal(en, -0.001, 2): "0.00", Decimal(en, -1234567.891, 1): "-1,234,567.9",
		Percent(en, -0.005, 1): "-0.5%", Percent(With(en, "tr"), -0.5, 0): "-%50",
		Money(en, 0, "EUR"): "€0.00", Money(en, 5, "BHD"): "BHD\u00a00.005", Money(en, math.MaxInt64, "JPY"): "¥9,223,372,036,854,775,807",
		Money(en, math.MinInt64, "EUR"): "-€92,233,720,368,547,758.08", Money(en, 150, "XBTC"): "XBTC\u00a01.50", Money(en, 1050, "chf"): "CHF\u00a010.50",
		Money(es, 1000000, "EUR"): "10.000,00\u00a0€", Money(With(en, "pl"), 123450, "PLN"): "1234,50\u00a0zł", Money(With(en, "uk"), 100, "UAH"): "1,00\u00a0₴",
		Money(With(en, "tr"), 100, "TRY"): "₺1,00", Money(With(en, "pt-BR"), 100, "BRL"): "R$\u00a01,00", Money(With(en, "ru"), 100, "RUB"): "1,00\u00a0₽",
		List(en): "", List(en, "A"): "A", List(en, "A", "B"): "A and B", List(es, "Ana", "Inés"): "Ana e Inés", List(es, "agua", "hielo"): "agua y hielo",
	} {
		if got != want {
			t.Errorf("%+q, want %+q", got, want)
		}
	}
}

// Every language that has months says dates with them, in its own order.
func TestDatesAreTheLanguagesOwn(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 3, 21, 5, 0, 0, time.UTC)
	for lang, want := range map[string]string{
		"en": "3 November 2026", "ru": "3 ноября 2026", "lt": "2026 m. lapkričio 3 d.", "de": "3. November 2026", "es": "3 de noviembre de 2026",
		"pt-BR": "3 de novembro de 2026", "tr": "3 Kasım 2026", "pl": "3 listopada 2026", "uk": "3 листопада 2026 р.", "ar": "3 نوفمبر 2026",
	} {
		got := Date(With(t.Context(), lang), at)
		for _, isolate := range []string{"\u2068", "\u2069"} {
			got = removed(got, isolate)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func removed(s, part string) string {
	out := ""
	for _, r := range s {
		if string(r) != part {
			out += string(r)
		}
	}
	return out
}
