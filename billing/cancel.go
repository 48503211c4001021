package billing

import (
	"context"

	"github.com/stripe/stripe-go/v79"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Cancel ends the plan of the casino of ctx with the period that is paid for; until then everything goes on. Permission has been
// asked for: BillingChange.
func (o *Office) Cancel(ctx context.Context) error { return o.cancel(ctx, true) }

// Resume takes Cancel back while the period lasts.
func (o *Office) Resume(ctx context.Context) error { return o.cancel(ctx, false) }

func (o *Office) cancel(ctx context.Context, ends bool) error {
	r, err := o.mineOrHand(ctx)
	if err != nil {
		return err
	}
	if r.Way == ByHand {
		return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewRaw(`update control.subscriptions set cancels_at = case when ? then period_till end where tenant_id = ?`, ends, r.TenantID).Exec(ctx); err != nil {
				return err
			}
			return memory.ChangedAbove(ctx, tx, r.TenantID)
		})
	}
	if !r.living() {
		return errHasNoPlan
	}
	// Saying it again is no harm, so no key: it may be cancelled, resumed and cancelled within a day.
	if _, err := o.subscriptions.Update(r.Subscription.String, &stripe.SubscriptionParams{Params: at(ctx, ""), CancelAtPeriodEnd: &ends}); err != nil {
		return where("cancel", err)
	}
	return o.Refresh(ctx, r.TenantID)
}

// Discount puts a promotion code on the plan that the casino of ctx has. Permission has been asked for: BillingChange.
func (o *Office) Discount(ctx context.Context, code string) error {
	r, err := o.mine(ctx)
	if err != nil {
		return err
	}
	if !r.living() {
		return errHasNoPlan
	}
	id, err := o.code(ctx, code)
	if err != nil {
		return err
	}
	if _, err := o.subscriptions.Update(r.Subscription.String, &stripe.SubscriptionParams{Params: at(ctx, ""),
		Discounts: []*stripe.SubscriptionDiscountParams{{PromotionCode: &id}}}); err != nil {
		return where("coupon", err)
	}
	return o.Refresh(ctx, r.TenantID)
}

// mineOrHand is mine, also where billing is off and the plan is paid by hand.
func (o *Office) mineOrHand(ctx context.Context) (row, error) {
	r, err := o.rowOf(ctx, tenants.Current(ctx).ID)
	if err == nil && o == nil && r.Way != ByHand {
		err = errOff
	}
	return r, err
}
