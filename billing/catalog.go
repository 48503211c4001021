package billing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v79"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// meterName is what conversations are counted under at Stripe.
const meterName = "desk_conversations"

// priced is a plan's price and its two prices at Stripe.
type priced struct {
	PlanID              string
	Name                string
	Currency            string
	Cycle               Cycle
	Audience            Audience
	Base                int64
	Seat                int64
	Conversation        int64
	StripeSeats         sql.NullString
	StripeConversations sql.NullString
	StripeFacts         sql.NullString
	Seats               *int // that the plan includes; nil: any number
	Conversations       *int // a month; nil: any number
}

// facts are what the prices at Stripe are made from. A live key's are others than a test key's.
func (p priced) facts(live bool) string {
	count := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	return fmt.Sprintf("%v %s %s %s %s %d %d %d %d %d", live, p.PlanID, p.Currency, p.Cycle, p.Audience, p.Base, p.Seat, p.Conversation, count(p.Seats), count(p.Conversations))
}

// price is what a plan costs, with its prices at Stripe, which are made when they are needed first and again when the row
// has changed: a price at Stripe never changes (https://docs.stripe.com/products-prices/manage-prices).
func (o *Office) price(ctx context.Context, plan, currency string, c Cycle, a Audience) (p priced, err error) {
	err = tenants.AboveNow(ctx).NewRaw(`select p.plan_id, l.name, p.currency, p.cycle, p.audience, p.base, p.seat, p.conversation,
			p.stripe_seats, p.stripe_conversations, p.stripe_facts, s.amount as seats, v.amount as conversations
		from control.prices p join control.plans l on l.id = p.plan_id
		left join control.plan_grants s on s.plan_id = p.plan_id and s.name = ?
		left join control.plan_grants v on v.plan_id = p.plan_id and v.name = ?
		where p.plan_id = ? and p.currency = ? and p.cycle = ? and p.audience = ? and l.retired_at is null`,
		Seats, Conversations, plan, currency, string(c), string(a)).Scan(ctx, &p)
	if errors.Is(err, sql.ErrNoRows) {
		return p, errNoPlan
	}
	if err != nil || p.StripeFacts.String == p.facts(o.live) {
		return p, err
	}
	return p, o.make(ctx, &p)
}

// make makes a plan's product and prices at Stripe. Doing it twice makes them once: names and idempotency keys are facts.
func (o *Office) make(ctx context.Context, p *priced) error {
	facts := p.facts(o.live)
	product, err := o.products.New(&stripe.ProductParams{Params: at(ctx, once("product", facts, p.Name)), Name: stripe.String(p.Name),
		Metadata: map[string]string{"plan": p.PlanID}})
	if err != nil {
		return where("product "+p.PlanID, err)
	}
	about := map[string]string{"plan": p.PlanID, "cycle": string(p.Cycle), "audience": string(p.Audience)}
	// The plan and each seat beyond those it includes are one price with two steps.
	tiers := []*stripe.PriceTierParams{{FlatAmount: stripe.Int64(p.Base), UnitAmount: stripe.Int64(0), UpToInf: stripe.Bool(true)}}
	if p.Seats != nil {
		tiers = []*stripe.PriceTierParams{
			{FlatAmount: stripe.Int64(p.Base), UnitAmount: stripe.Int64(0), UpTo: stripe.Int64(int64(*p.Seats))},
			{UnitAmount: stripe.Int64(p.Seat), UpToInf: stripe.Bool(true)}}
	}
	seats, err := o.prices.New(&stripe.PriceParams{Params: at(ctx, once("seats", facts)), Product: &product.ID, Currency: &p.Currency,
		BillingScheme: stripe.String("tiered"), TiersMode: stripe.String("graduated"), Tiers: tiers, TaxBehavior: stripe.String("exclusive"), Metadata: about,
		Recurring: &stripe.PriceRecurringParams{Interval: stripe.String(string(p.Cycle)), UsageType: stripe.String("licensed")}})
	if err != nil {
		return where("price of "+p.PlanID, err)
	}
	p.StripeSeats, p.StripeConversations = sql.NullString{String: seats.ID, Valid: true}, sql.NullString{}
	if p.Conversations != nil {
		meter, err := o.meter(ctx)
		if err != nil {
			return err
		}
		included := int64(*p.Conversations)
		if p.Cycle == Yearly {
			included *= 12
		}
		each, err := o.prices.New(&stripe.PriceParams{Params: at(ctx, once("conversations", facts, meter)), Product: &product.ID, Currency: &p.Currency,
			Nickname: stripe.String(p.Name + ": conversations"), BillingScheme: stripe.String("tiered"), TiersMode: stripe.String("graduated"),
			Tiers: []*stripe.PriceTierParams{{UnitAmount: stripe.Int64(0), UpTo: &included},
				{UnitAmountDecimal: stripe.Float64(float64(p.Conversation) / 100), UpToInf: stripe.Bool(true)}},
			TaxBehavior: stripe.String("exclusive"), Metadata: about,
			Recurring: &stripe.PriceRecurringParams{Interval: stripe.String(string(p.Cycle)), UsageType: stripe.String("metered"), Meter: &meter}})
		if err != nil {
			return where("price of conversations of "+p.PlanID, err)
		}
		p.StripeConversations = sql.NullString{String: each.ID, Valid: true}
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.prices set stripe_seats = ?, stripe_conversations = ?, stripe_facts = ?
			where plan_id = ? and currency = ? and cycle = ? and audience = ?`, p.StripeSeats, p.StripeConversations, facts,
			p.PlanID, p.Currency, string(p.Cycle), string(p.Audience)).Exec(ctx)
		return err
	})
}

// meter is the id of the meter at Stripe, which is made when there is none
// (https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage).
func (o *Office) meter(ctx context.Context) (string, error) {
	all := o.meters.List(&stripe.BillingMeterListParams{ListParams: list(ctx), Status: stripe.String("active")})
	for all.Next() {
		if m := all.BillingMeter(); m.EventName == meterName {
			return m.ID, nil
		}
	}
	if err := all.Err(); err != nil {
		return "", where("meters", err)
	}
	m, err := o.meters.New(&stripe.BillingMeterParams{Params: at(ctx, once("meter", meterName)), DisplayName: stripe.String("Conversations"), EventName: stripe.String(meterName),
		DefaultAggregation: &stripe.BillingMeterDefaultAggregationParams{Formula: stripe.String("sum")},
		CustomerMapping:    &stripe.BillingMeterCustomerMappingParams{Type: stripe.String("by_id"), EventPayloadKey: stripe.String("stripe_customer_id")},
		ValueSettings:      &stripe.BillingMeterValueSettingsParams{EventPayloadKey: stripe.String("value")}})
	if err != nil {
		return "", where("meter", err)
	}
	return m.ID, nil
}
