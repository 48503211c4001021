package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/jobs"
	"pitdesk/internal/pg"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/web/console"
)

// stripePath is where Stripe's events arrive, on the deployment's own host.
const stripePath = "/billing/stripe"

// openOffice opens the office that does business with Stripe; nil where no key is set.
func (s *Settings) openOffice() (*billing.Office, error) {
	o, err := billing.NewOffice(billing.Config{Key: s.StripeKey, WebhookSecret: s.StripeWebhookSecret, URL: s.StripeURL, Tax: s.StripeTax, Log: s.log})
	if err != nil {
		return nil, fmt.Errorf("PITDESK_STRIPE_KEY and PITDESK_STRIPE_WEBHOOK_SECRET: %w", err)
	}
	return o, nil
}

// stripe takes Stripe's events.
func (a *app) stripe() map[string]http.Handler {
	return map[string]http.Handler{"POST " + stripePath: billing.WebhookHandler(a.office)}
}

// addBilling adds the jobs of billing. Those that ask Stripe may take long where there are many casinos.
func (a *app) addBilling(k *jobs.Kinds) []jobs.Periodic {
	jobs.Add(k, a.office.Called)
	jobs.Add(k, a.office.Send)
	jobs.Add(k, a.tellOfBill)
	jobs.Add(k, a.writeResellerBill)
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ billing.RoundArgs) error { return a.office.Round(ctx) })
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ billing.ReconcileArgs) error { return a.office.Reconcile(ctx) })
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ billing.CountArgs) error {
		return tenants.Each(ctx, func(ctx context.Context, _ tenants.Tenant) error { return a.office.Count(ctx) })
	})
	return []jobs.Periodic{
		{Args: billing.RoundArgs{}, Every: 10 * time.Minute},
		{Args: billing.ReconcileArgs{}, Every: time.Hour},
		{Args: billing.CountArgs{}, Every: time.Hour},
	}
}

// tellOfBill has a casino's admins told how its bill stands, unless it stands otherwise by now.
func (a *app) tellOfBill(ctx context.Context, notice billing.NoticeArgs) error {
	if holds, err := a.office.Holds(ctx, notice); err != nil || !holds {
		return err
	}
	t, err := a.pools.Doors.ByID(ctx, notice.Tenant)
	if err != nil {
		return err
	}
	account, err := billing.AccountOf(ctx, t.ID)
	if err != nil {
		return err
	}
	if account.Audience == billing.Wholesale {
		if err := a.tellReseller(ctx, t, notice.Step); err != nil || notice.Step != billing.ReadOnlyNow && notice.Step != billing.ClosedNow {
			return err // the casino is told of what it feels, and not of what somebody else owes
		}
	}
	return tenants.In(tenants.With(ctx, t), t.ID, func(ctx context.Context, tx bun.Tx) error {
		return staff.TellAdmins(ctx, tx, staff.Occasion("billing_"+string(notice.Step)), t.ID)
	})
}

// resellerBillArgs is the job that tells one of a reseller's people of a casino's bill; Nobody is the reseller's own address.
type resellerBillArgs struct {
	Tenant uuid.UUID    `json:"tenant"`
	Person uuid.UUID    `json:"person"`
	Step   billing.Step `json:"step"`
}

// Kind names the job in the queue.
func (resellerBillArgs) Kind() string { return "reseller_bill" }

// tellReseller has everybody told who works for the reseller that pays for a casino, or its own address where nobody does.
func (a *app) tellReseller(ctx context.Context, t tenants.Tenant, step billing.Step) error {
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		all, err := office.People(ctx, tx, t.Reseller)
		if err != nil {
			return err
		}
		to := []uuid.UUID{}
		for _, p := range all {
			if p.Disabled == nil {
				to = append(to, p.ID)
			}
		}
		if len(to) == 0 {
			to = append(to, tenants.Nobody)
		}
		for _, id := range to {
			if err := jobs.Insert(ctx, tx, resellerBillArgs{Tenant: t.ID, Person: id, Step: step}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeResellerBill writes one letter to a reseller, unless it has paid by now.
func (a *app) writeResellerBill(ctx context.Context, args resellerBillArgs) error {
	if holds, err := a.office.Holds(ctx, billing.NoticeArgs{Tenant: args.Tenant, Step: args.Step}); err != nil || !holds {
		return err
	}
	t, err := a.pools.Doors.ByID(ctx, args.Tenant)
	if err != nil {
		return err
	}
	to := office.Person{Language: "en"}
	if err := tenants.AboveNow(ctx).NewRaw(`select name, email from control.resellers where id = ?`, t.Reseller).Scan(ctx, &to.Name, &to.Email); err != nil {
		return fmt.Errorf("the reseller of %s: %w", t.Slug, err)
	}
	house := to.Name
	if args.Person != tenants.Nobody {
		if to, err = office.Get(ctx, tenants.AboveNow(ctx), args.Person); err != nil {
			return err
		}
	}
	return console.Postman{Config: a.config(), Mailer: a.mailer}.MailBill(ctx, to, house, t, args.Step)
}

// checkBilling asks Stripe whether the key works and events arrive as we read them.
func checkBilling(ctx context.Context, s *Settings) pg.Finding {
	const name = "billing"
	office, err := s.openOffice()
	if err != nil {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("Billing can't be opened: %v.", err), Remedy: "Copy the key from Stripe's dashboard again."}
	}
	if !office.On() {
		return pg.Finding{Name: name, OK: true, Sentence: "Billing is off: PITDESK_STRIPE_KEY isn't set, so casinos have everything that nobody took from them by hand."}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	at := s.base.Scheme + "://" + s.base.Host + stripePath
	problem, err := office.Check(ctx, at)
	switch {
	case err != nil:
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("Stripe can't be asked: %v.", err), Remedy: "Check PITDESK_STRIPE_KEY, what it may do, and the way out to api.stripe.com."}
	case problem != "":
		return pg.Finding{Name: name, Sentence: problem, Remedy: "Add a webhook endpoint for " + at + " with API version " + billing.APIVersion +
			" and the events that docs/billing.md names, and set PITDESK_STRIPE_WEBHOOK_SECRET to its secret. Until then the hourly round finds what has changed."}
	}
	return pg.Finding{Name: name, OK: true, Sentence: fmt.Sprintf("Billing is on (%s mode), and Stripe's events come to %s.", office.Mode(), at)}
}
