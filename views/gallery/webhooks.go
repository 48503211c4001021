package main

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// webhookStates are the receivers with none, with one of each kind, and one receiver with deliveries in every state.
func webhookStates() []state {
	now := time.Now()
	next := now.Add(95 * time.Minute)
	frame := func(ctx context.Context) views.SettingsProps {
		title := words(ctx, "settings.webhooks")
		return views.SettingsProps{Page: page(ctx, title, "settings"), Title: title, Here: "webhooks",
			Changed: &views.ChangeLine{Who: "Ieva", At: now.Add(-40 * time.Minute)}, Items: []views.SettingsItem{
				{Key: "api", Icon: "plug", Name: words(ctx, "settings.api"), Href: "/settings/api"},
				{Key: "webhooks", Icon: "webhook", Name: title, Href: "/settings/webhooks"}}}
	}
	form := func(ctx context.Context, all bool) views.WebhookForm {
		f := views.WebhookForm{All: all}
		for _, e := range []string{"conversation_opened", "message_received", "conversation_player_linked", "conversation_reopened"} {
			f.Events = append(f.Events, views.WebhookEvent{Type: e, Words: words(ctx, "settings.event_"+e), On: e == "message_received"})
		}
		return f
	}
	const address = "https://crm.luckyfox.example/desk-events"
	one := func(ctx context.Context, s views.WebhookState) views.WebhookProps {
		p := views.WebhookProps{Settings: frame(ctx), ID: "whk_1", URL: address, State: s, Form: form(ctx, false), Failed: 1,
			Secrets: []views.WebhookSecret{{Hint: "whsec_MfKQ", Made: now}, {Hint: "whsec_9r8G", Made: now.AddDate(0, -2, 0), Ends: &next}}}
		p.Form.URL = address
		line := func(id, kind, state string, tries, status int, why string) views.DeliveryLine {
			return views.DeliveryLine{ID: "dlv_" + id, Event: "evt_06ey3pjmrskbk9ks8x4w2ptxq" + id, Words: words(ctx, "settings.event_"+kind), State: state,
				Happened: now.Add(-time.Hour), Tries: tries, Status: status, Why: why}
		}
		retried := line("2", "conversation_opened", "pending", 4, 0, words(ctx, "settings.delivery_why_certificate"))
		retried.Next = &next
		p.Deliveries = []views.DeliveryLine{line("1", "message_received", "delivered", 1, 204, ""), retried,
			line("3", "conversation_player_linked", "failed", 10, 503, words(ctx, "settings.delivery_why_inside")), line("4", "webhook_test", "pending", 0, 0, "")}
		return p
	}
	return []state{
		{"webhooks", func(ctx context.Context) templ.Component {
			return views.Webhooks(views.WebhooksProps{Settings: frame(ctx), New: form(ctx, true), Webhooks: []views.WebhookLine{
				{ID: "whk_1", URL: address, Description: "CRM", State: "on", Failed: 3, Created: now},
				{ID: "whk_2", URL: "https://" + strings.Repeat("very-long-", 8) + "name.example/" + strings.Repeat("events/", 12), State: "gone", Created: now},
				{ID: "whk_3", URL: "https://numbers.luckyfox.example/", Description: strings.Repeat("Warehouse ", 15), State: "off", Created: now}}})
		}},
		{"webhooks-empty", func(ctx context.Context) templ.Component {
			f := form(ctx, false)
			f.URL, f.Fault = "http://crm.example", views.Fault{Field: "url", Sentence: "A receiver's address begins with https:// and a host by name, and has at most 2000 characters."}
			return views.Webhooks(views.WebhooksProps{Settings: frame(ctx), New: f})
		}},
		{"webhook", func(ctx context.Context) templ.Component { return views.Webhook(one(ctx, "on")) }},
		{"webhook-gone", func(ctx context.Context) templ.Component {
			p := one(ctx, "gone")
			p.Deliveries, p.Failed, p.FailedOnly = nil, 0, true
			return views.Webhook(p)
		}},
		{"webhook-made", func(ctx context.Context) templ.Component {
			p := one(ctx, "on")
			p.Secret, p.Deliveries, p.Failed = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=", nil, 0
			return views.Webhook(p)
		}},
	}
}
