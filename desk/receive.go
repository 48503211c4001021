package desk

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// ErrSession is the answer to a player's token that is unknown or has ended.
var ErrSession = fault.New(fault.Unauthenticated, "This chat session has ended. Start a new one.")

// Receive accepts a player's message by the hash of their session's token. The common case is one statement and one commit,
// shared with whatever else arrives meanwhile: session, ownership, entry and head. Words that may be a part of a card number, or that carry files, take the longer way.
func Receive(ctx context.Context, token []byte, conversation uuid.UUID, w Words) (Entry, error) {
	text, err := CleanText(w.Text)
	if err != nil {
		return Entry{}, err
	}
	if err := cleanClientID(w.ClientID); err != nil {
		return Entry{}, err
	}
	if len(w.Files) > 0 {
		return receiveSlowly(ctx, token, conversation, w)
	}
	if text == "" {
		return Entry{}, fault.New(fault.Invalid, "Say something or attach a file.")
	}
	got, err := receiveAtOnce(ctx, token, conversation, text, w)
	if errors.Is(err, errLook) || errors.Is(err, errRepeated) {
		return receiveSlowly(ctx, token, conversation, w)
	}
	return got, err
}

// errLook says that the text can't be accepted without a look at the player's last words.
var errLook = errors.New("desk: the last words must be looked at")

func receiveAtOnce(ctx context.Context, token []byte, conversation uuid.UUID, text string, w Words) (Entry, error) {
	tenant := tenants.Current(ctx).ID
	if w.HappenedAt.IsZero() {
		w.HappenedAt = time.Now()
	}
	w.HappenedAt = w.HappenedAt.Truncate(time.Microsecond)
	masked, found := cards.Mask(text)
	if found > 0 {
		return Entry{}, errLook
	}
	text = masked
	m := heard{
		token: token, conversation: conversation, id: tenants.NewID(), language: textOrNil(w.Language), text: text, salt: newSalt(),
		happened: w.HappenedAt, clientID: textOrNil(w.ClientID), digits: strings.ContainsFunc(text, unicode.IsDigit),
	}
	var e Entry
	m.told = func() {
		e = Entry{
			ConversationID: conversation, Seq: *m.seq, ID: m.id, Kind: Message, Visibility: ForPlayer, AuthorKind: ByPlayer,
			AuthorID: m.who, Channel: Chat, Language: m.language, ClientID: m.clientID, HappenedAt: m.happened, RecordedAt: *m.recorded,
			Body: &text,
		}
		if hub := live.Of(ctx); hub != nil {
			hub.Publish(live.Change{Tenant: tenant, What: live.WhatEntry, Conversation: conversation, Player: *m.player,
				Seq: e.Seq, Assignee: m.assignee, Team: m.team, Entry: &e})
		}
	}
	if err := write(ctx, tenants.PoolsOf(ctx).AppPool, tenant, &m); err != nil {
		return Entry{}, appendFault(conversation, err)
	}
	switch m.outcome {
	case "session":
		return Entry{}, ErrSession
	case "conversation":
		return Entry{}, tenants.ErrNotFound
	case "look":
		return Entry{}, errLook
	}
	return e, nil
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// receiveSlowly holds the conversation and looks at the player's last words before it writes.
func receiveSlowly(ctx context.Context, token []byte, conversation uuid.UUID, w Words) (Entry, error) {
	var got Entry
	err := Again(func() error {
		return tenants.In(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
			player, err := sessionPlayer(ctx, tx, token)
			if err != nil {
				return err
			}
			actor, _ := authz.From(ctx)
			actor.ID, actor.Kind, actor.Role = player, authz.KindPlayer, authz.Player
			ctx = authz.With(ctx, actor)
			c, err := HoldPlayers(ctx, tx, player, conversation)
			if err != nil {
				return err
			}
			got, err = hear(ctx, tx, &c, w)
			return err
		})
	})
	return got, err
}

// hear appends a player's message to a conversation that is held.
func hear(ctx context.Context, tx bun.Tx, c *Conversation, w Words) (Entry, error) {
	actor, _ := authz.From(ctx)
	if earlier, ok, err := maskedEarlier(ctx, tx, c, "player:"+actor.ID.String(), w.ClientID); err != nil || ok {
		return earlier, err
	}
	across, err := unsplit(ctx, tx, c, &w)
	if err != nil {
		return Entry{}, err
	}
	e, err := said(ctx, tx, c, w)
	if err != nil {
		return Entry{}, err
	}
	e.kind, e.visibility = Message, ForPlayer
	e.facts.Masked += across
	wasOpen := c.State == Open
	written, err := add(ctx, tx, c, e)
	if err != nil {
		return Entry{}, err
	}
	if !wasOpen && !written.Replayed {
		_, err = add(asSystem(ctx), tx, c, byActor(asSystem(ctx), entry{kind: StateKind, visibility: ForStaff, facts: Facts{To: string(Open)}}))
	}
	return written, err
}

func sessionPlayer(ctx context.Context, tx bun.Tx, token []byte) (uuid.UUID, error) {
	var player uuid.UUID
	err := tx.NewRaw(`select player_id from player_sessions where tenant_id = current_tenant() and token_hash = ?
		and expires_at > now() and ended_at is null`, token).Scan(ctx, &player)
	if err != nil {
		if e := notFoundOr(err, "session"); e == tenants.ErrNotFound {
			return player, ErrSession
		}
		return player, err
	}
	return player, nil
}

// HoldPlayers is Hold for a player's own conversation, or one of a visitor they turned out to be. Any other is NotFound.
func HoldPlayers(ctx context.Context, tx bun.Tx, player, conversation uuid.UUID) (Conversation, error) {
	return getPlayers(ctx, tx, player, conversation, " for update of c")
}

// GetPlayers is HoldPlayers for looking only.
func GetPlayers(ctx context.Context, tx bun.Tx, player, conversation uuid.UUID) (Conversation, error) {
	return getPlayers(ctx, tx, player, conversation, "")
}

func getPlayers(ctx context.Context, tx bun.Tx, player, conversation uuid.UUID, lock string) (Conversation, error) {
	var c Conversation
	err := tx.NewRaw(`select `+conversationColumns+` from conversations c where c.tenant_id = current_tenant() and c.id = ?0
		and (c.player_id = ?1 or exists (select from player_links l where l.tenant_id = c.tenant_id and l.player_id = ?1
		and l.visitor_id = c.player_id))`+lock, conversation, player).Scan(ctx, &c)
	if err != nil {
		return c, notFoundOr(err, "player's conversation")
	}
	return c, nil
}
