package main

import (
	"context"

	"github.com/uptrace/bun"

	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

// seedWebhook gives a demo casino a receiver of events, once. Its host is nobody's (RFC 2606), so it is switched off.
func seedWebhook(ctx context.Context, t tenants.Tenant) error {
	owner := webhooks.Owner{Tenant: &t.ID}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if all, err := webhooks.All(ctx, tx, owner); err != nil || len(all) > 0 {
			return err
		}
		_, _, err := webhooks.Make(ctx, tx, owner, webhooks.Draft{URL: "https://crm." + t.Slug + ".example/desk-events", Description: "CRM",
			Events: []string{webhooks.Opened, webhooks.Received, webhooks.Resolved}, Disabled: true})
		return err
	})
}
