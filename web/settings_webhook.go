package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
	"pitdesk/views"
)

// deliveriesShown is how many deliveries a page lists.
const deliveriesShown = 50

// webhookPage is one receiver with what became of its deliveries.
func (s *Server) webhookPage(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.EndpointPrefix, r.PathValue("webhook"))
	if err != nil {
		return err
	}
	return s.showWebhook(w, r, id, "")
}

// showWebhook renders a receiver's page, with a secret where one was just made.
func (s *Server) showWebhook(w http.ResponseWriter, r *http.Request, id uuid.UUID, secret string) error {
	var p views.WebhookProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if r.Method == http.MethodGet {
			if err := authz.Ask(ctx, tx, authz.WebhookRead, authz.Facts{Object: id}); err != nil {
				return err
			}
		}
		p, err = s.webhookProps(ctx, tx, r, id)
		return err
	})
	if err != nil {
		return err
	}
	p.Secret = secret
	return views.Render(w, r, http.StatusOK, views.Webhook(p))
}

func (s *Server) webhookProps(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) (views.WebhookProps, error) {
	p := views.WebhookProps{Settings: s.settingsProps(r, "webhooks"), FailedOnly: r.URL.Query().Get("state") == "failed"}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	db, owner := tenants.AboveNow(ctx), receivers(ctx)
	h, err := webhooks.Get(ctx, db, owner, id)
	if err != nil {
		return p, err
	}
	p.ID, p.URL, p.State, p.Since = tenants.PublicID(tenants.EndpointPrefix, id), h.URL, webhookState(h), h.DisabledAt
	p.Pending, p.Failed, p.Form = h.Pending, h.Failed, webhookForm(ctx, h.Draft())
	for _, secret := range h.Secrets {
		p.Secrets = append(p.Secrets, views.WebhookSecret{Hint: secret.Hint, Made: secret.CreatedAt, Ends: secret.EndsAt})
	}
	var state webhooks.State
	if p.FailedOnly {
		state = webhooks.Failed
	}
	before, _ := tenants.ParseID(tenants.DeliveryPrefix, r.URL.Query().Get("before"))
	list, err := webhooks.Deliveries(ctx, db, owner, id, state, before, deliveriesShown+1)
	if err != nil {
		return p, err
	}
	if len(list) > deliveriesShown {
		list = list[:deliveriesShown]
		q := url.Values{"before": {tenants.PublicID(tenants.DeliveryPrefix, list[deliveriesShown-1].ID)}}
		if p.FailedOnly {
			q.Set("state", "failed")
		}
		p.More = "/settings/webhooks/" + p.ID + "?" + q.Encode()
	}
	for _, d := range list {
		p.Deliveries = append(p.Deliveries, deliveryLine(ctx, d))
	}
	return p, nil
}

func deliveryLine(ctx context.Context, d webhooks.Delivery) views.DeliveryLine {
	line := views.DeliveryLine{ID: tenants.PublicID(tenants.DeliveryPrefix, d.ID), Event: tenants.PublicID(tenants.EventPrefix, d.EventID),
		Words: eventWords(ctx, d.Type), State: string(d.State), Happened: d.HappenedAt, Tries: d.Tries}
	if d.State == webhooks.Pending && d.Tries > 0 && d.NextAt.After(time.Now()) {
		line.Next = &d.NextAt
	}
	status := 0
	if d.LastStatus != nil {
		status = *d.LastStatus
	}
	line.Status = status
	if d.LastWhy != nil && *d.LastWhy != "" {
		line.Why = i18n.T(ctx, "settings.delivery_why_"+*d.LastWhy, "Status", status)
	}
	return line
}

// webhookDeed does something to a receiver and leads back to its page.
func (s *Server) webhookDeed(done string, deed func(within, above context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.EndpointPrefix, r.PathValue("webhook"))
		if err != nil {
			return err
		}
		if err := s.hooking(r, id, func(within, above context.Context, tx bun.Tx) error { return deed(within, above, tx, r, id) }); err != nil {
			if !mendable(err) {
				return err
			}
			return s.again(w, r, err, func(f views.Fault) templ.Component {
				var p views.WebhookProps
				if failed := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.webhookProps(ctx, tx, r, id); return err }); failed == nil {
					if r.PostForm.Has("url") {
						p.Form = webhookForm(r.Context(), typedWebhook(r))
					}
					p.Form.Fault = f
				}
				return views.Webhook(p)
			})
		}
		to := "/settings/webhooks/" + tenants.PublicID(tenants.EndpointPrefix, id)
		if done == "removed" {
			to = "/settings/webhooks"
		}
		http.Redirect(w, r, to+"?done="+done, http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
}

func changeWebhook(within, above context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error {
	before, err := webhooks.Get(above, tx, receivers(within), id)
	if err != nil {
		return err
	}
	d := typedWebhook(r)
	d.Disabled = before.DisabledAt != nil
	_, err = webhooks.Change(above, tx, receivers(within), id, d)
	return err
}

// switchWebhook switches a receiver on or off. One that is switched on goes on where it stopped.
func switchWebhook(within, above context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error {
	h, err := webhooks.Get(above, tx, receivers(within), id)
	if err != nil {
		return err
	}
	d := h.Draft()
	if d.Disabled = r.PostForm.Get("on") == ""; !d.Disabled {
		if err := billing.Require(within, billing.Webhooks); err != nil {
			return err
		}
	}
	_, err = webhooks.Change(above, tx, receivers(within), id, d)
	return err
}

func testWebhook(within, above context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	_, err := webhooks.SendTest(above, tx, receivers(within), id)
	return err
}

func removeWebhook(within, above context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return webhooks.Remove(above, tx, receivers(within), id)
}

func replayFailed(within, above context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	_, err := webhooks.ReplayFailed(above, tx, receivers(within), id, time.Time{})
	return err
}

func replayDelivery(within, above context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error {
	delivery, err := tenants.ParseID(tenants.DeliveryPrefix, r.PathValue("delivery"))
	if err != nil {
		return err
	}
	_, err = webhooks.Replay(above, tx, receivers(within), id, delivery)
	return err
}

// rotateWebhook gives a receiver a new secret, shown this once; the one before stays good for a day.
func (s *Server) rotateWebhook(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.EndpointPrefix, r.PathValue("webhook"))
	if err != nil {
		return err
	}
	var secret string
	err = s.hooking(r, id, func(within, above context.Context, tx bun.Tx) (err error) {
		_, secret, err = webhooks.Rotate(above, tx, receivers(within), id, 24*time.Hour)
		return err
	})
	if err != nil {
		return err
	}
	return s.showWebhook(w, r, id, secret)
}
