package i18n

import (
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

// Languages are the languages the product speaks, Default first. A text that one of them lacks is said in another.
func Languages() []string {
	return []string{"en", "ru", "lt", "de", "es", "pt-BR", "tr", "pl", "uk", "ar"}
}

// Audited are the languages that every text exists in: the audit fails when one lacks a text.
func Audited() []string { return []string{"en", "ru", "lt"} }

// Supported finds the language of ours that tag asks for: itself whatever its case ("RU"), or one of the same base
// ("ru-LT" gives "ru", "pt-PT" gives "pt-BR"). It is empty when there is none. Pseudo-locales answer to their full names
// only.
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
	for _, known := range Languages() {
		if strings.EqualFold(base(known), base(tag)) {
			return known
		}
	}
	return ""
}

// base is the language alone: "pt" of "pt-BR".
func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
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
