package billing_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// world is a deployment that is billed through a fake account, with one casino.
type world struct {
	*sample.Desk
	t      testing.TB
	ctx    context.Context // of the casino
	fake   *fakestripe.Server
	office *billing.Office
	fox    tenants.Tenant
	told   []billing.Step // notices that were given
}

const day = 24 * time.Hour

// newWorld makes a casino that begins its trial at the fake's beginning.
func newWorld(t testing.TB) *world {
	t.Helper()
	d, ctx := sample.New(t)
	w := &world{Desk: d, t: t, fake: fakestripe.New("demo")}
	w.office = open(t, w.fake)
	w.ctx = billing.With(ctx, w.office)
	w.fox = founded(w.ctx, t, "Lucky Fox")
	w.ctx = tenants.With(w.ctx, w.fox)
	return w
}

// open opens an office at a fake account.
func open(t testing.TB, fake *fakestripe.Server) *billing.Office {
	t.Helper()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	office, err := billing.NewOffice(billing.Config{Key: fakestripe.Key, WebhookSecret: fakestripe.Secret, URL: server.URL, Clock: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	return office
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// deliver sends an event to the webhook and returns the answer's status.
func (w *world) deliver(e fakestripe.Event) int {
	return w.post(e.Signed(fakestripe.Secret, time.Now()))
}

func (w *world) post(r *http.Request) int {
	rec := httptest.NewRecorder()
	billing.WebhookHandler(w.office).ServeHTTP(rec, r.WithContext(w.ctx))
	return rec.Code
}

// hear delivers everything that has happened, in its order, and does the jobs that follow.
func (w *world) hear() {
	w.t.Helper()
	for _, e := range w.fake.Events() {
		if got := w.deliver(e); got != http.StatusOK {
			w.t.Fatalf("%s was answered %d", e.Type, got)
		}
	}
	w.work()
}

// work does the jobs that wait.
func (w *world) work() {
	w.t.Helper()
	for _, j := range w.jobs() {
		w.must(w.do(j))
	}
}

type job struct {
	kind string
	args []byte
}

// jobs takes the jobs of billing out of the queue.
func (w *world) jobs() (all []job) {
	w.t.Helper()
	rows, err := tenants.AboveNow(w.ctx).QueryContext(w.ctx, `with taken as (delete from river.river_job where kind like 'billing_%' returning id, kind, args)
		select kind, args from taken order by id`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var j job
		w.must(rows.Scan(&j.kind, &j.args))
		all = append(all, j)
	}
	w.must(rows.Err())
	return all
}

func (w *world) do(j job) error {
	switch j.kind {
	case (billing.RefreshArgs{}).Kind():
		var args billing.RefreshArgs
		w.must(json.Unmarshal(j.args, &args))
		return w.office.Called(w.ctx, args)
	case (billing.ReadingArgs{}).Kind():
		var args billing.ReadingArgs
		w.must(json.Unmarshal(j.args, &args))
		return w.office.Send(w.ctx, args)
	case (billing.NoticeArgs{}).Kind():
		var args billing.NoticeArgs
		w.must(json.Unmarshal(j.args, &args))
		if holds, err := w.office.Holds(w.ctx, args); err != nil || !holds {
			return err
		}
		w.told = append(w.told, args.Step)
		return nil
	}
	w.t.Fatalf("nobody does %s", j.kind)
	return nil
}

// pass lets time go by in steps of half a day, hearing and rounding as a deployment does.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for d > 0 {
		step := min(d, day/2)
		d -= step
		w.fake.Advance(step)
		w.hear()
		w.must(w.office.Round(w.ctx))
		w.work()
	}
}

// now is the casino's account.
func (w *world) now() billing.Account {
	w.t.Helper()
	a, err := billing.Now(w.ctx)
	w.must(err)
	return a
}

func (w *world) standing() tenants.Standing {
	w.t.Helper()
	t, err := w.Pools.Doors.ByID(w.ctx, w.fox.ID)
	w.must(err)
	return t.Standing
}

// customer is the casino's id at Stripe.
func (w *world) customer() string { return customerOf(w.ctx, w.t, w.fox.ID) }

func customerOf(ctx context.Context, t testing.TB, tenant uuid.UUID) (id string) {
	t.Helper()
	if err := tenants.AboveNow(ctx).NewRaw(`select customer from control.subscriptions where tenant_id = ?`, tenant).Scan(ctx, &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// buys has the casino buy a plan at Checkout with a good card.
func (w *world) buys(o billing.Order) {
	w.t.Helper()
	if o.Return == "" {
		o.Return = "https://lucky-fox.localhost/settings/billing"
	}
	url, err := w.office.Checkout(w.ctx, o)
	w.must(err)
	w.must(w.fake.CompleteAt(url, fakestripe.GoodCard))
	w.hear()
}

func (w *world) invoices() []billing.Invoice {
	w.t.Helper()
	all, err := billing.Invoices(w.ctx, billing.Whose{Tenant: w.fox.ID})
	w.must(err)
	return all
}

func (w *world) above(do func(ctx context.Context, tx bun.Tx) error) {
	w.t.Helper()
	above(w.ctx, w.t, do)
}
