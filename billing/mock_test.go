package billing_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"
	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// mocked is Stripe's own mock: it knows the shape of every request and no state. What it answers is thrown away, and the fake's
// answer is given instead, so that a whole life's requests pass by it.
type mocked struct {
	fake *fakestripe.Server
	mock http.Handler

	mu      sync.Mutex
	seen    map[string]bool
	refused []string
}

func newMocked(t testing.TB, fake *fakestripe.Server) *mocked {
	t.Helper()
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		t.Fatal(err)
	}
	// Its specification is one version of the API younger than ours (2024-09-30.acacia), so versions aren't compared.
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return &mocked{fake: fake, mock: http.HandlerFunc(stub.HandleRequest), seen: map[string]bool{}}
}

func (m *mocked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	twin := r.Clone(r.Context())
	twin.Body, r.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
	rec := httptest.NewRecorder()
	m.mu.Lock()
	m.mock.ServeHTTP(rec, twin)
	shape := r.Method
	for part := range strings.SplitSeq(strings.TrimPrefix(r.URL.Path, "/v1/"), "/") {
		if strings.Contains(part, "_mocked") {
			part = "{id}"
		}
		shape += " " + part
	}
	m.seen[shape] = true
	if rec.Code != http.StatusOK {
		text, _ := url.QueryUnescape(string(body) + r.URL.RawQuery)
		m.refused = append(m.refused, shape+" "+text+": "+rec.Body.String())
	}
	m.mu.Unlock()
	m.fake.ServeHTTP(w, r)
}

// Every request that we make has the shape that Stripe's specification of the API gives it.
func TestEveryRequestHasTheShapeThatStripeSpecifies(t *testing.T) {
	t.Parallel()
	d, ctx := sample.Over(t, pgtest.New(t))
	fake := fakestripe.New("mocked")
	m := newMocked(t, fake)
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	office, err := billing.NewOffice(billing.Config{Key: fakestripe.Key, WebhookSecret: fakestripe.Secret, URL: s.URL, Tax: true, Clock: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Desk: d, t: t, fake: fake, office: office, ctx: billing.With(ctx, office)}
	w.fox = founded(w.ctx, t, "Lucky Fox")
	w.ctx = tenants.With(w.ctx, w.fox)
	fake.Coupon("WELCOME", "Welcome", 20, "once")
	fake.Coupon("SPRING", "Spring", 20, "once")

	order := billing.Order{Plan: "table", Seats: 4, Email: "books@luckyfox.example", Return: "https://lucky-fox.localhost/settings/billing"}
	_, err = office.Checkout(w.ctx, order) // with a trial, and any code
	w.must(err)
	order.Coupon, order.Plan = "WELCOME", "floor"
	_, err = office.Checkout(w.ctx, order) // with a code of ours; the first is expired
	w.must(err)
	w.must(fake.Complete(w.customer(), fakestripe.GoodCard))
	w.must(office.SetTaxID(w.ctx, "eu_vat", "MT20200019"))
	w.must(office.SetTaxID(w.ctx, "", ""))
	w.pass(16 * day)
	p, err := office.Preview(w.ctx, billing.Change{Seats: 12})
	w.must(err)
	w.must(office.Make(w.ctx, billing.Change{Seats: 12}, p.At, p.Now))
	p, err = office.Preview(w.ctx, billing.Change{Plan: "house", Cycle: billing.Yearly})
	w.must(err)
	w.must(office.Make(w.ctx, billing.Change{Plan: "house", Cycle: billing.Yearly}, p.At, p.Now))
	w.must(office.Discount(w.ctx, "SPRING"))
	w.must(office.Cancel(w.ctx))
	w.must(office.Resume(w.ctx))
	_, err = office.Portal(w.ctx, order.Return)
	w.must(err)
	w.talks(2)
	w.pass(day)
	w.above(func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.subscriptions set counted_till = ?`, w.fake.Now().Add(-2*day)).Exec(ctx)
		return err
	})
	w.must(office.Count(w.ctx))
	w.work()
	id, _ := fake.Subscription(w.customer())
	fake.Cancel(id)
	w.hear()
	order.Coupon = "WELCOME"
	w.must(office.Invoiced(w.ctx, order))
	for _, b := range w.invoices() {
		if b.State == "open" {
			w.must(office.MarkPaid(w.ctx, b.ID, "bank transfer"))
		}
	}
	_, err = office.Check(w.ctx, "https://desk.example/billing/stripe")
	w.must(err)

	for _, r := range m.refused {
		t.Errorf("refused: %s", r)
	}
	want := []string{"POST customers", "POST customers {id}", "POST customers {id} tax_ids", "GET customers {id} tax_ids", "DELETE customers {id} tax_ids {id}", "POST products",
		"POST prices", "GET billing meters", "POST billing meters", "POST billing meter_events", "GET promotion_codes", "POST checkout sessions",
		"POST checkout sessions {id} expire", "POST billing_portal sessions", "POST subscriptions", "GET subscriptions", "GET subscriptions {id}",
		"POST subscriptions {id}", "GET invoices", "POST invoices create_preview", "POST invoices {id} pay", "GET webhook_endpoints"}
	for _, shape := range want {
		if !m.seen[shape] {
			t.Errorf("nothing here asks %s", shape)
		}
	}
	for shape := range m.seen {
		if !slices.Contains(want, shape) {
			t.Errorf("%s isn't on the list", shape)
		}
	}
	// The mock does refuse: a check that lets everything pass is none.
	r := httptest.NewRequest(http.MethodPost, "/v1/customers", strings.NewReader("nonsense=1"))
	r.Header.Set("Authorization", "Bearer "+fakestripe.Key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Stripe-Version", billing.APIVersion)
	rec := httptest.NewRecorder()
	m.mock.ServeHTTP(rec, r)
	if rec.Code != http.StatusBadRequest {
		t.Errorf("nonsense was answered %d", rec.Code)
	}
}
