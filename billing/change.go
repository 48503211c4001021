package billing

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/stripe/stripe-go/v79"

	"pitdesk/tenants"
)

// Change is what a casino wants instead of what it has; zero values stay as they are.
type Change struct {
	Plan  string
	Cycle Cycle
	Seats int
}

// Preview is what a change costs, before anybody agrees to it. Amounts in the smallest unit of the currency.
type Preview struct {
	Change          // with everything that stays as it is
	At       int64  // the moment it was worked out for, in Unix seconds: Make wants it back
	Currency string //
	Lines    []PreviewLine
	Tax      int64
	Now      int64 // what is charged at once; negative: what is credited against bills to come
	Due      int64 // of Now, what has to be paid after earlier credit
	Then     int64 // what a period costs from then on, before tax and discounts; usage comes on top
	From     time.Time
	Till     time.Time // the present period's
}

// PreviewLine is one line of the bill that a change makes: what is given back of the old, or what the new costs.
type PreviewLine struct {
	Text   string // Stripe's words, in English
	Amount int64
}

// previewFor is how long a preview is honoured.
const previewFor = 30 * time.Minute

// Preview works out what a change of the casino of ctx costs (https://docs.stripe.com/billing/subscriptions/prorations). It
// changes nothing. Permission has been asked for: BillingRead.
func (o *Office) Preview(ctx context.Context, c Change) (Preview, error) {
	s, err := o.changing(ctx, c)
	if err != nil {
		return Preview{}, err
	}
	return o.preview(ctx, s, max(o.now().Unix(), s.sub.CurrentPeriodStart))
}

// Make makes a change that was shown as p; where it no longer costs what was shown, it answers Conflict. A declined card changes
// nothing. Permission has been asked for: BillingChange.
func (o *Office) Make(ctx context.Context, c Change, moment, price int64) error {
	s, err := o.changing(ctx, c)
	if err != nil {
		return err
	}
	if o.now().Sub(time.Unix(moment, 0)) > previewFor || moment < s.sub.CurrentPeriodStart {
		return errMoved
	}
	now, err := o.preview(ctx, s, moment)
	if err != nil {
		return err
	}
	if now.Now != price {
		return errMoved
	}
	p := &stripe.SubscriptionParams{
		Params:            at(ctx, once("change", s.sub.ID, s.facts(), s.price.facts(o.live), s.seats, moment)),
		ProrationBehavior: stripe.String("always_invoice"), ProrationDate: &moment,
	}
	if s.sub.CollectionMethod == stripe.SubscriptionCollectionMethodChargeAutomatically {
		p.PaymentBehavior = stripe.String("error_if_incomplete")
	}
	for _, i := range s.items() {
		p.Items = append(p.Items, &stripe.SubscriptionItemsParams{ID: i.id, Price: i.price, Quantity: i.quantity, Deleted: i.gone})
	}
	if _, err := o.subscriptions.Update(s.sub.ID, p); err != nil {
		return where("change", err)
	}
	return o.Refresh(ctx, tenants.Current(ctx).ID)
}

// changing is a subscription and what is to become of it.
type changing struct {
	Change
	sub   *stripe.Subscription
	price priced
	seats int
}

func (o *Office) changing(ctx context.Context, c Change) (s changing, err error) {
	r, err := o.mine(ctx)
	if err != nil {
		return s, err
	}
	if !r.living() {
		return s, errHasNoPlan
	}
	if s.sub, err = o.subscriptions.Get(r.Subscription.String, &stripe.SubscriptionParams{Params: at(ctx, "")}); err != nil {
		return s, where("subscription", err)
	}
	s.Change = Change{Plan: cmp.Or(c.Plan, r.PlanID), Cycle: cmp.Or(c.Cycle, r.Cycle), Seats: cmp.Or(c.Seats, int(r.Seats.Int64))}
	if s.price, err = o.price(ctx, s.Plan, string(s.sub.Currency), s.Cycle, r.Audience); err != nil {
		return s, err
	}
	if s.Seats < 1 || s.Seats > mostSeats {
		return s, errSeats
	}
	s.seats = ordered{Order: Order{Seats: s.Seats}, price: s.price}.Seats()
	s.Seats = s.seats
	return s, o.seated(ctx, s.seats)
}

// item is what becomes of one item of a subscription.
type item struct {
	id, price *string
	quantity  *int64
	gone      *bool
}

// items keeps each item's id where it can, so that Stripe sees a change and no new purchase.
func (s changing) items() []item {
	var all []item
	seats, each := false, !s.price.StripeConversations.Valid
	for _, i := range s.sub.Items.Data {
		metered := i.Price != nil && i.Price.Recurring != nil && i.Price.Recurring.UsageType == stripe.PriceRecurringUsageTypeMetered
		switch {
		case metered && !each:
			all, each = append(all, item{id: &i.ID, price: &s.price.StripeConversations.String}), true
		case !metered && !seats:
			all, seats = append(all, item{id: &i.ID, price: &s.price.StripeSeats.String, quantity: stripe.Int64(int64(s.seats))}), true
		default:
			all = append(all, item{id: &i.ID, gone: stripe.Bool(true)})
		}
	}
	if !each {
		all = append(all, item{price: &s.price.StripeConversations.String})
	}
	return all
}

// facts are what the subscription is before the change.
func (s changing) facts() string {
	text := ""
	for _, i := range s.sub.Items.Data {
		text += fmt.Sprint(i.Price.ID, " ", i.Quantity, " ")
	}
	return text
}

func (o *Office) preview(ctx context.Context, s changing, moment int64) (Preview, error) {
	details := &stripe.InvoiceCreatePreviewSubscriptionDetailsParams{ProrationBehavior: stripe.String("always_invoice"), ProrationDate: &moment}
	for _, i := range s.items() {
		details.Items = append(details.Items, &stripe.InvoiceCreatePreviewSubscriptionDetailsItemParams{ID: i.id, Price: i.price, Quantity: i.quantity, Deleted: i.gone})
	}
	invoice, err := o.invoices.CreatePreview(&stripe.InvoiceCreatePreviewParams{Params: at(ctx, ""), Subscription: &s.sub.ID, SubscriptionDetails: details})
	if err != nil {
		return Preview{}, where("preview", err)
	}
	p := Preview{Change: s.Change, At: moment, Currency: string(invoice.Currency), Tax: invoice.Tax, Now: invoice.Total, Due: invoice.AmountDue,
		Then: s.cost(), From: time.Unix(s.sub.CurrentPeriodStart, 0).UTC(), Till: time.Unix(s.sub.CurrentPeriodEnd, 0).UTC()}
	if invoice.Lines != nil {
		for _, l := range invoice.Lines.Data {
			p.Lines = append(p.Lines, PreviewLine{Text: l.Description, Amount: l.Amount})
		}
	}
	return p, nil
}

// cost is what the seats cost for a period from then on.
func (s changing) cost() int64 {
	extra := 0
	if s.price.Seats != nil {
		extra = max(s.seats-*s.price.Seats, 0)
	}
	return s.price.Base + s.price.Seat*int64(extra)
}
