package billing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

const shuffles = 500

// A casino's life of 30 events, with the days between: a trial, a plan, more seats, a change of mind, a card that is declined
// and a bill that is paid after all. Each deed happens at Stripe, where nobody asks us.
var deeds = []struct {
	after time.Duration
	do    func(w *world, customer, subscription string)
}{
	{13*day + 23*time.Hour, nil},
	{2 * time.Hour, nil}, // the trial ends
	{2 * time.Hour, nil}, // its first bill
	{3 * day, func(w *world, _, sub string) { w.fake.SetSeats(sub, 15) }},
	{day, func(w *world, _, sub string) { w.fake.CancelAtEnd(sub, true) }},
	{day, func(w *world, _, sub string) { w.fake.CancelAtEnd(sub, false) }},
	{day, func(w *world, customer, _ string) { w.fake.SetCard(customer, fakestripe.DeclinedCard) }},
	{26 * day, nil}, // the card is declined
	{2 * day, func(w *world, customer, _ string) { w.fake.PayOpen(customer) }},
}

// lived is a life that was heard of in some order.
type lived struct {
	*world
	rng     *rand.Rand
	pending []fakestripe.Event
	heard   []fakestripe.Event
	events  int
	lost    int
}

// newLife founds a casino with an account of its own.
func newLife(d *sample.Desk, ctx context.Context, t *testing.T, template *fakestripe.Server, name string, seed uint64) *lived {
	fake := template.Fork(name)
	w := &world{Desk: d, t: t, fake: fake, office: open(t, fake)}
	w.ctx = billing.With(ctx, w.office)
	w.fox = founded(w.ctx, t, "Fox "+name)
	w.ctx = tenants.With(w.ctx, w.fox)
	return &lived{world: w, rng: rand.New(rand.NewPCG(seed, 7))}
}

func (l *lived) chance(percent int) bool { return l.rng.IntN(100) < percent }

// run lives the life. Where shuffle is false, every event is heard at once and in its order.
func (l *lived) run(shuffle, lossy bool) {
	url, err := l.office.Checkout(l.ctx, billing.Order{Plan: "floor", Seats: 12, Return: "https://fox.example/settings/billing"})
	l.must(err)
	customer := l.customer()
	l.must(l.fake.CompleteAt(url, fakestripe.GoodCard))
	sub, _ := l.fake.Subscription(customer)
	l.hearSome(shuffle, lossy)
	for _, deed := range deeds {
		l.fake.Advance(deed.after)
		if deed.do != nil {
			deed.do(l.world, customer, sub)
		}
		l.hearSome(shuffle, lossy)
	}
	for len(l.pending) > 0 {
		l.hearSome(shuffle, lossy)
	}
	if shuffle { // what was heard long ago is sent again
		for range 5 {
			l.send(l.heard[l.rng.IntN(len(l.heard))])
		}
	}
	l.workSome(100)
	if l.lost > 0 {
		l.must(l.office.Refresh(l.ctx, l.fox.ID)) // what the hourly round does
	}
}

// hearSome delivers some of what has happened: late, in any order, twice, or not at all.
func (l *lived) hearSome(shuffle, lossy bool) {
	fresh := l.fake.Events()
	l.events += len(fresh)
	l.pending = append(l.pending, fresh...)
	if !shuffle {
		for _, e := range l.pending {
			l.send(e)
		}
		l.pending = nil
		l.workSome(100)
		return
	}
	l.rng.Shuffle(len(l.pending), func(i, j int) { l.pending[i], l.pending[j] = l.pending[j], l.pending[i] })
	var later []fakestripe.Event
	for _, e := range l.pending {
		switch {
		case lossy && l.chance(15):
			l.lost++
		case l.chance(50):
			later = append(later, e)
		default:
			l.send(e)
			if l.chance(30) {
				l.send(e)
			}
		}
	}
	l.pending = later
	l.workSome(50)
}

func (l *lived) send(e fakestripe.Event) {
	l.heard = append(l.heard, e)
	if got := l.deliver(e); got != http.StatusOK {
		l.t.Errorf("%s was answered %d", e.ID, got)
	}
}

// workSome does the casino's waiting jobs in any order, some of them twice and at the same time.
func (l *lived) workSome(percent int) {
	if !l.chance(percent) {
		return
	}
	var waiting []string
	if err := tenants.AboveNow(l.ctx).NewRaw(`with taken as (delete from river.river_job where kind = 'billing_refresh' and args->>'tenant' = ?
		returning id, args) select args::text from taken order by id`, l.fox.ID.String()).Scan(l.ctx, &waiting); err != nil {
		l.t.Error(err)
	}
	l.rng.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
	var together sync.WaitGroup
	for _, args := range waiting {
		for range 1 + l.rng.IntN(2) {
			together.Add(1)
			go func() {
				defer together.Done()
				if err := l.do(job{(billing.RefreshArgs{}).Kind(), []byte(args)}); err != nil {
					l.t.Error(err)
				}
			}()
		}
		if l.chance(50) {
			together.Wait()
		}
	}
	together.Wait()
}

// state is everything that we know of the casino's billing, without its own ids and without when we asked.
func (l *lived) state() string {
	var row, bills, stands string
	err := tenants.AboveNow(l.ctx).NewRaw(`select
			(select (to_jsonb(s) - '{tenant_id,begun_at,asked,asked_at,told,told_at}'::text[])::text from control.subscriptions s where s.tenant_id = t.id),
			(select jsonb_agg(to_jsonb(i) - 'tenant_id' order by i.id)::text from control.invoices i where i.tenant_id = t.id),
			t.standing || (select count(*) from control.holds h where h.tenant_id = t.id)
		from control.tenants t where t.id = ?`, l.fox.ID).Scan(l.ctx, &row, &bills, &stands)
	if err != nil {
		l.t.Error(err)
	}
	return strings.ReplaceAll(row+"\n"+bills+"\n"+stands, l.name(), "")
}

func (l *lived) name() string { return strings.TrimPrefix(l.fox.Slug, "fox-") }

// Whatever order a life's events come in, however often and with whatever losses, the state in the end is one.
func TestAnyOrderOfEventsEndsInTheSameState(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	template := fakestripe.New("template")
	first := newLife(d, ctx, t, template, "template-life", 0)
	first.fake, first.office = template, open(t, template) // makes the prices
	first.ctx = billing.With(first.ctx, first.office)
	if _, err := first.office.Checkout(first.ctx, billing.Order{Plan: "floor", Return: "https://fox.example/"}); err != nil {
		t.Fatal(err)
	}
	plain := newLife(d, ctx, t, template, "plain-life", 0)
	plain.run(false, false)
	want := plain.state()
	if plain.events != 30 {
		t.Errorf("the life has %d events, want 30", plain.events)
	}
	for _, part := range []string{`"state": "active"`, `"seats": 15`, `"way": "card"`, `"plan_id": "floor"`, `"owed_since": null`} {
		if !strings.Contains(want, part) {
			t.Fatalf("the life ends without %s: %s", part, want)
		}
	}
	seeds, all := make(chan uint64), sync.WaitGroup{}
	var mu sync.Mutex
	lost, sent, without := 0, 0, 0
	for range 2 * runtime.GOMAXPROCS(0) {
		all.Add(1)
		go func() {
			defer all.Done()
			for seed := range seeds {
				l := newLife(d, ctx, t, template, fmt.Sprintf("x%05dy", seed), seed)
				l.run(true, seed%5 != 0)
				if got := l.state(); got != want {
					t.Errorf("shuffle %d (%d lost) ends in\n%s\nwant\n%s", seed, l.lost, got, want)
				}
				mu.Lock()
				lost, sent = lost+l.lost, sent+len(l.heard)
				if l.lost == 0 {
					without++
				}
				mu.Unlock()
			}
		}()
	}
	for seed := range uint64(shuffles) {
		if t.Failed() {
			break
		}
		seeds <- seed + 1
	}
	close(seeds)
	all.Wait()
	t.Logf("%d shuffles of %d events: %d deliveries, %d lost, %d lives without a loss", shuffles, plain.events, sent, lost, without)
}
