package languages_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants/languages"
)

func TestACasinoNamesWhoChecked(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	if p := fox.pack("de"); p.Checked != i18n.Machine || p.CheckedOn.IsZero() {
		t.Errorf("%+v", p)
	}
	vouch := func(name string) error {
		return fox.try(func(ctx context.Context, tx bun.Tx) error { return languages.Vouch(ctx, tx, "de", name) })
	}
	if err := vouch("  Jonas   Vogel "); err != nil {
		t.Fatal(err)
	}
	if p := fox.pack("de"); p.Checked != i18n.ByCasino || p.CheckedBy != "Jonas Vogel" || p.CheckedOn.IsZero() {
		t.Errorf("%+v", p)
	}
	if p := reel.pack("de"); p.Checked != i18n.Machine {
		t.Errorf("another casino's: %+v", p)
	}
	if err := vouch(strings.Repeat("x", 81)); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
	if err := vouch(""); err != nil || fox.pack("de").Checked != i18n.Machine {
		t.Errorf("taken back: %v", err)
	}
}

func TestFiltersFindTexts(t *testing.T) {
	t.Parallel()
	fox, _ := open(t)
	for name, c := range map[string]struct {
		f    languages.Filter
		want string
		not  string
	}{
		"by its English":  {languages.Filter{Words: "SKIP to the"}, "common.skip_to_content", "common.save"},
		"by its Russian":  {languages.Filter{Words: "сохранить"}, "common.save", "common.cancel"},
		"by its id":       {languages.Filter{Words: "common.cancel"}, "common.cancel", "common.save"},
		"of a surface":    {languages.Filter{Surface: "chat"}, "chat.title", "common.save"},
		"nothing missing": {languages.Filter{Missing: true}, "", "common.save"},
	} {
		var ids []string
		for _, l := range fox.lines("ru", c.f) {
			ids = append(ids, l.ID)
		}
		if c.want != "" && !slices.Contains(ids, c.want) || slices.Contains(ids, c.not) {
			t.Errorf("%s: %q", name, ids)
		}
	}
}
