package signups

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun/dialect/pgdialect"
	"golang.org/x/net/idna"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

var (
	errLetters = fault.New(fault.Invalid, "Short names are written with a to z, 0 to 9 and hyphens. This one has other letters, which may only look like them.").On("slug")
	errFamous  = fault.New(fault.Invalid, "This name reads like a well-known one. If it is yours, please write to us.").On("slug")
	errNear    = fault.New(fault.Conflict, "This short name looks too much like one that is taken.").On("slug")
	errTaken   = fault.New(fault.Conflict, "This short name is taken.").On("slug")
)

// cleaned is a short name as it was typed, made what hosts can hold: capitals small, wide forms plain (UTS #46). Letters that aren't Latin are
// refused, also as the punycode they would become.
func cleaned(typed string) (string, error) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	host, err := idna.Lookup.ToASCII(typed)
	if err != nil {
		return typed, nil // no host's label; the form's own rule says what is wrong with it
	}
	if host != typed && strings.HasPrefix(host, "xn--") {
		return typed, errLetters
	}
	return host, nil
}

// Check says what is wrong with a short name: its form, a reserved word, or a look too much like somebody else's. It returns the name as
// hosts hold it. own are the deployment's own names.
func Check(ctx context.Context, typed string, own []string) (string, error) {
	slug, err := cleaned(typed)
	if err != nil {
		return slug, err
	}
	if err := tenants.CheckSlug(slug); err != nil {
		return slug, err
	}
	for _, kept := range tenants.KeptSlugs() {
		if slices.Contains(looks(slug), look(kept)) {
			return slug, fault.New(fault.Invalid, "This short name is reserved.").On("slug")
		}
	}
	if famous(slug, own) {
		return slug, errFamous
	}
	var taken, near bool
	err = tenants.AboveNow(ctx).NewRaw(`select coalesce(bool_or(slug = ?0), false), coalesce(bool_or(control.slug_look(slug) = any (?1)), false)
		from control.tenants where slug = ?0 or control.slug_look(slug) = any (?1)`, slug, pgdialect.Array(looks(slug))).Scan(ctx, &taken, &near)
	switch {
	case err != nil:
		return slug, fmt.Errorf("short name: %w", err)
	case taken:
		return slug, errTaken
	case near:
		return slug, errNear
	}
	return slug, nil
}
