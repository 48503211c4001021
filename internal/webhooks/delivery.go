package webhooks

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// State is how far a delivery has come.
type State string

// The states.
const (
	Pending   State = "pending"   // to be tried, now or later
	Delivered State = "delivered" // the receiver took it
	Failed    State = "failed"    // given up after MostTries
)

// Delivery is one event on its way to one receiver.
type Delivery struct {
	ID         uuid.UUID  `bun:"id"`
	Webhook    uuid.UUID  `bun:"webhook_id"`
	EventID    uuid.UUID  `bun:"event_id"`
	Type       string     `bun:"type"`
	HappenedAt time.Time  `bun:"happened_at"`
	Body       string     `bun:"event"` // what is sent
	State      State      `bun:"state"`
	Tries      int        `bun:"tries"`
	NextAt     time.Time  `bun:"next_at"` // while it is pending: when it is tried next
	CreatedAt  time.Time  `bun:"created_at"`
	EndedAt    *time.Time `bun:"ended_at"`
	LastStatus *int       `bun:"last_status"`
	LastWhy    *string    `bun:"last_why"`
}

// Try is one attempt to deliver.
type Try struct {
	Number int       `bun:"number"`
	At     time.Time `bun:"at"`
	TookMS int       `bun:"took_ms"`
	Status *int      `bun:"status"` // nil: no answer
	Why    string    `bun:"why"`    // of a failure: see Whys
	Answer string    `bun:"answer"` // how the receiver's answer began, at most 500 characters, without card numbers
}

const deliveryColumns = `select d.id, d.webhook_id, d.event_id, d.type, d.happened_at, d.event, d.state, d.tries, d.next_at, d.created_at, d.ended_at,
	t.status as last_status, t.why as last_why
	from control.webhooks w join control.webhook_deliveries d on d.webhook_id = w.id
	left join control.webhook_tries t on t.webhook_id = d.webhook_id and t.delivery_id = d.id and t.number = d.tries
	where` + owned

// Deliveries are a receiver's, newest first, before one of them (uuid.Nil: from the newest), of one state or of all ("").
func Deliveries(ctx context.Context, db bun.IDB, o Owner, webhook uuid.UUID, state State, before uuid.UUID, limit int) ([]Delivery, error) {
	if before == uuid.Nil {
		before = uuid.Max
	}
	all := []Delivery{}
	err := db.NewRaw(deliveryColumns+`and w.id = ? and d.id < ? and (? = '' or d.state = ?) order by d.id desc limit ?`,
		o.Tenant, o.Reseller, webhook, before, string(state), string(state), limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("deliveries of %s: %w", webhook, err)
	}
	return all, nil
}

// GetDelivery is one delivery with its tries, oldest first. An unknown one and another owner's are NotFound.
func GetDelivery(ctx context.Context, db bun.IDB, o Owner, webhook, id uuid.UUID) (Delivery, []Try, error) {
	var d Delivery
	err := db.NewRaw(deliveryColumns+`and w.id = ? and d.id = ?`, o.Tenant, o.Reseller, webhook, id).Scan(ctx, &d)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil, tenants.ErrNotFound
	}
	if err != nil {
		return d, nil, fmt.Errorf("delivery %s: %w", id, err)
	}
	tries := []Try{}
	err = db.NewRaw(`select number, at, took_ms, status, why, answer from control.webhook_tries
		where webhook_id = ? and delivery_id = ? order by number`, webhook, id).Scan(ctx, &tries)
	if err != nil {
		return d, nil, fmt.Errorf("tries of %s: %w", id, err)
	}
	return d, tries, nil
}

// begin makes a delivery pending with all its tries before it.
const begin = `state = 'pending', begun = d.tries, next_at = now(), ended_at = null`

// Replay sends a delivery again, whatever became of it before. Its event keeps its id.
func Replay(ctx context.Context, tx bun.Tx, o Owner, webhook, id uuid.UUID) (Delivery, error) {
	if err := hold(ctx, tx, o, webhook); err != nil {
		return Delivery{}, err
	}
	res, err := tx.NewRaw(`update control.webhook_deliveries d set `+begin+` where d.webhook_id = ? and d.id = ?`, webhook, id).Exec(ctx)
	if err != nil {
		return Delivery{}, fmt.Errorf("replay %s: %w", id, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return Delivery{}, tenants.ErrNotFound
	}
	d, _, err := GetDelivery(ctx, tx, o, webhook, id)
	return d, err
}

// ReplayFailed sends everything again that a receiver has failed to take since a time, and says how many there are.
func ReplayFailed(ctx context.Context, tx bun.Tx, o Owner, webhook uuid.UUID, since time.Time) (int, error) {
	if err := hold(ctx, tx, o, webhook); err != nil {
		return 0, err
	}
	res, err := tx.NewRaw(`update control.webhook_deliveries d set `+begin+` where d.webhook_id = ? and d.state = 'failed' and d.happened_at >= ?`,
		webhook, since).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("replay what %s failed to take: %w", webhook, err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// SendTest sends a receiver an event that tells of nothing, so that its owner sees whether it takes it.
func SendTest(ctx context.Context, tx bun.Tx, o Owner, webhook uuid.UUID) (Delivery, error) {
	w, err := Get(ctx, tx, o, webhook)
	if err != nil {
		return Delivery{}, err
	}
	if w.DisabledAt != nil {
		return Delivery{}, fault.New(fault.Conflict, "This receiver is switched off. Switch it on first.")
	}
	id := tenants.NewID()
	e := Event{ID: eventID(id), Type: Test, Timestamp: time.Now().UTC().Truncate(time.Millisecond)}
	if o.Tenant != nil {
		e.Data.Casino = tenants.PublicID(tenants.TenantPrefix, *o.Tenant)
	}
	text, err := json.Marshal(e)
	if err != nil {
		return Delivery{}, err
	}
	made := tenants.NewID()
	if _, err := tx.NewRaw(`insert into control.webhook_deliveries (webhook_id, id, event_id, type, happened_at, event) values (?, ?, ?, ?, ?, ?)`,
		webhook, made, id, Test, e.Timestamp, string(text)).Exec(ctx); err != nil {
		return Delivery{}, fmt.Errorf("test of %s: %w", webhook, err)
	}
	d, _, err := GetDelivery(ctx, tx, o, webhook, made)
	return d, err
}

// How long what became of deliveries can be looked at.
const (
	keepDelivered = "7 days"
	keepFailed    = "30 days"
)

// Clear forgets deliveries that ended long ago and secrets that are good no longer.
func Clear(ctx context.Context, db bun.IDB) error {
	_, err := db.NewRaw(`delete from control.webhook_deliveries where ended_at < now() - interval '` + keepDelivered + `'
		and (state = 'delivered' or ended_at < now() - interval '` + keepFailed + `')`).Exec(ctx)
	if err == nil {
		_, err = db.NewRaw(`delete from control.webhook_secrets where ends_at < now()`).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("clear webhooks: %w", err)
	}
	return nil
}
