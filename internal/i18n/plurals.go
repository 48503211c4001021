package i18n

import (
	"slices"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// byMillions are the languages in which whole millions take the form "many" ("1 000 000 de mensajes"). CLDR has it since
// version 38; the tables of x/text are older.
var byMillions = map[string]bool{"ca": true, "es": true, "fr": true, "it": true, "pt": true}

func countsByMillions(tag language.Tag) bool {
	base, _ := tag.Base()
	return byMillions[base.String()]
}

// cardinal is the plural form that a whole number takes by CLDR.
func cardinal(tag language.Tag, count int) plural.Form {
	if count < 0 {
		count = -count
	}
	if count >= 1_000_000 && count%1_000_000 == 0 && countsByMillions(tag) {
		return plural.Many
	}
	// The rules look at the last digits only, and take numbers up to ten million.
	if count >= 10_000_000 {
		count = 1_000_000 + count%1_000_000
	}
	return plural.Cardinal.MatchPlural(tag, count, 0, 0, 0, 0)
}

// Plurals are the plural forms a text that counts must have in lang, by name and sorted: the cardinal forms of CLDR. may
// is what it may have besides: the form of whole millions, for which "other" stands in.
func Plurals(lang string) (must, may []string) {
	tag := language.Make(lang)
	found := map[plural.Form]bool{plural.Other: true}
	// Integers up to a few hundred and two fractions meet every other form there is.
	for n := range 400 {
		found[cardinal(tag, n)] = true
	}
	for _, tenths := range []int{1, 5} {
		found[plural.Cardinal.MatchPlural(tag, 1, 1, 1, tenths, tenths)] = true
	}
	for f := range found {
		must = append(must, formNames[f])
	}
	slices.Sort(must)
	if countsByMillions(tag) && !found[plural.Many] {
		may = []string{formNames[plural.Many]}
	}
	return must, may
}

// Lone are the plural forms that lang says of one number alone: "one" in English, "zero", "one" and "two" in Arabic, none
// in Russian, whose "one" is also 21. Such a text may leave the number out.
func Lone(lang string) []string {
	tag := language.Make(lang)
	times := map[plural.Form]int{}
	for n := range 400 {
		times[cardinal(tag, n)]++
	}
	var lone []string
	for f, n := range times {
		if n == 1 {
			lone = append(lone, formNames[f])
		}
	}
	slices.Sort(lone)
	return lone
}
