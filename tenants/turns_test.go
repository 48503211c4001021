package tenants_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/tenants"
)

var fox, owl, elk = uuid.MustParse("00000000-0000-7000-8000-00000000000f"), uuid.MustParse("00000000-0000-7000-8000-00000000000a"),
	uuid.MustParse("00000000-0000-7000-8000-00000000000e")

// door notes who was let in, in which order.
type door struct {
	*tenants.Turns
	mu     sync.Mutex
	inside []uuid.UUID
	leave  map[uuid.UUID][]func()
	errs   []error
}

func newDoor(size, share int) *door {
	return &door{Turns: tenants.NewTurns(size, share), leave: map[uuid.UUID][]func(){}}
}

// come asks for n turns and returns when each has its turn or waits for it.
func (d *door) come(ctx context.Context, who uuid.UUID, n int) {
	for range n {
		go func() {
			leave, err := d.Take(ctx, who)
			d.mu.Lock()
			defer d.mu.Unlock()
			if err != nil {
				d.errs = append(d.errs, err)
				return
			}
			d.inside = append(d.inside, who)
			d.leave[who] = append(d.leave[who], leave)
		}()
	}
	synctest.Wait()
}

// end ends n turns of a casino.
func (d *door) end(who uuid.UUID, n int) {
	d.mu.Lock()
	leaving := d.leave[who][:n]
	d.leave[who] = d.leave[who][n:]
	d.mu.Unlock()
	for _, leave := range leaving {
		leave()
	}
	synctest.Wait()
}

func (d *door) has(t *testing.T, who uuid.UUID, want int) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if got := len(d.leave[who]); got != want {
		t.Errorf("%s has %d turns, want %d", who, got, want)
	}
}

func TestACasinoAloneHasAllTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(8, 2)
		d.come(t.Context(), fox, 20)
		d.has(t, fox, 8)
		d.end(fox, 8)
		d.has(t, fox, 8)
		d.end(fox, 8)
		d.has(t, fox, 4)
		d.end(fox, 4)
	})
}

func TestAQueueOfThousandsKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(4, 2)
		d.come(t.Context(), fox, 100) // four inside, the others wait
		d.come(t.Context(), owl, 2)   // nothing is free
		d.has(t, owl, 0)
		d.end(fox, 1)
		d.has(t, owl, 1)
		d.end(fox, 1)
		d.has(t, owl, 2)
		d.has(t, fox, 2)
		d.come(t.Context(), elk, 1)
		d.end(owl, 1)
		d.has(t, elk, 1)
		d.has(t, fox, 2)
		// With its share inside, the loud one gets nothing of what is free.
		d.end(owl, 1)
		d.end(elk, 1)
		d.has(t, fox, 2)
		d.come(t.Context(), owl, 1)
		d.has(t, owl, 1)
		// Once the others have been quiet for a while, it has everything again.
		d.end(owl, 1)
		<-time.After(2 * time.Second)
		d.end(fox, 1)
		d.has(t, fox, 4)
		for len(d.leave[fox]) > 0 {
			d.end(fox, 1)
		}
		if n := len(d.inside); n != 104 {
			t.Errorf("%d were let in, want 104", n)
		}
	})
}

func TestThoseWhoWaitAreLetInCasinoByCasino(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(1, 1)
		d.come(t.Context(), fox, 4)
		d.come(t.Context(), owl, 2)
		d.come(t.Context(), elk, 1)
		for len(d.inside) < 7 {
			d.end(d.inside[len(d.inside)-1], 1)
		}
		want := []uuid.UUID{fox, fox, owl, elk, fox, owl, fox}
		if !slices.Equal(d.inside, want) {
			t.Errorf("let in %v, want %v", d.inside, want)
		}
		d.end(fox, 1)
	})
}

func TestAQueueHasAnEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(1, 1)
		ctx, cancel := context.WithCancel(t.Context())
		d.come(ctx, fox, 1+64+3)
		if len(d.errs) != 3 {
			t.Fatalf("%d were sent away, want 3", len(d.errs))
		}
		for _, err := range d.errs {
			if fault.CodeOf(err) != fault.Unavailable || fault.Of(err).RetryAfter <= 0 {
				t.Errorf("sent away with %v", err)
			}
		}
		d.come(t.Context(), owl, 1)
		cancel() // who goes away leaves the queue
		synctest.Wait()
		if len(d.errs) != 67 || !errors.Is(d.errs[66], context.Canceled) {
			t.Errorf("%d have gone", len(d.errs))
		}
		d.end(fox, 1)
		d.has(t, owl, 1)
		// Nobody waits for ever.
		d.errs = nil
		d.come(t.Context(), fox, 1)
		<-time.After(21 * time.Second)
		synctest.Wait()
		if len(d.errs) != 1 || fault.CodeOf(d.errs[0]) != fault.Unavailable {
			t.Errorf("after a long wait: %v", d.errs)
		}
		d.end(owl, 1)
		d.come(t.Context(), elk, 1)
		d.has(t, elk, 1)
		d.end(elk, 1)
	})
}

func TestATurnEndsOnce(t *testing.T) {
	t.Parallel()
	turns := tenants.NewTurns(1, 1)
	leave, err := turns.Take(t.Context(), fox)
	if err != nil {
		t.Fatal(err)
	}
	leave()
	leave()
	if leave, err = turns.Take(t.Context(), owl); err != nil {
		t.Fatal(err)
	}
	defer leave()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.Take(ctx, elk); !errors.Is(err, context.Canceled) {
		t.Errorf("a second turn was given away: %v", err)
	}
	var none *tenants.Turns
	if _, err := none.Take(t.Context(), fox); err != nil {
		t.Error(err)
	}
}

// TestATransactionTakesItsCasinosTurn sees that a casino's transactions wait for each other where there is one turn, that one
// inside another waits for nobody, and that what follows a rollback may begin anew.
func TestATransactionTakesItsCasinosTurn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	pools := &tenants.Pools{App: db.App(t), Doors: tenants.NewDoors(db.Control(t), "localhost"), Turns: tenants.NewTurns(1, 1)}
	ctx := tenants.WithPools(t.Context(), pools)
	nothing := func(context.Context, bun.Tx) error { return nil }
	taken := func(from context.Context) bool {
		ended, end := context.WithCancel(from)
		end()
		leave, err := pools.Turns.Take(ended, owl)
		if err == nil {
			leave()
		}
		return err != nil
	}
	if err := tenants.In(ctx, fox, func(inside context.Context, _ bun.Tx) error {
		if !taken(ctx) {
			t.Error("a transaction is open and its turn is free")
		}
		return tenants.In(inside, fox, nothing)
	}); err != nil {
		t.Fatal(err)
	}
	again := errors.New("not written")
	failed := tenants.In(ctx, fox, func(inside context.Context, _ bun.Tx) error {
		tenants.AfterRollback(inside, func(outside context.Context) { again = tenants.In(outside, fox, nothing) })
		return errors.New("no")
	})
	if failed == nil || again != nil {
		t.Errorf("after the rollback of %v: %v", failed, again)
	}
	if taken(ctx) {
		t.Error("no transaction is open and the turn is taken")
	}
}
