package licences

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Trouble is something about a licence that admins should know of. Each is told once for as long as it lasts.
type Trouble string

// The troubles.
const (
	TroubleExpiring    Trouble = "expiring"
	TroubleExpired     Trouble = "expired"
	TroubleSuspended   Trouble = "suspended"
	TroubleRevoked     Trouble = "revoked"
	TroubleSurrendered Trouble = "surrendered"
	TroubleGone        Trouble = "gone"    // the page was gone twice in a row
	TroubleUnnamed     Trouble = "unnamed" // the page named the licence once and doesn't any more
)

// troubles are what is wrong with a licence at a time.
func (l Licence) troubles(now time.Time, unnamed bool) (all []Trouble) {
	state := l.StateAt(now)
	switch state {
	case StateRetired:
		return nil
	case StateExpiring, StateExpired, StateSuspended, StateRevoked, StateSurrendered:
		all = append(all, Trouble(state))
	}
	if l.Gone {
		// A licence that runs out says so beside it.
		if left := (Licence{Status: l.Status, Until: l.Until, From: l.From}).StateAt(now); left == StateExpiring {
			all = append(all, TroubleExpiring)
		}
		all = append(all, TroubleGone)
	} else if unnamed {
		all = append(all, TroubleUnnamed)
	}
	return all
}

// Alert is one trouble of one licence, told to the casino's admins.
type Alert struct {
	ID       uuid.UUID  `bun:"id"`
	Licence  uuid.UUID  `bun:"licence_id"`
	Kind     Trouble    `bun:"kind"`
	RaisedAt time.Time  `bun:"raised_at"`
	Cleared  *time.Time `bun:"cleared_at"`
}

// Alerts are the troubles that last, newest first.
func Alerts(ctx context.Context, tx bun.Tx) (all []Alert, err error) {
	err = tx.NewRaw(`select id, licence_id, kind, raised_at, cleared_at from licence_alerts
		where tenant_id = current_tenant() and cleared_at is null order by raised_at desc, id desc`).Scan(ctx, &all)
	return all, err
}

// AlertOf is one alert with its licence; lasts is false where it is over.
func AlertOf(ctx context.Context, tx bun.Tx, id uuid.UUID) (a Alert, l Licence, lasts bool, err error) {
	var found []Alert
	if err = tx.NewRaw(`select id, licence_id, kind, raised_at, cleared_at from licence_alerts where tenant_id = current_tenant() and id = ?`, id).
		Scan(ctx, &found); err != nil || len(found) == 0 {
		return a, l, false, err
	}
	l, err = Get(ctx, tx, found[0].Licence)
	return found[0], l, found[0].Cleared == nil, err
}

// Tell has the casino's admins told of an alert, once the transaction is committed.
type Tell func(ctx context.Context, tx bun.Tx, alert uuid.UUID) error

// Watch compares what is wrong with the licences of the transaction's casino with what its admins were told: what is new is
// told once, and what is over is closed.
func Watch(ctx context.Context, tx bun.Tx, now time.Time, tell Tell) error {
	all, err := All(ctx, tx)
	if err != nil {
		return err
	}
	open, err := Alerts(ctx, tx)
	if err != nil {
		return err
	}
	lost, err := unnamed(ctx, tx)
	if err != nil {
		return err
	}
	var raised []uuid.UUID
	for _, l := range all {
		is := l.troubles(now, slices.Contains(lost, l.ID))
		for _, a := range open {
			if a.Licence != l.ID || slices.Contains(is, a.Kind) {
				continue
			}
			if _, err := tx.NewRaw(`update licence_alerts set cleared_at = now() where tenant_id = current_tenant() and id = ?`, a.ID).Exec(ctx); err != nil {
				return err
			}
		}
		for _, kind := range is {
			// Another process may be at it at the same moment: one of the two inserts.
			var made []uuid.UUID
			if err := tx.NewRaw(`insert into licence_alerts (tenant_id, id, licence_id, kind) values (current_tenant(), ?, ?, ?)
				on conflict do nothing returning id`, tenants.NewID(), l.ID, string(kind)).Scan(ctx, &made); err != nil {
				return err
			}
			raised = append(raised, made...)
		}
	}
	for _, alert := range raised {
		if err := tell(ctx, tx, alert); err != nil {
			return err
		}
	}
	return nil
}

// unnamed are licences whose page named them once and, at the last look that read it, neither their number nor their licensee.
func unnamed(ctx context.Context, tx bun.Tx) (all []uuid.UUID, err error) {
	err = tx.NewRaw(`select l.id from licences l
		join lateral (select * from licence_looks k where k.tenant_id = l.tenant_id and k.licence_id = l.id and k.link = l.link
			and k.outcome in ('reachable', 'changed') order by k.at desc, k.id desc limit 1) last on true
		where l.tenant_id = current_tenant() and l.retired_at is null and not last.number_found and not last.licensee_found
			and exists (select from licence_looks k where k.tenant_id = l.tenant_id and k.licence_id = l.id and k.link = l.link
				and (k.number_found or k.licensee_found))`).Scan(ctx, &all)
	return all, err
}
