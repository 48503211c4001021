package web_test

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

const aDay = 24 * time.Hour

// billed is a deployment whose casinos are billed through a fake account, at whose clock's beginning their trials begin.
func billed(t testing.TB, names ...string) (*house, context.Context, *fakestripe.Server, []tenants.Tenant) {
	t.Helper()
	h, ctx := open(t)
	fake := fakestripe.New("pages")
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	office, err := billing.NewOffice(billing.Config{Key: fakestripe.Key, WebhookSecret: fakestripe.Secret, URL: server.URL, Clock: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	h.Office.Store(office)
	ctx = billing.With(ctx, office)
	var all []tenants.Tenant
	for _, name := range names {
		at := sample.Tenant(ctx, t, name)
		if err := tenants.In(tenants.With(ctx, at), at.ID, billing.Begin); err != nil {
			t.Fatal(err)
		}
		all = append(all, at)
	}
	return h, ctx, fake, all
}

var onward = regexp.MustCompile(`http-equiv="refresh" content="0;url=([^"]+)"`)

// leads is the address of another's page that an answer leads to.
func leads(t testing.TB, a *answer) string {
	t.Helper()
	found := onward.FindStringSubmatch(a.Text)
	if a.StatusCode != 200 || found == nil {
		t.Fatalf("it leads nowhere: %d %.600s", a.StatusCode, a.Text)
	}
	htmlcheck.Parse(t, a.Text).Rules()
	return strings.ReplaceAll(found[1], "&amp;", "&")
}

// page asks for a page that must be in order.
func (b *browser) page(path string) *htmlcheck.Page {
	b.t.Helper()
	a := b.Get(path)
	if a.StatusCode != 200 {
		b.t.Fatalf("%s: %d %.300s", path, a.StatusCode, a.Text)
	}
	p := htmlcheck.Parse(b.t, a.Text)
	p.Rules()
	return p
}

// does posts a form that must be done.
func (b *browser) does(path string, fields ...string) {
	b.t.Helper()
	if a := b.Post(path, fields...); a.StatusCode != 303 {
		b.t.Fatalf("%s: %d %.600s", path, a.StatusCode, a.Text)
	}
}

// customer is a casino's id at the fake account.
func (h *house) customer(ctx context.Context, t testing.TB, at tenants.Tenant) (id string) {
	t.Helper()
	if err := tenants.AboveNow(ctx).NewRaw(`select customer from control.subscriptions where tenant_id = ?`, at.ID).Scan(ctx, &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestAnAdminBuysChangesAndCancelsAPlan goes through everything that the page offers to a casino with a card; another's page
// shows nothing of it.
func TestAnAdminBuysChangesAndCancelsAPlan(t *testing.T) {
	t.Parallel()
	h, ctx, fake, casinos := billed(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	anna, ruta := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Admin)), h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ruta", authz.Admin))
	olga := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Olga", authz.Lead))

	p := anna.page("/settings/billing")
	p.Says("#plan", "14 days are left of the trial, until 18 January 2027.")
	p.Says("#usage", "Seats 2 of 10")
	p.Says("#usage", "5 languages for players")
	p.Count(".plan", 3)
	p.Says("#plans", "€199.00 a month")
	p.Lacks("#bar")
	anna.page("/settings/billing?cycle=year&currency=gbp").Says("#plans", "£1,750.00 a year")
	for path := range map[string]bool{"/settings/billing": true, "/settings/billing/order?plan=floor": true} {
		if a := olga.Get(path); a.StatusCode != 403 {
			t.Errorf("a lead reads %s: %d", path, a.StatusCode)
		}
	}
	olga.page("/inbox").Lacks("a[href='/settings/billing']")
	if a := olga.Post("/settings/billing/cancel"); a.StatusCode != 403 {
		t.Errorf("a lead cancels: %d", a.StatusCode)
	}

	// The order says what it costs before anything is agreed.
	p = anna.page("/settings/billing/order?plan=floor&cycle=month&currency=eur&seats=12")
	p.Says("#order-total", "€237.00 a month")
	p.Says("form", "charged on 18 January 2027")
	if a := anna.Get("/settings/billing/order?plan=gold"); a.StatusCode != 404 {
		t.Errorf("a plan that isn't sold: %d", a.StatusCode)
	}
	order := []string{"plan", "floor", "cycle", "month", "currency", "eur", "seats", "12", "email", "bills@casino.example", "pay", "card"}
	wrong := anna.Post("/settings/billing/order", append(order, "coupon", "NOSUCH")...)
	if !strings.Contains(wrong.Text, "This code isn") || wrong.StatusCode != 422 {
		t.Errorf("a code that isn't there: %d", wrong.StatusCode)
	}
	htmlcheck.Parse(t, wrong.Text).Says(".field-fault", "This code isn")
	if err := fake.CompleteAt(leads(t, anna.Post("/settings/billing/order", order...)), fakestripe.GoodCard); err != nil {
		t.Fatal(err)
	}
	p = anna.page("/settings/billing?checkout=done")
	p.Says("#flash", "The plan is yours.")
	p.Says("#plan", "It begins on 18 January 2027")
	p.Says("#usage", "Seats 2 of 12")
	p.Count(".plan-here", 1)

	fake.Advance(15 * aDay)
	p = anna.page("/settings/billing?from=portal")
	p.Says("#plan", "Paid until 18 February 2027")
	p.Says("#plan .bill-price", "€237.00 a month")
	p.Says("#invoices", "€237.00")

	// Seats: what is shown is what is charged, and nothing else.
	p = anna.page("/settings/billing/change?seats=14")
	p.Says("#change", "Floor with 14 seats, by the month.")
	p.Says("#change tfoot", "Charged now")
	p.Says("#change", "€275.00 a month")
	form := []string{"plan", p.Attr("form[action$=change] [name=plan]", "value"), "cycle", p.Attr("form[action$=change] [name=cycle]", "value"), "seats", "14",
		"at", p.Attr("[name=at]", "value")}
	if a := anna.Post("/settings/billing/change", append(form, "cost", "1")...); a.StatusCode != 409 || !strings.Contains(a.Text, "The price has changed since it was shown") {
		t.Errorf("at a price that wasn't shown: %d", a.StatusCode)
	}
	anna.does("/settings/billing/change", append(form, "cost", p.Attr("[name=cost]", "value"))...)
	anna.page("/settings/billing?done=plan_changed").Says("#usage", "Seats 2 of 14")
	if a := anna.Get("/settings/billing/change?seats=1"); a.StatusCode != 409 && a.StatusCode != 200 {
		t.Errorf("fewer seats than people: %d", a.StatusCode)
	}

	fake.Coupon("SPRING", "A tenth off", 10, "forever")
	if a := anna.Post("/settings/billing/coupon", "coupon", "AUTUMN"); a.StatusCode != 422 || !strings.Contains(a.Text, "This code isn") {
		t.Errorf("a wrong code: %d", a.StatusCode)
	}
	anna.does("/settings/billing/coupon", "coupon", " spring ")
	if a := anna.Post("/settings/billing/tax", "kind", "eu_vat", "number", "?"); a.StatusCode != 422 || !strings.Contains(a.Text, "This tax number isn") {
		t.Errorf("a wrong tax number: %d", a.StatusCode)
	}
	anna.does("/settings/billing/tax", "kind", "eu_vat", "number", "LT 1234 56789")
	p = anna.page("/settings/billing")
	if got := p.Attr("#tax-number", "value"); got != "LT123456789" {
		t.Errorf("the tax number is %q", got)
	}
	p.Says("#tax", "Being checked")

	anna.does("/settings/billing/cancel")
	p = anna.page("/settings/billing?done=cancelled")
	p.Says("#plan", "Cancelled: it ends on 18 February 2027")
	p.Lacks("form[action$=cancel]")
	anna.does("/settings/billing/resume")
	anna.page("/settings/billing?done=resumed").Says("#plan", "Paid until 18 February 2027")
	if at := leads(t, anna.Post("/settings/billing/portal")); !strings.HasPrefix(at, "http") {
		t.Errorf("the portal is at %s", at)
	}

	// Golden Reel pays by bill, and its page knows nothing of the fox's.
	ruta.page("/settings/billing").Says("#invoices", "No bills yet")
	ruta.does("/settings/billing/order", "plan", "table", "cycle", "year", "currency", "gbp", "seats", "3", "email", "bills@casino.example", "pay", "invoice")
	p = ruta.page("/settings/billing?from=portal")
	p.Says("#plan", "Plan Table")
	if n := h.audited(ctx, t, fox, "change"); n < 7 {
		t.Errorf("%d lines tell what was done to the fox's bill", n)
	}
}

// TestAnUnpaidDeskIsToldHeldAndHealed lets a card be declined: admins read on every page what follows, everybody that the desk is
// read-only, and paying heals it at once, also when it has closed.
func TestAnUnpaidDeskIsToldHeldAndHealed(t *testing.T) {
	t.Parallel()
	h, ctx, fake, casinos := billed(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	anna, olga := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Admin)), h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Olga", authz.Operator))
	other := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ruta", authz.Admin))
	round := func(d time.Duration) {
		t.Helper()
		fake.Advance(d)
		if err := h.Office.Load().Refresh(tenants.With(ctx, fox), fox.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Office.Load().Round(ctx); err != nil {
			t.Fatal(err)
		}
	}
	fake.Advance(11*aDay + time.Hour)
	anna.page("/inbox").Says("#bar", "The trial ends within 3 days.")
	olga.page("/inbox").Lacks("#bar")
	if err := fake.CompleteAt(leads(t, anna.Post("/settings/billing/order", "plan", "table", "cycle", "month", "currency", "eur", "seats", "3",
		"email", "bills@casino.example", "pay", "card")), fakestripe.GoodCard); err != nil {
		t.Fatal(err)
	}
	anna.Get("/settings/billing?checkout=done")
	fake.SetCard(h.customer(ctx, t, fox), fakestripe.DeclinedCard)
	round(4 * aDay)
	p := anna.page("/inbox")
	p.Says("#bar", "A bill is unpaid. On 1 February 2027 this desk becomes read-only.")
	p.Has("#bar a[href='/settings/billing']")
	olga.page("/inbox").Lacks("#bar")
	p = anna.page("/settings/billing")
	p.Says("#plan", "Unpaid")
	p.Says("#invoices", "Card declined")

	round(14 * aDay)
	anna.page("/inbox").Says("#bar", "read-only until the bill is paid; on 2 May 2027 it closes")
	olga.page("/inbox").Says("#bar", "This desk is read-only: nothing new can be written.")
	anna.page("/settings/billing").Says("#plan", "read-only until this is paid")
	leads(t, anna.Post("/settings/billing/portal"))

	round(91 * aDay)
	shut := htmlcheck.Parse(t, anna.Get("/inbox").Text)
	shut.Rules()
	shut.Says("main", "This desk has closed")
	shut.Has("main a[href='/settings/billing']")
	htmlcheck.Parse(t, olga.Get("/inbox").Text).Lacks("main a[href='/settings/billing']")
	p = anna.page("/settings/billing")
	p.Says("#plan", "The desk is closed.")
	p.Count(".settings-item", 2) // the bill, and the casino's data
	shut.Has("main a[href='/settings/export']")
	if a := olga.Get("/settings/billing"); a.StatusCode != 403 {
		t.Errorf("an operator reads the bill: %d", a.StatusCode)
	}

	// Golden Reel's trial is over too, for its own reasons.
	if a := other.Get("/inbox"); a.StatusCode == 200 {
		htmlcheck.Parse(t, a.Text).Says("#bar", "read-only until the bill is paid")
	}
	fake.SetCard(h.customer(ctx, t, fox), fakestripe.GoodCard)
	if fake.PayOpen(h.customer(ctx, t, fox)) == 0 {
		t.Fatal("nothing was open")
	}
	p = anna.page("/settings/billing?from=portal") // and no event has come
	p.Says("#plan", "Active")
	p.Lacks("#bar")
	olga.page("/inbox").Lacks("#bar")
}

// TestBillingThatIsOffSaysSo shows the page where there is no office, and that of a plan which is paid by hand.
func TestBillingThatIsOffSaysSo(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	h.buys(ctx, t, reel, "house")
	anna, ruta := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Admin)), h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ruta", authz.Admin))
	p := anna.page("/settings/billing")
	p.Says("#plan", "Nothing has to be paid here")
	p.Lacks("#plans")
	p.Lacks("#invoices")
	for path, fields := range map[string][]string{"/settings/billing/cancel": nil, "/settings/billing/coupon": {"coupon", "X"}, "/settings/billing/portal": nil,
		"/settings/billing/order": {"plan", "floor", "seats", "3"}, "/settings/billing/change": {"seats", "3"}, "/settings/billing/tax": {"kind", "eu_vat", "number", "LT123456789"}} {
		if a := anna.Post(path, fields...); a.StatusCode != 409 || !strings.Contains(a.Text, "Billing is off here") {
			t.Errorf("%s: %d %.200s", path, a.StatusCode, a.Text)
		}
	}
	if a := anna.Get("/settings/billing/order?plan=floor"); a.StatusCode != 404 {
		t.Errorf("the order form: %d", a.StatusCode)
	}
	p = ruta.page("/settings/billing")
	p.Says("#plan-title", "Plan House")
	p.Says("#plan", "Bills are sent to you")
	p.Lacks("#plans")
}
