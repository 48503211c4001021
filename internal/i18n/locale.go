package i18n

import (
	"strings"

	"golang.org/x/text/language"
)

// locale is how a language writes numbers and times: the facts of CLDR 48 that we need.
type locale struct {
	group, decimal, minus string
	groupFrom             int    // digits from which thousands are grouped: 4, or 5 where CLDR's minimumGroupingDigits is 2
	countFrom             int    // the same for counts in a sentence, where house style differs; 0 is groupFrom
	percent               string // pattern: # is the number
	money                 string // pattern: # is the number, ¤ the currency
	am, pm                string // set where CLDR wants the clock of twelve hours
}

const (
	nbsp = "\u00a0"
	// A right-to-left line shows signs at the wrong end of a number without these (CLDR's Arabic symbols have them).
	ltrMark, rtlMark = "\u200e", "\u200f"
)

// locales are the facts by base language.
//
// Our English is written as in Britain (21 November 2026), so it has that clock. Russian and Lithuanian texts keep four digits
// of a count together, as their own style guides do. Arabic is written with Latin digits: CLDR has them for the Emirates and
// the Maghreb and Arabic-Indic ones for Egypt and Arabia, every reader knows the Latin ones, and the casino's own amounts,
// account and card numbers, which agents and players compare with ours, come in them.
var locales = map[string]locale{
	"en": {group: ",", decimal: ".", groupFrom: 4, percent: "#%", money: "¤#"},
	"ru": {group: nbsp, decimal: ",", groupFrom: 4, countFrom: 5, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"lt": {group: nbsp, decimal: ",", groupFrom: 4, countFrom: 5, minus: "\u2212", percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"de": {group: ".", decimal: ",", groupFrom: 4, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"es": {group: ".", decimal: ",", groupFrom: 5, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"pt": {group: ".", decimal: ",", groupFrom: 4, percent: "#%", money: "¤" + nbsp + "#"},
	"tr": {group: ".", decimal: ",", groupFrom: 4, percent: "%#", money: "¤#"},
	"pl": {group: nbsp, decimal: ",", groupFrom: 5, percent: "#%", money: "#" + nbsp + "¤"},
	"uk": {group: nbsp, decimal: ",", groupFrom: 4, percent: "#%", money: "#" + nbsp + "¤"},
	"ar": {group: ",", decimal: ".", groupFrom: 4, minus: ltrMark + "-", percent: "#" + ltrMark + "%" + ltrMark,
		money: rtlMark + "#" + nbsp + "¤", am: "ص", pm: "م"},

	// Languages that casinos add themselves.
	"bg": {group: nbsp, decimal: ",", groupFrom: 5, percent: "#%", money: "#" + nbsp + "¤"},
	"cs": {group: nbsp, decimal: ",", groupFrom: 4, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"da": {group: ".", decimal: ",", groupFrom: 4, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"el": {group: ".", decimal: ",", groupFrom: 4, percent: "#%", money: "#" + nbsp + "¤", am: "π.μ.", pm: "μ.μ."},
	"et": {group: nbsp, decimal: ",", groupFrom: 5, minus: "\u2212", percent: "#%", money: "#" + nbsp + "¤"},
	"fi": {group: nbsp, decimal: ",", groupFrom: 4, minus: "\u2212", percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"fr": {group: "\u202f", decimal: ",", groupFrom: 4, percent: "#\u202f" + nbsp + "%", money: "#" + nbsp + "¤"},
	"he": {group: ",", decimal: ".", groupFrom: 4, minus: ltrMark + "-", percent: "#%", money: rtlMark + "#" + nbsp + rtlMark + "¤"},
	"hi": {group: ",", decimal: ".", groupFrom: 4, percent: "#%", money: "¤#", am: "am", pm: "pm"},
	"hu": {group: nbsp, decimal: ",", groupFrom: 4, percent: "#%", money: "#" + nbsp + "¤"},
	"it": {group: ".", decimal: ",", groupFrom: 4, percent: "#%", money: "#" + nbsp + "¤"},
	"ka": {group: nbsp, decimal: ",", groupFrom: 5, percent: "#%", money: "#" + nbsp + "¤"},
	"kk": {group: nbsp, decimal: ",", groupFrom: 4, percent: "#%", money: "#" + nbsp + "¤"},
	"lv": {group: nbsp, decimal: ",", groupFrom: 5, percent: "#%", money: "#" + nbsp + "¤"},
	"nb": {group: nbsp, decimal: ",", groupFrom: 4, minus: "\u2212", percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"nl": {group: ".", decimal: ",", groupFrom: 4, percent: "#%", money: "¤" + nbsp + "#"},
	"ro": {group: ".", decimal: ",", groupFrom: 4, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"sk": {group: nbsp, decimal: ",", groupFrom: 4, percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
	"sv": {group: nbsp, decimal: ",", groupFrom: 4, minus: "\u2212", percent: "#" + nbsp + "%", money: "#" + nbsp + "¤"},
}

// localeOf falls back to the root locale's shape, which groups by commas as English does and puts the currency first.
func localeOf(tag language.Tag) locale {
	base, _ := tag.Base()
	l, ok := locales[base.String()]
	if !ok {
		l = locales[Default]
	}
	if l.minus == "" {
		l.minus = "-"
	}
	if l.countFrom == 0 {
		l.countFrom = l.groupFrom
	}
	return l
}

// grouped puts the language's separators between the thousands of a row of digits.
func (l locale) grouped(digits string, from int) string {
	if len(digits) < from {
		return digits
	}
	first := (len(digits)-1)%3 + 1
	var b strings.Builder
	b.WriteString(digits[:first])
	for rest := digits[first:]; rest != ""; rest = rest[3:] {
		b.WriteString(l.group)
		b.WriteString(rest[:3])
	}
	return b.String()
}

// rightToLeft are the scripts that run from right to left (ISO 15924).
var rightToLeft = map[string]bool{
	"Arab": true, "Hebr": true, "Syrc": true, "Thaa": true, "Nkoo": true, "Adlm": true, "Rohg": true, "Mand": true, "Samr": true,
}

// direction is the writing direction of the script that a language is written in.
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	if rightToLeft[script.String()] {
		return "rtl"
	}
	return "ltr"
}
