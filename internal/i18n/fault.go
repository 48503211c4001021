package i18n

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"

	"pitdesk/internal/fault"
)

// Fault is the sentence of err in the language of ctx, empty for nil. It is as safe to show as fault.Sentence: a cause
// never shows. A sentence nobody translated stays English.
//
// Where a sentence counts something, its first integer argument chooses the plural form. Times among the arguments
// are written as Exact does, errors as their own sentence.
func Fault(ctx context.Context, err error) string {
	if err == nil {
		return ""
	}
	e := fault.Of(err)
	m := from(ctx).fault(e.Format)
	if m == nil {
		return e.Sentence()
	}
	t := m.forms[plural.Other]
	if n, ok := firstCount(e.Args); ok {
		t = m.form(n)
	}
	if t.plain {
		return strings.ReplaceAll(t.source, "%%", "%")
	}
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		switch v := a.(type) {
		case error:
			a = Fault(ctx, v)
		case time.Time:
			a = Exact(ctx, v)
		case string:
			// As in fill: what is Latin keeps its order in a right-to-left sentence. A quoted one would show the marks.
			if m.isolate && !slices.ContainsFunc(t.parts, func(p part) bool { return strings.HasSuffix(p.name, "q") }) {
				a = "\u2068" + v + "\u2069"
			}
		}
		args[i] = a
	}
	return fmt.Sprintf(t.source, args...)
}

func firstCount(args []any) (int, bool) {
	for _, a := range args {
		switch n := a.(type) {
		case int:
			return n, true
		case int32:
			return int(n), true
		case int64:
			return int(n), true
		}
	}
	return 0, false
}

// verb is a fmt verb with all its trimmings; %% is no verb.
var verb = regexp.MustCompile(`%(?:\[\d+\])?[-+# 0]*\d*(?:\.\d+)?(?:\[\d+\])?[a-zA-Z]`)

// splitVerbs cuts "All %d seats are taken." into its pieces, with fmt verbs for blanks.
func splitVerbs(source string) ([]part, error) {
	// What follows %% is no verb even when it looks like one.
	hidden := strings.ReplaceAll(source, "%%", "\x00\x00")
	var parts []part
	at := 0
	for _, hit := range verb.FindAllStringIndex(hidden, -1) {
		if hit[0] > at {
			parts = append(parts, part{literal: source[at:hit[0]]})
		}
		parts = append(parts, part{name: source[hit[0]:hit[1]]})
		at = hit[1]
	}
	if at < len(source) {
		parts = append(parts, part{literal: source[at:]})
	}
	return parts, nil
}
