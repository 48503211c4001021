package main

import (
	"context"
	"testing"

	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/i18n"
)

// Every state of every page keeps the rules in every language, the pseudo-locales included.
func TestEveryStateKeepsTheRules(t *testing.T) {
	t.Parallel()
	for _, lang := range append(i18n.Languages(), i18n.Accented, i18n.Mirrored) {
		ctx := i18n.With(context.Background(), lang)
		for _, s := range states() {
			t.Run(s.path+"/"+lang, func(t *testing.T) {
				t.Parallel()
				p := htmlcheck.Render(ctx, t, s.page(ctx))
				p.Rules()
				if got := p.Attr("html", "lang"); got != lang {
					t.Errorf("lang is %q", got)
				}
				if got := p.Attr("html", "dir"); got != i18n.Dir(ctx) {
					t.Errorf("dir is %q", got)
				}
			})
		}
	}
}
