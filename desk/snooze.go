package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// longestSnooze keeps a conversation from being put away for good.
const longestSnooze = 366 * 24 * time.Hour

// Snooze puts a conversation away until a time; a player's message wakes it earlier. Until must lie ahead, within a year.
func Snooze(ctx context.Context, tx bun.Tx, c *Conversation, until time.Time) (Entry, error) {
	switch left := time.Until(until); {
	case left <= 0:
		return Entry{}, fault.New(fault.Invalid, "The time to wake up must lie ahead.")
	case left > longestSnooze:
		return Entry{}, fault.New(fault.Invalid, "A conversation can sleep for a year at most.")
	case c.State == Resolved:
		return Entry{}, fault.New(fault.Conflict, "This conversation is resolved. Reopen it first.")
	}
	until = until.UTC().Truncate(time.Second)
	if _, err := tx.NewRaw(`update conversations set state = 'snoozed', snoozed_until = ?, turn_at = now()
		where tenant_id = current_tenant() and id = ?`, until, c.ID).Exec(ctx); err != nil {
		return Entry{}, fmt.Errorf("snooze %s: %w", c.ID, err)
	}
	c.State, c.SnoozedUntil = Snoozed, &until
	return add(ctx, tx, c, byActor(ctx, entry{kind: StateKind, visibility: ForStaff,
		facts: Facts{To: string(Snoozed), Until: until.Format(time.RFC3339)}}))
}

// Due returns the snoozed conversations of the transaction's casino whose time has come.
func Due(ctx context.Context, tx bun.Tx, limit int) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.NewRaw(`select id from conversations where tenant_id = current_tenant() and state = 'snoozed' and snoozed_until <= now()
		order by snoozed_until limit ?`, limit).Scan(ctx, &ids)
	return ids, err
}

// Wake opens a snoozed conversation whose time has come. One that was woken or resolved meanwhile is left alone.
func Wake(ctx context.Context, tx bun.Tx, c *Conversation) error {
	if c.State != Snoozed || c.SnoozedUntil == nil || time.Now().Before(*c.SnoozedUntil) {
		return nil
	}
	_, err := setState(ctx, tx, c, Open, "snooze is over")
	return err
}

// WakeDue opens every snoozed conversation of the casino of ctx whose time has come, each in a transaction of its own, and
// says how many there were.
func WakeDue(ctx context.Context) (int, error) {
	ctx = asSystem(ctx)
	tenant := tenants.Current(ctx).ID
	var due []uuid.UUID
	if err := tenants.Reading(ctx, tenant, func(ctx context.Context, tx bun.Tx) (err error) {
		due, err = Due(ctx, tx, 1000)
		return err
	}); err != nil {
		return 0, fmt.Errorf("due conversations: %w", err)
	}
	woken := 0
	for _, id := range due {
		if err := tenants.In(ctx, tenant, func(ctx context.Context, tx bun.Tx) error {
			c, err := Hold(ctx, tx, id)
			if err != nil {
				return err
			}
			return Wake(ctx, tx, &c)
		}); err != nil {
			return woken, fmt.Errorf("wake %s: %w", id, err)
		}
		woken++
	}
	return woken, nil
}
