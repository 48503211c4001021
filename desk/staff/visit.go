package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// How long a visit lasts at most, and how long one that was begun can be entered.
const (
	VisitFor   = 60 * time.Minute
	visitDoor  = 5 * time.Minute
	visitsKept = 50 // shown
)

// Side is where a visitor comes from.
type Side string

// The sides.
const (
	FromPlatform Side = "platform" // the deployment's own people
	FromReseller Side = "reseller" // people of the reseller who provisioned the casino
)

// Visit is somebody from above who has come into a casino, for a while and for a reason that its admins read.
type Visit struct {
	ID        uuid.UUID  `bun:"id"`
	Name      string     `bun:"name"`
	Side      Side       `bun:"side"`
	Reason    string     `bun:"reason"`
	MayChange bool       `bun:"may_change"` // as the casino allowed when it began
	BegunAt   time.Time  `bun:"begun_at"`
	EnteredAt *time.Time `bun:"entered_at"`
	EndsAt    time.Time  `bun:"ends_at"`
	EndedAt   *time.Time `bun:"ended_at"` // before its time
	EndedBy   string     `bun:"ended_by"` // visitor or casino; empty where it ran out by itself, or runs
}

// Runs says whether the visit is on at a time.
func (v Visit) Runs(now time.Time) bool { return v.EndedAt == nil && v.EndsAt.After(now) }

// actor is the visitor as whoever acts: an admin's eyes, and every line says who it was.
func (v Visit) actor(tenant uuid.UUID) authz.Actor {
	return authz.Actor{Kind: authz.KindVisitor, Tenant: tenant, ID: v.ID, Role: authz.Admin, Name: v.Name, MayChange: v.MayChange}
}

const visitColumns = `v.id, v.name, v.side, v.reason, v.may_change, v.begun_at, v.entered_at, v.ends_at, v.ended_at, coalesce(v.ended_by, '') as ended_by`

// NewVisit is who wants to come in, and why.
type NewVisit struct {
	Person uuid.UUID
	Name   string
	Side   Side
	Reason string
}

// BeginVisit opens the casino of tx to somebody from above: it writes the reason into the audit log, has the casino's admins
// told by mail, and returns the visit with the token that enters it, once, within five minutes. Permission has been asked above.
func BeginVisit(ctx context.Context, tx bun.Tx, n NewVisit, from From) (v Visit, token string, err error) {
	n.Reason = strings.TrimSpace(n.Reason)
	if c := utf8.RuneCountInString(n.Reason); c < 10 || c > 500 || !utf8.ValidString(n.Reason) {
		return v, "", fault.New(fault.Invalid, "Say why in 10 to 500 characters: the casino reads it.").On("reason")
	}
	n.Reason, _ = cards.Mask(n.Reason)
	rule, err := VisitorsMayChange(ctx, tx)
	if err != nil {
		return v, "", err
	}
	token = newToken()
	hash := HashToken(token)
	v = Visit{ID: tenants.NewID(), Name: n.Name, Side: n.Side, Reason: n.Reason, MayChange: rule}
	err = tx.NewRaw(`insert into visits (tenant_id, id, person_id, name, side, reason, may_change, token_hash, ends_at)
		values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, now() + ?::interval) returning begun_at, ends_at`,
		v.ID, n.Person, v.Name, string(v.Side), v.Reason, v.MayChange, hash[:], fmt.Sprintf("%d seconds", int(VisitFor.Seconds()))).Scan(ctx, &v.BegunAt, &v.EndsAt)
	if err != nil {
		return v, "", fmt.Errorf("begin visit: %w", err)
	}
	a := v.actor(tenants.Current(ctx).ID)
	a.Address, a.RequestID = from.Address, from.RequestID
	if err := authz.Record(ctx, tx, a, "begin", "visit", map[string]any{"name": v.Reason}); err != nil {
		return v, "", err
	}
	return v, token, TellAdmins(ctx, tx, LetterVisit, v.ID)
}

// VisitByToken is the visit that a token enters; NotFound once it was used or is too old. It uses nothing up.
func VisitByToken(ctx context.Context, token string) (v Visit, err error) {
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		v, err = visitByToken(ctx, tx, token)
		return err
	})
	return v, err
}

func visitByToken(ctx context.Context, tx bun.Tx, token string) (v Visit, err error) {
	hash := HashToken(token)
	err = tx.NewRaw(`select `+visitColumns+` from visits v where v.tenant_id = current_tenant() and v.token_hash = ? and v.entered_at is null
		and v.ended_at is null and v.begun_at > now() - ?::interval`, hash[:], fmt.Sprintf("%d seconds", int(visitDoor.Seconds()))).Scan(ctx, &v)
	if errors.Is(err, sql.ErrNoRows) {
		return v, errLink
	}
	return v, err
}

// EnterVisit takes the token of a visit, once, and begins its session, which ends with the visit.
func (s *Sessions) EnterVisit(ctx context.Context, token string, from From) (session string, err error) {
	t := tenants.Current(ctx)
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		v, err := visitByToken(ctx, tx, token)
		if err != nil {
			return err
		}
		res, err := tx.NewRaw(`update visits set entered_at = now() where tenant_id = current_tenant() and id = ? and entered_at is null`, v.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("enter visit: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 { // another window was faster
			return errLink
		}
		session = newToken()
		hash := HashToken(session)
		if _, err := tx.NewRaw(`insert into staff_sessions (tenant_id, token_hash, id, visit_id, expires_at, proven_at, address, browser)
			values (current_tenant(), ?, ?, ?, ?, now(), ?, ?)`, hash[:], tenants.NewID(), v.ID, v.EndsAt, from.Address, cut(from.Browser, 300)).Exec(ctx); err != nil {
			return fmt.Errorf("enter visit: %w", err)
		}
		a := v.actor(t.ID)
		a.Address, a.RequestID = from.Address, from.RequestID
		return authz.Record(ctx, tx, a, "enter", "visit", nil)
	})
	return session, err
}

// findVisit is who holds the token of a visitor's session.
func findVisit(ctx context.Context, tx bun.Tx, key sessionKey) (Signed, error) {
	var row struct {
		Visit
		Session uuid.UUID `bun:"session"`
		MayNow  bool      `bun:"may_now"`
	}
	err := tx.NewRaw(`select s.id as session, `+visitColumns+`,
			v.may_change and coalesce((select r.may_change from visit_rules r where r.tenant_id = current_tenant()), false) as may_now
		from staff_sessions s
		join visits v on v.tenant_id = s.tenant_id and v.id = s.visit_id
		where s.tenant_id = current_tenant() and s.token_hash = ? and s.expires_at > now() and v.ends_at > now() and v.ended_at is null`,
		key.hash[:]).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return Signed{}, errNotSignedIn
	}
	if err != nil {
		return Signed{}, fmt.Errorf("find visit: %w", err)
	}
	row.MayChange = row.MayNow
	a := row.actor(key.tenant)
	a.Session = row.Session
	return Signed{Actor: a, Proven: true, Visit: &row.Visit}, nil
}

// leave ends a visit and its session, before its time.
func (s *Sessions) leave(ctx context.Context, tx bun.Tx, visit uuid.UUID, by string) error {
	res, err := tx.NewRaw(`update visits set ended_at = now(), ended_by = ? where tenant_id = current_tenant() and id = ?
		and ended_at is null and ends_at > now()`, by, visit).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end visit: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return tenants.ErrNotFound
	}
	var ids []uuid.UUID
	if err := tx.NewRaw(`delete from staff_sessions where tenant_id = current_tenant() and visit_id = ? returning id`, visit).Scan(ctx, &ids); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("end visit: %w", err)
	}
	s.ended(ctx, ids...)
	a, _ := authz.From(ctx)
	return authz.Record(ctx, tx, a, "end", "visit", nil)
}

// EndVisit sends a visitor out before their time, for the casino's admins. A visit that is over, or another casino's, is NotFound.
func (s *Sessions) EndVisit(ctx context.Context, tx bun.Tx, visit uuid.UUID) error {
	return s.leave(ctx, tx, visit, "casino")
}

// Visits are the casino's visits, newest first.
func Visits(ctx context.Context, tx bun.IDB) ([]Visit, error) {
	var all []Visit
	if err := tx.NewRaw(`select `+visitColumns+` from visits v where v.tenant_id = current_tenant() order by v.id desc limit ?`, visitsKept).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	return all, nil
}

// VisitOf is one of them.
func VisitOf(ctx context.Context, tx bun.IDB, id uuid.UUID) (v Visit, err error) {
	err = tx.NewRaw(`select `+visitColumns+` from visits v where v.tenant_id = current_tenant() and v.id = ?`, id).Scan(ctx, &v)
	if errors.Is(err, sql.ErrNoRows) {
		return v, tenants.ErrNotFound
	}
	return v, err
}

// VisitorsMayChange says whether the casino lets its visitors change settings and articles.
func VisitorsMayChange(ctx context.Context, tx bun.IDB) (may bool, err error) {
	err = tx.NewRaw(`select coalesce((select may_change from visit_rules where tenant_id = current_tenant()), false)`).Scan(ctx, &may)
	return may, err
}

// LetVisitorsChange sets that. Taking it back takes it from those who are here; granting it grants it to those who come later.
func LetVisitorsChange(ctx context.Context, tx bun.Tx, may bool) error {
	_, err := tx.NewRaw(`insert into visit_rules (tenant_id, may_change) values (current_tenant(), ?)
		on conflict (tenant_id) do update set may_change = excluded.may_change, changed_at = now()`, may).Exec(ctx)
	return err
}
