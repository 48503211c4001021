package fakestripe

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/webhook"
)

// Event is what Stripe tells of something that happened, with the thing as it was then.
type Event struct {
	ID   string
	Type string
	Body []byte
}

func (s *Server) event(kind string, thing any) {
	id := s.id("evt")
	body, err := json.Marshal(map[string]any{"id": id, "object": "event", "api_version": stripe.APIVersion, "created": s.clock.Unix(), "livemode": false,
		"type": kind, "pending_webhooks": 1, "data": map[string]any{"object": thing}})
	if err != nil {
		panic(err)
	}
	s.events = append(s.events, Event{id, kind, body})
}

// Events returns what happened since it was last asked, in its order.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.events
	s.events = nil
	return slices.Clone(all)
}

type endpoint struct {
	ID            string   `json:"id"`
	Object        string   `json:"object"`
	URL           string   `json:"url"`
	Status        string   `json:"status"`
	APIVersion    string   `json:"api_version"`
	EnabledEvents []string `json:"enabled_events"`
}

func (e *endpoint) ident() string { return e.ID }

// Endpoint says where the account's events go, as its owner does in the dashboard.
func (s *Server) Endpoint(url, status, version string, events ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoints = []*endpoint{{s.id("we"), "webhook_endpoint", url, status, version, events}}
}

// Signed is an event's webhook as Stripe sends it, signed at a moment.
func (e Event) Signed(secret string, at time.Time) *http.Request {
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: e.Body, Secret: secret, Timestamp: at})
	r := httptest.NewRequest(http.MethodPost, "/billing/stripe", strings.NewReader(string(e.Body)))
	r.Header.Set("Stripe-Signature", signed.Header)
	return r
}
