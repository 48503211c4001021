package i18n

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// message is one text in one language, parsed: its plural forms by plural.Form, of which Other is always there.
type message struct {
	forms   [plural.Many + 1]*text
	plurals language.Tag
	surface string
	isolate bool // wrap what is filled in, so that a Latin name doesn't reorder a right-to-left sentence
}

// text is one form: literal pieces and blanks in turn. source is all of it as written.
type text struct {
	source string
	parts  []part
	plain  bool
	size   int
}

// part is a literal piece, or a blank when name is set: {{.Player}} has the name Player, %d the name %d.
type part struct {
	literal string
	name    string
}

func (p part) String() string {
	switch {
	case p.name == "":
		return p.literal
	case p.name[0] == '%':
		return p.name
	}
	return "{{." + p.name + "}}"
}

func compile(m *goi18n.Message, split func(string) ([]part, error), disguise func([]part) []part) (*message, error) {
	out := &message{}
	for form, source := range map[plural.Form]string{
		plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two,
		plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other,
	} {
		if source == "" {
			continue
		}
		parts, err := split(source)
		if err != nil {
			return nil, err
		}
		if disguise != nil {
			parts = disguise(parts)
		}
		out.forms[form] = newText(parts)
	}
	if out.forms[plural.Other] == nil {
		return nil, errors.New("no text, or no form \"other\"")
	}
	return out, nil
}

func newText(parts []part) *text {
	t := &text{parts: parts, plain: true}
	var source strings.Builder
	for _, p := range parts {
		t.plain = t.plain && p.name == ""
		t.size += len(p.literal) + 8
		source.WriteString(p.String())
	}
	t.source = source.String()
	return t
}

// splitBlanks cuts "Hello {{.Name}}!" into its pieces. Only {{.Name}} is allowed: a text holds no logic.
func splitBlanks(source string) ([]part, error) {
	var parts []part
	rest := source
	for rest != "" {
		before, after, found := strings.Cut(rest, "{{")
		if before != "" {
			parts = append(parts, part{literal: before})
		}
		if !found {
			break
		}
		inside, tail, closed := strings.Cut(after, "}}")
		name, dotted := strings.CutPrefix(strings.TrimSpace(inside), ".")
		if !closed || !dotted || name == "" || strings.ContainsAny(name, " .|(){}%") {
			return nil, fmt.Errorf("%q: only {{.Name}} may be filled in", source)
		}
		parts = append(parts, part{name: name})
		rest = tail
	}
	return parts, nil
}

// form picks the plural form for count by CLDR, Other when the text has no such form.
func (m *message) form(count int) *text {
	if t := m.forms[cardinal(m.plurals, count)]; t != nil {
		return t
	}
	return m.forms[plural.Other]
}

// fill puts the values into the blanks. lookup says nothing for a name nobody gave.
func (m *message) fill(t *text, kv []any, count string) (string, string) {
	var b strings.Builder
	b.Grow(t.size + 8*len(kv))
	missing := ""
	for _, p := range t.parts {
		if p.name == "" {
			b.WriteString(p.literal)
			continue
		}
		value, ok := lookup(p.name, kv)
		if !ok && p.name == "Count" && count != "" {
			value, ok = count, true
		}
		if !ok {
			missing = p.name
			continue
		}
		if m.isolate {
			b.WriteString("\u2068") // first strong isolate, Unicode UAX #9
			b.WriteString(value)
			b.WriteString("\u2069")
			continue
		}
		b.WriteString(value)
	}
	return b.String(), missing
}

func lookup(name string, kv []any) (string, bool) {
	for i := 0; i+1 < len(kv); i += 2 {
		if k, ok := kv[i].(string); ok && k == name {
			return say(kv[i+1]), true
		}
	}
	return "", false
}

func say(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return fmt.Sprint(v)
}
