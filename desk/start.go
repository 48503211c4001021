package desk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Opening is how a conversation begins: a player's first words on a channel.
type Opening struct {
	Player  uuid.UUID
	Channel Channel
	Topic   *uuid.UUID
	Words
}

// Start opens a conversation with its first message. The actor of ctx is the player. The same client id again returns the
// conversation it opened; with other words it is a Conflict.
func Start(ctx context.Context, tx bun.Tx, o Opening) (Conversation, Entry, error) {
	if err := cleanClientID(o.ClientID); err != nil {
		return Conversation{}, Entry{}, err
	}
	c, fresh := Conversation{ID: tenants.NewID(), PlayerID: o.Player, Channel: o.Channel, State: Open}, true
	if earlier, ok, err := startedBy(ctx, tx, o.Player, o.ClientID); err != nil {
		return c, Entry{}, err
	} else if ok {
		c, fresh = earlier, false
	} else if _, err := tx.NewRaw(`insert into conversations (tenant_id, id, player_id, channel, language, last_hash)
		values (current_tenant(), ?0, ?1, ?2, ?3, log_seed(current_tenant(), ?0))`,
		c.ID, o.Player, string(o.Channel), orNull(o.Language)).Exec(ctx); err != nil {
		return c, Entry{}, fmt.Errorf("start conversation: %w", err)
	}
	e, err := said(ctx, tx, &c, o.Words)
	if err != nil {
		return c, Entry{}, err
	}
	e.kind, e.visibility = Message, ForPlayer
	written, err := add(ctx, tx, &c, e)
	if fresh && fault.CodeOf(err) == fault.Conflict {
		err = errRepeated // the same start got there first, between our look and our write
	}
	if err != nil {
		return c, Entry{}, err
	}
	if o.Topic != nil && !written.Replayed {
		if err := SetTopic(asSystem(ctx), tx, &c, o.Topic); err != nil {
			return c, Entry{}, err
		}
	}
	c, err = Get(ctx, tx, c.ID)
	return c, written, err
}

func startedBy(ctx context.Context, tx bun.Tx, player uuid.UUID, clientID string) (Conversation, bool, error) {
	if clientID == "" {
		return Conversation{}, false, nil
	}
	var id uuid.UUID
	var seq int64
	err := tx.NewRaw(`select conversation_id, seq from entries where tenant_id = current_tenant() and sender = ? and client_id = ?`,
		"player:"+player.String(), clientID).Scan(ctx, &id, &seq)
	if errors.Is(err, sql.ErrNoRows) {
		return Conversation{}, false, nil
	}
	if err != nil {
		return Conversation{}, false, err
	}
	if seq != 1 {
		return Conversation{}, false, fault.New(fault.Conflict, "This client id was already used for something else.")
	}
	c, err := Get(ctx, tx, id)
	return c, err == nil, err
}

// asSystem returns ctx with the system acting: what follows from a player's or agent's deed without being theirs.
func asSystem(ctx context.Context) context.Context {
	return authz.With(ctx, authz.System(tenants.Current(ctx).ID))
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

func notFoundOr(err error, where string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return tenants.ErrNotFound
	}
	return fmt.Errorf("%s: %w", where, err)
}
