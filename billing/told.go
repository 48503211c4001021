package billing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/stripe/stripe-go/v79"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Refresh asks Stripe how a casino's subscription and bills stand at this moment and writes down what it is told. Of two askings
// at the same time, the one that began later counts, so an answer that is late changes nothing.
func (o *Office) Refresh(ctx context.Context, tenant uuid.UUID) error {
	r, err := o.rowOf(ctx, tenant)
	if err != nil {
		return err
	}
	if !r.Customer.Valid {
		return nil
	}
	var ticket int64
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`update control.subscriptions set asked = asked + 1, asked_at = clock_timestamp() where tenant_id = ? returning asked`, tenant).Scan(ctx, &ticket)
	}); err != nil {
		return err
	}
	said, err := o.ask(ctx, r.Customer.String)
	if err != nil {
		return err
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		var now row
		if err := tx.NewRaw(`update control.subscriptions set told = ?, told_at = clock_timestamp() where tenant_id = ? and told < ? returning `+rowColumns,
			ticket, tenant, ticket).Scan(ctx, &now); err != nil {
			if noRows(err) {
				return nil // somebody who asked later has written already
			}
			return err
		}
		if err := o.write(ctx, tx, now, said); err != nil {
			return fmt.Errorf("billing of %s: %w", tenant, err)
		}
		_, err := o.settle(ctx, tx, tenant)
		return err
	})
}

// told is what Stripe says of a customer.
type told struct {
	subscription *stripe.Subscription // nil: never had one that began
	invoices     []*stripe.Invoice
}

// ask fetches everything that the state is made of.
func (o *Office) ask(ctx context.Context, customer string) (t told, err error) {
	var all []*stripe.Subscription
	subs := o.subscriptions.List(&stripe.SubscriptionListParams{ListParams: list(ctx), Customer: &customer, Status: stripe.String("all")})
	for subs.Next() {
		all = append(all, subs.Subscription())
	}
	if err := subs.Err(); err != nil && !missingAt(err) {
		return t, where("subscriptions", err)
	}
	t.subscription = present(all)
	bills := o.invoices.List(&stripe.InvoiceListParams{ListParams: list(ctx), Customer: &customer})
	for bills.Next() {
		t.invoices = append(t.invoices, bills.Invoice())
	}
	if err := bills.Err(); err != nil && !missingAt(err) {
		return t, where("invoices", err)
	}
	return t, nil
}

// present is the subscription that counts: the oldest that lives, else the one that ended last. One whose first payment never
// came is none (https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses).
func present(all []*stripe.Subscription) *stripe.Subscription {
	var best *stripe.Subscription
	for _, s := range all {
		if s.Status == stripe.SubscriptionStatusIncomplete || s.Status == stripe.SubscriptionStatusIncompleteExpired {
			continue
		}
		if best == nil || better(s, best) {
			best = s
		}
	}
	return best
}

func better(a, b *stripe.Subscription) bool {
	ended := func(s *stripe.Subscription) bool { return s.Status == stripe.SubscriptionStatusCanceled }
	switch {
	case ended(a) != ended(b):
		return ended(b)
	case ended(a) && a.EndedAt != b.EndedAt:
		return a.EndedAt > b.EndedAt
	case !ended(a) && a.Created != b.Created:
		return a.Created < b.Created
	}
	return a.ID < b.ID
}

// write keeps what Stripe says of a casino, and nothing of what it doesn't say any more.
func (o *Office) write(ctx context.Context, tx bun.Tx, r row, t told) error {
	if err := writeInvoices(ctx, tx, r.TenantID, t.invoices); err != nil {
		return err
	}
	s := t.subscription
	if s == nil {
		return nil // the trial goes on, or is over: the round sees to it
	}
	r.fill(s)
	r.owe(s, t.invoices, o.now())
	// What was begun in the trial, or before the plan was bought, is given.
	if paying := unix(max(s.TrialEnd, s.StartDate)); paying != nil && r.CountedTill.Before(*paying) {
		r.CountedTill = *paying
	}
	_, err := tx.NewRaw(`update control.subscriptions set plan_id = coalesce((select id from control.plans where id = ?), plan_id), currency = ?, cycle = ?, state = ?, way = ?, seats = ?, trial_ends = ?, period_from = ?,
			period_till = ?, cancels_at = ?, owed_since = ?, counted_till = ?, subscription = ?, coupon = ?
		where tenant_id = ?`, r.PlanID, r.Currency, string(r.Cycle), string(r.State), string(r.Way), r.Seats, r.TrialEnds, r.PeriodFrom,
		r.PeriodTill, r.CancelsAt, r.OwedSince, r.CountedTill, r.Subscription, r.Coupon, r.TenantID).Exec(ctx)
	if err != nil {
		return err
	}
	return memory.ChangedAbove(ctx, tx, r.TenantID)
}

// fill takes over what a subscription is about. Our prices say by their metadata what they are for.
func (r *row) fill(s *stripe.Subscription) {
	r.Subscription.String, r.Subscription.Valid = s.ID, true
	r.Currency = string(s.Currency)
	r.Way = ByCard
	if s.CollectionMethod == stripe.SubscriptionCollectionMethodSendInvoice {
		r.Way = ByInvoice
	}
	if s.Items != nil {
		for _, i := range s.Items.Data {
			if i.Price == nil || i.Price.Recurring != nil && i.Price.Recurring.UsageType == stripe.PriceRecurringUsageTypeMetered {
				continue
			}
			r.Seats.Int64, r.Seats.Valid = i.Quantity, i.Quantity > 0
			if plan := i.Price.Metadata["plan"]; plan != "" {
				r.PlanID, r.Cycle = plan, Cycle(i.Price.Metadata["cycle"])
			}
		}
	}
	r.PeriodFrom, r.PeriodTill = unix(s.CurrentPeriodStart), unix(s.CurrentPeriodEnd)
	r.CancelsAt = unix(s.CancelAt)
	if s.CancelAtPeriodEnd {
		r.CancelsAt = r.PeriodTill
	}
	if s.TrialEnd > 0 {
		r.TrialEnds = unix(s.TrialEnd)
	}
	r.Coupon.Valid = false
	if s.Discount != nil && s.Discount.Coupon != nil {
		r.Coupon.String, r.Coupon.Valid = s.Discount.Coupon.Name, true
	}
}

// owe says how a subscription stands and since when something is owed. Both follow from Stripe's own dates, so that it doesn't
// matter when we were told.
func (r *row) owe(s *stripe.Subscription, bills []*stripe.Invoice, now time.Time) {
	r.OwedSince = nil
	for _, b := range bills {
		if due := dueSince(b); due != nil && !due.After(now) && (r.OwedSince == nil || due.Before(*r.OwedSince)) {
			r.OwedSince = due
		}
	}
	switch s.Status {
	case stripe.SubscriptionStatusTrialing:
		r.State = Trial
	case stripe.SubscriptionStatusPastDue, stripe.SubscriptionStatusUnpaid:
		r.State = Unpaid
		if r.OwedSince == nil {
			r.OwedSince = r.PeriodFrom
		}
	case stripe.SubscriptionStatusCanceled, stripe.SubscriptionStatusPaused:
		r.State = Ended
		ended := unix(s.EndedAt)
		if ended == nil {
			ended = r.TrialEnds // paused: a trial that ended without a card
		}
		if r.OwedSince == nil || ended != nil && ended.Before(*r.OwedSince) {
			r.OwedSince = ended
		}
		r.CancelsAt = nil
		return
	default:
		r.State = Active
	}
	if r.OwedSince != nil {
		r.State = Unpaid
	}
}

// dueSince is since when an unpaid bill is due: one that is sent, since its date; one that a card is charged for, since the charge
// failed first. nil: it is paid, or not due, or needn't be paid.
func dueSince(b *stripe.Invoice) *time.Time {
	switch {
	case b.Status != stripe.InvoiceStatusOpen || b.AmountRemaining <= 0:
		return nil
	case b.CollectionMethod == stripe.InvoiceCollectionMethodSendInvoice:
		return unix(b.DueDate)
	case !b.Attempted:
		return nil
	case b.StatusTransitions != nil && b.StatusTransitions.FinalizedAt > 0:
		return unix(b.StatusTransitions.FinalizedAt)
	}
	return unix(b.Created)
}

// writeInvoices keeps a casino's bills as Stripe has them.
func writeInvoices(ctx context.Context, tx bun.Tx, tenant uuid.UUID, bills []*stripe.Invoice) error {
	ids := make([]string, 0, len(bills))
	for _, b := range bills {
		way := ByCard
		if b.CollectionMethod == stripe.InvoiceCollectionMethodSendInvoice {
			way = ByInvoice
		}
		var paid *time.Time
		if b.StatusTransitions != nil {
			paid = unix(b.StatusTransitions.PaidAt)
		}
		from, till := period(b)
		if _, err := tx.NewRaw(`insert into control.invoices (id, tenant_id, number, way, state, currency, total, tax, owed, made_at, due_at, paid_at, period_from,
				period_till, tried, link, pdf)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (id) do update set number = excluded.number, way = excluded.way, state = excluded.state, total = excluded.total, tax = excluded.tax,
				owed = excluded.owed, due_at = excluded.due_at, paid_at = excluded.paid_at, period_from = excluded.period_from, period_till = excluded.period_till,
				tried = excluded.tried, link = excluded.link, pdf = excluded.pdf where control.invoices.tenant_id = excluded.tenant_id`,
			b.ID, tenant, b.Number, string(way), string(b.Status), string(b.Currency), b.Total, b.Tax, b.AmountRemaining, unix(b.Created), unix(b.DueDate), paid,
			from, till, b.Attempted && !b.Paid, b.HostedInvoiceURL, b.InvoicePDF).Exec(ctx); err != nil {
			return err
		}
		ids = append(ids, b.ID)
	}
	slices.Sort(ids)
	// A draft that Stripe has deleted is none.
	_, err := tx.NewRaw(`delete from control.invoices where tenant_id = ? and state = 'draft' and id not in ?`, tenant, bun.Tuple(append(ids, ""))).Exec(ctx)
	return err
}

// period is what a bill is for: the longest of its lines, since the bill's own dates are those of the period before
// (https://docs.stripe.com/api/invoices/object, period_start).
func period(b *stripe.Invoice) (from, till *time.Time) {
	from, till = unix(b.PeriodStart), unix(b.PeriodEnd)
	if b.Lines == nil {
		return from, till
	}
	var longest int64
	for _, l := range b.Lines.Data {
		if l.Period != nil && l.Period.End-l.Period.Start > longest {
			longest = l.Period.End - l.Period.Start
			from, till = unix(l.Period.Start), unix(l.Period.End)
		}
	}
	return from, till
}
