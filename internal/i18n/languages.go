package i18n

import (
	"context"
	"slices"
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
func Audited() []string { return Languages() }

// Supported finds the language of ours that tag asks for: itself whatever its case ("RU"), or one of the same base
// ("ru-LT" gives "ru", "pt-PT" gives "pt-BR"). It is empty when there is none. Pseudo-locales answer to their full names
// only.
func Supported(tag string) string {
	if p := pseudo(tag); p != "" {
		return p
	}
	return match(tag, Languages())
}

func pseudo(tag string) string {
	for _, p := range []string{Accented, Mirrored} {
		if strings.EqualFold(p, strings.ReplaceAll(tag, "_", "-")) {
			return p
		}
	}
	return ""
}

// match finds the one of known that tag asks for: itself whatever its case, or one of the same base.
func match(tag string, known []string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	for _, k := range known {
		if strings.EqualFold(k, tag) {
			return k
		}
	}
	for _, k := range known {
		if strings.EqualFold(base(k), base(tag)) {
			return k
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
	return negotiate(Languages(), fallback, acceptLanguage, preferred)
}

// Choose is NegotiateOr among the languages that the casino of ctx offers to an audience.
func Choose(ctx context.Context, to Audience, fallback, acceptLanguage string, preferred ...string) string {
	return negotiate(Offered(ctx, to), fallback, acceptLanguage, preferred)
}

func negotiate(known []string, fallback, acceptLanguage string, preferred []string) string {
	find := func(tag string) string {
		if p := pseudo(tag); p != "" {
			return p
		}
		return match(tag, known)
	}
	for _, p := range preferred {
		if l := find(p); l != "" {
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
				if l := find(t.String()); l != "" {
					return l
				}
			}
		}
	}
	if l := find(fallback); l != "" {
		return l
	}
	if len(known) > 0 && match(Default, known) == "" {
		return known[0]
	}
	return Default
}

// Spoken is Supported with the languages that the casino of ctx has added.
func Spoken(ctx context.Context, tag string) string { return from(ctx).words.supported(tag) }

// Known are the languages that the casino of ctx can speak, offered or not: the product's, then its own.
func Known(ctx context.Context) []string {
	if w := from(ctx).words; w != nil {
		return slices.Clone(w.all)
	}
	return Languages()
}

// Offered are the languages that the casino of ctx speaks to an audience, in their order.
func Offered(ctx context.Context, to Audience) []string {
	if w := from(ctx).words; w != nil {
		return slices.Clone(w.offered[to])
	}
	return Languages()
}
