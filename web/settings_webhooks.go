package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

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

// receivers are the casino's own.
func receivers(ctx context.Context) webhooks.Owner {
	t := tenants.Current(ctx)
	return webhooks.Owner{Tenant: &t.ID}
}

// hooking asks for the permission to change receivers and does a change. Receivers lie outside the casino's transaction: the
// change is committed just before the audit line is. within is the casino's ctx, above the one in which the change is made.
func (s *Server) hooking(r *http.Request, object uuid.UUID, change func(within, above context.Context, tx bun.Tx) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	return s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.WebhookChange, authz.Facts{Object: object, About: "webhooks"}); err != nil {
			return err
		}
		return tenants.Above(ctx, func(above context.Context, tx bun.Tx) error { return change(ctx, above, tx) })
	})
}

// webhookList is the casino's receivers.
func (s *Server) webhookList(w http.ResponseWriter, r *http.Request) error {
	var p views.WebhooksProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.WebhookRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.webhooksProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Webhooks(p))
}

func (s *Server) webhooksProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.WebhooksProps, error) {
	p := views.WebhooksProps{Settings: s.settingsProps(r, "webhooks"), New: webhookForm(ctx, webhooks.Draft{})}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	all, err := webhooks.All(ctx, tenants.AboveNow(ctx), receivers(ctx))
	for _, h := range all {
		p.Webhooks = append(p.Webhooks, views.WebhookLine{ID: tenants.PublicID(tenants.EndpointPrefix, h.ID), URL: h.URL, Description: h.Description,
			State: webhookState(h), Failed: h.Failed, Created: h.CreatedAt})
	}
	return p, err
}

func webhookState(h webhooks.Webhook) views.WebhookState {
	switch {
	case h.DisabledAt == nil:
		return "on"
	case h.DisabledWhy != nil && *h.DisabledWhy == webhooks.Gone:
		return "gone"
	}
	return "off"
}

// webhookForm is a form for what the draft says.
func webhookForm(ctx context.Context, d webhooks.Draft) views.WebhookForm {
	f := views.WebhookForm{URL: d.URL, Description: d.Description, All: d.Events == nil}
	for _, kind := range webhooks.Types {
		f.Events = append(f.Events, views.WebhookEvent{Type: kind, Words: eventWords(ctx, kind), On: slices.Contains(d.Events, kind)})
	}
	return f
}

// eventWords says what an event of a type is.
func eventWords(ctx context.Context, kind string) string {
	return i18n.T(ctx, "settings.event_"+strings.ReplaceAll(kind, ".", "_"))
}

// typedWebhook is what a form says of a receiver.
func typedWebhook(r *http.Request) webhooks.Draft {
	d := webhooks.Draft{URL: r.PostForm.Get("url"), Description: r.PostForm.Get("description")}
	if r.PostForm.Get("all") == "" {
		d.Events = append([]string{}, r.PostForm["event"]...)
	}
	return d
}

// addWebhook adds a receiver and shows its secret this once.
func (s *Server) addWebhook(w http.ResponseWriter, r *http.Request) error {
	var made webhooks.Webhook
	var secret string
	err := s.hooking(r, uuid.Nil, func(within, above context.Context, tx bun.Tx) (err error) {
		d := typedWebhook(r)
		if err := d.Clean(); err != nil {
			return err
		}
		if err := billing.Require(within, billing.Webhooks); err != nil {
			return err
		}
		made, secret, err = webhooks.Make(above, tx, receivers(within), d)
		return err
	})
	if err != nil {
		return s.webhooksAgain(w, r, err)
	}
	return s.showWebhook(w, r, made.ID, secret)
}

func (s *Server) webhooksAgain(w http.ResponseWriter, r *http.Request, err error) error {
	var p views.WebhooksProps
	if mendable(err) {
		if failed := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.webhooksProps(ctx, tx, r); return err }); failed != nil {
			return failed
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.New = webhookForm(r.Context(), typedWebhook(r))
		p.New.Fault = f
		return views.Webhooks(p)
	})
}
