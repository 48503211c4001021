package billing_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// founded makes a casino that is being billed from the start.
func founded(ctx context.Context, t testing.TB, name string) tenants.Tenant {
	t.Helper()
	made := sample.Tenant(ctx, t, name)
	sample.As(ctx, t, made, authz.System(made.ID), billing.Begin)
	return made
}

func above(ctx context.Context, t testing.TB, do func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	if err := tenants.Above(ctx, do); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAPlanGivesIsAskedForByName(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	ctx = billing.With(ctx, &billing.Office{})
	fox, reel := founded(ctx, t, "Lucky Fox"), founded(ctx, t, "Golden Reel")
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.subscriptions set plan_id = 'table', seats = 5 where tenant_id = ?`, reel.ID).Exec(ctx)
		return err
	})
	for _, c := range []struct {
		at    tenants.Tenant
		name  string
		has   int
		bound bool
	}{
		{fox, billing.Seats, 10, true}, {fox, billing.API, 0, false}, {fox, billing.CustomDomain, 1, true},
		{reel, billing.Seats, 5, true}, {reel, billing.API, 0, true}, {reel, billing.CustomDomain, 0, true}, {reel, billing.Languages, 2, true},
	} {
		ctx := tenants.With(ctx, c.at)
		n, bounded, err := billing.Limit(ctx, c.name)
		if err != nil || n != c.has || bounded != c.bound {
			t.Errorf("%s has %d (bounded %v, %v) of %s, want %d (%v)", c.at.Name, n, bounded, err, c.name, c.has, c.bound)
		}
		allowed, err := billing.Allows(ctx, c.name)
		if want := !c.bound || c.has > 0; err != nil || allowed != want {
			t.Errorf("%s may have %s: %v %v, want %v", c.at.Name, c.name, allowed, err, want)
		}
		if err := billing.Require(ctx, c.name); (err == nil) != (!c.bound || c.has > 0) || err != nil && fault.CodeOf(err) != fault.NotInPlan {
			t.Errorf("%s requires %s: %v", c.at.Name, c.name, err)
		}
	}
	err := billing.Fits(tenants.With(ctx, reel), billing.Languages, 3)
	if fault.CodeOf(err) != fault.NotInPlan || !strings.Contains(fault.Sentence(err), "2 languages") || !billing.IsMissing(err) {
		t.Errorf("a third language: %v", err)
	}
	if err := billing.Fits(tenants.With(ctx, reel), billing.Languages, 2); err != nil {
		t.Errorf("two languages: %v", err)
	}
	if allowed, err := billing.Allows(tenants.With(ctx, fox), "moon"); err != nil || allowed {
		t.Errorf("what no plan gives: %v %v", allowed, err)
	}
}

func TestWithoutAnOfficeAllIsAllowedButForWhatWasSetByHand(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := founded(ctx, t, "Lucky Fox"), founded(ctx, t, "Golden Reel")
	foxs := tenants.With(ctx, fox)
	for _, name := range billing.Names() {
		if _, bounded, err := billing.Limit(foxs, name); err != nil || bounded {
			t.Errorf("%s is bounded: %v %v", name, bounded, err)
		}
	}
	two := 2
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		return billing.SetGrant(ctx, tx, fox.ID, billing.Seats, &two, "agreed by telephone")
	})
	if n, bounded, err := billing.Limit(foxs, billing.Seats); err != nil || !bounded || n != 2 {
		t.Errorf("set by hand: %d %v %v", n, bounded, err)
	}
	if _, bounded, err := billing.Limit(tenants.With(ctx, reel), billing.Seats); err != nil || bounded {
		t.Errorf("Golden Reel is bounded by what Lucky Fox was given: %v %v", bounded, err)
	}
	if all, err := billing.Grants(ctx, fox.ID); err != nil || len(all) != 1 || *all[0].Amount != 2 {
		t.Errorf("grants: %+v %v", all, err)
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error { return billing.EndGrant(ctx, tx, fox.ID, billing.Seats) })
	if _, bounded, err := billing.Limit(foxs, billing.Seats); err != nil || bounded {
		t.Errorf("taken back: %v %v", bounded, err)
	}
}

func TestEntitlementsCostNoQueryOnceRemembered(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	pool, app, sent := d.DB.Counted(t)
	d.Pools.App, d.Pools.AppPool = app, pool
	ctx = billing.With(ctx, &billing.Office{})
	fox := founded(ctx, t, "Lucky Fox")
	ctx = tenants.With(ctx, fox)
	if _, err := billing.Allows(ctx, billing.API); err != nil {
		t.Fatal(err)
	}
	sent.Taken()
	for _, name := range billing.Names() {
		if _, _, err := billing.Limit(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if extra := sent.Taken(); len(extra) > 0 {
		t.Errorf("asked the database: %q", extra)
	}
}

func TestACasinoSeesItsOwnAccountAndUsage(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	ctx = billing.With(ctx, &billing.Office{})
	fox, reel := founded(ctx, t, "Lucky Fox"), founded(ctx, t, "Golden Reel")
	sample.Agent(ctx, t, fox, "Mara", authz.Admin)
	sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Oleg"), "Where is my payout?")
	a, err := billing.Now(tenants.With(ctx, fox))
	if err != nil || a.Plan != billing.TrialPlan || a.PlanName != "Floor" || a.State != billing.Trial || !a.Billed || a.Seats != 10 ||
		a.Usage.Seats != 1 || a.Usage.Conversations != 1 || a.TrialEnds == nil {
		t.Errorf("Lucky Fox: %+v %v", a, err)
	}
	b, err := billing.Now(tenants.With(ctx, reel))
	if err != nil || b.Usage.Seats != 0 || b.Usage.Conversations != 0 {
		t.Errorf("Golden Reel counts others: %+v %v", b.Usage, err)
	}
	all, err := billing.Accounts(ctx, billing.Whose{})
	if err != nil || len(all) != 2 || all[0].Tenant != fox.ID || all[0].PlanName != "Floor" {
		t.Errorf("all: %+v %v", all, err)
	}
}

func TestPlansAreRows(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	for _, currency := range billing.Currencies() {
		plans, err := billing.Plans(ctx, currency)
		if err != nil || len(plans) != 3 || plans[0].Name != "Table" || len(plans[2].Prices) != 2 {
			t.Fatalf("%s: %+v %v", currency, plans, err)
		}
		whole, err := billing.WholesalePlans(ctx, currency)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range plans {
			if m, y := p.Prices[billing.Monthly], p.Prices[billing.Yearly]; y.Base != 10*m.Base || m.Base <= 0 || m.Conversation <= 0 {
				t.Errorf("%s %s: %+v %+v", currency, p.Name, m, y)
			}
			if w := whole[i].Prices[billing.Monthly].Base; w >= p.Prices[billing.Monthly].Base {
				t.Errorf("%s %s: wholesale is %d", currency, p.Name, w)
			}
		}
	}
	plans, _ := billing.Plans(ctx, "eur")
	if got := plans[0].Cost(billing.Monthly, 5); got != 4900+2*1500 {
		t.Errorf("five seats cost %d", got)
	}
	if got := plans[0].Cost(billing.Yearly, 2); got != 49000 {
		t.Errorf("two seats cost %d a year", got)
	}
}
