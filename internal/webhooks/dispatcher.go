package webhooks

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	// lookEvery is how often a process looks for what has happened and what is due.
	lookEvery = 300 * time.Millisecond
	// atOnce is how many deliveries one process tries at one receiver at a time; a receiver that keeps failing gets fewer.
	atOnce = 8
	// altogether is how many a process tries at a time.
	altogether = 1000
	// leaseOver is how much longer than a try a claim on it holds.
	leaseOver = 10 * time.Second
)

// Dispatcher makes deliveries of what happens and sends them. Any number of processes may run one: a receiver's place in the
// feed and each delivery is one process's at a time.
type Dispatcher struct {
	Sender *Sender
	Log    *slog.Logger
	Waits  []time.Duration // between tries; nil: ten tries over 75 hours

	mu    sync.Mutex
	busy  map[uuid.UUID]int // tries under way, by receiver
	fails map[uuid.UUID]int // failures since the last success
	total int
}

// Run works until ctx ends, and then until the tries under way have ended. ctx carries the pools (tenants.WithPools).
func (d *Dispatcher) Run(ctx context.Context) {
	if d.Waits == nil {
		d.Waits = waits
	}
	d.busy, d.fails = map[uuid.UUID]int{}, map[uuid.UUID]int{}
	var work sync.WaitGroup
	freed := make(chan struct{}, 1)
	work.Go(func() { d.every(ctx, nil, "events can't be made into deliveries", d.plan) })
	work.Go(func() {
		d.every(ctx, freed, "deliveries can't be taken up", func(ctx context.Context) (bool, error) { return d.take(ctx, &work, freed) })
	})
	work.Wait()
}

// every does a thing again and again: at once while there is more to do, else after a pause or when something was freed.
func (d *Dispatcher) every(ctx context.Context, freed <-chan struct{}, trouble string, do func(context.Context) (more bool, err error)) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		case <-freed:
		}
		more, err := do(ctx)
		if err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, trouble, "err", err)
		}
		switch {
		case err != nil:
			pause.Reset(10 * lookEvery)
		case more:
			pause.Reset(0)
		default:
			pause.Reset(lookEvery)
		}
	}
}

// plan makes deliveries for every receiver that is behind, one batch each.
func (d *Dispatcher) plan(ctx context.Context) (more bool, err error) {
	ids, err := behind(ctx)
	for _, id := range ids {
		again, failed := plan(ctx, id)
		more = more || again
		if failed != nil { // the others have their turn all the same
			err = failed
		}
	}
	return more, err
}

// take claims what is due and tries it, each delivery by itself.
func (d *Dispatcher) take(ctx context.Context, work *sync.WaitGroup, freed chan<- struct{}) (more bool, err error) {
	room, limit := d.room()
	limit = min(limit, 100)
	claims, err := claimDue(ctx, room, atOnce, limit, d.Sender.within+leaseOver)
	if err != nil {
		return false, err
	}
	for _, c := range claims {
		d.count(c.Webhook, 1)
		work.Go(func() {
			defer func() {
				d.count(c.Webhook, -1)
				select {
				case freed <- struct{}{}:
				default:
				}
			}()
			d.try(context.WithoutCancel(ctx), c)
		})
	}
	return len(claims) == limit && limit > 0, nil
}

// try sends one delivery and writes down what came of it. What can't be written down is tried again when the claim has run out.
func (d *Dispatcher) try(ctx context.Context, c claim) {
	o := d.Sender.send(ctx, c)
	tried(ctx, c, o)
	d.mu.Lock()
	if o.why == "" {
		delete(d.fails, c.Webhook)
	} else {
		d.fails[c.Webhook]++
	}
	d.mu.Unlock()
	if err := settle(ctx, c, o, d.Waits); err != nil {
		d.Log.ErrorContext(ctx, "what came of a delivery can't be noted", "err", err)
	}
}

func (d *Dispatcher) count(id uuid.UUID, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total += n
	if d.busy[id] += n; d.busy[id] == 0 {
		delete(d.busy, id)
	}
}

// room is how many more deliveries each receiver that is busy or failing can be tried with, and how many there may be in all.
func (d *Dispatcher) room() (map[uuid.UUID]int, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	room := map[uuid.UUID]int{}
	for id, n := range d.busy {
		room[id] = max(0, d.allowed(id)-n)
	}
	for id := range d.fails {
		if _, ok := d.busy[id]; !ok {
			room[id] = d.allowed(id)
		}
	}
	return room, altogether - d.total
}

// allowed is how many tries at a time a receiver gets: all of them until it fails time and again.
func (d *Dispatcher) allowed(id uuid.UUID) int {
	switch n := d.fails[id]; {
	case n < 2*atOnce:
		return atOnce
	case n < 10*atOnce:
		return 2
	}
	return 1
}
