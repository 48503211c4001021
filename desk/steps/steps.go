package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Key names a step.
type Key string

// The steps, in their order.
const (
	Brand   Key = "brand"
	Licence Key = "licence"
	Chat    Key = "chat"
	People  Key = "people"
	Talk    Key = "talk"
)

// Keys are all steps in their order.
func Keys() []Key { return []Key{Brand, Licence, Chat, People, Talk} }

// begun and all are the list's own rows: it is there, and it was put away.
const begun, all = "begun", "all"

// Step is one of the list.
type Step struct {
	Key     Key
	Done    bool
	Skipped bool // and not done
}

// List is where a casino is.
type List struct {
	Steps []Step
	Away  bool      // put away
	Since time.Time // when it began; zero where the casino came another way
}

// Left is how many steps are neither done nor skipped.
func (l List) Left() int {
	n := 0
	for _, s := range l.Steps {
		if !s.Done && !s.Skipped {
			n++
		}
	}
	return n
}

// Begin gives a new casino the list, in the transaction that founds it.
func Begin(ctx context.Context, tx bun.Tx) error { return put(ctx, tx, begun, uuid.Nil) }

// Of reads how far the casino of the transaction is.
func Of(ctx context.Context, tx bun.Tx) (l List, err error) {
	var facts struct{ Brand, Licence, Chat, People, Talk bool }
	err = tx.NewRaw(`select
		exists (select from brand_versions where tenant_id = current_tenant() and published_at is not null) as brand,
		exists (select from licences where tenant_id = current_tenant() and retired_at is null) as licence,
		exists (select from chat_origins where tenant_id = current_tenant()) as chat,
		(select count(*) from memberships where tenant_id = current_tenant()) > 1
			or exists (select from invitations where tenant_id = current_tenant() and revoked_at is null) as people,
		exists (select from entries where tenant_id = current_tenant() and kind = 'message' and author_kind = 'agent') as talk`).Scan(ctx, &facts)
	if err != nil {
		return l, fmt.Errorf("first steps: %w", err)
	}
	var rows []struct {
		Step string
		At   time.Time
	}
	if err := tx.NewRaw(`select step, at from first_steps where tenant_id = current_tenant()`).Scan(ctx, &rows); err != nil {
		return l, fmt.Errorf("first steps: %w", err)
	}
	var skipped []Key
	for _, r := range rows {
		switch r.Step {
		case begun:
			l.Since = r.At
		case all:
			l.Away = true
		default:
			skipped = append(skipped, Key(r.Step))
		}
	}
	done := map[Key]bool{Brand: facts.Brand, Licence: facts.Licence, Chat: facts.Chat, People: facts.People, Talk: facts.Talk}
	for _, k := range Keys() {
		l.Steps = append(l.Steps, Step{Key: k, Done: done[k], Skipped: !done[k] && slices.Contains(skipped, k)})
	}
	return l, nil
}

// Skip passes over a step; Resume takes that back.
func Skip(ctx context.Context, tx bun.Tx, k Key) error {
	if !slices.Contains(Keys(), k) {
		return fault.New(fault.Invalid, "There is no such step.")
	}
	return put(ctx, tx, string(k), actor(ctx))
}

// Resume brings a step back that was skipped.
func Resume(ctx context.Context, tx bun.Tx, k Key) error { return drop(ctx, tx, string(k)) }

// PutAway takes the list out of sight; Bring brings it back.
func PutAway(ctx context.Context, tx bun.Tx) error { return put(ctx, tx, all, actor(ctx)) }

// Bring shows the list again.
func Bring(ctx context.Context, tx bun.Tx) error { return drop(ctx, tx, all) }

// shown is remembered per casino: whether the list stands in the rail.
var shown = tenants.Remember("first_steps", func(ctx context.Context, tx bun.Tx) (so bool, err error) {
	err = tx.NewRaw(`select coalesce(bool_or(step = 'begun') and not bool_or(step = 'all'), false) from first_steps where tenant_id = current_tenant()`).Scan(ctx, &so)
	return so, err
})

// Shown says whether the casino of ctx has a list that isn't put away. A warm one costs no query.
func Shown(ctx context.Context) (bool, error) { return shown.Of(ctx) }

func put(ctx context.Context, tx bun.Tx, step string, by uuid.UUID) error {
	var member any
	if by != uuid.Nil {
		member = by
	}
	if _, err := tx.NewRaw(`insert into first_steps (tenant_id, step, membership_id) values (current_tenant(), ?, ?) on conflict do nothing`, step, member).Exec(ctx); err != nil {
		return fmt.Errorf("first steps: %w", err)
	}
	return shown.Changed(ctx, tx)
}

func drop(ctx context.Context, tx bun.Tx, step string) error {
	if _, err := tx.NewRaw(`delete from first_steps where tenant_id = current_tenant() and step = ?`, step).Exec(ctx); err != nil {
		return fmt.Errorf("first steps: %w", err)
	}
	return shown.Changed(ctx, tx)
}

// actor is the member who acts, or nobody where it is a key or the program.
func actor(ctx context.Context) uuid.UUID {
	if a, ok := authz.From(ctx); ok && a.Kind == authz.KindAgent {
		return a.ID
	}
	return uuid.Nil
}
