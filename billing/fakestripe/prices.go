package fakestripe

import (
	"math"
	"strconv"
	"time"
)

type product struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	Name   string `json:"name"`
}

func (p *product) ident() string { return p.ID }

func (s *Server) newProduct(f form) (any, error) {
	if f.get("name") == "" {
		return nil, bad("Missing required param: name.")
	}
	p := &product{ID: s.id("prod"), Object: "product", Name: f.get("name")}
	s.products = append(s.products, p)
	return p, nil
}

type price struct {
	ID        string            `json:"id"`
	Object    string            `json:"object"`
	Product   string            `json:"product"`
	Currency  string            `json:"currency"`
	Metadata  map[string]string `json:"metadata"`
	Recurring recurring         `json:"recurring"`

	tiers []tier
}

func (p *price) ident() string { return p.ID }

type recurring struct {
	Interval  string `json:"interval"`
	UsageType string `json:"usage_type"`
	Meter     string `json:"meter,omitempty"`
}

type tier struct {
	upTo int64 // 0: without end
	flat int64
	unit float64
}

func (s *Server) newPrice(f form) (any, error) {
	if _, err := find(s.products, f.get("product")); err != nil {
		return nil, err
	}
	p := &price{ID: s.id("price"), Object: "price", Product: f.get("product"), Currency: f.get("currency"), Metadata: f.texts("metadata"),
		Recurring: recurring{f.get("recurring[interval]"), f.get("recurring[usage_type]"), f.get("recurring[meter]")}}
	if p.metered() {
		if _, err := find(s.meters, p.Recurring.Meter); err != nil {
			return nil, err
		}
	}
	for _, t := range f.each("tiers") {
		unit := float64(t.num("unit_amount"))
		if d := t.get("unit_amount_decimal"); d != "" {
			unit, _ = strconv.ParseFloat(d, 64)
		}
		p.tiers = append(p.tiers, tier{t.num("up_to"), t.num("flat_amount"), unit})
	}
	if len(p.tiers) == 0 || p.tiers[len(p.tiers)-1].upTo != 0 {
		return nil, bad("The last tier has to be up to inf.")
	}
	s.prices = append(s.prices, p)
	return p, nil
}

func (p *price) metered() bool { return p.Recurring.UsageType == "metered" }

// cost is what a quantity costs for a period, by graduated tiers (https://docs.stripe.com/products-prices/pricing-models#graduated-pricing).
func (p *price) cost(n int64) int64 {
	var sum float64
	var done int64
	for _, t := range p.tiers {
		if n <= done {
			break
		}
		in := n - done
		if t.upTo > 0 {
			in = min(in, t.upTo-done)
		}
		sum += float64(t.flat) + t.unit*float64(in)
		done += in
	}
	return int64(math.Round(sum))
}

// after is when a period that begins at t ends; a month without such a day ends on its last.
func (p *price) after(anchor time.Time, t time.Time) time.Time {
	step := 1
	if p.Recurring.Interval == "year" {
		step = 12
	}
	for n := step; ; n += step {
		first := time.Date(anchor.Year(), anchor.Month()+time.Month(n), 1, anchor.Hour(), anchor.Minute(), anchor.Second(), 0, time.UTC)
		end := first.AddDate(0, 0, min(anchor.Day(), first.AddDate(0, 1, -1).Day())-1)
		if end.After(t) {
			return end
		}
	}
}

type meter struct {
	ID        string `json:"id"`
	Object    string `json:"object"`
	EventName string `json:"event_name"`
	Status    string `json:"status"`
}

func (m *meter) ident() string { return m.ID }

func (s *Server) newMeter(f form) (any, error) {
	for _, m := range s.meters {
		if m.EventName == f.get("event_name") {
			return nil, bad("There is a meter for this event already.")
		}
	}
	m := &meter{ID: s.id("mtr"), Object: "billing.meter", EventName: f.get("event_name"), Status: "active"}
	s.meters = append(s.meters, m)
	return m, nil
}

// use is one meter event.
type use struct {
	id, name, customer string
	at                 time.Time
	value              int64
}

func (s *Server) newUse(f form) (any, error) {
	u := use{f.get("identifier"), f.get("event_name"), f.get("payload[stripe_customer_id]"), time.Unix(f.num("timestamp"), 0).UTC(), f.num("payload[value]")}
	if _, err := find(s.customers, u.customer); err != nil {
		return nil, err
	}
	// https://docs.stripe.com/api/billing/meter-event/create: 35 days back, 5 minutes ahead.
	if u.at.Before(s.clock.AddDate(0, 0, -35)) || u.at.After(s.clock.Add(5*time.Minute)) {
		return nil, bad("The timestamp is out of range.")
	}
	for _, before := range s.usage {
		if before.id == u.id {
			return nil, bad("An event already exists with identifier %s.", u.id)
		}
	}
	s.usage = append(s.usage, u)
	return map[string]any{"object": "billing.meter_event", "identifier": u.id, "event_name": u.name}, nil
}

// used is how much a customer used between two moments.
func (s *Server) used(customer string, from, till int64) (n int64) {
	for _, u := range s.usage {
		if u.customer == customer && u.at.Unix() >= from && u.at.Unix() < till {
			n += u.value
		}
	}
	return n
}

// Used is everything that a customer was counted for.
func (s *Server) Used(customer string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used(customer, 0, 1<<62)
}
