package i18n

import (
	"context"
	"fmt"
	"log/slog"
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
	m := from(ctx).find(id)
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
	v := from(ctx).voice
	m := v.find(id)
	if m == nil {
		return unknown(id)
	}
	t := m.form(count)
	if t.plain {
		return t.source
	}
	out, missing := m.fill(t, kv, v.locale.count(count))
	if missing != "" {
		complain("a blank of this text was not filled", id+": "+missing)
	}
	return out
}

// Has tells whether there is a text with this id, for ids that are put together at run time.
func Has(id string) bool { return library[Default].messages[id] != nil }

// Messages is everything a surface says in the language of ctx, for a page that speaks in the browser: a string, or a map
// of plural forms. Forms may be those of another language when the text had to be said in one, so take "other" when the form
// the browser asks for isn't there.
func Messages(ctx context.Context, surface string) map[string]any {
	v := from(ctx).voice
	ids := library[Default].surfaces[surface]
	out := make(map[string]any, len(ids))
	for _, id := range ids {
		if m := v.find(id); m != nil {
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
	forms := m.text()
	if len(forms) == 1 {
		return forms["other"]
	}
	return map[string]string(forms)
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
