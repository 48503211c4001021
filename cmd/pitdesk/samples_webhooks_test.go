package main

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

const receiverJSON = `{"url": "https://crm.casino.example/desk-events", "description": "CRM", "events": ["message.received"]}`

func init() {
	for way, s := range map[string]example{
		"GET /v1/events":                       {query: "limit=10"},
		"POST /v1/webhooks":                    {body: receiverJSON},
		"PATCH /v1/webhooks/{webhook}":         {body: `{"enabled": false}`},
		"POST /v1/webhooks/{webhook}/secret":   {body: `{"overlap_hours": 1}`},
		"POST /v1/webhooks/{webhook}/replay":   {body: `{"since": "2026-01-01T00:00:00Z"}`},
		"POST /settings/webhooks":              {body: "url=https%3A%2F%2Fcrm.casino.example%2Fevents&all=1"},
		"POST /settings/webhooks/{webhook}":    {body: "url=https%3A%2F%2Fcrm.casino.example%2Fevents&event=message.received"},
		"GET /settings/webhooks/{webhook}":     {query: "state=failed"},
		"POST /settings/webhooks/{webhook}/on": {body: "on=1"},
	} {
		samples[way] = s
	}
}

// hook gives the casino one receiver with one delivery in the place of those it had.
func (w *world) hook(ctx context.Context, t *testing.T) {
	t.Helper()
	owner := webhooks.Owner{Tenant: &w.ID}
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		before, err := webhooks.All(ctx, tx, owner)
		if err != nil {
			return err
		}
		for _, b := range before {
			if err := webhooks.Remove(ctx, tx, owner, b.ID); err != nil {
				return err
			}
		}
		made, _, err := webhooks.Make(ctx, tx, owner, webhooks.Draft{URL: "https://crm." + w.Slug + ".example/events"})
		if err != nil {
			return err
		}
		d, err := webhooks.SendTest(ctx, tx, owner, made.ID)
		w.ids["webhook"], w.ids["delivery"] = tenants.PublicID(tenants.EndpointPrefix, made.ID), tenants.PublicID(tenants.DeliveryPrefix, d.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.written = append(w.written, "crm."+w.Slug+".example")
}
