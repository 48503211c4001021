package live

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// channel is where processes of one database tell each other.
	channel = "desk_live"
	// gather is how long a hint waits for company before all go in one NOTIFY.
	gather = 10 * time.Millisecond
	// maxPayload stays below what NOTIFY takes: less than 8000 bytes (PostgreSQL documentation, NOTIFY).
	maxPayload = 7800
	// maxBurst is the most that goes into one round; of a casino with more, the others are told to look for themselves.
	maxBurst = 32 << 10
	// greetFor is how long a process that starts waits for the others to answer.
	greetFor = 500 * time.Millisecond
	// retryAfter is the pause after a NOTIFY or a connection failed.
	retryAfter = 250 * time.Millisecond
)

// Bus carries hints between the processes of one database by NOTIFY, sent after the commits they tell of and never within
// them: there it would make every commit wait for the one before. A process that is alone on its database sends nothing.
type Bus struct {
	hub     *Hub
	pool    *pgxpool.Pool
	log     *slog.Logger
	foreign func(*Change)
	id      string

	mu      sync.Mutex
	waiting []Change
	again   map[uuid.UUID]struct{} // casinos whose hints couldn't be told one by one
	wake    chan struct{}
	alone   atomic.Bool
	others  int // processes that listened when we came and haven't answered yet; the listener's own
	ready   chan struct{}
	once    sync.Once
	rounds  atomic.Int64
	failed  atomic.Int64

	cancel context.CancelFunc
	done   sync.WaitGroup
}

// wire is one payload.
type wire struct {
	From  string      `json:"f"`
	Kind  string      `json:"k,omitempty"` // "hello": a process has come; "here": the answer to it
	To    string      `json:"to,omitempty"`
	Hints []Change    `json:"c,omitempty"`
	Again []uuid.UUID `json:"g,omitempty"`
}

// Connect joins the hub with those of the other processes on the pool's database, until Close. foreign, which may be nil,
// hears each change that comes from elsewhere before the hub's readers do; nil stands for "anything may have happened".
func Connect(ctx context.Context, hub *Hub, pool *pgxpool.Pool, log *slog.Logger, foreign func(*Change)) *Bus {
	if foreign == nil {
		foreign = func(*Change) {}
	}
	b := &Bus{hub: hub, pool: pool, log: log, foreign: foreign, id: uuid.NewString()[:13], again: map[uuid.UUID]struct{}{},
		wake: make(chan struct{}, 1), ready: make(chan struct{})}
	ctx, b.cancel = context.WithCancel(context.WithoutCancel(ctx))
	b.done.Add(2)
	go func() { defer b.done.Done(); b.listen(ctx) }()
	go func() { defer b.done.Done(); b.send(ctx) }()
	select {
	case <-b.ready: // all others know that we are there
	case <-time.After(greetFor):
	}
	hub.mu.Lock()
	hub.relay = b.relay
	hub.mu.Unlock()
	return b
}

// Close leaves the others. What waits to be sent is sent first, if that works at once.
func (b *Bus) Close() {
	b.hub.mu.Lock()
	b.hub.relay = nil
	b.hub.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	_ = b.flush(ctx)
	cancel()
	b.cancel()
	b.done.Wait()
}

// Rounds is how often b has spoken to the other processes.
func (b *Bus) Rounds() int64 { return b.rounds.Load() }

// Failures is how often b tried to speak in vain.
func (b *Bus) Failures() int64 { return b.failed.Load() }

// relay takes a hint for the others. It never blocks.
func (b *Bus) relay(c Change) {
	if b.alone.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, lost := b.again[c.Tenant]; lost && !c.ephemeral() {
		return
	}
	if c.ephemeral() {
		for i, w := range b.waiting {
			if w.What == c.What && w.Tenant == c.Tenant && w.Conversation == c.Conversation && w.Who == c.Who {
				b.waiting[i] = c
				return
			}
		}
	}
	if len(b.waiting) >= 4096 {
		b.again[c.Tenant] = struct{}{}
		return
	}
	b.waiting = append(b.waiting, c)
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// ephemeral hints are told anew every few seconds while they hold: the latest is enough and a lost one doesn't matter.
func (c Change) ephemeral() bool { return c.What == WhatTyping || c.What == WhatLooking }

func (b *Bus) send(ctx context.Context) {
	silent := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		}
		if pause(ctx, gather) != nil {
			return
		}
		err := b.flush(ctx)
		if err != nil && ctx.Err() == nil {
			if !silent {
				b.log.WarnContext(ctx, "hints to other processes wait", "err", err)
			}
			_ = pause(ctx, retryAfter)
			select {
			case b.wake <- struct{}{}:
			default:
			}
		}
		silent = err != nil
	}
}

// flush sends what waits. What couldn't be sent becomes a word to look again.
func (b *Bus) flush(ctx context.Context) error {
	b.mu.Lock()
	hints, again := b.waiting, b.again
	b.waiting, b.again = nil, map[uuid.UUID]struct{}{}
	b.mu.Unlock()
	if len(hints) == 0 && len(again) == 0 || b.alone.Load() {
		return nil
	}
	payloads := b.pack(hints, again)
	if err := b.notify(ctx, payloads); err != nil {
		b.failed.Add(1)
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, c := range hints {
			if !c.ephemeral() {
				b.again[c.Tenant] = struct{}{}
			}
		}
		for t := range again {
			b.again[t] = struct{}{}
		}
		return err
	}
	return nil
}

// notify sends payloads in one round trip. Its commit need not reach the disk.
func (b *Bus) notify(ctx context.Context, payloads []string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var text strings.Builder
	text.WriteString("begin; set local synchronous_commit = off")
	for _, p := range payloads {
		fmt.Fprintf(&text, "; select pg_notify('%s', E'%s')", channel, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(p))
	}
	text.WriteString("; commit")
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(ctx, text.String()).ReadAll(); err != nil {
		return err
	}
	b.rounds.Add(1)
	return nil
}

// pack writes hints into as few payloads as they fit.
func (b *Bus) pack(hints []Change, again map[uuid.UUID]struct{}) []string {
	var payloads []string
	var chunk []json.RawMessage
	size, burst := 0, 0
	next := func() {
		if len(chunk) > 0 {
			payloads = append(payloads, text(struct {
				From  string            `json:"f"`
				Hints []json.RawMessage `json:"c"`
			}{b.id, chunk}))
		}
		chunk, size = nil, 0
	}
	for _, c := range hints {
		if _, ok := again[c.Tenant]; ok {
			continue
		}
		one, err := json.Marshal(c)
		burst += len(one)
		if err != nil || len(one) > maxPayload/2 || burst > maxBurst {
			again[c.Tenant] = struct{}{}
			continue
		}
		if size+len(one) > maxPayload-100 {
			next()
		}
		chunk = append(chunk, one)
		size += len(one) + 1
	}
	next()
	var ids []uuid.UUID
	for t := range again {
		if ids = append(ids, t); len(ids) == 150 {
			payloads = append(payloads, text(wire{From: b.id, Again: ids}))
			ids = nil
		}
	}
	if len(ids) > 0 {
		payloads = append(payloads, text(wire{From: b.id, Again: ids}))
	}
	return payloads
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
