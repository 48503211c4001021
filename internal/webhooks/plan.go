package webhooks

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/desk"
	"pitdesk/tenants"
)

const (
	// batch is how many entries become deliveries in one transaction.
	batch = 500
	// mostPending is how many deliveries wait for one receiver before the rest waits in the log: whoever is away for days
	// fills no table.
	mostPending = 10_000
)

// behind are the receivers for which something has happened.
func behind(ctx context.Context) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	if err := tenants.AboveNow(ctx).NewRaw(`select control.webhooks_behind()`).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("receivers behind: %w", err)
	}
	return ids, nil
}

// plan makes deliveries of what has happened since a receiver's place in the feed and moves the place, both in one
// transaction. more says that there is more to plan. A receiver that another process is at work on is left to it.
func plan(ctx context.Context, id uuid.UUID) (more bool, err error) {
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		var w struct {
			Webhook
			TenantID   *uuid.UUID `bun:"tenant_id"`
			ResellerID *uuid.UUID `bun:"reseller_id"`
			Epoch      int32      `bun:"at_epoch"`
			Xact       int64      `bun:"at_xact"`
			Tenant     uuid.UUID  `bun:"at_tenant"`
			At         uuid.UUID  `bun:"at_conversation"`
			Seq        int64      `bun:"at_seq"`
		}
		err := tx.NewRaw(`select w.id, w.events, w.tenant_id, w.reseller_id, w.at_epoch, w.at_xact::text::bigint as at_xact, w.at_tenant,
				w.at_conversation, w.at_seq,
				(select count(*) from (select from control.webhook_deliveries d where d.webhook_id = w.id and d.state = 'pending' limit ?) p) as pending
			from control.webhooks w where w.id = ? and w.disabled_at is null for update of w skip locked`, mostPending, id).Scan(ctx, &w)
		if errors.Is(err, sql.ErrNoRows) || err == nil && w.Pending >= mostPending {
			return nil
		}
		if err != nil {
			return err
		}
		entries, err := desk.FeedAcross(ctx, tx, desk.Whose{Tenant: w.TenantID, Reseller: w.ResellerID},
			desk.Position{Epoch: w.Epoch, Xact: w.Xact, Tenant: w.Tenant, Conversation: w.At, Seq: w.Seq}, batch)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := addDeliveries(ctx, tx, w.Webhook, entries); err != nil {
			return err
		}
		last := entries[len(entries)-1].Position()
		more = len(entries) == batch
		_, err = tx.NewRaw(`update control.webhooks set at_epoch = ?, at_xact = ?::xid8, at_tenant = ?, at_conversation = ?, at_seq = ? where id = ?`,
			last.Epoch, strconv.FormatInt(last.Xact, 10), last.Tenant, last.Conversation, last.Seq, id).Exec(ctx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("plan for %s: %w", id, err)
	}
	return more, nil
}

// addDeliveries writes down what a receiver is to be sent of entries.
func addDeliveries(ctx context.Context, tx bun.Tx, w Webhook, entries []desk.FeedEntry) error {
	var ids, events, types, bodies []string
	var times []string
	for _, e := range entries {
		for _, event := range EventsOf(e) {
			if !w.Wants(event.Type) {
				continue
			}
			text, err := json.Marshal(event)
			if err != nil {
				return err
			}
			of := e.ID
			if event.Type == Opened {
				of = e.Conversation
			}
			ids, events = append(ids, tenants.NewID().String()), append(events, of.String())
			types, bodies = append(types, event.Type), append(bodies, string(text))
			times = append(times, e.RecordedAt.UTC().Format(time.RFC3339Nano))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.NewRaw(`insert into control.webhook_deliveries (webhook_id, id, event_id, type, happened_at, event)
		select ?, d.id::uuid, d.event::uuid, d.type, d.at::timestamptz, d.body
		from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) as d(id, event, type, at, body)
		on conflict (webhook_id, event_id) do nothing`,
		w.ID, pgdialect.Array(ids), pgdialect.Array(events), pgdialect.Array(types), pgdialect.Array(times), pgdialect.Array(bodies)).Exec(ctx)
	return err
}
