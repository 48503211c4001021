package main

import (
	"context"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/tenants"
)

// probeCode is a discount that the payment service of tests knows.
const probeCode = "PROBE"

func init() {
	for way, s := range map[string]example{
		"GET /settings/billing/order":   {before: trying, query: "plan=floor"},
		"POST /settings/billing/order":  {before: trying, body: "plan=floor&cycle=month&currency=eur&seats=900&email=bills%40casino.example&pay=card"},
		"GET /settings/billing/change":  {before: subscribed, query: "seats=901"},
		"POST /settings/billing/change": {before: previewed, body: "seats=901&at={at}&cost={cost}"},
		"POST /settings/billing/portal": {before: subscribed},
		"POST /settings/billing/cancel": {before: subscribed},
		"POST /settings/billing/resume": {before: subscribed},
		"POST /settings/billing/coupon": {before: subscribed, body: "coupon=" + probeCode},
		"POST /settings/billing/tax":    {before: subscribed, body: "kind=eu_vat&number=LT123456789"},
	} {
		samples[way] = s
	}
	// What a preview says isn't an id: it is the same question in every casino.
	plainWords["at"], plainWords["cost"] = true, true
}

// payments opens an office at a payment service of the test's own, for casinos that buy something.
func payments(t *testing.T) *billing.Office {
	t.Helper()
	fake := fakestripe.New("probe")
	fake.Coupon(probeCode, "A tenth off", 10, "forever")
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	office, err := billing.NewOffice(billing.Config{Key: fakestripe.Key, URL: server.URL, Clock: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	return office
}

// trying lets a casino be on its trial, with room for whatever the other ways make.
func trying(ctx context.Context, t *testing.T, _ *app, w *world) {
	t.Helper()
	if err := tenants.In(tenants.With(ctx, w.Tenant), w.ID, billing.Begin); err != nil {
		t.Fatal(err)
	}
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, name := range billing.Names() {
			if err := billing.SetGrant(ctx, tx, w.ID, name, nil, "The probe asks for much"); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// subscribed lets it have bought a plan.
func subscribed(ctx context.Context, t *testing.T, a *app, w *world) {
	t.Helper()
	trying(ctx, t, a, w)
	ctx = tenants.With(ctx, w.Tenant)
	now, err := billing.Known(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if now.Way != billing.NoWay {
		return
	}
	if err := a.office.Invoiced(ctx, billing.Order{Plan: "floor", Cycle: billing.Monthly, Currency: "eur", Seats: 900, Email: "bills@casino.example"}); err != nil {
		t.Fatal(err)
	}
}

// previewed lets it have asked what more seats cost.
func previewed(ctx context.Context, t *testing.T, a *app, w *world) {
	t.Helper()
	subscribed(ctx, t, a, w)
	p, err := a.office.Preview(tenants.With(ctx, w.Tenant), billing.Change{Seats: 901})
	if err != nil {
		t.Fatal(err)
	}
	w.ids["at"], w.ids["cost"] = strconv.FormatInt(p.At, 10), strconv.FormatInt(p.Now, 10)
}
