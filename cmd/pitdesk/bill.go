package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/tenants"
)

type billCommand struct {
	List  billList  `cmd:"" help:"List how casinos are billed, and bills that are open."`
	Plan  billPlan  `cmd:"" help:"Give a casino a plan that is paid by hand, and make its first bill."`
	Paid  billPaid  `cmd:"" help:"Say that a bill was paid by hand. The casino works again at once."`
	Grant billGrant `cmd:"" help:"Set by hand what one casino may have, whatever its plan says."`
}

type billList struct{}

// Run lists accounts and open bills.
func (billList) Run(ctx context.Context, s *Settings, o *output) error {
	return s.aboveCasinos(ctx, func(ctx context.Context, _ bun.Tx) error {
		accounts, err := billing.Accounts(ctx, billing.Whose{Limit: 100_000})
		if err != nil {
			return err
		}
		open, err := billing.Invoices(ctx, billing.Whose{Limit: 100_000})
		if err != nil {
			return err
		}
		slugs := map[uuid.UUID]string{}
		w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "CASINO\tPLAN\tSEATS\tPAYS\tSTATE\tUNTIL")
		for _, a := range accounts {
			t, err := tenants.PoolsOf(ctx).Doors.ByID(ctx, a.Tenant)
			if err != nil {
				return err
			}
			slugs[a.Tenant] = t.Slug
			until := ""
			if at := cmp.Or(a.CancelsAt, a.PeriodTill, a.TrialEnds); at != nil {
				until = at.Format("2006-01-02")
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", t.Slug, a.PlanName, a.Seats, a.Way, a.State, until)
		}
		fmt.Fprintln(w, "\nBILL\tCASINO\tNUMBER\tOWED\tDUE\t")
		for _, i := range open {
			if i.State != "open" {
				continue
			}
			due := ""
			if i.DueAt != nil {
				due = i.DueAt.Format("2006-01-02")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d.%02d %s\t%s\t\n", i.ID, slugs[i.Tenant], i.Number, i.Owed/100, i.Owed%100, i.Currency, due)
		}
		return w.Flush()
	})
}

type billPlan struct {
	Casino   string `arg:"" help:"Its short name."`
	Plan     string `arg:"" help:"The plan's id: table, floor, house."`
	Yearly   bool   `help:"Bill by the year."`
	Seats    int    `help:"Seats, where they are more than the plan includes."`
	Currency string `help:"eur, usd or gbp. Empty: the casino's."`
}

// Run gives a casino a plan that is paid by hand.
func (c *billPlan) Run(ctx context.Context, s *Settings, o *output) error {
	return s.aboveCasinos(ctx, func(ctx context.Context, tx bun.Tx) error {
		t, err := bySlug(ctx, c.Casino)
		if err != nil {
			return err
		}
		h := billing.Hand{Plan: c.Plan, Cycle: billing.Monthly, Currency: c.Currency, Seats: c.Seats}
		if c.Yearly {
			h.Cycle = billing.Yearly
		}
		i, err := billing.From(ctx).ByHand(ctx, tx, t.ID, h)
		if err != nil {
			return err
		}
		if err := byCommand(ctx, tx, "plan", "tenant", t.ID, map[string]any{"plan": c.Plan, "bill": i.ID}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(o.out, "%s has the plan %s. Its bill is %s (%s), %d.%02d %s.\n", t.Slug, c.Plan, i.Number, i.ID, i.Total/100, i.Total%100, i.Currency)
		return err
	})
}

type billPaid struct {
	Bill string `arg:"" help:"The bill's id, as list shows it."`
	Note string `required:"" help:"How it was paid: bank transfer, 3 May."`
}

// Run marks a bill as paid.
func (c *billPaid) Run(ctx context.Context, s *Settings, o *output) error {
	s.guest = true
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	ctx = a.context(ctx)
	i, err := billing.InvoiceByID(ctx, c.Bill)
	if err != nil {
		return err
	}
	if err := a.office.MarkPaid(ctx, c.Bill, c.Note); err != nil {
		return err
	}
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		return byCommand(ctx, tx, "paid", "bill", i.Tenant, map[string]any{"bill": i.ID, "note": c.Note})
	}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.out, "%s is paid.\n", i.Number)
	return err
}

type billGrant struct {
	Casino string `arg:"" help:"Its short name."`
	Name   string `arg:"" help:"What it may have: seats, languages, custom_domain, api, webhooks…"`
	Amount string `arg:"" help:"How many, any, or plan: what the plan says."`
	Why    string `default:"by command" help:"For whoever reads it later."`
}

// Run sets what one casino may have.
func (c *billGrant) Run(ctx context.Context, s *Settings, o *output) error {
	var amount *int
	if n, err := strconv.Atoi(c.Amount); err == nil && n >= 0 {
		amount = &n
	} else if c.Amount != "any" && c.Amount != "plan" {
		return fmt.Errorf("%q is no amount: want a number, any, or plan", c.Amount)
	}
	if !known(c.Name) {
		return fmt.Errorf("%q is nothing that a plan gives: want one of %v", c.Name, billing.Names())
	}
	return s.aboveCasinos(ctx, func(ctx context.Context, tx bun.Tx) error {
		t, err := bySlug(ctx, c.Casino)
		if err != nil {
			return err
		}
		if c.Amount == "plan" {
			err = billing.EndGrant(ctx, tx, t.ID, c.Name)
		} else {
			err = billing.SetGrant(ctx, tx, t.ID, c.Name, amount, c.Why)
		}
		if err != nil {
			return err
		}
		if err := byCommand(ctx, tx, "grant", "tenant", t.ID, map[string]any{"name": c.Name, "amount": c.Amount, "why": c.Why}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(o.out, "%s: %s is %s.\n", t.Slug, c.Name, c.Amount)
		return err
	})
}

func known(name string) bool {
	for _, n := range billing.Names() {
		if n == name {
			return true
		}
	}
	return false
}

// bySlug is the casino of a short name.
func bySlug(ctx context.Context, slug string) (tenants.Tenant, error) {
	doors := tenants.PoolsOf(ctx).Doors
	t, err := doors.ByHost(ctx, slug+"."+doors.Base())
	if err != nil {
		return t, fmt.Errorf("no casino is called %q: %w", slug, err)
	}
	return t, nil
}

// byCommand writes the line of what somebody at the machine did.
func byCommand(ctx context.Context, tx bun.Tx, action, object string, tenant uuid.UUID, facts map[string]any) error {
	return authz.RecordAbove(ctx, tx, authz.SystemAbove(), action, object, authz.Whose{Tenant: tenant, Object: tenant}, facts)
}
