package desk

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Resolve closes a conversation; nobody waits in it any more. A player's next message opens it again.
func Resolve(ctx context.Context, tx bun.Tx, c *Conversation) (Entry, error) {
	if c.State == Resolved {
		return Entry{}, fault.New(fault.Conflict, "This conversation is resolved already.")
	}
	return setState(ctx, tx, c, Resolved, "")
}

// Reopen takes a resolved or snoozed conversation back to the open ones.
func Reopen(ctx context.Context, tx bun.Tx, c *Conversation) (Entry, error) {
	if c.State == Open {
		return Entry{}, fault.New(fault.Conflict, "This conversation is open already.")
	}
	return setState(ctx, tx, c, Open, "")
}

func setState(ctx context.Context, tx bun.Tx, c *Conversation, to State, why string) (Entry, error) {
	from := c.State
	if _, err := tx.NewRaw(`update conversations set state = ?0, snoozed_until = null, turn_at = now(),
		opened_at = case when ?0 = 'open' then now() else opened_at end,
		waiting_since = case when ?0 = 'resolved' then null else waiting_since end
		where tenant_id = current_tenant() and id = ?1`, string(to), c.ID).Exec(ctx); err != nil {
		return Entry{}, fmt.Errorf("set %s to %s: %w", c.ID, to, err)
	}
	c.State, c.SnoozedUntil = to, nil
	if to == Resolved {
		c.WaitingSince = nil
	}
	return add(ctx, tx, c, byActor(ctx, entry{kind: StateKind, visibility: ForStaff,
		facts: Facts{From: string(from), To: string(to), Why: why}}))
}
