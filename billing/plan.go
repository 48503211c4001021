package billing

import (
	"context"
	"fmt"

	"pitdesk/tenants"
)

// Plan is what can be bought.
type Plan struct {
	ID     string
	Name   string          // for people; not translated
	Grants map[string]*int // what it gives, by name; nil: no bound
	Prices map[Cycle]Price // in the currency that was asked for
}

// Price is what a plan costs for a whole period, in the currency's smallest unit.
type Price struct {
	Currency     string
	Base         int64 // with the seats that the plan includes
	Seat         int64 // each further seat
	Conversation int64 // each further conversation, in hundredths of the smallest unit
}

// Currencies are those that plans have prices in; the first is what a casino begins with.
func Currencies() []string { return []string{"eur", "usd", "gbp"} }

// Plans are those that are sold, the smallest first, with public prices in a currency ("eur"). Anybody may read them.
func Plans(ctx context.Context, currency string) ([]Plan, error) { return sold(ctx, currency, Public) }

// WholesalePlans are Plans with what a reseller pays.
func WholesalePlans(ctx context.Context, currency string) ([]Plan, error) {
	return sold(ctx, currency, Wholesale)
}

func sold(ctx context.Context, currency string, to Audience) ([]Plan, error) {
	var rows []struct {
		ID, Name, Cycle          string
		Base, Seat, Conversation int64
	}
	db := tenants.AboveNow(ctx)
	if err := db.NewRaw(`select p.id, p.name, r.cycle, r.base, r.seat, r.conversation from control.plans p
		join control.prices r on r.plan_id = p.id and r.currency = ? and r.audience = ?
		where p.retired_at is null order by p.position, r.cycle`, currency, string(to)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("plans: %w", err)
	}
	var grants []struct {
		PlanID string
		Name   string
		Amount *int
	}
	if err := db.NewRaw(`select plan_id, name, amount from control.plan_grants`).Scan(ctx, &grants); err != nil {
		return nil, fmt.Errorf("plans: %w", err)
	}
	var plans []Plan
	for _, r := range rows {
		if n := len(plans); n == 0 || plans[n-1].ID != r.ID {
			p := Plan{ID: r.ID, Name: r.Name, Grants: map[string]*int{}, Prices: map[Cycle]Price{}}
			for _, g := range grants {
				if g.PlanID == r.ID {
					p.Grants[g.Name] = g.Amount
				}
			}
			plans = append(plans, p)
		}
		plans[len(plans)-1].Prices[Cycle(r.Cycle)] = Price{Currency: currency, Base: r.Base, Seat: r.Seat, Conversation: r.Conversation}
	}
	return plans, nil
}

// Cost is what so many seats cost for a period of p.
func (p Plan) Cost(c Cycle, seats int) int64 {
	price := p.Prices[c]
	extra := 0
	if included := p.Grants[Seats]; included != nil {
		extra = max(seats-*included, 0)
	}
	return price.Base + price.Seat*int64(extra)
}
