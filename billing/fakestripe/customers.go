package fakestripe

import (
	"regexp"
	"slices"
	"strings"
)

type customer struct {
	ID       string            `json:"id"`
	Object   string            `json:"object"`
	Created  int64             `json:"created"`
	Name     string            `json:"name"`
	Email    string            `json:"email"`
	Balance  int64             `json:"balance"` // below zero: credit that later bills use up
	Metadata map[string]string `json:"metadata"`

	card   Card
	taxIDs []*taxID
}

func (c *customer) ident() string { return c.ID }

// Card is what a customer pays with.
type Card string

// The cards.
const (
	NoCard       Card = ""
	GoodCard     Card = "good"
	DeclinedCard Card = "declined"
)

// SetCard gives a customer a card, as its owner does in the portal.
func (s *Server) SetCard(customer string, card Card) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := find(s.customers, customer); err == nil {
		c.card = card
		s.event("payment_method.attached", map[string]any{"id": s.id("pm"), "object": "payment_method", "customer": customer, "type": "card"})
		s.event("customer.updated", c)
	}
}

func (s *Server) newCustomer(f form) (any, error) {
	c := &customer{ID: s.id("cus"), Object: "customer", Created: s.clock.Unix(), Name: f.get("name"), Email: f.get("email"), Metadata: f.texts("metadata")}
	s.customers = append(s.customers, c)
	s.event("customer.created", c)
	return c, nil
}

func (s *Server) changeCustomer(id string, f form) (any, error) {
	c, err := find(s.customers, id)
	if err != nil {
		return nil, err
	}
	if f.has("email") {
		c.Email = f.get("email")
	}
	if f.has("name") {
		c.Name = f.get("name")
	}
	s.event("customer.updated", c)
	return c, nil
}

type taxID struct {
	ID           string            `json:"id"`
	Object       string            `json:"object"`
	Customer     string            `json:"customer"`
	Type         string            `json:"type"`
	Value        string            `json:"value"`
	Verification map[string]string `json:"verification"`
}

func (t *taxID) ident() string { return t.ID }

var euVAT = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z]{8,12}$`)

func (s *Server) newTaxID(id string, f form) (any, error) {
	c, err := find(s.customers, id)
	if err != nil {
		return nil, err
	}
	kind, value := f.get("type"), f.get("value")
	if kind == "" || value == "" || strings.HasSuffix(kind, "_vat") && !euVAT.MatchString(value) {
		return nil, &trouble{400, "invalid_request_error", "tax_id_invalid", "Invalid value for " + kind + "."}
	}
	t := &taxID{ID: s.id("txi"), Object: "tax_id", Customer: c.ID, Type: kind, Value: value, Verification: map[string]string{"status": "pending"}}
	c.taxIDs = append(c.taxIDs, t)
	s.event("customer.tax_id.created", t)
	return t, nil
}

func (s *Server) dropTaxID(id, tax string) (any, error) {
	c, err := find(s.customers, id)
	if err != nil {
		return nil, err
	}
	t, err := find(c.taxIDs, tax)
	if err != nil {
		return nil, err
	}
	c.taxIDs = slices.DeleteFunc(c.taxIDs, func(o *taxID) bool { return o == t })
	s.event("customer.tax_id.deleted", t)
	return map[string]any{"id": tax, "object": "tax_id", "deleted": true}, nil
}

type code struct {
	ID     string  `json:"id"`
	Object string  `json:"object"`
	Code   string  `json:"code"`
	Active bool    `json:"active"`
	Coupon *coupon `json:"coupon"`
}

func (c *code) ident() string { return c.ID }

type coupon struct {
	ID         string  `json:"id"`
	Object     string  `json:"object"`
	Name       string  `json:"name"`
	PercentOff float64 `json:"percent_off"`
	Duration   string  `json:"duration"` // "once" or "forever"
	Valid      bool    `json:"valid"`
}

// Coupon makes a coupon with a promotion code, as the vendor does in Stripe's dashboard.
func (s *Server) Coupon(text, name string, percent float64, duration string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes = append(s.codes, &code{ID: s.id("promo"), Object: "promotion_code", Code: text, Active: true,
		Coupon: &coupon{ID: s.id("co"), Object: "coupon", Name: name, PercentOff: percent, Duration: duration, Valid: true}})
}

func (s *Server) codesBy(text string) []*code {
	var all []*code
	for _, c := range s.codes {
		if text == "" || strings.EqualFold(c.Code, text) {
			all = append(all, c)
		}
	}
	return all
}
