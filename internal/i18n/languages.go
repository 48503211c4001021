package i18n

import (
	"context"
	"strings"

	"golang.org/x/text/language"
)

// Default is the language texts are written in first and fall back to.
const Default = "en"

// Accented and Mirrored are the pseudo-locales: English made long and accented, and English run from right to left.
const (
	Accented = "en-XA"
	Mirrored = "ar-XB"
)

// Languages are the languages people speak that every text exists in, Default first.
func Languages() []string { return []string{"en", "ru", "lt"} }

// Supported finds the language of ours that tag asks for: itself whatever its case ("RU"), or its base ("ru-LT" gives
// "ru"). It is empty when there is none. Pseudo-locales answer to their full names only.
func Supported(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if _, ok := library[tag]; ok {
		return tag
	}
	for known := range library {
		if strings.EqualFold(known, tag) {
			return known
		}
	}
	base, _, cut := strings.Cut(tag, "-")
	if !cut {
		return ""
	}
	for _, known := range Languages() {
		if strings.EqualFold(known, base) {
			return known
		}
	}
	return ""
}

// Negotiate picks the language to answer in: the first of preferred that we speak (what the person chose, what the
// casino's token says), else the best of an Accept-Language header (RFC 9110, 12.5.4), else Default.
func Negotiate(acceptLanguage string, preferred ...string) string {
	return NegotiateOr(Default, acceptLanguage, preferred...)
}

// NegotiateOr is Negotiate with another last resort, the casino's own language for one.
func NegotiateOr(fallback, acceptLanguage string, preferred ...string) string {
	for _, p := range preferred {
		if l := Supported(p); l != "" {
			return l
		}
	}
	// Headers are written by strangers: nobody lists more than a handful of languages.
	if acceptLanguage != "" && len(acceptLanguage) <= 500 {
		if tags, weights, err := language.ParseAcceptLanguage(acceptLanguage); err == nil {
			for i, t := range tags {
				if weights[i] <= 0 {
					continue
				}
				if l := Supported(t.String()); l != "" {
					return l
				}
			}
		}
	}
	if l := Supported(fallback); l != "" {
		return l
	}
	return Default
}

var ownNames = map[string]string{
	"en": "English", "ru": "Русский", "lt": "Lietuvių", Accented: "⟦Åççéñţéđ⟧", Mirrored: "\u202eMirrored\u202c",
}

// OwnName is what the speakers of lang call it, for a menu of languages. Give it one of ours.
func OwnName(lang string) string {
	if name := ownNames[lang]; name != "" {
		return name
	}
	return lang
}

// LanguageName is what the reader of ctx calls the language with this code ("de", "pt-BR"), the code itself when it
// isn't in the catalog. Codes come from strangers.
func LanguageName(ctx context.Context, code string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(code, "_", "-"), "-")
	if id := "common.language_" + strings.ToLower(base); Has(id) {
		return T(ctx, id)
	}
	return code
}

// CountryName is what the reader of ctx calls the country with this code of ISO 3166-1 ("LT"), the code itself when
// there is none such. Codes come from strangers.
func CountryName(ctx context.Context, code string) string {
	if id := "country." + strings.ToUpper(code); Has(id) {
		return T(ctx, id)
	}
	return code
}
