package i18n

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/text/feature/plural"
)

// T says the text with this id in the language of ctx. kv fills its blanks: T(ctx, "inbox.to", "Name", "Mara").
// The result is plain text; templ escapes it.
//
// An id that English doesn't have, or a blank nobody filled, panics under go test and is logged once in production,
// where the reader sees the id or a gap.
func T(ctx context.Context, id string, kv ...any) string {
	m := from(ctx).catalog.find(id)
	if m == nil {
		return unknown(id)
	}
	t := m.forms[plural.Other]
	if t.plain {
		return t.source
	}
	out, missing := m.fill(t, kv, "")
	if missing != "" {
		complain("a blank of this text was not filled", id+": "+missing)
	}
	return out
}

// N says the text with this id in the plural form that count needs; {{.Count}} is count, grouped as the language does.
func N(ctx context.Context, id string, count int, kv ...any) string {
	c := from(ctx).catalog
	m := c.find(id)
	if m == nil {
		return unknown(id)
	}
	t := m.form(count)
	if t.plain {
		return t.source
	}
	out, missing := m.fill(t, kv, c.number(count))
	if missing != "" {
		complain("a blank of this text was not filled", id+": "+missing)
	}
	return out
}

// Number writes n as the language of ctx groups it: 12,345 or 12 345.
func Number(ctx context.Context, n int) string { return from(ctx).catalog.number(n) }

// Has tells whether there is a text with this id, for ids that are put together at run time.
func Has(id string) bool { return library[Default].messages[id] != nil }

// find looks in the language, then in English.
func (c *catalog) find(id string) *message {
	if m := c.messages[id]; m != nil {
		return m
	}
	return library[Default].messages[id]
}

func (c *catalog) number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = digits[:1], digits[1:]
	}
	gap := c.locale.group
	if len(digits) < c.locale.groupFrom {
		return sign + digits
	}
	out := digits[len(digits)-3:]
	for rest := digits[:len(digits)-3]; rest != ""; {
		cut := max(0, len(rest)-3)
		out = rest[cut:] + gap + out
		rest = rest[:cut]
	}
	return sign + out
}

// Messages is everything a surface says in lang, for a page that speaks in the browser: a string, or a map of plural
// forms. A language we don't speak gives English, and so does a text that lang lacks. In ar-XB the forms are English
// ones: take "other" when the form the browser asks for isn't there.
func Messages(lang, surface string) map[string]any {
	c := library[Default]
	if l := Supported(lang); l != "" {
		c = library[l]
	}
	ids := library[Default].surfaces[surface]
	out := make(map[string]any, len(ids))
	for _, id := range ids {
		if m := c.find(id); m != nil {
			out[id] = m.spoken()
		}
	}
	return out
}

var formNames = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two",
	plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

func (m *message) spoken() any {
	forms := map[string]string{}
	for form, t := range m.forms {
		if t != nil {
			forms[formNames[plural.Form(form)]] = t.source
		}
	}
	if len(forms) == 1 {
		return forms["other"]
	}
	return forms
}

var complained sync.Map

func unknown(id string) string {
	complain("there is no text with this id", id)
	return id
}

func complain(what, id string) {
	if testing.Testing() {
		panic(fmt.Sprintf("i18n: %s: %s", what, id))
	}
	if _, before := complained.LoadOrStore(id, true); !before {
		slog.Error("i18n: "+what, "id", id)
	}
}
