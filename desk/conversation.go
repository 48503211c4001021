package desk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
)

// State is where a conversation stands.
type State string

// The states of a conversation.
const (
	Open     State = "open"
	Snoozed  State = "snoozed"
	Resolved State = "resolved"
)

// Channel is the way a player reached the desk.
type Channel string

// The channels.
const (
	Chat      Channel = "chat"
	Email     Channel = "email"
	Phone     Channel = "phone"
	Messenger Channel = "messenger"
	API       Channel = "api"
)

// Conversation is the head of one log: who talks, who has it, where it stands.
type Conversation struct {
	ID             uuid.UUID  `bun:"id"`
	PlayerID       uuid.UUID  `bun:"player_id"`
	Channel        Channel    `bun:"channel"`
	Language       *string    `bun:"language"`
	State          State      `bun:"state"`
	AssigneeID     *uuid.UUID `bun:"assignee_id"`
	TeamID         *uuid.UUID `bun:"team_id"`
	TopicID        *uuid.UUID `bun:"topic_id"`
	WaitingSince   *time.Time `bun:"waiting_since"` // since when the player waits for an answer; nil while nobody waits
	TurnAt         time.Time  `bun:"turn_at"`       // when the turn last passed between player and desk
	SnoozedUntil   *time.Time `bun:"snoozed_until"`
	EscalatedAt    *time.Time `bun:"escalated_at"`
	FirstReplyAt   *time.Time `bun:"first_reply_at"`
	ReturnAddress  *string    `bun:"return_address"`
	CreatedAt      time.Time  `bun:"created_at"`
	LastMessageSeq int64      `bun:"last_message_seq"`
	LastSeq        int64      `bun:"last_seq"`
}

const conversationColumns = `c.id, c.player_id, c.channel, c.language, c.state, c.assignee_id, c.team_id, c.topic_id,
	c.waiting_since, c.turn_at, c.snoozed_until, c.escalated_at, c.first_reply_at, c.return_address, c.created_at,
	c.last_message_seq, c.last_seq`

// Facts are what authz decides a conversation's visibility by.
func (c Conversation) Facts() authz.Facts {
	return authz.Facts{Object: c.ID, Scoped: true, Assignee: c.AssigneeID, Team: c.TeamID}
}

// Get returns a conversation of the transaction's casino, or NotFound.
func Get(ctx context.Context, tx bun.Tx, id uuid.UUID) (Conversation, error) {
	return get(ctx, tx, id, "")
}

// Hold is Get for verbs that decide by what they read: the conversation stays as it is until the transaction ends.
func Hold(ctx context.Context, tx bun.Tx, id uuid.UUID) (Conversation, error) {
	return get(ctx, tx, id, " for update")
}

func get(ctx context.Context, tx bun.Tx, id uuid.UUID, lock string) (Conversation, error) {
	var c Conversation
	err := tx.NewRaw(`select `+conversationColumns+` from conversations c where c.tenant_id = current_tenant() and c.id = ?`+lock, id).
		Scan(ctx, &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, tenants.ErrNotFound
	}
	if err != nil {
		return c, fmt.Errorf("conversation %s: %w", id, err)
	}
	return c, nil
}
