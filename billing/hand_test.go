package billing_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// With no office the clock is the machine's, so time passes by moving what was written.
func TestAPlanPaidByHandNeedsNoStripe(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	w := &world{Desk: d, t: t, ctx: ctx}
	w.fox = founded(ctx, t, "Lucky Fox")
	w.ctx = tenants.With(ctx, w.fox)
	back := func(d time.Duration) {
		t.Helper()
		w.above(func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewRaw(`update control.subscriptions set trial_ends = trial_ends - ?::interval, period_from = period_from - ?::interval,
				period_till = period_till - ?::interval, owed_since = owed_since - ?::interval, cancels_at = cancels_at - ?::interval`, d.String(), d.String(), d.String(), d.String(), d.String()).Exec(ctx); err != nil {
				return err
			}
			_, err := tx.NewRaw(`update control.invoices set due_at = due_at - ?::interval`, d.String()).Exec(ctx)
			return err
		})
		w.must(w.office.Round(w.ctx))
		w.work()
	}
	byHand := func(h billing.Hand) (i billing.Invoice, err error) {
		err = tenants.Above(w.ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			i, err = w.office.ByHand(ctx, tx, w.fox.ID, h)
			return err
		})
		return i, err
	}
	back(13 * day)
	if w.standing() != tenants.Open || w.now().Billed {
		t.Fatalf("no trial runs out while billing is off: %+v", w.now())
	}
	if _, err := byHand(billing.Hand{Plan: "moon"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an unknown plan: %v", err)
	}
	w.above(func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.subscriptions set trial_ends = now()`).Exec(ctx)
		return err
	})
	bill, err := byHand(billing.Hand{Plan: "table", Seats: 5, Currency: "gbp"})
	w.must(err)
	if bill.Total != 4300+2*1300 || bill.State != "open" || bill.Way != billing.ByHand || bill.Number == "" {
		t.Fatalf("billed %+v", bill)
	}
	a := w.now()
	if !a.Billed || a.Seats != 5 || a.State != billing.Active || a.Way != billing.ByHand {
		t.Errorf("given %+v", a)
	}
	if ok, err := billing.Allows(w.ctx, billing.API); err != nil || ok {
		t.Errorf("a plan by hand counts without an office: %v %v", ok, err)
	}
	back(15 * day)
	if a := w.now(); a.State != billing.Unpaid || w.standing() != tenants.Open {
		t.Errorf("past its date: %+v", a)
	}
	back(14 * day)
	if w.standing() != tenants.ReadOnly {
		t.Errorf("stands %s", w.standing())
	}
	if err := w.office.MarkPaid(w.ctx, bill.ID, " "); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("without a word how: %v", err)
	}
	w.must(w.office.MarkPaid(w.ctx, bill.ID, "bank transfer"))
	if a := w.now(); w.standing() != tenants.Open || a.State != billing.Active || a.OwedSince != nil {
		t.Errorf("paid, and stands %s: %+v", w.standing(), a)
	}
	if err := w.office.MarkPaid(w.ctx, bill.ID, "again"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("paid twice: %v", err)
	}
	back(4 * day)
	if bills := w.invoices(); len(bills) != 2 || bills[0].State != "open" || bills[0].Total != bill.Total {
		t.Errorf("the next month: %+v", bills)
	}
	w.must(w.office.Round(w.ctx))
	if bills := w.invoices(); len(bills) != 2 {
		t.Errorf("a month is billed %d times", len(bills)-1)
	}
	w.must(w.office.MarkPaid(w.ctx, w.invoices()[0].ID, "cash"))
	w.must(w.office.Cancel(w.ctx))
	back(31 * day)
	if a := w.now(); a.State != billing.Ended || len(w.invoices()) != 2 {
		t.Errorf("cancelled: %+v, %d bills", a, len(w.invoices()))
	}
	if err := w.office.MarkPaid(w.ctx, "inv_none", "cash"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("no such bill: %v", err)
	}
}

func TestAResellersCasinosCostWholesale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reseller := tenants.NewID()
	w.above(func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into control.resellers (id, slug, name, email, pays) values (?, 'demo-house', 'Demo House', 'books@demo-house.example', 'reseller')`, reseller).Exec(ctx)
		return err
	})
	made, err := w.Pools.Doors.Found(w.ctx, tenants.New{Slug: "golden-reel", Name: "Golden Reel", Reseller: reseller}, billing.Begin)
	w.must(err)
	ctx := tenants.With(w.ctx, made)
	w.must(w.office.Invoiced(ctx, billing.Order{Plan: "floor", Email: "books@demo-house.example"}))
	w.fake.Advance(15 * day)
	w.must(w.office.Refresh(ctx, made.ID))
	bills, err := billing.Invoices(w.ctx, billing.Whose{Reseller: reseller})
	if err != nil || len(bills) != 2 || bills[0].Total != 13930 {
		t.Errorf("the reseller's bills: %+v %v", bills, err)
	}
	all, err := billing.Accounts(w.ctx, billing.Whose{Reseller: reseller})
	if err != nil || len(all) != 1 || all[0].Tenant != made.ID || all[0].Audience != billing.Wholesale {
		t.Errorf("the reseller's casinos: %+v %v", all, err)
	}
	if mine := w.invoices(); len(mine) != 0 {
		t.Errorf("Lucky Fox sees another's bills: %+v", mine)
	}
}

func TestBillingThatIsSwitchedOffOpensEveryDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pass(20 * day)
	if w.standing() != tenants.ReadOnly {
		t.Fatalf("stands %s", w.standing())
	}
	w.office = nil
	w.ctx = billing.With(w.ctx, nil)
	w.must(w.office.Round(w.ctx))
	if ok, err := billing.Allows(w.ctx, billing.API); w.standing() != tenants.Open || err != nil || !ok {
		t.Errorf("stands %s, API %v %v", w.standing(), ok, err)
	}
}

func TestWhatAnotherHoldsBackStaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pass(20 * day)
	w.above(func(ctx context.Context, tx bun.Tx) error {
		_, err := tenants.Hold(ctx, tx, w.fox.ID, tenants.ByVendor, tenants.Suspended, "a complaint")
		return err
	})
	w.buys(billing.Order{Plan: "table"})
	if w.standing() != tenants.Suspended {
		t.Errorf("paid, and stands %s", w.standing())
	}
}

// The page's prices are the rows'.
func TestTheDocumentedPricesAreTheRows(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	text, err := os.ReadFile("../docs/billing.md")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := billing.Plans(ctx, "eur")
	if err != nil {
		t.Fatal(err)
	}
	row := func(name string, of func(billing.Plan) string) {
		want := "| " + name + " |"
		for _, p := range plans {
			want += " " + of(p) + " |"
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("docs/billing.md has no line %q", want)
		}
	}
	euros := func(n int64) string { return fmt.Sprintf("%d €", n/100) }
	row("a month", func(p billing.Plan) string { return euros(p.Prices[billing.Monthly].Base) })
	row("a further seat, a month", func(p billing.Plan) string { return euros(p.Prices[billing.Monthly].Seat) })
	row("seats included", func(p billing.Plan) string { return fmt.Sprint(*p.Grants[billing.Seats]) })
	for _, event := range billing.Events() {
		if last := event[strings.LastIndex(event, ".")+1:]; !strings.Contains(string(text), last+"`") {
			t.Errorf("docs/billing.md doesn't name %s", event)
		}
	}
}
