package i18n

import (
	"context"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// Number writes n as the language of ctx groups it: 12,345 or 12 345.
func Number(ctx context.Context, n int) string { return from(ctx).locale.count(n) }

func (l locale) count(n int) string {
	digits := strconv.Itoa(n)
	if n < 0 {
		return l.minus + l.grouped(digits[1:], l.countFrom)
	}
	return l.grouped(digits, l.countFrom)
}

// Decimal writes n with this many digits behind the point: "1,234.50", "1 234,50". What isn't a number is a dash.
func Decimal(ctx context.Context, n float64, digits int) string {
	return from(ctx).locale.write(n, digits)
}

func (l locale) write(n float64, digits int) string {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return "–"
	}
	whole, part, _ := strings.Cut(strconv.FormatFloat(math.Abs(n), 'f', max(0, digits), 64), ".")
	out := l.grouped(whole, l.groupFrom)
	if part != "" {
		out += l.decimal + part
	}
	if n < 0 && strings.Trim(whole+part, "0") != "" { // nothing is not less than nothing
		out = l.minus + out
	}
	return out
}

// Percent writes a share, of which 1 is all: "42%", "42 %", "%42".
func Percent(ctx context.Context, share float64, digits int) string {
	l := from(ctx).locale
	n := l.write(share*100, digits)
	sign := ""
	if rest, negative := strings.CutPrefix(n, l.minus); negative {
		sign, n = l.minus, rest
	}
	return sign + strings.Replace(l.percent, "#", n, 1)
}

// Money writes an amount of a currency of ISO 4217, given in its minor units (cents), as the language of ctx does: "€1,234.50",
// "1 234,50 €". A code that isn't a currency is written as it is, with two digits behind the point.
func Money(ctx context.Context, minor int64, code string) string {
	v := from(ctx).voice
	l := v.locale
	code = strings.ToUpper(strings.TrimSpace(code))
	scale := 2
	if unit, err := currency.ParseISO(code); err == nil {
		scale, _ = currency.Standard.Rounding(unit)
	}
	digits := strconv.FormatInt(minor, 10)
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = l.minus, rest
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	amount := l.grouped(digits[:len(digits)-scale], l.groupFrom)
	if scale > 0 {
		amount += l.decimal + digits[len(digits)-scale:]
	}
	symbol := symbolOf(base(v.lang), code)
	pattern := l.money
	// Letters stand off the number, a sign doesn't (CLDR's currency spacing).
	if endsInLetter(symbol) {
		pattern = strings.Replace(pattern, "¤#", "¤"+nbsp+"#", 1)
	}
	if mark, rest, marked := strings.Cut(pattern, rtlMark); marked && mark == "" {
		return rtlMark + sign + strings.NewReplacer("#", amount, "¤", symbol).Replace(rest)
	}
	return sign + strings.NewReplacer("#", amount, "¤", symbol).Replace(pattern)
}

func endsInLetter(symbol string) bool {
	if symbol == "" {
		return false
	}
	last := symbol[len(symbol)-1]
	return last >= 'A' && last <= 'Z' || last >= 'a' && last <= 'z'
}

// symbols are the signs that CLDR writes for a currency, by language where languages differ and under "" for the others. A
// currency that isn't here is written with its code, as CLDR writes most of them.
var symbols = map[string]map[string]string{
	"EUR": {"": "€"},
	"GBP": {"": "£", "lt": "GBP", "pl": "GBP", "uk": "GBP", "es": "GBP"},
	"USD": {"": "$", "es": "US$", "pt": "US$", "lt": "USD", "pl": "USD", "uk": "USD", "ar": "US$"},
	"JPY": {"": "¥", "pt": "JP¥", "es": "JPY", "lt": "JPY", "pl": "JPY", "uk": "JPY", "ar": "JP¥"},
	"BRL": {"pt": "R$", "en": "R$", "de": "R$", "tr": "R$", "ru": "R$", "ar": "R$"},
	"TRY": {"tr": "₺"},
	"PLN": {"pl": "zł"},
	"UAH": {"uk": "₴", "ru": "₴"},
	"RUB": {"ru": "₽"},
	"INR": {"": "₹", "lt": "INR", "pl": "INR", "uk": "INR", "es": "INR"},
	"KZT": {"kk": "₸"},
	"GEL": {"ka": "₾"},
	"CZK": {"cs": "Kč"},
	"HUF": {"hu": "Ft"},
	"RON": {"ro": "RON"},
	"SEK": {"sv": "kr"},
	"NOK": {"nb": "kr"},
	"DKK": {"da": "kr."},
}

func symbolOf(lang, code string) string {
	by := symbols[code]
	if s := by[lang]; s != "" {
		return s
	}
	if s := by[""]; s != "" {
		return s
	}
	return code
}
