package fakestripe

import (
	"errors"
	"time"
)

type session struct {
	ID        string `json:"id"`
	Object    string `json:"object"`
	Customer  string `json:"customer"`
	Mode      string `json:"mode"`
	Status    string `json:"status"`
	URL       string `json:"url"`
	ExpiresAt int64  `json:"expires_at"`

	asked form
}

func (c *session) ident() string { return c.ID }

func (s *Server) newSession(f form) (any, error) {
	if _, err := find(s.customers, f.get("customer")); err != nil {
		return nil, err
	}
	if trial := f.num("subscription_data[trial_end]"); trial > 0 && trial < s.clock.Add(48*time.Hour).Unix() {
		return nil, bad("The trial_end date has to be at least 48 hours in the future.")
	}
	if f.has("allow_promotion_codes") && len(f.each("discounts")) > 0 {
		return nil, bad("You may only specify one of these parameters: allow_promotion_codes, discounts.")
	}
	c := &session{ID: s.id("cs"), Object: "checkout.session", Customer: f.get("customer"), Mode: f.get("mode"), Status: "open",
		ExpiresAt: s.clock.Add(24 * time.Hour).Unix(), asked: f}
	c.URL = "https://checkout.stripe.example/c/" + c.ID
	s.sessions = append(s.sessions, c)
	return c, nil
}

func (s *Server) expireSession(id string) (any, error) {
	c, err := find(s.sessions, id)
	if err != nil {
		return nil, err
	}
	if c.Status != "open" {
		return nil, bad("Only Checkout Sessions with a status in [open] can be expired.")
	}
	s.expire(c)
	return c, nil
}

func (s *Server) expire(c *session) {
	c.Status, c.URL = "expired", ""
	s.event("checkout.session.expired", c)
}

var errNotOpen = errors.New("this checkout isn't open")

// Complete buys what the newest open checkout of a customer's is for, with a card, as its owner does on Stripe's page.
func (s *Server) Complete(customer string, card Card) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.sessions) - 1; i >= 0; i-- {
		if c := s.sessions[i]; c.Customer == customer && c.Status == "open" {
			return s.complete(c, card)
		}
	}
	return errNotOpen
}

// CompleteAt is Complete for the checkout at an address.
func (s *Server) CompleteAt(url string, card Card) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sessions {
		if c.URL == url && c.Status == "open" {
			return s.complete(c, card)
		}
	}
	return errNotOpen
}

func (s *Server) complete(c *session, card Card) error {
	payer, _ := find(s.customers, c.Customer)
	if card != GoodCard {
		return errors.New("the card was declined") // the page says so and stays open
	}
	payer.card = card
	data := c.asked.part("subscription_data")
	if _, err := s.subscribe(c.Customer, c.asked.each("line_items"), "charge_automatically", 0, data.num("trial_end"), c.asked.each("discounts"), data.texts("metadata")); err != nil {
		return err
	}
	c.Status, c.URL = "complete", ""
	s.event("checkout.session.completed", c)
	return nil
}
