package billing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v79"

	"pitdesk/internal/fault"
)

// Order is what a casino chooses when it buys a plan.
type Order struct {
	Plan     string
	Cycle    Cycle
	Currency string // of Currencies; "" keeps the casino's
	Seats    int    // 0: those that the plan includes
	Coupon   string // a promotion code as it was given out; "" for none. Checkout also asks for one.
	Email    string // whom bills are sent to; "" asks for it at Checkout
	Return   string // Checkout: the casino's page that follows, as an address of its own host
}

// mostSeats is how many seats a desk may have; more are agreed in person.
const mostSeats = 1000

// leastTrial is how far ahead Checkout wants a trial's end (https://docs.stripe.com/api/checkout/sessions/create, trial_end).
const leastTrial = 48 * time.Hour

// ordered is an order that can be carried out.
type ordered struct {
	row
	Order
	price    priced
	customer string
	code     string // the promotion code's id
}

// Checkout returns the address of Stripe's page at which the casino of ctx buys a plan with a card. What is left of its trial,
// two days or more, is kept: the card is charged when the trial ends. Permission has been asked for: BillingChange.
func (o *Office) Checkout(ctx context.Context, order Order) (string, error) {
	d, err := o.take(ctx, order)
	if err != nil {
		return "", err
	}
	back := func(how string) *string {
		sign := "?"
		if strings.Contains(order.Return, "?") {
			sign = "&"
		}
		return stripe.String(order.Return + sign + "checkout=" + how)
	}
	trial := d.trial(o.now(), leastTrial)
	p := &stripe.CheckoutSessionParams{
		// A second click is the same deed; another one follows the session that is there already.
		Params: at(ctx, once("checkout", d.TenantID, d.price.facts(o.live), d.Seats(), d.code, order.Return, d.customer, d.checkout(), d.row.Subscription.String, trial)),
		Mode:   stripe.String("subscription"), Customer: &d.customer, ClientReferenceID: stripe.String(d.TenantID.String()),
		SuccessURL: back("done"), CancelURL: back("left"),
		LineItems:                []*stripe.CheckoutSessionLineItemParams{{Price: &d.price.StripeSeats.String, Quantity: stripe.Int64(int64(d.Seats()))}},
		TaxIDCollection:          &stripe.CheckoutSessionTaxIDCollectionParams{Enabled: stripe.Bool(true)},
		CustomerUpdate:           &stripe.CheckoutSessionCustomerUpdateParams{Name: stripe.String("auto"), Address: stripe.String("auto")},
		BillingAddressCollection: stripe.String("required"), PaymentMethodCollection: stripe.String("always"),
		SubscriptionData: &stripe.CheckoutSessionSubscriptionDataParams{Metadata: d.metadata()},
	}
	if d.price.StripeConversations.Valid {
		p.LineItems = append(p.LineItems, &stripe.CheckoutSessionLineItemParams{Price: &d.price.StripeConversations.String})
	}
	if trial > 0 {
		p.SubscriptionData.TrialEnd = &trial
	}
	if d.code != "" {
		p.Discounts = []*stripe.CheckoutSessionDiscountParams{{PromotionCode: &d.code}}
	} else {
		p.AllowPromotionCodes = stripe.Bool(true)
	}
	if o.c.Tax {
		p.AutomaticTax = &stripe.CheckoutSessionAutomaticTaxParams{Enabled: stripe.Bool(true)}
	}
	s, err := o.checkouts.New(p)
	if err != nil {
		return "", where("checkout", err)
	}
	// Of two pages that were left open, only the newest sells: nobody buys twice.
	if before := d.checkout(); before != "" && before != s.ID {
		if _, err := o.checkouts.Expire(before, &stripe.CheckoutSessionExpireParams{Params: at(ctx, "")}); err != nil {
			o.log.Debug("an old checkout wasn't open any more", "error", err)
		}
	}
	return s.URL, set(ctx, d.TenantID, "checkout", s.ID)
}

// Invoiced buys a plan for the casino of ctx without a card: Stripe sends a bill for each period that is due in 14 days
// (collection_method=send_invoice, https://docs.stripe.com/billing/collection-method). What is left of a trial is kept.
// Permission has been asked for: BillingChange, or TenantChange from above.
func (o *Office) Invoiced(ctx context.Context, order Order) error {
	if order.Email == "" {
		return fault.New(fault.Invalid, "Say to which address bills are sent.").On("email")
	}
	d, err := o.take(ctx, order)
	if err != nil {
		return err
	}
	trial := d.trial(o.now(), 0)
	p := &stripe.SubscriptionParams{
		Params:           at(ctx, once("invoiced", d.TenantID, d.price.facts(o.live), d.Seats(), d.code, d.customer, d.row.Subscription.String, trial)),
		Customer:         &d.customer,
		CollectionMethod: stripe.String("send_invoice"), DaysUntilDue: stripe.Int64(TermDays),
		Items:    []*stripe.SubscriptionItemsParams{{Price: &d.price.StripeSeats.String, Quantity: stripe.Int64(int64(d.Seats()))}},
		Metadata: d.metadata(),
	}
	if d.price.StripeConversations.Valid {
		p.Items = append(p.Items, &stripe.SubscriptionItemsParams{Price: &d.price.StripeConversations.String})
	}
	if trial > 0 {
		p.TrialEnd = &trial
	}
	if d.code != "" {
		p.Discounts = []*stripe.SubscriptionDiscountParams{{PromotionCode: &d.code}}
	}
	if o.c.Tax {
		p.AutomaticTax = &stripe.SubscriptionAutomaticTaxParams{Enabled: stripe.Bool(true)}
	}
	if _, err := o.subscriptions.New(p); err != nil {
		return where("subscribe", err)
	}
	return o.Refresh(ctx, d.TenantID)
}

// take checks an order and has everything made that it needs.
func (o *Office) take(ctx context.Context, order Order) (d ordered, err error) {
	d.Order = order
	if d.row, err = o.mine(ctx); err != nil {
		return d, err
	}
	if d.living() {
		return d, errHasPlan
	}
	currency := cmp.Or(order.Currency, d.row.Currency)
	if !slices.Contains(Currencies(), currency) {
		return d, errNoPlan
	}
	if d.price, err = o.price(ctx, order.Plan, currency, cmp.Or(order.Cycle, Monthly), d.Audience); err != nil {
		return d, err
	}
	if d.Seats() < 1 || d.Seats() > mostSeats {
		return d, errSeats
	}
	if err := o.seated(ctx, d.Seats()); err != nil {
		return d, err
	}
	if order.Coupon != "" {
		if d.code, err = o.code(ctx, order.Coupon); err != nil {
			return d, err
		}
	}
	d.customer, err = o.customer(ctx, &d.row, order.Email)
	return d, err
}

// Seats are those that are ordered: at least one, and all that the plan includes.
func (d ordered) Seats() int {
	n := d.Order.Seats
	if d.price.Seats != nil && (n == 0 || n < *d.price.Seats) {
		n = *d.price.Seats
	}
	return cmp.Or(n, 1)
}

// trial is when a trial that has more than least left ends, in Unix seconds; 0: none.
func (d ordered) trial(now time.Time, least time.Duration) int64 {
	if d.State != Trial || d.TrialEnds == nil || d.TrialEnds.Sub(now) <= least {
		return 0
	}
	return d.TrialEnds.Unix()
}

func (d ordered) checkout() string { return d.row.Checkout.String }

func (d ordered) metadata() map[string]string {
	t := d.TenantID.String()
	return map[string]string{"tenant": t}
}

// living says whether Stripe has a subscription that goes on.
func (r row) living() bool {
	return r.Subscription.Valid && (r.State == Trial || r.State == Active || r.State == Unpaid) && (r.Way == ByCard || r.Way == ByInvoice)
}

// seated refuses fewer seats than are taken.
func (o *Office) seated(ctx context.Context, seats int) error {
	a, err := Now(ctx)
	if err != nil {
		return err
	}
	if a.Usage.Seats > seats {
		e := *errSeatsTaken
		e.Args = []any{a.Usage.Seats}
		return &e
	}
	return nil
}

// code is the id of a promotion code that can be used (https://docs.stripe.com/api/promotion_codes/list).
func (o *Office) code(ctx context.Context, given string) (string, error) {
	all := o.codes.List(&stripe.PromotionCodeListParams{ListParams: list(ctx), Code: stripe.String(strings.TrimSpace(given)), Active: stripe.Bool(true)})
	for all.Next() {
		if c := all.PromotionCode(); c.Active {
			return c.ID, nil
		}
	}
	if err := all.Err(); err != nil {
		return "", where("coupon", err)
	}
	return "", errCode
}

// Portal returns the address of Stripe's page at which the casino changes its card, its address and its tax numbers and reads its
// bills (https://docs.stripe.com/customer-management). back is the casino's page that follows. Permission has been asked for:
// BillingChange.
func (o *Office) Portal(ctx context.Context, back string) (string, error) {
	r, err := o.mine(ctx)
	if err != nil {
		return "", err
	}
	if !r.Customer.Valid {
		return "", errHasNoPlan
	}
	s, err := o.portals.New(&stripe.BillingPortalSessionParams{Params: at(ctx, ""), Customer: &r.Customer.String, ReturnURL: &back})
	if err != nil {
		return "", where("portal", err)
	}
	return s.URL, nil
}
