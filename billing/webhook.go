package billing

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/webhook"
	"github.com/uptrace/bun"

	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// Tolerance is how old a signature may be, so that a body that was overheard can't be sent again later
// (https://docs.stripe.com/webhooks#verify-official-libraries).
const Tolerance = webhook.DefaultTolerance // 300 s

// mostEvent is how many bytes an event may have; Stripe's are a few kilobytes.
const mostEvent = 1 << 20

// RefreshArgs is the job that asks Stripe for a casino's present state. After says when it was called for, by the database's clock:
// a casino that was asked for since then needs no asking.
type RefreshArgs struct {
	Tenant uuid.UUID `json:"tenant"`
	After  time.Time `json:"after"`
}

// Kind names the job.
func (RefreshArgs) Kind() string { return "billing_refresh" }

// WebhookHandler takes Stripe's events at POST /billing/stripe. Whoever can't sign is answered 400 and leaves no trace. An event
// is stored once by its id together with the job that asks for the present state, and then answered 200 at once; what the event
// itself says is not believed, since it may be old. Without an office, or without its webhook secret, it answers 404.
func WebhookHandler(o *Office) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o == nil || o.c.WebhookSecret == "" {
			http.NotFound(w, r)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostEvent))
		if err != nil {
			http.Error(w, "the body can't be read", http.StatusBadRequest)
			return
		}
		// An event made for another version of the API is refused: it would be read wrongly. Doctor says so as well.
		e, err := webhook.ConstructEventWithTolerance(body, r.Header.Get("Stripe-Signature"), o.c.WebhookSecret, Tolerance)
		if err != nil {
			o.log.Warn("an event of Stripe's was refused", "error", err)
			http.Error(w, "the signature, its age or the API version is wrong", http.StatusBadRequest)
			return
		}
		if e.Livemode == o.live { // others are another account's mode: taken and forgotten
			if err := o.Take(r.Context(), e); err != nil {
				o.log.Error("an event of Stripe's can't be stored", "error", err, "event", e.ID)
				http.Error(w, "try again", http.StatusServiceUnavailable)
				return
			}
		}
		w.WriteHeader(http.StatusOK)
	})
}

// Take stores an event once, with the job that follows it.
func (o *Office) Take(ctx context.Context, e stripe.Event) error {
	customer := customerOf(e)
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		var at time.Time
		err := tx.NewRaw(`insert into control.stripe_events (id, type, customer) values (?, ?, ?) on conflict do nothing returning received_at`,
			e.ID, string(e.Type), customer).Scan(ctx, &at)
		if noRows(err) || err == nil && customer == "" {
			return nil
		}
		if err != nil {
			return err
		}
		var tenant uuid.UUID
		err = tx.NewRaw(`select tenant_id from control.subscriptions where customer = ?`, customer).Scan(ctx, &tenant)
		if noRows(err) {
			return nil // somebody else's customer on the same account
		}
		if err != nil {
			return err
		}
		return jobs.Insert(ctx, tx, RefreshArgs{Tenant: tenant, After: at}, nil)
	})
}

// customerOf is whom an event is about, "" where it is about none.
func customerOf(e stripe.Event) string {
	if e.Data == nil {
		return ""
	}
	var about struct {
		Object   string          `json:"object"`
		ID       string          `json:"id"`
		Customer json.RawMessage `json:"customer"`
	}
	if err := json.Unmarshal(e.Data.Raw, &about); err != nil {
		return ""
	}
	if about.Object == "customer" {
		return about.ID
	}
	var id string
	if json.Unmarshal(about.Customer, &id) == nil {
		return id
	}
	var whole struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(about.Customer, &whole)
	return whole.ID
}

// Called does one job of RefreshArgs.
func (o *Office) Called(ctx context.Context, args RefreshArgs) error {
	if o == nil {
		return nil // billing was switched off in between
	}
	r, err := o.rowOf(ctx, args.Tenant)
	if err != nil {
		return err
	}
	if r.AskedAt != nil && r.AskedAt.After(args.After) && r.Told == r.Asked {
		return nil // several events came at once, and one asking was enough
	}
	return o.Refresh(ctx, args.Tenant)
}
