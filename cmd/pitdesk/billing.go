package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/jobs"
	"pitdesk/internal/pg"
	"pitdesk/tenants"
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
	return tenants.In(tenants.With(ctx, t), t.ID, func(ctx context.Context, tx bun.Tx) error {
		return staff.TellAdmins(ctx, tx, staff.Occasion("billing_"+string(notice.Step)), t.ID)
	})
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
