package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Apply does to a conversation what a macro does besides its words, in the order topic, tags, assignment, snooze or resolve, and
// notes that it was used. What is so already is left alone, and so is what can't be any more: a retired topic, an agent who left. A topic that takes the conversation to the leads keeps it there:
// the macro's assignment is left out then. A macro out of use is a Conflict.
func Apply(ctx context.Context, tx bun.Tx, c *Conversation, m Macro) error {
	if m.RetiredAt != nil {
		return fault.New(fault.Conflict, "This macro is out of use.")
	}
	team := c.TeamID
	if m.Topic != nil && !m.TopicGone {
		if err := SetTopic(ctx, tx, c, m.Topic); err != nil {
			return err
		}
	}
	escalated := !same(team, c.TeamID)
	for _, tag := range m.Tags {
		if err := Tag(ctx, tx, c, tag); err != nil && fault.CodeOf(err) != fault.Invalid { // it has as many as it can
			return err
		}
	}
	if to, ok := m.holder(ctx, c); ok && !escalated && !(same(to.Agent, c.AssigneeID) && same(to.Team, c.TeamID)) {
		if _, err := Assign(ctx, tx, c, to, c.AssigneeID); err != nil {
			return err
		}
	}
	if m.Resolve && c.State != Resolved {
		if _, err := Resolve(ctx, tx, c); err != nil {
			return err
		}
	}
	if m.SnoozeMinutes != nil && c.State != Resolved {
		if _, err := Snooze(ctx, tx, c, time.Now().Add(time.Duration(*m.SnoozeMinutes)*time.Minute)); err != nil {
			return err
		}
	}
	a, _ := authz.From(ctx)
	if _, err := tx.NewRaw(`insert into macro_uses (tenant_id, id, macro_id, conversation_id, by_kind, by_id) values (current_tenant(), ?, ?, ?, ?, ?)`,
		tenants.NewID(), m.ID, c.ID, string(a.Kind), orNull(a.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("use of macro %s: %w", m.ID, err)
	}
	return nil
}

// holder is who has c after m; ok is false where m doesn't say. A key that stands for nobody at the desk can't take it itself.
func (m *Macro) holder(ctx context.Context, c *Conversation) (to Holder, ok bool) {
	switch a, _ := authz.From(ctx); m.Assign {
	case AssignMe:
		return Holder{Agent: &a.ID, Team: c.TeamID}, a.Kind == authz.KindAgent
	case AssignNobody:
		return Holder{}, true
	case AssignAgent:
		return Holder{Agent: m.AssignAgent, Team: c.TeamID}, !m.AgentGone
	case AssignTeam:
		return Holder{Team: m.AssignTeam}, true
	}
	return Holder{}, false
}
