package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

// Webhook is a receiver and what it is sent.
type Webhook struct {
	ID          string          `json:"id" example:"whk_06ey3pjmrskbk9ks8x4w2ptxqg"`
	URL         string          `json:"url" example:"https://crm.casino.example/desk-events" doc:"Where events are sent: HTTPS, a host by name."`
	Description string          `json:"description,omitempty" example:"CRM"`
	Events      []string        `json:"events" example:"[\"*\"]" doc:"The types it is sent; * for whatever happens."`
	Enabled     bool            `json:"enabled" example:"true" doc:"Whether anything is sent to it."`
	DisabledWhy string          `json:"disabled_why,omitempty" example:"gone" doc:"by_hand, or gone: it answered 410. Absent while it is enabled."`
	DisabledAt  *time.Time      `json:"disabled_at,omitempty"`
	Secrets     []WebhookSecret `json:"secrets" doc:"What deliveries are signed with, the newest first; two while a receiver changes over."`
	CreatedAt   time.Time       `json:"created_at"`
	ChangedAt   time.Time       `json:"changed_at"`
}

// WebhookSecret is what is shown of a signing secret after the first time.
type WebhookSecret struct {
	Hint      string     `json:"hint" example:"whsec_MfKQ" doc:"How it begins."`
	CreatedAt time.Time  `json:"created_at"`
	EndsAt    *time.Time `json:"ends_at,omitempty" doc:"Until when it is good. Absent: it is the newest."`
}

// SecretWebhook is a receiver with a secret that was just made.
type SecretWebhook struct {
	Webhook
	Secret string `json:"secret" example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" doc:"Shown this once."`
}

// everything stands in events for all types.
const everything = "*"

func webhookOf(w webhooks.Webhook) Webhook {
	out := Webhook{ID: tenants.PublicID(tenants.EndpointPrefix, w.ID), URL: w.URL, Description: w.Description, Events: w.Events,
		Enabled: w.DisabledAt == nil, DisabledWhy: text(w.DisabledWhy), DisabledAt: utc(w.DisabledAt), Secrets: []WebhookSecret{},
		CreatedAt: w.CreatedAt.UTC(), ChangedAt: w.ChangedAt.UTC()}
	if out.Events == nil {
		out.Events = []string{everything}
	}
	for _, s := range w.Secrets {
		out.Secrets = append(out.Secrets, WebhookSecret{s.Hint, s.CreatedAt.UTC(), utc(s.EndsAt)})
	}
	return out
}

// eventsFrom is what the body's list says; nil: everything.
func eventsFrom(list []string) []string {
	if slices.Contains(list, everything) {
		return nil
	}
	return append([]string{}, list...)
}

// seeing reads an owner's receivers after asking for WebhookRead.
func seeing(ctx context.Context, object uuid.UUID, fn func(ctx context.Context, db bun.IDB, o webhooks.Owner) error) error {
	return asking(ctx, authz.WebhookRead, object, func(ctx context.Context, _ bun.Tx, o webhooks.Owner) error {
		return fn(ctx, tenants.AboveNow(ctx), o)
	})
}

// deciding changes an owner's receivers after asking for WebhookChange. Receivers lie outside the casino's transaction: what fn
// does is committed just before the audit line is.
func deciding(ctx context.Context, object uuid.UUID, fn func(ctx context.Context, tx bun.Tx, o webhooks.Owner) error) error {
	p := authz.WebhookChange
	if t, ok := tenants.FromContext(ctx); ok {
		return in(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := authz.Ask(ctx, tx, p, authz.Facts{Object: object, About: "webhooks"}); err != nil {
				return err
			}
			return tenants.Above(ctx, func(above context.Context, tx bun.Tx) error { return fn(above, tx, webhooks.Owner{Tenant: &t.ID}) })
		})
	}
	actor, _ := authz.From(ctx)
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: actor.Reseller, Object: object, About: "webhooks"}); err != nil {
			return err
		}
		return fn(ctx, tx, webhooks.Owner{Reseller: &actor.Reseller})
	})
}

// inPlan refuses a casino whose plan has no webhooks. A reseller's are its own.
func inPlan(ctx context.Context) error {
	if _, ok := tenants.FromContext(ctx); !ok {
		return nil
	}
	return billing.Require(ctx, billing.Webhooks)
}

type webhooksOut struct{ Body page[Webhook] }

func (a *API) listWebhooks(ctx context.Context, _ *nothing) (*webhooksOut, error) {
	var data []Webhook
	err := seeing(ctx, uuid.Nil, func(ctx context.Context, db bun.IDB, o webhooks.Owner) error {
		all, err := webhooks.All(ctx, db, o)
		data, err = each(all, err, webhookOf)
		return err
	})
	return &webhooksOut{pageOf(data, "")}, err
}

// WebhookPath names a receiver in an address.
type WebhookPath struct {
	Webhook string `path:"webhook" example:"whk_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type webhookOut struct{ Body Webhook }

func (a *API) getWebhook(ctx context.Context, in *WebhookPath) (*webhookOut, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	var out webhookOut
	err = seeing(ctx, id, func(ctx context.Context, db bun.IDB, o webhooks.Owner) error {
		w, err := webhooks.Get(ctx, db, o, id)
		out.Body = webhookOf(w)
		return err
	})
	return &out, err
}

type webhookBody struct {
	Strict
	URL         string   `json:"url" maxLength:"2000" example:"https://crm.casino.example/desk-events"`
	Description string   `json:"description,omitempty" maxLength:"200" example:"CRM"`
	Events      []string `json:"events,omitempty" maxItems:"50" doc:"The types it is to be sent. Absent, or *: whatever happens."`
}

type newWebhookIn struct{ Body webhookBody }

type secretWebhookOut struct{ Body SecretWebhook }

func (a *API) addWebhook(ctx context.Context, in *newWebhookIn) (*secretWebhookOut, error) {
	d := webhooks.Draft{URL: in.Body.URL, Description: in.Body.Description}
	if in.Body.Events != nil {
		d.Events = eventsFrom(in.Body.Events)
	}
	var out secretWebhookOut
	if err := d.Clean(); err != nil {
		return nil, err
	}
	err := deciding(ctx, uuid.Nil, func(above context.Context, tx bun.Tx, o webhooks.Owner) error {
		if err := inPlan(ctx); err != nil {
			return err
		}
		w, secret, err := webhooks.Make(above, tx, o, d)
		out.Body = SecretWebhook{webhookOf(w), secret}
		return err
	})
	return &out, err
}

type webhookChange struct {
	Strict
	URL         *string  `json:"url,omitempty" maxLength:"2000"`
	Description *string  `json:"description,omitempty" maxLength:"200"`
	Events      []string `json:"events,omitempty" maxItems:"50" doc:"The types it is to be sent from now on; * for whatever happens."`
	Enabled     *bool    `json:"enabled,omitempty" doc:"Enabled again, it is sent what happened meanwhile, from where it stopped."`
}

type webhookIn struct {
	WebhookPath
	Body webhookChange
}

func (a *API) changeWebhook(ctx context.Context, in *webhookIn) (*webhookOut, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	var out webhookOut
	err = deciding(ctx, id, func(above context.Context, tx bun.Tx, o webhooks.Owner) error {
		w, err := webhooks.Get(above, tx, o, id)
		if err != nil {
			return err
		}
		d := w.Draft()
		set(&d.URL, in.Body.URL)
		set(&d.Description, in.Body.Description)
		if in.Body.Events != nil {
			d.Events = eventsFrom(in.Body.Events)
		}
		if in.Body.Enabled != nil {
			if *in.Body.Enabled && d.Disabled {
				if err := inPlan(ctx); err != nil {
					return err
				}
			}
			d.Disabled = !*in.Body.Enabled
		}
		w, err = webhooks.Change(above, tx, o, id, d)
		out.Body = webhookOf(w)
		return err
	})
	return &out, err
}

func (a *API) removeWebhook(ctx context.Context, in *WebhookPath) (*struct{}, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	return nil, deciding(ctx, id, func(ctx context.Context, tx bun.Tx, o webhooks.Owner) error { return webhooks.Remove(ctx, tx, o, id) })
}

type rotateBody struct {
	Strict
	OverlapHours int `json:"overlap_hours,omitempty" minimum:"0" maximum:"168" default:"24" example:"24" doc:"For how long the secret before stays good. 0: it ends at once."`
}

type rotateIn struct {
	WebhookPath
	Body rotateBody
}

func (a *API) rotateWebhook(ctx context.Context, in *rotateIn) (*secretWebhookOut, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	var out secretWebhookOut
	err = deciding(ctx, id, func(ctx context.Context, tx bun.Tx, o webhooks.Owner) error {
		w, secret, err := webhooks.Rotate(ctx, tx, o, id, time.Duration(in.Body.OverlapHours)*time.Hour)
		out.Body = SecretWebhook{webhookOf(w), secret}
		return err
	})
	return &out, err
}

// registerWebhooks declares the operations on receivers and their deliveries.
func (a *API) registerWebhooks() {
	on := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	const one = "/webhooks/{webhook}"
	add(a, operation{Operation: on("list-webhooks", http.MethodGet, "/webhooks", authz.WebhookRead), tag: webhooksTag, either: true,
		summary: "List the receivers of events", answer: page[Webhook]{Data: []Webhook{exampleWebhook}},
		description: "The casino's; with a reseller's key and without Desk-Tenant the reseller's own, which are sent what happens at all its casinos."}, paged(a.listWebhooks, func(v Webhook) string { return v.ID }))
	add(a, operation{Operation: on("add-webhook", http.MethodPost, "/webhooks", authz.WebhookChange), tag: webhooksTag, either: true, status: http.StatusCreated,
		summary: "Add a receiver of events", body: webhookBody{URL: exampleWebhook.URL, Description: "CRM", Events: []string{webhooks.Opened, webhooks.Received}},
		answer:      SecretWebhook{exampleWebhook, exampleSecret},
		description: "It is sent what happens from now on, signed by Standard Webhooks with the secret that this answer shows once."}, a.addWebhook)
	add(a, operation{Operation: on("get-webhook", http.MethodGet, one, authz.WebhookRead), tag: webhooksTag, either: true,
		summary: "Get a receiver", answer: exampleWebhook}, a.getWebhook)
	add(a, operation{Operation: on("change-webhook", http.MethodPatch, one, authz.WebhookChange), tag: webhooksTag, either: true,
		summary: "Change a receiver, switch it off or on", body: webhookChange{Events: []string{everything}}, answer: exampleWebhook}, a.changeWebhook)
	add(a, operation{Operation: on("remove-webhook", http.MethodDelete, one, authz.WebhookChange), tag: webhooksTag, either: true,
		status: http.StatusNoContent, summary: "Remove a receiver",
		description: "Its secrets and what was noted of its deliveries go too. What happened stays in the feed."}, a.removeWebhook)
	add(a, operation{Operation: on("rotate-webhook-secret", http.MethodPost, one+"/secret", authz.WebhookChange), tag: webhooksTag, either: true,
		status: http.StatusCreated, summary: "Give a receiver a new secret", body: rotateBody{OverlapHours: 24}, answer: SecretWebhook{exampleWebhook, exampleSecret},
		description: "Deliveries are signed with the new secret and, for as long as you say, with the one before. An older one that was still good ends at once."}, a.rotateWebhook)
	a.registerDeliveries()
}

const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // #nosec G101 -- an example, and opens nothing

var exampleWebhook = Webhook{ID: "whk_06ey3pjmrskbk9ks8x4w2ptxqg", URL: "https://crm.casino.example/desk-events", Description: "CRM",
	Events: []string{webhooks.Opened, webhooks.Received}, Enabled: true, CreatedAt: at(0), ChangedAt: at(0),
	Secrets: []WebhookSecret{{Hint: "whsec_MfKQ", CreatedAt: at(0)}}}
