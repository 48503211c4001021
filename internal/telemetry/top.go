package telemetry

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

const (
	// window is how long the busiest are counted before they are told and counting begins anew.
	window = 5 * time.Minute
	// spare is how many times more casinos are kept than told: the less are kept, the more the last of them are flattered.
	spare = 10
	// least is the share of everybody's time from which on a casino is told.
	least = 0.01
)

// top finds the casinos that keep the process busiest, in memory that doesn't grow with their number: the space-saving sketch
// (Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams, 2005). Whoever isn't
// kept takes the place of the least busy and inherits its time, so a casino with more than 1 in 10*most of the time is
// always found; what it inherited isn't told, so it is never told with more than its own.
type top struct {
	most int
	now  func() time.Time

	mu    sync.Mutex
	began time.Time
	total time.Duration
	kept  map[string]*busy
	told  []share
}

// busy is one casino's account in this window. over is what it may have inherited.
type busy struct {
	time, over time.Duration
	requests   int64
}

// share is what is told of a casino until the next window has passed.
type share struct {
	casino string
	time   float64 // of the time that all requests took, 0 to 1
}

func newTop(most int) *top {
	return &top{most: most, now: time.Now, began: time.Now(), kept: map[string]*busy{}}
}

// saw adds a request's time to a casino's account.
func (t *top) saw(casino string, took time.Duration) {
	if t == nil || casino == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn()
	t.total += took
	b, ok := t.kept[casino]
	if !ok {
		b = &busy{}
		if len(t.kept) >= t.most*spare {
			last, of := "", time.Duration(0)
			for id, other := range t.kept {
				if last == "" || other.time < of {
					last, of = id, other.time
				}
			}
			delete(t.kept, last)
			b.time, b.over = of, of
		}
		t.kept[casino] = b
	}
	b.time += took
	b.requests++
}

// turn ends a window that has passed.
func (t *top) turn() {
	now := t.now()
	if now.Sub(t.began) < window {
		return
	}
	t.told = t.busiest()
	if now.Sub(t.began) >= 2*window {
		t.told = nil // that is long ago
	}
	t.began, t.total, t.kept = now, 0, map[string]*busy{}
}

// busiest are those to be told: at most as many as were asked for, and nobody who hardly counts. What somebody inherited isn't
// told as its own.
func (t *top) busiest() []share {
	var all []share
	for id, b := range t.kept {
		if own := float64(b.time-b.over) / float64(max(1, t.total)); own >= least {
			all = append(all, share{id, own})
		}
	}
	slices.SortFunc(all, func(a, b share) int { return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(a.casino, b.casino)) })
	return all[:min(len(all), t.most)]
}

// register has the busiest of the window before told.
func (t *top) register(m metric.Meter) error {
	if t == nil {
		return nil
	}
	_, err := m.Float64ObservableGauge("desk.casinos.busiest", metric.WithDescription("The share of all answers' time that the busiest casinos took in the last whole five minutes."),
		metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.turn()
			for _, s := range t.told {
				o.Observe(s.time, metric.WithAttributes(attribute.String("casino", s.casino)))
			}
			return nil
		}))
	return err
}
