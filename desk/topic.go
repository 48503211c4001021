package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Topic is what a conversation is about, in the casino's own list.
type Topic struct {
	ID        uuid.UUID       `bun:"id"`
	Key       string          `bun:"key"`   // stable name: withdrawals
	Names     json.RawMessage `bun:"names"` // the casino's own wording by language; empty: the catalogs' word for Key
	Position  int             `bun:"position"`
	ToLead    bool            `bun:"to_lead"` // goes to a lead at once
	RetiredAt *time.Time      `bun:"retired_at"`
}

// Name is the casino's own name of the topic in a language, or "" where it has none.
func (t Topic) Name(language string) string {
	var names map[string]string
	_ = json.Unmarshal(t.Names, &names)
	return names[language]
}

// Topics are the casino's topics in its order, retired ones left out.
func Topics(ctx context.Context, tx bun.Tx) ([]Topic, error) {
	var all []Topic
	err := tx.NewRaw(`select id, key, names, position, to_lead, retired_at from topics
		where tenant_id = current_tenant() and retired_at is null order by position, key`).Scan(ctx, &all)
	return all, err
}

// SetTopic says what a conversation is about; nil takes the topic away. A topic that goes to a lead moves the conversation
// out of the operators' sight at once: to the leads' team, assigned to nobody unless a lead or admin already has it.
func SetTopic(ctx context.Context, tx bun.Tx, c *Conversation, topic *uuid.UUID) error {
	if same(c.TopicID, topic) {
		return nil
	}
	f := Facts{}
	toLead := false
	if c.TopicID != nil {
		f.FromID = c.TopicID.String()
		if err := tx.NewRaw(`select key from topics where tenant_id = current_tenant() and id = ?`, *c.TopicID).Scan(ctx, &f.From); err != nil {
			return fmt.Errorf("topic: %w", err)
		}
	}
	if topic != nil {
		f.ToID = topic.String()
		if err := tx.NewRaw(`select key, to_lead from topics where tenant_id = current_tenant() and id = ? and retired_at is null`,
			*topic).Scan(ctx, &f.To, &toLead); err != nil {
			return unknownHolder(err, fault.New(fault.Invalid, "This topic isn't there any more."))
		}
	}
	if _, err := tx.NewRaw(`update conversations set topic_id = ? where tenant_id = current_tenant() and id = ?`,
		topic, c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("topic of %s: %w", c.ID, err)
	}
	c.TopicID = topic
	if _, err := add(ctx, tx, c, byActor(ctx, entry{kind: TopicKind, visibility: ForStaff, facts: f})); err != nil {
		return err
	}
	if !toLead {
		return nil
	}
	return escalate(asSystem(ctx), tx, c)
}

func escalate(ctx context.Context, tx bun.Tx, c *Conversation) error {
	var team uuid.UUID
	if err := tx.NewRaw(`select id from teams where tenant_id = current_tenant() and for_leads order by created_at limit 1`).
		Scan(ctx, &team); err != nil {
		if isNoRows(err) {
			return fault.New(fault.Conflict, "This topic goes to a lead, and the casino has no team for leads yet.")
		}
		return err
	}
	keeps := false
	if c.AssigneeID != nil {
		if err := tx.NewRaw(`select role in ('lead', 'admin') from memberships where tenant_id = current_tenant() and id = ?`,
			*c.AssigneeID).Scan(ctx, &keeps); err != nil {
			return err
		}
	}
	to := Holder{Team: &team}
	if keeps {
		to.Agent = c.AssigneeID
	}
	if _, err := tx.NewRaw(`update conversations set escalated_at = coalesce(escalated_at, now())
		where tenant_id = current_tenant() and id = ?`, c.ID).Exec(ctx); err != nil {
		return err
	}
	if same(to.Agent, c.AssigneeID) && same(to.Team, c.TeamID) {
		return nil
	}
	_, err := move(ctx, tx, c, to, "topic")
	return err
}

// AddTopic adds a topic to the casino's list. A key that is there already is a Conflict.
func AddTopic(ctx context.Context, tx bun.Tx, t Topic) error {
	if len(t.Names) == 0 {
		t.Names = json.RawMessage("{}")
	}
	res, err := tx.NewRaw(`insert into topics (tenant_id, id, key, names, position, to_lead) values (current_tenant(), ?, ?, ?::jsonb, ?, ?)
		on conflict (tenant_id, key) do nothing`, t.ID, t.Key, string(t.Names), t.Position, t.ToLead).Exec(ctx)
	if err != nil {
		return fmt.Errorf("topic %s: %w", t.Key, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return fault.New(fault.Conflict, "There is a topic with this key already.")
	}
	return nil
}

// seededTopics are what players ask about, in the order of the list; their words stand in the catalogs as topic.{key}.
var seededTopics = []string{"sign_in", "registration", "verification", "deposits", "withdrawals", "bonuses", "bet_types", "game_rules",
	"technical", "account", "first_steps", "house_rules", "complaints", "responsible_gaming"}

// SeedTopics gives a new casino the topics that players of every casino ask about. Responsible gaming goes to a lead at once.
func SeedTopics(ctx context.Context, tx bun.Tx) error {
	for i, key := range seededTopics {
		t := Topic{ID: tenants.NewID(), Key: key, Position: i + 1, ToLead: key == "responsible_gaming"}
		if err := AddTopic(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}
