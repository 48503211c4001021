package i18n

import (
	"context"
	"strings"
)

// List puts items behind each other as a sentence does: "A, B and C". Arabic joins every one with its "and".
func List(ctx context.Context, items ...string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	if base(Lang(ctx)) == "ar" {
		out := items[0]
		for _, item := range items[1:] {
			out = pair(ctx, out, item)
		}
		return out
	}
	return pair(ctx, strings.Join(items[:last], ", "), items[last])
}

func pair(ctx context.Context, first, second string) string {
	said := T(ctx, "common.list_two", "First", first, "Second", second)
	// Spanish "y" becomes "e" before its own sound, as in "Ana e Inés" (CLDR list patterns, RAE).
	if base(Lang(ctx)) == "es" && startsWithI(second) && strings.HasSuffix(said, " y "+second) {
		return strings.TrimSuffix(said, " y "+second) + " e " + second
	}
	return said
}

func startsWithI(word string) bool {
	w := strings.ToLower(word)
	for _, sound := range []string{"i", "í", "hi", "hí"} {
		rest, yes := strings.CutPrefix(w, sound)
		if yes && !strings.HasPrefix(rest, "a") && !strings.HasPrefix(rest, "e") { // "y hielo", "y iones"
			return true
		}
	}
	return false
}
