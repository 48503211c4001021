package tenants

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"pitdesk/internal/fault"
)

const (
	// atWorkFor is how long after its last turn a casino counts as being at work: for so long others keep to their share.
	atWorkFor = time.Second
	// patience is how long anybody waits for a turn.
	patience = 20 * time.Second
	// mostWaiting is how many may wait for a turn of one casino, for each connection of its share.
	mostWaiting = 64
)

var (
	errCrowded = fault.New(fault.Unavailable, "Too much is asked for here at once. Please try again in a moment.").After(2 * time.Second)

	meter       = otel.Meter("pitdesk/tenants")
	waited, _   = meter.Float64Histogram("desk.turns.wait", metric.WithUnit("s"), metric.WithDescription("Waits for a turn at the database, of those who had to wait."))
	turnedAway  = counter("desk.turns.refused", "Turns at the database that were refused because too many waited for theirs.")
	nothingHeld = func() {}
)

func counter(name, what string) metric.Int64Counter {
	c, _ := meter.Int64Counter(name, metric.WithDescription(what))
	return c
}

// Turns shares a process's connections to the database out among casinos. A casino that is alone may have all of them. While
// others are at work too it has its share at most, and whoever waits is let in casino by casino, so that nobody's queue stands
// in front of anybody else's. A nil *Turns lets everybody in.
type Turns struct {
	size, share int

	mu           sync.Mutex
	held         int
	queues       map[uuid.UUID]*queue // of casinos that hold a turn or wait for one
	waiting      []*queue             // those in which somebody waits, next in turn first
	last, before turn                 // whose turn it was last, and the last one of anybody else
}

type turn struct {
	tenant uuid.UUID
	at     time.Time
}

// queue is one casino's turns.
type queue struct {
	tenant  uuid.UUID
	held    int
	waiting []chan struct{} // closed when the turn has come
}

// NewTurns shares size connections out. share is how many of them one casino has while others are at work; 0 takes an eighth,
// and two at least.
func NewTurns(size, share int) *Turns {
	if share <= 0 {
		share = max(2, size/8)
	}
	return &Turns{size: size, share: min(share, size), queues: map[uuid.UUID]*queue{}}
}

// Take waits for a casino's turn. leave ends it, the first time it is called. Where too many wait already, or nothing came free
// for long, the answer is Unavailable; where ctx has ended, its error.
func (t *Turns) Take(ctx context.Context, tenant uuid.UUID) (leave func(), err error) {
	if t == nil {
		return nothingHeld, nil
	}
	t.mu.Lock()
	l := t.queues[tenant]
	if l == nil {
		l = &queue{tenant: tenant}
		t.queues[tenant] = l
	}
	now := time.Now()
	if t.last.tenant != tenant {
		t.before = t.last
	}
	t.last = turn{tenant, now}
	leave = sync.OnceFunc(func() { t.leave(l) })
	if len(l.waiting) == 0 && t.free(l, now) {
		l.held++
		t.held++
		t.mu.Unlock()
		return leave, nil
	}
	if len(l.waiting) >= mostWaiting*t.share {
		t.mu.Unlock()
		turnedAway.Add(ctx, 1)
		return nil, errCrowded
	}
	come := make(chan struct{})
	if l.waiting = append(l.waiting, come); len(l.waiting) == 1 {
		t.waiting = append(t.waiting, l)
	}
	t.mu.Unlock()

	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-come:
	case <-enough.C:
		err = errCrowded
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil && t.goAway(l, come) {
		if err == error(errCrowded) {
			turnedAway.Add(ctx, 1)
		}
		return nil, err
	}
	waited.Record(ctx, time.Since(now).Seconds())
	return leave, nil
}

// free says whether l may have one more turn now.
func (t *Turns) free(l *queue, now time.Time) bool {
	return t.held < t.size && (l.held < t.share || !t.othersAtWork(l.tenant, now))
}

func (t *Turns) othersAtWork(than uuid.UUID, now time.Time) bool {
	other := t.last
	if other.tenant == than {
		other = t.before
	}
	return other.tenant != uuid.Nil && now.Sub(other.at) < atWorkFor
}

// leave ends a turn and lets in whoever can have it.
func (t *Turns) leave(l *queue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l.held--
	t.held--
	t.admit()
	t.forget(l)
}

// admit gives away what is free, one turn to each casino in the order in which they wait.
func (t *Turns) admit() {
	now := time.Now()
	for i := 0; i < len(t.waiting) && t.held < t.size; {
		l := t.waiting[i]
		if !t.free(l, now) {
			i++
			continue
		}
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
		l.held++
		t.held++
		copy(t.waiting[i:], t.waiting[i+1:])
		t.waiting = t.waiting[:len(t.waiting)-1]
		if len(l.waiting) > 0 {
			t.waiting = append(t.waiting, l)
		}
	}
}

// goAway leaves the queue. It is false when the turn has come meanwhile.
func (t *Turns) goAway(l *queue, come chan struct{}) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, c := range l.waiting {
		if c != come {
			continue
		}
		if l.waiting = append(l.waiting[:i:i], l.waiting[i+1:]...); len(l.waiting) == 0 {
			for j, other := range t.waiting {
				if other == l {
					t.waiting = append(t.waiting[:j:j], t.waiting[j+1:]...)
					break
				}
			}
		}
		t.forget(l)
		return true
	}
	return false
}

// forget drops a queue that nobody stands in.
func (t *Turns) forget(l *queue) {
	if l.held == 0 && len(l.waiting) == 0 && t.queues[l.tenant] == l {
		delete(t.queues, l.tenant)
	}
}
