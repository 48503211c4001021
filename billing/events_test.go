package billing_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
)

func (w *world) count(query string) (n int) {
	w.t.Helper()
	if err := w.DB.Super(w.t).QueryRowContext(w.ctx, query).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestAnEventIsTakenOnceAndOnlyFromStripe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	url, err := w.office.Checkout(w.ctx, billing.Order{Plan: "floor", Return: "https://lucky-fox.localhost/settings/billing"})
	w.must(err)
	w.must(w.fake.CompleteAt(url, fakestripe.GoodCard))
	events := w.fake.Events()
	e := events[len(events)-1]
	other := strings.Replace(string(e.Body), `"api_version":"2024-06-20"`, `"api_version":"2020-08-27"`, 1)
	for name, r := range map[string]*http.Request{
		"unsigned":         httptest.NewRequest("POST", "/billing/stripe", strings.NewReader(string(e.Body))),
		"another's secret": e.Signed("whsec_other", time.Now()),
		"six minutes old":  e.Signed(fakestripe.Secret, time.Now().Add(-6*time.Minute)),
		"another version":  fakestripe.Event{ID: e.ID, Body: []byte(other)}.Signed(fakestripe.Secret, time.Now()),
		"too long":         fakestripe.Event{ID: e.ID, Body: []byte(`{"id":"` + strings.Repeat("x", 1<<20) + `"}`)}.Signed(fakestripe.Secret, time.Now()),
	} {
		if got := w.post(r); got != http.StatusBadRequest {
			t.Errorf("%s: answered %d", name, got)
		}
	}
	changed := e.Signed(fakestripe.Secret, time.Now())
	changed.Body = http.NoBody
	if got := w.post(changed); got != http.StatusBadRequest {
		t.Errorf("a changed body was answered %d", got)
	}
	if n := w.count(`select count(*) from control.stripe_events`); n != 0 || len(w.jobs()) != 0 {
		t.Errorf("%d refused events left a trace", n)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Add(1)
		go func() {
			defer all.Done()
			if got := w.deliver(e); got != http.StatusOK {
				t.Errorf("answered %d", got)
			}
		}()
	}
	all.Wait()
	if n := w.count(`select count(*) from control.stripe_events`); n != 1 {
		t.Errorf("stored %d times", n)
	}
	if waiting := w.jobs(); len(waiting) != 1 {
		t.Errorf("%d jobs follow", len(waiting))
	}
	if n := w.count(`select count(*) from control.subscriptions where subscription is not null`); n != 0 {
		t.Error("the handler itself has asked, and kept Stripe waiting")
	}
}

func TestEventsOfTheOtherModeAndOfStrangersChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	live := fakestripe.Event{ID: "evt_live", Body: []byte(`{"id":"evt_live","object":"event","api_version":"2024-06-20","livemode":true,"type":"invoice.paid","data":{"object":{"object":"invoice","customer":"cus_x"}}}`)}
	stranger := fakestripe.Event{ID: "evt_s", Body: []byte(`{"id":"evt_s","object":"event","api_version":"2024-06-20","livemode":false,"type":"invoice.paid","data":{"object":{"object":"invoice","customer":{"id":"cus_x","object":"customer"}}}}`)}
	bare := fakestripe.Event{ID: "evt_b", Body: []byte(`{"id":"evt_b","object":"event","api_version":"2024-06-20","livemode":false,"type":"balance.available","data":{"object":{"object":"balance"}}}`)}
	for _, e := range []fakestripe.Event{live, stranger, bare} {
		if got := w.deliver(e); got != http.StatusOK {
			t.Errorf("%s: answered %d", e.ID, got)
		}
	}
	if n := w.count(`select count(*) from control.stripe_events where id = 'evt_live'`); n != 0 {
		t.Error("an event of the live mode was stored by a test office")
	}
	if waiting := w.jobs(); len(waiting) != 0 {
		t.Errorf("jobs: %v", waiting)
	}
}

func TestWithoutAnOfficeThereIsNoWebhook(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	billing.WebhookHandler(nil).ServeHTTP(rec, httptest.NewRequest("POST", "/billing/stripe", nil))
	if rec.Code != http.StatusNotFound {
		t.Errorf("answered %d", rec.Code)
	}
}

func TestALateAnswerChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.buys(billing.Order{Plan: "floor"})
	id, _ := w.fake.Subscription(w.customer())
	// The first asking has read the subscription and is held up on its way back, before it reads the bills.
	arrived, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.fake.Before(func(r *http.Request) {
		if r.URL.Path == "/v1/invoices" {
			first := false
			once.Do(func() { first = true })
			if first {
				close(arrived)
				<-release
			}
		}
	})
	late := make(chan error)
	go func() { late <- w.office.Refresh(w.ctx, w.fox.ID) }()
	<-arrived
	w.fake.CancelAtEnd(id, true)
	w.must(w.office.Refresh(w.ctx, w.fox.ID))
	if w.now().CancelsAt == nil {
		t.Fatal("the second asking saw no cancellation")
	}
	close(release)
	w.must(<-late)
	if w.now().CancelsAt == nil {
		t.Error("the late answer has taken the cancellation back")
	}
}

func TestManyEventsAtOnceAskOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	url, err := w.office.Checkout(w.ctx, billing.Order{Plan: "floor", Return: "https://lucky-fox.localhost/settings/billing"})
	w.must(err)
	w.must(w.fake.CompleteAt(url, fakestripe.GoodCard))
	w.fake.Calls()
	w.hear()
	asked := 0
	for _, call := range w.fake.Calls() {
		if call == "GET /v1/subscriptions" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestALostAnswerIsAskedForAgainAndNothingHappensTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pass(15 * day)
	w.fake.Fail(1) // the customer is made, and we don't hear of it
	w.must(w.office.Invoiced(w.ctx, billing.Order{Plan: "table", Email: "books@luckyfox.example"}))
	w.hear()
	w.fake.Fail(3) // more than stripe-go tries
	if err := w.office.Cancel(w.ctx); err == nil {
		t.Fatal("three lost answers went unnoticed")
	}
	w.hear()
	if w.now().CancelsAt == nil {
		t.Error("what was done isn't known, though its event came")
	}
	if n := w.count(`select count(*) from control.invoices`); n != 1 {
		t.Errorf("%d bills", n)
	}
	// Nothing is known of what is lost altogether, until the hourly round.
	w.fake.PayOpen(w.customer())
	w.fake.Events()
	w.must(w.office.Reconcile(w.ctx))
	if bills := w.invoices(); bills[0].State != "paid" {
		t.Errorf("the round found %+v", bills[0])
	}
}
