package live

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"pitdesk/tenants"
)

// What happened.
const (
	WhatEntry    = "entry"    // an entry was added: Seq says which
	WhatChange   = "change"   // assignment, state, topic or tags moved without words
	WhatErased   = "erased"   // the text of entry Seq was erased
	WhatSeen     = "seen"     // the player or the desk has seen up to Seq
	WhatTyping   = "typing"   // somebody types; not stored
	WhatLooking  = "looking"  // an agent looks at the conversation; not stored
	WhatPlayer   = "player"   // the player's record changed
	WhatStaff    = "staff"    // roles, teams or presence changed: rights are to be read anew
	WhatSignOut  = "sign_out" // session Who has ended
	WhatSettings = "settings" // brand, topics, tags or teams changed
)

// Change is a hint: what happened to which conversation of which casino.
type Change struct {
	Tenant       uuid.UUID  `json:"t"`
	What         string     `json:"w"`
	Conversation uuid.UUID  `json:"c,omitzero"`
	Player       uuid.UUID  `json:"p,omitzero"`
	Seq          int64      `json:"s,omitempty"`
	StaffOnly    bool       `json:"o,omitempty"` // players' streams never get it
	Assignee     *uuid.UUID `json:"a,omitempty"`
	Team         *uuid.UUID `json:"g,omitempty"`
	WasAssignee  *uuid.UUID `json:"wa,omitempty"` // where it stood before, when it moved
	WasTeam      *uuid.UUID `json:"wg,omitempty"`
	Moved        bool       `json:"m,omitempty"`
	Who          uuid.UUID  `json:"u,omitzero"` // who types, looks, or signed out
	WhoKind      string     `json:"k,omitempty"`
	Name         string     `json:"n,omitempty"`
	At           int64      `json:"at,omitempty"` // when it was published, in milliseconds since 1970: how late others hear of it

	// Entry is the entry itself when this process wrote it; readers in other processes get nil and fetch it by Seq.
	Entry any `json:"-"`
}

// Frequent says that c is one of many of its kind, and found again by whoever looks at the conversation anew.
func (c Change) Frequent() bool {
	return c.What == WhatEntry || c.What == WhatSeen || c.What == WhatTyping || c.What == WhatLooking
}

// Hub hands changes to this process's open streams.
type Hub struct {
	mu      sync.RWMutex
	readers map[uuid.UUID]audience
	relay   func(Change) // to other processes; nil when there are none
}

// audience are a casino's readers by the conversation they listen to; uuid.Nil has those who listen to all.
type audience map[uuid.UUID]map[*Reader]struct{}

// NewHub returns an empty hub.
func NewHub() *Hub { return &Hub{readers: map[uuid.UUID]audience{}} }

// Reader is one open stream's place at the hub.
type Reader struct {
	C      <-chan Change
	lost   chan struct{}
	c      chan Change
	wants  func(Change) bool
	hub    *Hub
	tenant uuid.UUID
	of     uuid.UUID // the conversation it listens to, or uuid.Nil
}

// Lost is readable when hints had to be dropped because the reader was slow: it must render everything anew.
func (r *Reader) Lost() <-chan struct{} { return r.lost }

// Rest returns c, which was just received, and whatever else waits behind it.
func (r *Reader) Rest(c Change) []Change {
	all := []Change{c}
	for {
		select {
		case c := <-r.C:
			all = append(all, c)
		default:
			return all
		}
	}
}

// Close leaves the hub.
func (r *Reader) Close() {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	here := r.hub.readers[r.tenant]
	delete(here[r.of], r)
	if len(here[r.of]) == 0 {
		delete(here, r.of)
	}
	if len(here) == 0 {
		delete(r.hub.readers, r.tenant)
	}
}

// How many changes may wait for a reader before it is told that it lost some.
const (
	waitForAll = 256
	waitForOne = 32
)

// Listen opens a place at the hub for a casino's changes that wants asks for. wants runs in the sender's goroutine and must
// be quick; nil wants all.
func (h *Hub) Listen(tenant uuid.UUID, wants func(Change) bool) *Reader {
	return h.listen(tenant, uuid.Nil, waitForAll, wants)
}

// ListenTo is Listen for one conversation's changes and those that are no conversation's, such as a sign-out. What happens in
// others costs such a reader nothing, however many there are.
func (h *Hub) ListenTo(tenant, conversation uuid.UUID, wants func(Change) bool) *Reader {
	return h.listen(tenant, conversation, waitForOne, wants)
}

func (h *Hub) listen(tenant, of uuid.UUID, wait int, wants func(Change) bool) *Reader {
	c := make(chan Change, wait)
	r := &Reader{C: c, c: c, lost: make(chan struct{}, 1), wants: wants, hub: h, tenant: tenant, of: of}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.readers[tenant] == nil {
		h.readers[tenant] = audience{}
	}
	if h.readers[tenant][of] == nil {
		h.readers[tenant][of] = map[*Reader]struct{}{}
	}
	h.readers[tenant][of][r] = struct{}{}
	return r
}

// Publish hands c to this process's readers and to the other processes.
func (h *Hub) Publish(c Change) {
	hints.Add(context.Background(), 1, fromHere)
	h.spread(c)
	h.mu.RLock()
	relay := h.relay
	h.mu.RUnlock()
	if relay != nil {
		c.At = time.Now().UnixMilli()
		relay(c)
	}
}

// deliver hands what another process told of to this one's readers.
func (h *Hub) deliver(c Change) {
	heard(c)
	h.spread(c)
}

func (h *Hub) spread(c Change) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	here := h.readers[c.Tenant]
	if c.Conversation == uuid.Nil {
		for _, readers := range here {
			hand(c, readers)
		}
		return
	}
	hand(c, here[uuid.Nil])
	hand(c, here[c.Conversation])
}

func hand(c Change, readers map[*Reader]struct{}) {
	for r := range readers {
		if r.wants != nil && !r.wants(c) {
			continue
		}
		select {
		case r.c <- c:
		default:
			r.lose()
		}
	}
}

func (r *Reader) lose() {
	select {
	case r.lost <- struct{}{}:
		losses.Add(context.Background(), 1)
	default:
	}
}

// lose tells a casino's readers that they missed something; uuid.Nil tells everybody's.
func (h *Hub) lose(tenant uuid.UUID) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for t, here := range h.readers {
		if tenant != uuid.Nil && t != tenant {
			continue
		}
		for _, readers := range here {
			for r := range readers {
				r.lose()
			}
		}
	}
}

type hubKey struct{}

// With puts the hub into ctx.
func With(ctx context.Context, h *Hub) context.Context { return context.WithValue(ctx, hubKey{}, h) }

// Of returns the hub of ctx, or nil where there is none (commands).
func Of(ctx context.Context) *Hub {
	h, _ := ctx.Value(hubKey{}).(*Hub)
	return h
}

// Announce publishes c once the transaction of ctx has committed; at once when there is none.
func Announce(ctx context.Context, c Change) {
	h := Of(ctx)
	if h == nil {
		return
	}
	tenants.AfterCommit(ctx, func() { h.Publish(c) })
}
