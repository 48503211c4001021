package i18n

import "golang.org/x/text/language"

// locale is how a language writes numbers: the facts of CLDR that we need.
type locale struct {
	group     string // between thousands
	groupFrom int    // digits from which they are grouped
}

// locales are the facts by base language. Russian and Lithuanian keep four digits together, as their own style guides do
// and CLDR's minimumGroupingDigits says of Spanish and Polish.
var locales = map[string]locale{
	"en": {",", 4},
	"ru": {"\u00a0", 5},
	"lt": {"\u00a0", 5},
	"de": {".", 4},
	"es": {".", 5},
	"pt": {".", 4},
	"tr": {".", 4},
	"pl": {"\u00a0", 5},
	"uk": {"\u00a0", 4},
	"ar": {",", 4},
}

func localeOf(tag language.Tag) locale {
	base, _ := tag.Base()
	if l, ok := locales[base.String()]; ok {
		return l
	}
	return locales[Default]
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
