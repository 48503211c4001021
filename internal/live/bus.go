package live

import (
	"context"
	"log/slog"
	"math/rand/v2"
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

// Options are what a Bus needs besides the database.
type Options struct {
	Log *slog.Logger
	// Foreign, which may be nil, hears each change that comes from elsewhere before the hub's readers do; nil stands for
	// "anything may have happened".
	Foreign func(*Change)
	// Listen is the database's address for the one connection that listens, where the pool's leads through a pooler that
	// shares connections. Empty: the pool's.
	Listen string
	// NATS are the addresses of a NATS server, commas between. Empty: NOTIFY alone.
	NATS string
}

// Bus carries hints between the processes of one database by NOTIFY, sent after the commits they tell of and never within
// them: there it would make every commit wait for the one before. A process that is alone on its database sends nothing.
// With NATS, hints go that way, and by NOTIFY only to processes that NATS doesn't reach.
type Bus struct {
	hub    *Hub
	pool   *pgxpool.Pool
	listen string
	log    *slog.Logger
	nats   *line // nil without NATS

	foreign func(*Change)
	id      string
	number  int64 // of its advisory lock, by which the others see whether it lives

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

// Connect joins the hub with those of the other processes on the pool's database, until Close.
func Connect(ctx context.Context, hub *Hub, pool *pgxpool.Pool, o Options) *Bus {
	if o.Foreign == nil {
		o.Foreign = func(*Change) {}
	}
	b := &Bus{hub: hub, pool: pool, listen: o.Listen, log: o.Log, foreign: o.Foreign, id: uuid.NewString()[:13], number: 2 + rand.Int64N(1<<31-2), // #nosec G404 -- a number to tell processes apart by, and no secret
		again: map[uuid.UUID]struct{}{}, wake: make(chan struct{}, 1), ready: make(chan struct{})}
	ctx, b.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if o.NATS != "" {
		var err error
		if b.nats, err = b.dialNATS(ctx, o.NATS); err != nil {
			b.log.ErrorContext(ctx, "NATS isn't used: hints go by NOTIFY", "err", err)
		}
	}
	b.done.Add(2)
	go func() { defer b.done.Done(); b.hearAll(ctx) }()
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
	if b.nats != nil {
		b.nats.close()
	}
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
	if err := b.post(ctx, payloads); err != nil {
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

// post brings payloads to the other processes by the ways that reach them all.
func (b *Bus) post(ctx context.Context, payloads []string) error {
	if b.nats != nil {
		if err := b.nats.post(ctx, payloads); err == nil && !b.nats.someAreDeaf() {
			b.rounds.Add(1)
			return nil
		}
	}
	return b.notify(ctx, payloads)
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
