package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestDoctorSaysHowBillingStands(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	fake := fakestripe.New("demo")
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	says := func(change func(map[string]string), want string) {
		t.Helper()
		settings := served(t, db)
		change(settings)
		p := start(t, settings, "doctor")
		p.end(2 * time.Minute)
		if !strings.Contains(p.out.String(), want) {
			t.Errorf("doctor doesn't say %q:\n%s", want, p.out.String())
		}
	}
	on := func(s map[string]string) {
		file := filepath.Join(t.TempDir(), "stripe")
		if err := os.WriteFile(file, []byte(fakestripe.Key+"\n"), 0o600); err != nil {
			t.Error(err)
		}
		s["PITDESK_STRIPE_KEY_FILE"], s["PITDESK_STRIPE_WEBHOOK_SECRET"], s["PITDESK_STRIPE_URL"] = file, fakestripe.Secret, server.URL
	}
	says(func(map[string]string) {}, "ok   Billing is off")
	says(on, "BAD  Stripe has no webhook endpoint for")
	fake.Endpoint("https://desk.example"+stripePath, "enabled", billing.APIVersion, "*")
	says(func(s map[string]string) { on(s); s["PITDESK_BASE_URL"] = "https://desk.example" }, "ok   Billing is on (test mode), and Stripe's events come to https://desk.example/billing/stripe.")
	says(func(s map[string]string) { on(s); s["PITDESK_STRIPE_URL"] = "http://127.0.0.1:1" }, "BAD  Stripe can't be asked")
}

// Stripe's events come to the deployment's own host, without a session and from another site, and are let in by their signature.
func TestEventsArriveAtTheBaseHost(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	settings := served(t, db)
	settings["PITDESK_STRIPE_KEY"], settings["PITDESK_STRIPE_WEBHOOK_SECRET"] = fakestripe.Key, fakestripe.Secret
	p := start(t, settings, "serve")
	at := p.served()
	e := fakestripe.Event{ID: "evt_1", Body: []byte(`{"id":"evt_1","object":"event","api_version":"` + billing.APIVersion +
		`","livemode":false,"type":"customer.created","data":{"object":{"object":"customer","id":"cus_1"}}}`)}
	for _, c := range []struct {
		host, secret string
		want         int
	}{{"localhost", fakestripe.Secret, http.StatusOK}, {"localhost", "whsec_other", http.StatusBadRequest}, {"lucky-fox.localhost", fakestripe.Secret, http.StatusNotFound}} {
		signed := e.Signed(c.secret, time.Now())
		r, err := http.NewRequest(http.MethodPost, at+stripePath, signed.Body)
		if err != nil {
			t.Fatal(err)
		}
		r.Host, r.Header = c.host, signed.Header
		r.Header.Set("Origin", "https://elsewhere.example")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("at %s with %s: %d, want %d", c.host, c.secret, res.StatusCode, c.want)
		}
	}
}

// A whole program hears of a purchase, a bill that nobody paid and the payment that heals, and none of it was told by anybody but Stripe.
func TestAProgramFollowsWhatHappensAtStripe(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	fake := fakestripe.NewAt("demo", time.Now())
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	_, ctx := sample.Over(t, db)
	office, err := billing.NewOffice(billing.Config{Key: fakestripe.Key, URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	ctx = billing.With(ctx, office)
	fox, err := tenants.PoolsOf(ctx).Doors.Found(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox"}, billing.Begin)
	if err != nil {
		t.Fatal(err)
	}
	settings := served(t, db)
	settings["PITDESK_STRIPE_KEY"], settings["PITDESK_STRIPE_WEBHOOK_SECRET"], settings["PITDESK_STRIPE_URL"] = fakestripe.Key, fakestripe.Secret, server.URL
	p := start(t, settings, "serve")
	at := p.served()
	tell := func() {
		t.Helper()
		for _, e := range fake.Events() {
			signed := e.Signed(fakestripe.Secret, time.Now())
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, at+stripePath, signed.Body)
			if err != nil {
				t.Fatal(err)
			}
			r.Host, r.Header = "localhost", signed.Header
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Fatalf("%s was answered %d", e.Type, res.StatusCode)
			}
		}
	}
	until := func(what string, holds func(billing.Account) bool) {
		t.Helper()
		p.await(what, func() bool {
			a, err := billing.AccountOf(ctx, fox.ID)
			return err == nil && holds(a)
		})
	}
	url, err := office.Checkout(tenants.With(ctx, fox), billing.Order{Plan: "table", Return: "http://lucky-fox.localhost/settings/billing"})
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.CompleteAt(url, fakestripe.GoodCard); err != nil {
		t.Fatal(err)
	}
	tell()
	until("a plan is bought", func(a billing.Account) bool {
		return a.Way == billing.ByCard && a.Plan == "table" && a.State == billing.Trial
	})

	customer := customerAt(ctx, t, fox)
	fake.SetCard(customer, fakestripe.DeclinedCard)
	fake.Advance(15 * 24 * time.Hour)
	tell()
	until("a card is declined", func(a billing.Account) bool { return a.State == billing.Unpaid && a.OwedSince != nil })

	fake.PayOpen(customer)
	tell()
	until("a bill is paid", func(a billing.Account) bool { return a.State == billing.Active && a.OwedSince == nil })
}

func customerAt(ctx context.Context, t *testing.T, at tenants.Tenant) (id string) {
	t.Helper()
	if err := tenants.AboveNow(ctx).NewRaw(`select customer from control.subscriptions where tenant_id = ?`, at.ID).Scan(ctx, &id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestBillsAreKeptByCommand(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox, err := tenants.PoolsOf(ctx).Doors.Found(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox"}, billing.Begin)
	if err != nil {
		t.Fatal(err)
	}
	bill := func(code int, args ...string) string {
		t.Helper()
		p := start(t, served(t, db), append([]string{"bill"}, args...)...)
		if got := p.end(time.Minute); got != code {
			t.Errorf("%v ends with %d: %s", args, got, p.err.String())
		}
		return p.out.String() + p.err.String()
	}
	if says := bill(0, "plan", "lucky-fox", "table", "--seats", "5", "--currency", "usd"); !strings.Contains(says, "89.00 usd") {
		t.Errorf("plan says %s", says)
	}
	all, err := billing.Invoices(ctx, billing.Whose{Tenant: fox.ID})
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v %v", all, err)
	}
	if says := bill(0, "list"); !strings.Contains(says, "lucky-fox") || !strings.Contains(says, all[0].ID) {
		t.Errorf("list says %s", says)
	}
	bill(0, "paid", all[0].ID, "--note", "bank transfer")
	if i, err := billing.InvoiceByID(ctx, all[0].ID); err != nil || i.State != "paid" || i.PaidNote != "bank transfer" {
		t.Errorf("%+v %v", i, err)
	}
	bill(1, "paid", all[0].ID, "--note", "again")
	bill(0, "grant", "lucky-fox", "languages", "4")
	if n, bounded, err := billing.Limit(tenants.With(ctx, fox), billing.Languages); err != nil || !bounded || n != 4 {
		t.Errorf("languages: %d %v %v", n, bounded, err)
	}
	bill(1, "grant", "lucky-fox", "moon", "4")
	bill(1, "grant", "lucky-fox", "languages", "many")
	bill(1, "grant", "golden-reel", "languages", "4")
	bill(0, "grant", "lucky-fox", "languages", "plan")
	var deeds int
	if err := tenants.AboveNow(ctx).NewRaw(`select count(*) from control.deeds where tenant_id = ?`, fox.ID).Scan(ctx, &deeds); err != nil || deeds != 4 {
		t.Errorf("%d deeds are written down, want 4: %v", deeds, err)
	}
}
