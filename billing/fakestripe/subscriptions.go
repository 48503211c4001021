package fakestripe

import (
	"slices"
	"time"
)

type subscription struct {
	ID                 string            `json:"id"`
	Object             string            `json:"object"`
	Customer           string            `json:"customer"`
	Created            int64             `json:"created"`
	Status             string            `json:"status"`
	Currency           string            `json:"currency"`
	CollectionMethod   string            `json:"collection_method"`
	DaysUntilDue       int64             `json:"days_until_due,omitempty"`
	CurrentPeriodStart int64             `json:"current_period_start"`
	CurrentPeriodEnd   int64             `json:"current_period_end"`
	StartDate          int64             `json:"start_date"`
	TrialEnd           int64             `json:"trial_end,omitempty"`
	CancelAtPeriodEnd  bool              `json:"cancel_at_period_end"`
	EndedAt            int64             `json:"ended_at,omitempty"`
	Items              items             `json:"items"`
	Discount           *discount         `json:"discount"`
	Metadata           map[string]string `json:"metadata"`

	anchor time.Time
}

func (s *subscription) ident() string { return s.ID }

type items struct {
	Object string  `json:"object"`
	Data   []*item `json:"data"`
}

type item struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Quantity int64  `json:"quantity,omitempty"`
	Price    *price `json:"price"`
}

func (i *item) ident() string { return i.ID }

type discount struct {
	Object string  `json:"object"`
	Coupon *coupon `json:"coupon"`
}

func (s *Server) postSubscription(f form) (any, error) {
	method := f.get("collection_method")
	if method == "" {
		method = "charge_automatically"
	}
	if method == "send_invoice" && f.num("days_until_due") == 0 {
		return nil, bad("days_until_due is required when collection_method is send_invoice.")
	}
	return s.subscribe(f.get("customer"), f.each("items"), method, f.num("days_until_due"), f.num("trial_end"), f.each("discounts"), f.texts("metadata"))
}

func (s *Server) subscribe(customer string, lines []form, method string, days, trial int64, discounts []form, about map[string]string) (*subscription, error) {
	c, err := find(s.customers, customer)
	if err != nil {
		return nil, err
	}
	if method == "send_invoice" && c.Email == "" {
		return nil, bad("Missing email: a customer who is sent bills needs one.")
	}
	sub := &subscription{Object: "subscription", Customer: customer, Created: s.clock.Unix(), StartDate: s.clock.Unix(), CollectionMethod: method, DaysUntilDue: days, Metadata: about,
		anchor: s.clock, Status: "active", Items: items{Object: "list"}}
	for _, l := range lines {
		p, err := find(s.prices, l.get("price"))
		if err != nil {
			return nil, err
		}
		i := &item{ID: s.id("si"), Object: "subscription_item", Price: p, Quantity: l.num("quantity")}
		if !p.metered() && i.Quantity == 0 {
			i.Quantity = 1
		}
		sub.Currency = p.Currency
		sub.Items.Data = append(sub.Items.Data, i)
	}
	if len(sub.Items.Data) == 0 {
		return nil, bad("A subscription needs items.")
	}
	if sub.Discount, err = s.discount(discounts); err != nil {
		return nil, err
	}
	sub.ID = s.id("sub")
	sub.CurrentPeriodStart = s.clock.Unix()
	if trial > 0 {
		if trial <= s.clock.Unix() {
			return nil, bad("trial_end must be in the future.")
		}
		sub.Status, sub.TrialEnd, sub.CurrentPeriodEnd = "trialing", trial, trial
		sub.anchor = time.Unix(trial, 0).UTC()
	} else {
		sub.CurrentPeriodEnd = sub.licensed().Price.after(sub.anchor, s.clock).Unix()
	}
	s.subs = append(s.subs, sub)
	s.event("customer.subscription.created", sub)
	var charged []line
	if sub.Status == "active" {
		charged = []line{s.seatLine(sub)}
	} else {
		charged = []line{{Amount: 0, Description: "Trial period", Period: span{sub.CurrentPeriodStart, sub.CurrentPeriodEnd}}}
	}
	bill := s.draft(sub, charged, "subscription_create")
	s.finalize(bill)
	return sub, nil
}

func (s *Server) discount(given []form) (*discount, error) {
	if len(given) == 0 {
		return nil, nil
	}
	c, err := find(s.codes, given[0].get("promotion_code"))
	if err != nil {
		return nil, err
	}
	return &discount{"discount", c.Coupon}, nil
}

func (s *subscription) licensed() *item {
	for _, i := range s.Items.Data {
		if !i.Price.metered() {
			return i
		}
	}
	return s.Items.Data[0]
}

func (s *Server) subsOf(customer, status string) []*subscription {
	var all []*subscription
	for _, sub := range s.subs {
		if (customer == "" || sub.Customer == customer) && (status == "all" || sub.Status != "canceled") {
			all = append(all, sub)
		}
	}
	return all
}

// Subscription is the newest of a customer's, as Stripe would tell it: id and status, "" where there is none.
func (s *Server) Subscription(customer string) (id, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := s.subsOf(customer, "all"); len(all) > 0 {
		last := all[len(all)-1]
		return last.ID, last.Status
	}
	return "", ""
}

// changed is what a change would leave: the items after it and the lines it is billed with.
type changed struct {
	items []*item
	lines []line
	reset bool // the period begins anew, since the interval changes
}

func (s *Server) change(sub *subscription, wanted []form, moment int64) (c changed, err error) {
	if moment == 0 {
		moment = s.clock.Unix()
	}
	if moment < sub.CurrentPeriodStart || moment > sub.CurrentPeriodEnd {
		return c, bad("proration_date has to be within the current period.")
	}
	for _, i := range sub.Items.Data {
		copied := *i
		c.items = append(c.items, &copied)
	}
	for _, w := range wanted {
		if w.get("id") == "" {
			p, err := find(s.prices, w.get("price"))
			if err != nil {
				return c, err
			}
			c.items = append(c.items, &item{ID: s.id("si"), Object: "subscription_item", Price: p, Quantity: w.num("quantity")})
			continue
		}
		i, err := find(c.items, w.get("id"))
		if err != nil {
			return c, err
		}
		if w.get("deleted") == "true" {
			c.items = slices.DeleteFunc(c.items, func(o *item) bool { return o == i })
			continue
		}
		if w.has("price") {
			if i.Price, err = find(s.prices, w.get("price")); err != nil {
				return c, err
			}
		}
		if w.has("quantity") {
			i.Quantity = w.num("quantity")
		}
	}
	before, after := sub.licensed(), (&subscription{Items: items{Data: c.items}}).licensed()
	if sub.Status == "trialing" || before.Price == after.Price && before.Quantity == after.Quantity {
		return c, nil
	}
	c.reset = before.Price.Recurring.Interval != after.Price.Recurring.Interval
	left := func(cost int64) int64 {
		return divide(cost*(sub.CurrentPeriodEnd-moment), sub.CurrentPeriodEnd-sub.CurrentPeriodStart)
	}
	rest := span{moment, sub.CurrentPeriodEnd}
	c.lines = []line{{Amount: -left(before.Price.cost(before.Quantity)), Description: "Unused time", Period: rest, Proration: true}}
	if c.reset {
		end := after.Price.after(time.Unix(moment, 0).UTC(), time.Unix(moment, 0).UTC()).Unix()
		c.lines = append(c.lines, line{Amount: after.Price.cost(after.Quantity), Description: "Seats", Period: span{moment, end}, Quantity: after.Quantity})
	} else {
		c.lines = append(c.lines, line{Amount: left(after.Price.cost(after.Quantity)), Description: "Remaining time", Period: rest, Proration: true, Quantity: after.Quantity})
	}
	return c, nil
}

// divide rounds half away from zero.
func divide(a, b int64) int64 {
	if a < 0 {
		return -divide(-a, b)
	}
	return (a + b/2) / b
}

func (s *Server) postChange(id string, f form) (any, error) {
	sub, err := find(s.subs, id)
	if err != nil {
		return nil, err
	}
	if sub.Status == "canceled" {
		return nil, bad("A canceled subscription can only update its metadata.")
	}
	if wanted := f.each("items"); len(wanted) > 0 {
		c, err := s.change(sub, wanted, f.num("proration_date"))
		if err != nil {
			return nil, err
		}
		payer, _ := find(s.customers, sub.Customer)
		if f.get("payment_behavior") == "error_if_incomplete" && payer.card != GoodCard && s.total(sub, c.lines) > 0 {
			return nil, &trouble{402, "card_error", "card_declined", "Your card was declined."}
		}
		sub.Items.Data = c.items
		if c.reset {
			sub.anchor = s.clock
			sub.CurrentPeriodStart = s.clock.Unix()
			sub.CurrentPeriodEnd = sub.licensed().Price.after(sub.anchor, s.clock).Unix()
		}
		if len(c.lines) > 0 && f.get("proration_behavior") == "always_invoice" {
			s.finalize(s.draft(sub, c.lines, "subscription_update"))
		}
	}
	if f.has("cancel_at_period_end") {
		sub.CancelAtPeriodEnd = f.get("cancel_at_period_end") == "true"
	}
	if given := f.each("discounts"); len(given) > 0 {
		if sub.Discount, err = s.discount(given); err != nil {
			return nil, err
		}
	}
	s.event("customer.subscription.updated", sub)
	return sub, nil
}

func (s *Server) postPreview(f form) (any, error) {
	sub, err := find(s.subs, f.get("subscription"))
	if err != nil {
		return nil, err
	}
	details := f.part("subscription_details")
	c, err := s.change(sub, details.each("items"), details.num("proration_date"))
	if err != nil {
		return nil, err
	}
	payer, _ := find(s.customers, sub.Customer)
	total := s.total(sub, c.lines)
	due := max(total+payer.Balance, 0)
	return &invoice{Object: "invoice", Customer: sub.Customer, Currency: sub.Currency, Total: total, AmountDue: due, AmountRemaining: due, Status: "draft",
		CollectionMethod: sub.CollectionMethod, Lines: lines{Object: "list", Data: c.lines}}, nil
}

// Cancel ends a subscription at once, as the vendor does in Stripe's dashboard.
func (s *Server) Cancel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub, err := find(s.subs, id); err == nil && sub.Status != "canceled" {
		s.end(sub)
	}
}

// CancelAtEnd lets a subscription end with its period, or takes that back, as its owner does in the portal.
func (s *Server) CancelAtEnd(id string, ends bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub, err := find(s.subs, id); err == nil {
		sub.CancelAtPeriodEnd = ends
		s.event("customer.subscription.updated", sub)
	}
}

// SetSeats changes a quantity with proration on the next bill, as the vendor does in the dashboard.
func (s *Server) SetSeats(id string, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub, err := find(s.subs, id); err == nil {
		c, err := s.change(sub, []form{{"id": {sub.licensed().ID}, "quantity": {itoa(n)}}}, 0)
		if err != nil {
			panic(err)
		}
		sub.Items.Data = c.items
		if len(c.lines) > 0 {
			s.finalize(s.draft(sub, c.lines, "subscription_update"))
		}
		s.event("customer.subscription.updated", sub)
	}
}

func (s *Server) end(sub *subscription) {
	sub.Status, sub.EndedAt, sub.CancelAtPeriodEnd = "canceled", s.clock.Unix(), false
	s.event("customer.subscription.deleted", sub)
}
