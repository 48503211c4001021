package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// How often a player's stream says that it is alive, looks how long the line is, and writes down what has arrived.
const (
	pingEvery  = 15 * time.Second
	lookEvery  = 4 * time.Second
	slowWriter = 20 * time.Second
)

// chatStream sends a conversation to its player as it happens: what they missed from the log, then what hints tell of. It
// ends with the session, and looks again whether the session still holds whenever somebody signs out.
func (s *Server) chatStream(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.ConversationPrefix, r.URL.Query().Get("conversation"))
	if err != nil {
		return err
	}
	after, err := sequence(r, "after")
	if err != nil {
		return err
	}
	token := bearer(r)
	leave, err := s.streams().ofPlayer(r.Context(), token)
	if err != nil {
		return err
	}
	defer leave()

	st := &playerStream{s: s, w: w, rc: http.NewResponseController(w), id: id, sent: after, token: players.HashToken(token)}
	ctx := r.Context()
	tenant := tenants.Current(ctx).ID
	// The place at the hub is taken before the log is read, so that nothing falls between.
	hints := s.Hub.ListenTo(tenant, id, func(c live.Change) bool {
		return c.Conversation == id || (c.What == live.WhatSignOut && c.WhoKind == string(authz.KindPlayer))
	})
	defer hints.Close()
	err = s.asPlayer(r, authz.ChatListen, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		st.who = who
		return st.look(ctx, tx)
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	defer func() { _ = st.rc.SetWriteDeadline(time.Time{}) }() // the connection goes on to other requests
	if err := st.begin(ctx); err != nil {
		return nil // the reader is gone; nothing to say to nobody
	}
	st.run(ctx, hints)
	return nil
}

// playerStream is one open stream. head is the highest number that is accounted for, whoever may read it; sent the highest the
// player has.
type playerStream struct {
	s     *Server
	w     http.ResponseWriter
	rc    *http.ResponseController
	id    uuid.UUID
	token []byte
	who   players.Who

	c          chat.Conversation
	head, sent int64
	arrived    int64 // the last thing somebody else said that the player has
	waiting    chat.Waiting
	missed     []desk.Entry
	marksStale bool
	standing   tenants.Standing // of the casino, as the player was told
}

// look reads the conversation and what the player hasn't got of it.
func (st *playerStream) look(ctx context.Context, tx bun.Tx) error {
	c, err := chat.One(ctx, tx, st.who.Player, st.id)
	if err != nil {
		return err
	}
	st.c = c
	for {
		more, err := desk.PlayerTimeline(ctx, tx, st.id, desk.Window{After: st.sent, Limit: chatWindow})
		if err != nil {
			return err
		}
		st.missed = append(st.missed, more...)
		if n := len(more); n > 0 {
			st.sent = more[n-1].Seq
		}
		if len(more) < chatWindow {
			break
		}
	}
	st.head = max(st.head, c.LastSeq, st.sent)
	return nil
}

func (st *playerStream) begin(ctx context.Context) error {
	for _, e := range st.missed {
		if err := st.entry(ctx, e); err != nil {
			return err
		}
	}
	st.missed = nil
	waiting, err := st.s.chats().room.Of(ctx, st.c.Conversation)
	if err != nil {
		return err
	}
	st.waiting = waiting
	if err := st.event("seen", chatMarks{st.c.Seen, st.c.Read, st.c.Delivered}); err != nil {
		return err
	}
	if err := st.event("queue", waiting); err != nil {
		return err
	}
	if err := st.presence(); err != nil {
		return err
	}
	st.standing = tenants.Current(ctx).Standing
	return st.event("standing", map[string]string{"held": held(ctx)})
}

// stands tells the player when the casino begins or ceases to take messages, and ends the stream of one that is shut.
func (st *playerStream) stands(ctx context.Context) error {
	now := st.s.standing(ctx)
	if now.Standing == st.standing {
		return nil
	}
	ctx = tenants.With(ctx, now)
	if shut(ctx) {
		return desk.ErrSession
	}
	st.standing = now.Standing
	return st.event("standing", map[string]string{"held": held(ctx)})
}

func (st *playerStream) run(ctx context.Context, hints *live.Reader) {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	end := time.NewTimer(time.Until(st.who.Expires))
	defer end.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-st.s.Draining():
			return
		case <-end.C:
			return
		case <-hints.Lost():
			err = st.again(ctx)
		case c := <-hints.C:
			err = st.hint(ctx, c)
		case <-ping.C:
			err = st.event("ping", struct{}{})
		case <-look.C:
			err = st.tick(ctx)
		}
		if err != nil {
			return
		}
	}
}

// hint turns one change into what the player is to know of it.
func (st *playerStream) hint(ctx context.Context, c live.Change) error {
	switch c.What {
	case live.WhatSignOut:
		return st.still(ctx)
	case live.WhatEntry:
		return st.added(ctx, c)
	case live.WhatErased:
		return st.event("erased", map[string]int64{"seq": c.Seq})
	case live.WhatTyping:
		if c.WhoKind == string(authz.KindAgent) && !c.StaffOnly {
			return st.event("typing", map[string]string{"name": c.Name})
		}
	case live.WhatSeen:
		if c.WhoKind == string(authz.KindAgent) && c.Seq > st.c.Read {
			st.c.Read = c.Seq
			return st.event("seen", chatMarks{st.c.Seen, st.c.Read, st.c.Delivered})
		}
		if c.WhoKind == string(authz.KindPlayer) {
			st.marksStale = true
		}
	case live.WhatChange:
		return st.again(ctx)
	}
	return nil
}

// added sends a new entry. Hints of one conversation may overtake each other: only the very next number is taken at its
// word, anything else is read from the log.
func (st *playerStream) added(ctx context.Context, c live.Change) error {
	if c.Seq <= st.head {
		return nil
	}
	e, ok := c.Entry.(*desk.Entry)
	if !ok || c.Seq != st.head+1 || c.Moved {
		return st.again(ctx)
	}
	st.head = c.Seq
	if e.Visibility != desk.ForPlayer {
		if e.Kind == desk.Message || e.Kind == desk.NoteKind {
			return nil
		}
		return st.again(ctx)
	}
	st.sent = e.Seq
	if err := st.entry(ctx, *e); err != nil {
		return err
	}
	if e.Kind != desk.Message || e.AuthorKind == desk.ByPlayer {
		return nil
	}
	// Somebody has answered: nobody waits any more.
	st.c.WaitingSince = nil
	st.c.State = desk.Open
	return st.line(ctx)
}

// again reads the conversation anew and sends what differs.
func (st *playerStream) again(ctx context.Context) error {
	before := st.c
	err := tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error { return st.look(ctx, tx) })
	if err != nil {
		return err
	}
	for _, e := range st.missed {
		if err := st.entry(ctx, e); err != nil {
			return err
		}
	}
	st.missed = nil
	if before.State != st.c.State || !reflect.DeepEqual(before.Agent, st.c.Agent) {
		if err := st.presence(); err != nil {
			return err
		}
	}
	if before.Seen != st.c.Seen || before.Read != st.c.Read || before.Delivered != st.c.Delivered {
		if err := st.event("seen", chatMarks{st.c.Seen, st.c.Read, st.c.Delivered}); err != nil {
			return err
		}
	}
	return st.line(ctx)
}

// line says how many wait ahead, when that has changed.
func (st *playerStream) line(ctx context.Context) error {
	waiting, err := st.s.chats().room.Of(ctx, st.c.Conversation)
	if err != nil || reflect.DeepEqual(waiting, st.waiting) {
		return err
	}
	st.waiting = waiting
	return st.event("queue", waiting)
}

// tick looks at the line, reads marks that another of the player's pages has moved, and notes what has arrived here.
func (st *playerStream) tick(ctx context.Context) error {
	if err := st.stands(ctx); err != nil {
		return err
	}
	if st.arrived > st.c.Delivered {
		st.c.Delivered = st.arrived
		err := tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
			actor, _ := authz.From(ctx)
			actor.ID = st.who.Player
			return desk.MarkByPlayer(authz.With(ctx, actor), tx, &st.c.Conversation, st.arrived, 0)
		})
		if err != nil {
			return err
		}
	}
	if st.marksStale {
		st.marksStale = false
		return st.again(ctx)
	}
	return st.line(ctx)
}

// still ends the stream when its session has.
func (st *playerStream) still(ctx context.Context) error {
	return tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		_, ok, err := players.Find(ctx, tx, st.token)
		if err == nil && !ok {
			err = desk.ErrSession
		}
		return err
	})
}

func (st *playerStream) presence() error {
	return st.event("presence", map[string]any{"agent": agentNamed(st.c.Agent), "agents": st.waiting.Agents, "state": playersState(st.c.State)})
}

func (st *playerStream) entry(ctx context.Context, e desk.Entry) error {
	if e.AuthorKind != desk.ByPlayer {
		st.arrived = max(st.arrived, e.Seq)
	}
	return st.send(e.Seq, "entry", st.s.entryFor(ctx, e))
}

func (st *playerStream) event(name string, data any) error { return st.send(0, name, data) }

func (st *playerStream) send(seq int64, name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	_ = st.rc.SetWriteDeadline(time.Now().Add(slowWriter))
	if seq > 0 {
		_, err = fmt.Fprintf(st.w, "id: %d\nevent: %s\ndata: %s\n\n", seq, name, text)
	} else {
		_, err = fmt.Fprintf(st.w, "event: %s\ndata: %s\n\n", name, text)
	}
	if err != nil {
		return err
	}
	return st.rc.Flush()
}
