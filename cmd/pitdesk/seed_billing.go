package main

import (
	"context"

	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/tenants"
)

// seedBilling puts the demo's first casino on a plan whose bill is paid, and leaves the others on their trial. It is paid by hand:
// a demo has no payment service.
func (a *app) seedBilling(ctx context.Context, t tenants.Tenant, first bool) error {
	if err := tenants.In(ctx, t.ID, billing.Begin); err != nil || !first {
		return err
	}
	now, err := billing.Known(ctx)
	if err != nil || now.Way != billing.NoWay {
		return err
	}
	var bill billing.Invoice
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		bill, err = a.office.ByHand(ctx, tx, t.ID, billing.Hand{Plan: "house", Cycle: billing.Yearly, Currency: "eur"})
		return err
	})
	if err != nil {
		return err
	}
	return a.office.MarkPaid(ctx, bill.ID, "Bank transfer")
}
