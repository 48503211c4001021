package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// beat is how often a quiet stream shows that it is alive and looks whether its reader is still signed in.
const beat = 15 * time.Second

// A stream rests after it has told something, and what happens meanwhile goes out together: on a busy desk with many pages
// open, telling each of everything singly costs more than everything else. Where much happens it rests longer.
const (
	breath     = 10 * time.Millisecond
	deepBreath = 25 * time.Millisecond
	much       = 10 // changes in a breath
)

// flood is from how many changes in a breath on a page is told once to look at everything, which it would do anyway: it draws
// its list a few times a second at most, however many hints it hears.
const flood = 64

func rest(told int) time.Duration {
	if told > much {
		return deepBreath
	}
	return breath
}

// hint is what a staff page hears: that something happened, never what was said. The page then asks for what it shows.
type hint struct {
	What         string `json:"w"`
	Conversation string `json:"c,omitempty"`
	Seq          int64  `json:"s,omitempty"`
	Who          string `json:"u,omitempty"` // an agent's public id, or "player"
	Name         string `json:"n,omitempty"`
}

// Hints that only streams know.
const (
	hintHello    = "hello"    // the stream has begun: what was shown before may be old
	hintLost     = "lost"     // hints were dropped: everything may be old
	hintGone     = "gone"     // the conversation left the reader's sight
	hintStanding = "standing" // the casino stands otherwise than before: pages are drawn anew
	hintMoving   = "moving"   // this process ends: the page connects again at once, elsewhere
	hintAlive    = "alive"    // nothing happened; pages take a silent stream for a dead one
)

// stream tells a browser of what happens in its reader's scope. Rights are looked at anew with every hint, and the stream
// ends with the sign-in.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		_, err := authz.ScopeOf(ctx, tx, authz.InboxListen)
		return err
	}); err != nil {
		return err
	}
	leave, err := s.streams().ofStaff(ctx, signedOf(ctx).Actor.Session)
	if err != nil {
		return err
	}
	defer leave()
	reader := s.Hub.Listen(tenants.Current(ctx).ID, nil)
	defer reader.Close()
	out, err := begin(w)
	if err != nil {
		return err
	}
	if err := out.send(hint{What: hintHello}); err != nil {
		return nil
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	stood := tenants.Current(ctx).Standing
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.Draining():
			_ = out.send(hint{What: hintMoving})
			return nil
		case <-reader.Lost():
			err = out.send(hint{What: hintLost})
		case <-tick.C:
			if _, err := s.signedIn(r); fault.CodeOf(err) == fault.Unauthenticated {
				return nil
			}
			err = out.send(hint{What: hintAlive})
		case <-look.C:
			now := s.standing(ctx)
			if now.Standing == stood {
				continue
			}
			stood = now.Standing
			if err = out.send(hint{What: hintStanding}); shut(tenants.With(ctx, now)) {
				return nil
			}
		case c := <-reader.C:
			var over bool
			changes := reader.Rest(c)
			if over, err = s.tell(r, out, changes); over || !pause(ctx, rest(len(changes))) {
				return nil
			}
		}
		if err != nil {
			return nil // the browser went away
		}
	}
}

// tell writes what a reader hears of some changes, all in one piece. over says that the sign-in has ended.
func (s *Server) tell(r *http.Request, out *events, changes []live.Change) (over bool, err error) {
	mine := signedOf(r.Context()).Actor.Session
	for _, c := range changes {
		if c.What == live.WhatSignOut && c.Who == mine {
			return true, nil
		}
		if c.What == live.WhatStaff || c.What == live.WhatSignOut {
			s.Sessions.Forget()
		}
	}
	now, err := s.signedIn(r)
	if fault.CodeOf(err) == fault.Unauthenticated {
		return true, nil
	}
	if err != nil {
		// The database is away: the rights of a moment ago would be a guess, so the page is told to look later.
		return false, out.send(hint{What: hintLost})
	}
	for _, h := range hintsFor(changes, now.Actor) {
		out.add(h)
	}
	return false, out.flush()
}

// pause waits, or says that ctx has ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// hintsFor is what a staff member hears of changes that came together. In a flood new entries and marks aren't told singly.
func hintsFor(changes []live.Change, a authz.Actor) []hint {
	var all []hint
	for _, c := range changes {
		if h, ok := hintFor(c, a); ok && (len(changes) <= flood || !c.Frequent() || h.What == hintGone) {
			all = append(all, h)
		}
	}
	if len(changes) > flood {
		all = append(all, hint{What: hintLost})
	}
	return all
}

// hintFor is what a staff member hears of a change, if anything.
func hintFor(c live.Change, a authz.Actor) (hint, bool) {
	switch c.What {
	case live.WhatSignOut:
		return hint{}, false
	case live.WhatStaff, live.WhatSettings, live.WhatPlayer:
		return hint{What: c.What}, true
	}
	if c.Conversation == uuid.Nil {
		return hint{}, false
	}
	h := hint{What: c.What, Conversation: tenants.PublicID(tenants.ConversationPrefix, c.Conversation), Seq: c.Seq}
	scope := authz.ScopeFor(a)
	if !scope.Sees(authz.Facts{Scoped: true, Assignee: c.Assignee, Team: c.Team}) {
		if c.Moved && scope.Sees(authz.Facts{Scoped: true, Assignee: c.WasAssignee, Team: c.WasTeam}) {
			return hint{What: hintGone, Conversation: h.Conversation}, true
		}
		return hint{}, false
	}
	switch c.What {
	case live.WhatTyping, live.WhatLooking:
		if c.Who == a.ID {
			return hint{}, false
		}
		h.Who, h.Name = "player", ""
		if c.WhoKind == string(authz.KindAgent) {
			h.Who, h.Name = tenants.PublicID(tenants.MemberPrefix, c.Who), c.Name
		}
	}
	return h, true
}

// append adds the hint to b as JSON. What has neither an author nor a name, which nearly all hints are, needs no escaping.
func (h hint) append(b []byte) []byte {
	if h.Who != "" || h.Name != "" {
		text, _ := json.Marshal(h)
		return append(b, text...)
	}
	b = append(append(append(b, `{"w":"`...), h.What...), '"')
	if h.Conversation != "" {
		b = append(append(append(b, `,"c":"`...), h.Conversation...), '"')
	}
	if h.Seq != 0 {
		b = strconv.AppendInt(append(b, `,"s":`...), h.Seq, 10)
	}
	return append(b, '}')
}

// events writes server-sent events (WHATWG HTML, section 9.2).
type events struct {
	w    http.ResponseWriter
	c    *http.ResponseController
	held []byte // added, not flushed yet
}

func begin(w http.ResponseWriter) (*events, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	c := http.NewResponseController(w)
	// A stream outlives whatever bound the server sets for answers; each write gets its own.
	_ = c.SetWriteDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	return &events{w: w, c: c}, c.Flush()
}

func (e *events) send(h hint) error {
	e.add(h)
	return e.flush()
}

// add holds a hint back until the next flush.
func (e *events) add(h hint) {
	e.held = append(h.append(append(e.held, "data: "...)), "\n\n"...)
}

func (e *events) flush() error {
	if len(e.held) == 0 {
		return nil
	}
	_ = e.c.SetWriteDeadline(time.Now().Add(10 * time.Second))
	_, err := e.w.Write(e.held)
	if e.held = e.held[:0]; err != nil {
		return err
	}
	return e.c.Flush()
}
