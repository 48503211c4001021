package billing_test

import (
	"slices"
	"testing"
	"time"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

func TestAPlanBoughtInTheTrialIsChargedAfterIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pass(4 * day)
	w.buys(billing.Order{Plan: "floor", Cycle: billing.Monthly, Currency: "eur", Seats: 12})
	a := w.now()
	if a.State != billing.Trial || a.Way != billing.ByCard || a.Seats != 12 || !a.TrialEnds.Equal(fakestripe.Start.Add(14*day)) || !a.Customer {
		t.Fatalf("after checkout: %+v", a)
	}
	if _, err := w.office.Checkout(w.ctx, billing.Order{Plan: "house"}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second plan: %v", err)
	}
	w.pass(11 * day)
	a = w.now()
	if a.State != billing.Active || a.OwedSince != nil || !a.PeriodFrom.Equal(fakestripe.Start.Add(14*day)) || a.PlanName != "Floor" {
		t.Fatalf("after the trial: %+v", a)
	}
	bills := w.invoices()
	if len(bills) != 2 || bills[0].Total != 19900+2*1900 || bills[0].State != "paid" || bills[0].Currency != "eur" || bills[0].Link == "" || bills[1].Total != 0 {
		t.Errorf("bills: %+v", bills)
	}
	if w.standing() != tenants.Open || len(w.told) != 0 {
		t.Errorf("stands %s, told %v", w.standing(), w.told)
	}
	w.pass(62 * day)
	if bills := w.invoices(); len(bills) != 4 || w.now().State != billing.Active {
		t.Errorf("two months later: %d bills, %+v", len(bills), w.now())
	}
}

func TestADeclinedCardLeadsToReadingOnlyAndClosingAndPayingHealsAtOnce(t *testing.T) {
	t.Parallel()
	for name, till := range map[string]struct {
		pass     time.Duration
		standing tenants.Standing
		told     []billing.Step
	}{
		"at once":    {2 * day, tenants.Open, []billing.Step{billing.UnpaidStep}},
		"tomorrow":   {13*day + day/2, tenants.Open, []billing.Step{billing.UnpaidStep, billing.ReadOnlySoon}},
		"reading":    {15 * day, tenants.ReadOnly, []billing.Step{billing.UnpaidStep, billing.ReadOnlySoon, billing.ReadOnlyNow}},
		"the 103rd":  {103*day + day/2, tenants.ReadOnly, []billing.Step{billing.UnpaidStep, billing.ReadOnlySoon, billing.ReadOnlyNow}},
		"after that": {105 * day, tenants.Closed, []billing.Step{billing.UnpaidStep, billing.ReadOnlySoon, billing.ReadOnlyNow, billing.ClosedNow}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.buys(billing.Order{Plan: "table"})
			w.fake.SetCard(w.customer(), fakestripe.DeclinedCard)
			w.pass(14*day + till.pass)
			a := w.now()
			if w.standing() != till.standing || !slices.Equal(w.told, till.told) || a.State != billing.Unpaid {
				t.Fatalf("stands %s, told %v, %+v", w.standing(), w.told, a)
			}
			if owed := fakestripe.Start.Add(14*day + time.Hour); !a.OwedSince.Equal(owed) || !a.ReadOnlyAt.Equal(owed.Add(14*day)) || !a.ClosesAt.Equal(owed.Add(104*day)) {
				t.Errorf("owed since %s, reading only at %s, closed at %s", a.OwedSince, a.ReadOnlyAt, a.ClosesAt)
			}
			w.fake.SetCard(w.customer(), fakestripe.GoodCard)
			if w.fake.PayOpen(w.customer()) == 0 {
				t.Fatal("nothing was open")
			}
			w.hear() // and no round
			if w.standing() != tenants.Open || w.now().State != billing.Active || w.now().OwedSince != nil {
				t.Errorf("paid, and stands %s: %+v", w.standing(), w.now())
			}
		})
	}
}

func TestATrialThatNobodyFollowsUpEndsAndAPlanReopensTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pass(10 * day)
	if len(w.told) != 0 {
		t.Errorf("told %v after ten days", w.told)
	}
	w.pass(day)
	if !slices.Equal(w.told, []billing.Step{billing.TrialEnds}) {
		t.Errorf("told %v three days before the end", w.told)
	}
	w.pass(3*day + day/2)
	if a := w.now(); a.State != billing.Ended || w.standing() != tenants.Open {
		t.Errorf("ended: %+v, stands %s", a, w.standing())
	}
	w.pass(3 * day)
	if w.standing() != tenants.ReadOnly {
		t.Errorf("stands %s three days after the end", w.standing())
	}
	w.pass(90 * day)
	if w.standing() != tenants.Closed {
		t.Errorf("stands %s ninety days later", w.standing())
	}
	if want := []billing.Step{billing.TrialEnds, billing.TrialOver, billing.ReadOnlySoon, billing.ReadOnlyNow, billing.ClosedNow}; !slices.Equal(w.told, want) {
		t.Errorf("told %v, want %v", w.told, want)
	}
	w.buys(billing.Order{Plan: "table", Cycle: billing.Yearly, Currency: "gbp"})
	if a := w.now(); w.standing() != tenants.Open || a.State != billing.Active || a.Cycle != billing.Yearly || a.Currency != "gbp" {
		t.Errorf("bought, and stands %s: %+v", w.standing(), a)
	}
	if bills := w.invoices(); len(bills) != 1 || bills[0].Total != 43000 {
		t.Errorf("bills: %+v", bills)
	}
}

func TestACancelledPlanGoesOnUntilItsPeriodEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.buys(billing.Order{Plan: "floor"})
	w.pass(20 * day)
	w.must(w.office.Cancel(w.ctx))
	if a := w.now(); a.CancelsAt == nil || !a.CancelsAt.Equal(*a.PeriodTill) || a.State != billing.Active {
		t.Fatalf("cancelled: %+v", a)
	}
	w.must(w.office.Resume(w.ctx))
	if a := w.now(); a.CancelsAt != nil {
		t.Fatalf("resumed: %+v", a)
	}
	w.must(w.office.Cancel(w.ctx))
	w.pass(30 * day)
	a := w.now()
	if a.State != billing.Ended || a.OwedSince == nil || w.standing() != tenants.ReadOnly {
		t.Fatalf("ended: %+v, stands %s", a, w.standing())
	}
	if err := w.office.Resume(w.ctx); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("resumed what has ended: %v", err)
	}
	w.buys(billing.Order{Plan: "house"})
	if a := w.now(); a.State != billing.Active || a.Plan != "house" || a.CancelsAt != nil || w.standing() != tenants.Open {
		t.Errorf("bought again: %+v", a)
	}
}

func TestBillsCanBeSentInsteadOfChargingACard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.office.Invoiced(w.ctx, billing.Order{Plan: "floor"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("without an address: %v", err)
	}
	w.pass(15 * day)
	w.must(w.office.Invoiced(w.ctx, billing.Order{Plan: "floor", Email: "books@luckyfox.example"}))
	a := w.now()
	bills := w.invoices()
	if a.State != billing.Active || a.Way != billing.ByInvoice || len(bills) != 1 || bills[0].State != "open" || !bills[0].DueAt.Equal(w.fake.Now().Add(14*day)) {
		t.Fatalf("%+v %+v", a, bills)
	}
	w.pass(13 * day)
	if w.now().State != billing.Active {
		t.Errorf("unpaid before it is due")
	}
	w.pass(2 * day)
	if a := w.now(); a.State != billing.Unpaid || !a.OwedSince.Equal(*bills[0].DueAt) {
		t.Errorf("past its date: %+v", a)
	}
	w.pass(14 * day)
	if w.standing() != tenants.ReadOnly {
		t.Errorf("stands %s", w.standing())
	}
	// An operator of the deployment sees the money at the bank.
	for _, b := range w.invoices() {
		if b.State == "open" {
			w.must(w.office.MarkPaid(w.ctx, b.ID, "bank transfer"))
		}
	}
	if a := w.now(); w.standing() != tenants.Open || a.State != billing.Active {
		t.Errorf("stands %s: %+v", w.standing(), a)
	}
	if err := w.office.MarkPaid(w.ctx, bills[0].ID, "again"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("paid twice: %v", err)
	}
}

func TestASubscriptionThatStripeEndsForWantOfMoneyIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.EndUnpaid()
	w.buys(billing.Order{Plan: "table"})
	w.fake.SetCard(w.customer(), fakestripe.DeclinedCard)
	w.pass(32 * day)
	if a := w.now(); a.State != billing.Ended || w.standing() != tenants.ReadOnly {
		t.Errorf("%+v, stands %s", a, w.standing())
	}
}
