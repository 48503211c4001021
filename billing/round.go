package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// RoundArgs is the round, every few minutes, that needs no Stripe: trials that end, bills by hand, reminders, reading only,
// closing.
type RoundArgs struct{}

// Kind names the job.
func (RoundArgs) Kind() string { return "billing_round" }

// ReconcileArgs is the hourly round that asks Stripe for every casino's state, and so finds what no event has told.
type ReconcileArgs struct{}

// Kind names the job.
func (ReconcileArgs) Kind() string { return "billing_reconcile" }

// CountArgs is the hourly round that counts conversations.
type CountArgs struct{}

// Kind names the job.
func (CountArgs) Kind() string { return "billing_count" }

// keepEvents is how long ids of events are remembered: Stripe sends one again for up to three days
// (https://docs.stripe.com/webhooks#retries), and people replay within 30.
const keepEvents = "60 days"

// Round does one round of RoundArgs. One casino's trouble doesn't keep the others from their turn.
func (o *Office) Round(ctx context.Context) error {
	if err := o.beginMissing(ctx); err != nil {
		return err
	}
	if !o.On() {
		// No trial runs out while nobody can be paid. Once billing is on, everybody has the whole of it.
		if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewRaw(`update control.subscriptions set trial_ends = ? where state = 'trial' and way = 'none' and trial_ends < ?`,
				o.now().Add(TrialDays*day), o.now().Add((TrialDays-1)*day)).Exec(ctx)
			return err
		}); err != nil {
			return err
		}
	}
	var all []uuid.UUID
	if err := tenants.AboveNow(ctx).NewRaw(`select tenant_id from control.subscriptions s where way = 'hand' or owed_since is not null
		or state = 'trial' and trial_ends <= ? or exists (select from control.holds h where h.tenant_id = s.tenant_id and h.source = 'billing')
		order by tenant_id`, o.now().Add(trialNotice)).Scan(ctx, &all); err != nil {
		return err
	}
	var failed []error
	for _, id := range all {
		if ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := o.renew(ctx, tx, id); err != nil {
				return err
			}
			_, err := o.settle(ctx, tx, id)
			return err
		}); err != nil {
			failed = append(failed, fmt.Errorf("billing of %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

// Reconcile does one round of ReconcileArgs.
func (o *Office) Reconcile(ctx context.Context) error {
	if o == nil {
		return nil
	}
	var all []uuid.UUID
	if err := tenants.AboveNow(ctx).NewRaw(`select tenant_id from control.subscriptions where customer is not null order by told_at nulls first`).Scan(ctx, &all); err != nil {
		return err
	}
	var failed []error
	for _, id := range all {
		if ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		if err := o.Refresh(ctx, id); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", id, err))
		}
	}
	failed = append(failed, tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`delete from control.stripe_events where received_at < now() - ?::interval`, keepEvents).Exec(ctx)
		return err
	}))
	return errors.Join(failed...)
}

// Asked is how long ago Stripe was asked about the casino whose turn is longest ago; 0 where there is none to ask about.
func Asked(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := tenants.AboveNow(ctx).NewRaw(`select coalesce(extract(epoch from now() - min(told_at)), 0) from control.subscriptions where customer is not null`).Scan(ctx, &seconds)
	return time.Duration(seconds * float64(time.Second)), err
}
