package api

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

const streamDescription = `Server-sent events (text/event-stream), for as long as you stay. What is sent is what this key may see at that moment.

- ` + "`ready`" + `: you are heard from now on; whatever happened before is in the lists.
- ` + "`entry`" + `: an entry was added; the data is the entry, whole.
- ` + "`erased`" + `: the words of an entry were erased: ` + "`conversation`, `seq`" + `.
- ` + "`seen`" + `: somebody has read up to ` + "`seq`" + ` of ` + "`conversation`" + `; ` + "`by`" + ` is player or agent.
- ` + "`typing`" + `: somebody types in ` + "`conversation`" + `; ` + "`by`" + ` is player or agent. Not kept anywhere.
- ` + "`player`" + `: the record of ` + "`player`" + ` changed.
- ` + "`settings`" + `: topics, teams or tags changed.
- ` + "`gone`" + `: ` + "`conversation`" + ` was moved out of this key's sight.
- ` + "`resync`" + `: you were too slow and missed something. Read the lists again.

Lines that begin with a colon come every 15 seconds and mean nothing. The stream ends when the key does and when the server
restarts: connect again, and ask for what you missed with ` + "`after_seq`" + `.`

// Events of the stream, besides entries.
type (
	pointEvent struct {
		Conversation string `json:"conversation"`
		Seq          int64  `json:"seq,omitempty"`
		By           string `json:"by,omitempty"`
	}
	playerEvent struct {
		Player string `json:"player"`
	}
)

// slowReader is how long a stream's reader may keep a write waiting.
const slowReader = 20 * time.Second

// stream sends the casino's changes to a program. The place at the hub is taken before "ready" is said, so that nothing falls
// between that and the lists the program reads then.
func (a *API) stream(ctx context.Context, _ *nothing) (*huma.StreamResponse, error) {
	if err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := authz.ScopeOf(ctx, tx, authz.InboxListen)
		return err
	}); err != nil {
		return nil, err
	}
	key, _ := authz.From(ctx)
	if !a.streams.enter(key.ID) {
		return nil, fault.New(fault.TooMany, "This key listens in %d places already.", maxStreams).After(10 * time.Second)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer a.streams.leave(key.ID)
		r, w := humago.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store, no-transform")
		h.Set("X-Accel-Buffering", "no")
		if r.Method == http.MethodHead {
			return
		}
		s := &listener{api: a, w: w, control: http.NewResponseController(w), request: r}
		s.run(hc.Context())
	}}, nil
}

// maxStreams is how many streams one key has open at a process.
const maxStreams = 20

// places counts the open streams of keys.
type places struct {
	mu    sync.Mutex
	taken map[uuid.UUID]int
}

func (p *places) enter(key uuid.UUID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken == nil {
		p.taken = map[uuid.UUID]int{}
	}
	if p.taken[key] >= maxStreams {
		return false
	}
	p.taken[key]++
	return true
}

func (p *places) leave(key uuid.UUID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[key]--; p.taken[key] <= 0 {
		delete(p.taken, key)
	}
}

// listener is one open stream.
type listener struct {
	api     *API
	w       http.ResponseWriter
	control *http.ResponseController
	request *http.Request
}

func (s *listener) run(ctx context.Context) {
	changes := live.Of(ctx).Listen(tenants.Current(ctx).ID, nil)
	defer changes.Close()
	if s.write("retry: 2000\n\nevent: ready\ndata: {}\n\n") != nil {
		return
	}
	beat := time.NewTicker(s.api.options.Heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-s.api.options.Draining():
			// Not all at once: whoever takes over has other work, too.
			_ = s.write(fmt.Sprintf("retry: %d\n\n", 500+rand.IntN(1500))) // #nosec G404 -- it spreads clients out, and is no secret
			return
		case <-changes.Lost():
			err = s.send("resync", struct{}{})
		case <-beat.C:
			if _, err = s.scope(ctx); err == nil {
				err = s.write(": still here\n\n")
			}
		case c := <-changes.C:
			err = s.change(ctx, c)
		}
		if err != nil {
			return // the key has ended, or the reader went away: either way there is nobody to tell
		}
	}
}

// scope is what the key may see now; an ended key is an error, and so is a casino that was shut. While nobody can tell,
// because the database is away, it is an error too: rights of a moment ago would be a guess.
func (s *listener) scope(ctx context.Context) (authz.Scope, error) {
	now, err := tenants.PoolsOf(ctx).Doors.ByHost(ctx, tenants.Current(ctx).Slug+"."+tenants.PoolsOf(ctx).Doors.Base())
	if err != nil {
		return authz.Scope{}, err
	}
	ctx, actor, err := s.api.who(tenants.With(ctx, now), s.request)
	if err == nil && !authz.Permits(actor.Role, authz.InboxListen) {
		err = errKey
	}
	if err == nil {
		err = authz.Stands(authz.With(ctx, actor), authz.InboxListen)
	}
	return authz.ScopeFor(actor), err
}

func (s *listener) change(ctx context.Context, c live.Change) error {
	scope, err := s.scope(ctx)
	if err != nil {
		return err
	}
	switch c.What {
	case live.WhatPlayer:
		return s.send("player", playerEvent{tenants.PublicID(tenants.PlayerPrefix, c.Player)})
	case live.WhatSettings:
		return s.send("settings", struct{}{})
	case live.WhatEntry, live.WhatErased, live.WhatSeen, live.WhatTyping:
	default:
		return nil
	}
	point := pointEvent{Conversation: tenants.PublicID(tenants.ConversationPrefix, c.Conversation)}
	if !scope.Sees(authz.Facts{Scoped: true, Assignee: c.Assignee, Team: c.Team}) {
		if c.Moved && scope.Sees(authz.Facts{Scoped: true, Assignee: c.WasAssignee, Team: c.WasTeam}) {
			return s.send("gone", point)
		}
		return nil
	}
	switch c.What {
	case live.WhatEntry:
		return s.entry(ctx, c)
	case live.WhatErased:
		point.Seq = c.Seq
	case live.WhatSeen:
		point.Seq, point.By = c.Seq, c.WhoKind
	case live.WhatTyping:
		point.By = c.WhoKind
	}
	return s.send(c.What, point)
}

// entry sends an entry as this process wrote it, or as the log has it when another did.
func (s *listener) entry(ctx context.Context, c live.Change) error {
	if e, ok := c.Entry.(*desk.Entry); ok {
		return s.send("entry", entryOf(*e))
	}
	var found []desk.Entry
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		found, err = desk.Timeline(ctx, tx, c.Conversation, desk.Window{Begin: true, After: c.Seq - 1, Limit: 1})
		return err
	})
	if fault.CodeOf(err) == fault.Unavailable {
		return s.send("resync", struct{}{})
	}
	if err != nil || len(found) == 0 {
		return err
	}
	return s.send("entry", entryOf(found[0]))
}

func (s *listener) send(event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, text))
}

func (s *listener) write(text string) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(slowReader))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
