package webhooks

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// MostWebhooks is how many receivers an owner can have.
const MostWebhooks = 20

// Why a receiver is sent nothing.
const (
	ByHand = "by_hand"
	Gone   = "gone" // it answered 410 (RFC 9110, section 15.5.11)
)

// Webhook is a receiver and what it is sent.
type Webhook struct {
	ID          uuid.UUID  `bun:"id"`
	URL         string     `bun:"url"`
	Description string     `bun:"description"`
	Events      []string   `bun:"events,array"` // nil: whatever happens
	CreatedAt   time.Time  `bun:"created_at"`
	ChangedAt   time.Time  `bun:"changed_at"`
	DisabledAt  *time.Time `bun:"disabled_at"`
	DisabledWhy *string    `bun:"disabled_why"`
	Pending     int        `bun:"pending"` // deliveries on their way, counted up to 1000
	Failed      int        `bun:"failed"`  // deliveries given up, counted up to 1000
	Secrets     []Secret   `bun:"-"`       // what deliveries are signed with, the newest first
}

// Wants says whether the receiver is sent events of a type.
func (w Webhook) Wants(kind string) bool {
	return w.Events == nil || kind == Test || slices.Contains(w.Events, kind)
}

// Draft is what a receiver is made from or changed to.
type Draft struct {
	URL         string
	Description string
	Events      []string // nil: whatever happens
	Disabled    bool
}

// Clean puts the draft's parts into their one form and says what is wrong with them, in words for whoever wrote them. Where
// the name of the host leads is seen when something is sent.
func (d *Draft) Clean() (err error) {
	if d.URL, err = cleanURL(d.URL); err != nil {
		return err
	}
	d.Description = strings.TrimSpace(d.Description)
	if !utf8.ValidString(d.Description) || utf8.RuneCountInString(d.Description) > 200 ||
		strings.ContainsFunc(d.Description, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fault.New(fault.Invalid, "A description has at most 200 characters.").On("description")
	}
	if d.Events == nil {
		return nil
	}
	if len(d.Events) == 0 {
		return fault.New(fault.Invalid, "Choose at least one event, or all of them.").On("events")
	}
	for _, e := range d.Events {
		if !Known(e) {
			return fault.New(fault.Invalid, "There is no event %q.", e).On("events")
		}
	}
	d.Events = slices.Compact(slices.Sorted(slices.Values(d.Events)))
	return nil
}

func (d Draft) events() any {
	if d.Events == nil {
		return nil
	}
	return pgdialect.Array(d.Events)
}

// Make adds a receiver, which is sent what happens from now on, and returns it with its secret, which is shown this once.
// tx is one of tenants.Above, as for every verb here.
func Make(ctx context.Context, tx bun.Tx, o Owner, d Draft) (Webhook, string, error) {
	if err := d.Clean(); err != nil {
		return Webhook{}, "", err
	}
	// Two who add the last one at once take turns.
	if _, err := tx.NewRaw(`select pg_advisory_xact_lock(hashtextextended(coalesce(?, ?)::text, 91))`, o.Tenant, o.Reseller).Exec(ctx); err != nil {
		return Webhook{}, "", err
	}
	var n int
	if err := tx.NewRaw(`select count(*) from control.webhooks w where`+owned, o.Tenant, o.Reseller).Scan(ctx, &n); err != nil {
		return Webhook{}, "", fmt.Errorf("webhooks: %w", err)
	}
	if n >= MostWebhooks {
		return Webhook{}, "", fault.New(fault.Conflict, "No further receiver fits. Remove one that nobody needs.")
	}
	end, err := desk.FeedEnd(ctx, tx)
	if err != nil {
		return Webhook{}, "", err
	}
	id := tenants.NewID()
	if _, err := tx.NewRaw(`insert into control.webhooks (id, tenant_id, reseller_id, url, description, events, disabled_at, disabled_why,
			at_epoch, at_xact, at_tenant, at_conversation, at_seq)
		values (?, ?, ?, ?, ?, ?::text[], case when ? then now() end, case when ? then 'by_hand' end, ?, ?::text::xid8, ?, ?, ?)`,
		id, o.Tenant, o.Reseller, d.URL, d.Description, d.events(), d.Disabled, d.Disabled,
		end.Epoch, fmt.Sprint(end.Xact), end.Tenant, end.Conversation, end.Seq).Exec(ctx); err != nil {
		return Webhook{}, "", fmt.Errorf("webhook: %w", err)
	}
	secret, err := addSecret(ctx, tx, id)
	if err != nil {
		return Webhook{}, "", err
	}
	w, err := Get(ctx, tx, o, id)
	return w, secret, err
}

const webhookColumns = `select w.id, w.url, w.description, w.events, w.created_at, w.changed_at, w.disabled_at, w.disabled_why,
	(select count(*) from (select from control.webhook_deliveries d where d.webhook_id = w.id and d.state = 'pending' limit 1000) p) as pending,
	(select count(*) from (select from control.webhook_deliveries d where d.webhook_id = w.id and d.state = 'failed' limit 1000) f) as failed
	from control.webhooks w where` + owned

// All are an owner's receivers, oldest first.
func All(ctx context.Context, db bun.IDB, o Owner) ([]Webhook, error) {
	all := []Webhook{}
	if err := db.NewRaw(webhookColumns+`order by w.id`, o.Tenant, o.Reseller).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	for i := range all {
		var err error
		if all[i].Secrets, err = secretsOf(ctx, db, all[i].ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Get is an owner's receiver by its id. An unknown one and another's are NotFound.
func Get(ctx context.Context, db bun.IDB, o Owner, id uuid.UUID) (Webhook, error) {
	var w Webhook
	err := db.NewRaw(webhookColumns+`and w.id = ?`, o.Tenant, o.Reseller, id).Scan(ctx, &w)
	if errors.Is(err, sql.ErrNoRows) {
		return w, tenants.ErrNotFound
	}
	if err != nil {
		return w, fmt.Errorf("webhook %s: %w", id, err)
	}
	w.Secrets, err = secretsOf(ctx, db, id)
	return w, err
}

// Draft is w as something to change.
func (w Webhook) Draft() Draft {
	return Draft{URL: w.URL, Description: w.Description, Events: w.Events, Disabled: w.DisabledAt != nil}
}

// Change makes a receiver what the draft says. One that is enabled again is sent what happened meanwhile, from where it stopped.
func Change(ctx context.Context, tx bun.Tx, o Owner, id uuid.UUID, d Draft) (Webhook, error) {
	if err := d.Clean(); err != nil {
		return Webhook{}, err
	}
	res, err := tx.NewRaw(`update control.webhooks w set url = ?, description = ?, events = ?::text[], changed_at = now(),
			disabled_at = case when ? then coalesce(w.disabled_at, now()) end,
			disabled_why = case when ? then coalesce(w.disabled_why, 'by_hand') end
		where w.id = ? and`+owned, d.URL, d.Description, d.events(), d.Disabled, d.Disabled, id, o.Tenant, o.Reseller).Exec(ctx)
	if err != nil {
		return Webhook{}, fmt.Errorf("change webhook %s: %w", id, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return Webhook{}, tenants.ErrNotFound
	}
	return Get(ctx, tx, o, id)
}

// Remove takes a receiver away, with its secrets and what was noted of its deliveries.
func Remove(ctx context.Context, tx bun.Tx, o Owner, id uuid.UUID) error {
	res, err := tx.NewRaw(`delete from control.webhooks w where w.id = ? and`+owned, id, o.Tenant, o.Reseller).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove webhook %s: %w", id, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return tenants.ErrNotFound
	}
	return nil
}

// hold keeps an owner's receiver as it is until the transaction ends.
func hold(ctx context.Context, tx bun.Tx, o Owner, id uuid.UUID) error {
	var found uuid.UUID
	err := tx.NewRaw(`select w.id from control.webhooks w where w.id = ? and`+owned+`for update`, id, o.Tenant, o.Reseller).Scan(ctx, &found)
	if errors.Is(err, sql.ErrNoRows) {
		return tenants.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("webhook %s: %w", id, err)
	}
	return nil
}
