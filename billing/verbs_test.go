package billing_test

import (
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
)

// bought is a casino a few days into its first paid month.
func bought(t *testing.T, o billing.Order) *world {
	w := newWorld(t)
	w.pass(15 * day)
	w.buys(o)
	w.pass(10 * day)
	return w
}

func TestAChangeOfSeatsCostsWhatWasShown(t *testing.T) {
	t.Parallel()
	w := bought(t, billing.Order{Plan: "table", Seats: 3})
	p, err := w.office.Preview(w.ctx, billing.Change{Seats: 5})
	w.must(err)
	// Two more seats of 15.00 for the 21 of 31 days of January that are left, by the second.
	left, whole := w.now().PeriodTill.Sub(w.fake.Now()), w.now().PeriodTill.Sub(*w.now().PeriodFrom)
	want := int64(float64(2*1500)*float64(left)/float64(whole) + 0.5)
	if p.Now < want-1 || p.Now > want+1 || p.Due != p.Now || p.Then != 4900+2*1500 || p.Seats != 5 || p.Plan != "table" || len(p.Lines) != 2 || p.Currency != "eur" {
		t.Fatalf("shown %+v, want %d", p, want)
	}
	if a := w.now(); a.Seats != 3 {
		t.Fatalf("a preview has changed something: %+v", a)
	}
	if err := w.office.Make(w.ctx, billing.Change{Seats: 6}, p.At, p.Now); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("another change at the price that was shown: %v", err)
	}
	w.must(w.office.Make(w.ctx, billing.Change{Seats: 5}, p.At, p.Now))
	if a := w.now(); a.Seats != 5 {
		t.Errorf("changed to %+v", a)
	}
	if last := w.invoices()[0]; last.Total != p.Now || last.State != "paid" {
		t.Errorf("billed %+v, shown %d", last, p.Now)
	}
	bills := len(w.invoices())
	w.pass(day)
	if err := w.office.Make(w.ctx, billing.Change{Seats: 8}, p.At, p.Now); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("at yesterday's price: %v", err)
	}
	// Fewer seats are credited against bills to come.
	p, err = w.office.Preview(w.ctx, billing.Change{Seats: 3})
	w.must(err)
	if p.Now >= 0 || p.Due != 0 {
		t.Errorf("fewer seats cost %+v", p)
	}
	w.must(w.office.Make(w.ctx, billing.Change{Seats: 3}, p.At, p.Now))
	w.pass(25 * day)
	if next := w.invoices(); len(next) != bills+2 || next[0].Total != 4900 || next[0].State != "paid" {
		t.Errorf("the next bill: %+v", next[0])
	}
}

func TestADeclinedCardChangesNothing(t *testing.T) {
	t.Parallel()
	w := bought(t, billing.Order{Plan: "table"})
	w.fake.SetCard(w.customer(), fakestripe.DeclinedCard)
	p, err := w.office.Preview(w.ctx, billing.Change{Seats: 9})
	w.must(err)
	if err := w.office.Make(w.ctx, billing.Change{Seats: 9}, p.At, p.Now); fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "declined") {
		t.Errorf("declined: %v", err)
	}
	w.hear()
	if a := w.now(); a.Seats != 3 || a.State != billing.Active {
		t.Errorf("changed to %+v", a)
	}
	w.fake.SetCard(w.customer(), fakestripe.GoodCard)
	p, err = w.office.Preview(w.ctx, billing.Change{Seats: 10})
	w.must(err)
	w.must(w.office.Make(w.ctx, billing.Change{Seats: 10}, p.At, p.Now))
	if a := w.now(); a.Seats != 10 {
		t.Errorf("another card, and %+v", a)
	}
}

func TestAPlanAndItsCycleCanBeChanged(t *testing.T) {
	t.Parallel()
	w := bought(t, billing.Order{Plan: "table"})
	p, err := w.office.Preview(w.ctx, billing.Change{Plan: "floor", Cycle: billing.Yearly})
	w.must(err)
	if p.Seats != 10 || p.Then != 199000 || p.Now <= 190000 {
		t.Fatalf("shown %+v", p)
	}
	w.must(w.office.Make(w.ctx, billing.Change{Plan: "floor", Cycle: billing.Yearly}, p.At, p.Now))
	a := w.now()
	if a.Plan != "floor" || a.Cycle != billing.Yearly || a.Seats != 10 || a.PeriodTill.Sub(*a.PeriodFrom) < 365*day {
		t.Errorf("changed to %+v", a)
	}
	if ok, err := billing.Allows(w.ctx, billing.API); err != nil || !ok {
		t.Errorf("the new plan's API: %v %v", ok, err)
	}
}

func TestNobodyBuysFewerSeatsThanAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"Mara", "Tomas", "Ieva", "Bea"} {
		sample.Agent(w.ctx, t, w.fox, name, authz.Operator)
	}
	order := billing.Order{Plan: "table", Seats: 3, Return: "https://lucky-fox.localhost/settings/billing"}
	if _, err := w.office.Checkout(w.ctx, order); fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "4 seats are taken") {
		t.Errorf("three seats for four people: %v", err)
	}
	order.Seats = 4
	w.buys(order)
	if _, err := w.office.Preview(w.ctx, billing.Change{Seats: 3}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("fewer seats: %v", err)
	}
	for _, seats := range []int{-1, 1001} {
		if _, err := w.office.Preview(w.ctx, billing.Change{Seats: seats}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%d seats: %v", seats, err)
		}
	}
}

func TestCodesTakeOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.Coupon("WELCOME", "Welcome, a fifth off", 20, "forever")
	w.pass(15 * day)
	order := billing.Order{Plan: "floor", Coupon: "nonsense", Return: "https://lucky-fox.localhost/settings/billing"}
	if _, err := w.office.Checkout(w.ctx, order); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an unknown code: %v", err)
	}
	order.Coupon = " welcome "
	w.buys(order)
	if bills := w.invoices(); bills[0].Total != 15920 {
		t.Errorf("with a fifth off: %+v", bills[0])
	}
	later := bought(t, billing.Order{Plan: "table"})
	later.fake.Coupon("SPRING", "Spring", 50, "once")
	later.must(later.office.Discount(later.ctx, "SPRING"))
	later.pass(25 * day)
	if bills := later.invoices(); bills[0].Total != 2450 {
		t.Errorf("with half off: %+v", bills[0])
	}
	later.pass(31 * day)
	if bills := later.invoices(); bills[0].Total != 4900 {
		t.Errorf("a month later: %+v", bills[0])
	}
}

func TestATaxNumberStandsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.office.SetTaxID(w.ctx, "eu_vat", "nonsense!"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("no number: %v", err)
	}
	for _, value := range []string{"LT 100 001 919 017", "LT100001919017", "MT20200019"} {
		w.must(w.office.SetTaxID(w.ctx, "eu_vat", value))
	}
	all, err := w.office.TaxIDs(w.ctx)
	if err != nil || len(all) != 1 || all[0].Value != "MT20200019" || all[0].Verified != "pending" {
		t.Errorf("%+v %v", all, err)
	}
	w.must(w.office.SetTaxID(w.ctx, "", ""))
	if all, err := w.office.TaxIDs(w.ctx); err != nil || len(all) != 0 {
		t.Errorf("removed: %+v %v", all, err)
	}
}

func TestThePortalOpensForCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.office.Portal(w.ctx, "https://lucky-fox.localhost/"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("for somebody who never bought: %v", err)
	}
	w.buys(billing.Order{Plan: "table"})
	url, err := w.office.Portal(w.ctx, "https://lucky-fox.localhost/")
	if err != nil || !strings.HasPrefix(url, "https://billing.stripe.example/") {
		t.Errorf("%s %v", url, err)
	}
}

func TestOfTwoOpenCheckoutsOnlyTheNewestSells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := billing.Order{Plan: "table", Return: "https://lucky-fox.localhost/settings/billing"}
	first, err := w.office.Checkout(w.ctx, order)
	w.must(err)
	order.Plan = "floor"
	second, err := w.office.Checkout(w.ctx, order)
	w.must(err)
	if first == second || w.fake.CompleteAt(first, fakestripe.GoodCard) == nil {
		t.Error("the first page still sells")
	}
	w.must(w.fake.CompleteAt(second, fakestripe.GoodCard))
	w.hear()
	if a := w.now(); a.Plan != "floor" {
		t.Errorf("bought %+v", a)
	}
}

func TestWithoutAnOfficeNothingIsSold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var off *billing.Office
	ctx := billing.With(w.ctx, off)
	_, checkout := off.Checkout(ctx, billing.Order{Plan: "table"})
	_, portal := off.Portal(ctx, "")
	_, preview := off.Preview(ctx, billing.Change{Seats: 3})
	for name, err := range map[string]error{"checkout": checkout, "portal": portal, "preview": preview, "cancel": off.Cancel(ctx),
		"invoice": off.Invoiced(ctx, billing.Order{Plan: "table", Email: "a@b.example"}), "tax": off.SetTaxID(ctx, "eu_vat", "MT20200019")} {
		if fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := off.Reconcile(ctx); err != nil {
		t.Error(err)
	}
}
