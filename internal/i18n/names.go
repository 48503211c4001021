package i18n

import (
	"context"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

var ownNames = map[string]string{
	"en": "English", "ru": "Русский", "lt": "Lietuvių", "de": "Deutsch", "es": "Español", "pt-BR": "Português (Brasil)",
	"tr": "Türkçe", "pl": "Polski", "uk": "Українська", "ar": "العربية",
	Accented: "⟦Åççéñţéđ⟧", Mirrored: "\u202eMirrored\u202c",
}

// OwnName is what the speakers of lang call it, for a menu of languages. Codes come from strangers: one nobody knows is
// its own name.
func OwnName(lang string) string {
	if name := ownNames[lang]; name != "" {
		return name
	}
	if tag, err := language.Parse(lang); err == nil {
		if name := display.Self.Name(tag); name != "" {
			return name
		}
	}
	return lang
}

// LanguageName is what the reader of ctx calls the language with this code ("de", "pt-BR"), the code itself when nobody
// knows it. Codes come from strangers.
func LanguageName(ctx context.Context, code string) string {
	b := strings.ToLower(base(strings.ReplaceAll(code, "_", "-")))
	if b == "" || len(b) > 8 {
		return code
	}
	return named(ctx, "common.language_"+b, code, func(names *names) string {
		known, err := language.ParseBase(b)
		if err != nil {
			return ""
		}
		return names.languages.Name(known)
	})
}

// CountryName is what the reader of ctx calls the country with this code of ISO 3166-1 ("LT"), the code itself when
// there is none such. Codes come from strangers.
func CountryName(ctx context.Context, code string) string {
	upper := strings.ToUpper(code)
	if len(upper) != 2 {
		return code
	}
	return named(ctx, "country."+upper, code, func(names *names) string {
		region, err := language.ParseRegion(upper)
		if err != nil || !region.IsCountry() {
			return ""
		}
		return names.regions.Name(region)
	})
}

// named looks for a name in the reader's language, then in CLDR's of it, then in other languages.
func named(ctx context.Context, id, code string, cldr func(*names) string) string {
	v := from(ctx).voice
	if v.names != nil && !v.has(id) {
		if name := cldr(v.names); name != "" {
			return name
		}
	}
	if Has(id) {
		return T(ctx, id)
	}
	if name := cldr(englishNames); name != "" {
		if v.lang == Accented {
			return "⟦" + name + "⟧"
		}
		return name
	}
	return code
}

var englishNames = namesIn(language.English)

// names are CLDR's names in one language, for catalogs that have none of their own.
type names struct{ languages, regions display.Namer }

func namesIn(tag language.Tag) *names {
	n := names{display.Languages(tag), display.Regions(tag)}
	if n.languages == nil || n.regions == nil {
		return nil
	}
	return &n
}

// FromCLDR tells whether CLDR names what this id names. A catalog needs such an id only to say better than CLDR's tables of
// 2017, which know no North Macedonia.
func FromCLDR(id string) bool {
	return strings.HasPrefix(id, "country.") || strings.HasPrefix(id, "common.language_")
}
