package desk

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Holder is who has a conversation: an agent, a team, both, or nobody.
type Holder struct {
	Agent *uuid.UUID
	Team  *uuid.UUID
}

// Assign gives a conversation to an agent, a team or nobody. expected is whom the asker saw having it: when somebody else was
// quicker the answer is a Conflict that names them, and nothing changes.
func Assign(ctx context.Context, tx bun.Tx, c *Conversation, to Holder, expected *uuid.UUID) (Entry, error) {
	if !same(c.AssigneeID, expected) {
		if same(c.AssigneeID, to.Agent) && same(c.TeamID, to.Team) && c.AssigneeID == nil {
			return Entry{}, nil
		}
		return Entry{}, takenBy(ctx, tx, c)
	}
	return move(ctx, tx, c, to, "")
}

// Transfer passes a conversation on with a note that only staff read: why, and what the next one should know.
func Transfer(ctx context.Context, tx bun.Tx, c *Conversation, to Holder, note Words) (Entry, error) {
	if to.Agent == nil && to.Team == nil {
		return Entry{}, fault.New(fault.Invalid, "Say to whom: an agent or a team.")
	}
	written, err := Note(ctx, tx, c, note)
	if err != nil || written.Replayed {
		return written, err
	}
	return move(ctx, tx, c, to, "transfer")
}

func move(ctx context.Context, tx bun.Tx, c *Conversation, to Holder, why string) (Entry, error) {
	names, err := holderNames(ctx, tx, c.AssigneeID, to)
	if err != nil {
		return Entry{}, err
	}
	was := *c
	if _, err := tx.NewRaw(`update conversations set assignee_id = ?, team_id = ? where tenant_id = current_tenant() and id = ?`,
		to.Agent, to.Team, c.ID).Exec(ctx); err != nil {
		return Entry{}, fmt.Errorf("assign %s: %w", c.ID, err)
	}
	c.AssigneeID, c.TeamID = to.Agent, to.Team
	names.Why = why
	return addMoved(ctx, tx, c, byActor(ctx, entry{kind: Assignment, visibility: ForStaff, facts: names}), &was)
}

// holderNames keeps the names as they are now, and answers Invalid to an agent or team that the casino doesn't have.
func holderNames(ctx context.Context, tx bun.Tx, from *uuid.UUID, to Holder) (Facts, error) {
	var f Facts
	if from != nil {
		f.FromID = from.String()
		if err := tx.NewRaw(`select name from memberships where tenant_id = current_tenant() and id = ?`, *from).Scan(ctx, &f.From); err != nil {
			return f, fmt.Errorf("assignee's name: %w", err)
		}
	}
	if to.Agent != nil {
		f.ToID = to.Agent.String()
		if err := tx.NewRaw(`select name from memberships where tenant_id = current_tenant() and id = ? and disabled_at is null`,
			*to.Agent).Scan(ctx, &f.To); err != nil {
			return f, unknownHolder(err, fault.New(fault.Invalid, "This agent isn't there any more."))
		}
	}
	if to.Team != nil {
		f.TeamID = to.Team.String()
		if err := tx.NewRaw(`select name from teams where tenant_id = current_tenant() and id = ?`, *to.Team).Scan(ctx, &f.Team); err != nil {
			return f, unknownHolder(err, fault.New(fault.Invalid, "This team isn't there any more."))
		}
	}
	return f, nil
}

func unknownHolder(err error, gone *fault.Error) error {
	if isNoRows(err) {
		return gone
	}
	return err
}

func takenBy(ctx context.Context, tx bun.Tx, c *Conversation) error {
	if c.AssigneeID == nil {
		return fault.New(fault.Conflict, "Somebody has just given this conversation back. Look again.")
	}
	var name string
	if err := tx.NewRaw(`select name from memberships where tenant_id = current_tenant() and id = ?`, *c.AssigneeID).Scan(ctx, &name); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "%s has just taken this conversation.", name)
}

func same(a, b *uuid.UUID) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
