package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// Member is one of a casino's people as its admins see them.
type Member struct {
	ID         uuid.UUID   `bun:"id"`
	Email      string      `bun:"email"`
	Name       string      `bun:"name"`
	Role       authz.Role  `bun:"role"`
	Language   string      `bun:"language"`
	Factor     bool        `bun:"factor"`
	LastSeenAt *time.Time  `bun:"last_seen_at"`
	DisabledAt *time.Time  `bun:"disabled_at"`
	Teams      []uuid.UUID `bun:"-"`
	TeamTexts  []string    `bun:"teams,array"`
}

const peopleColumns = `select m.id, m.email, m.name, m.role, m.language, m.totp_at is not null as factor, m.last_seen_at, m.disabled_at,
		array(select t.team_id::text from membership_teams t where t.tenant_id = m.tenant_id and t.membership_id = m.id) as teams
	from memberships m where m.tenant_id = current_tenant() `

// People are all members of the casino, those who may not sign in any more last.
func People(ctx context.Context, tx bun.Tx) ([]Member, error) {
	var all []Member
	if err := tx.NewRaw(peopleColumns+`order by m.disabled_at is not null, lower(m.name), m.id limit 2000`).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	for i := range all {
		all[i].Teams = ids(all[i].TeamTexts)
	}
	return all, nil
}

// Page is one page of all members, the newest first, from before one of them; uuid.Nil begins at the newest.
func Page(ctx context.Context, tx bun.Tx, before uuid.UUID, limit int) ([]Member, error) {
	var all []Member
	if err := tx.NewRaw(peopleColumns+`and (? = '00000000-0000-0000-0000-000000000000' or m.id < ?) order by m.id desc limit ?`,
		before, before, limit).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	for i := range all {
		all[i].Teams = ids(all[i].TeamTexts)
	}
	return all, nil
}

// MemberOf returns one member, NotFound where there is none.
func MemberOf(ctx context.Context, tx bun.Tx, id uuid.UUID) (m Member, err error) {
	err = tx.NewRaw(peopleColumns+`and m.id = ?`, id).Scan(ctx, &m)
	if errors.Is(err, sql.ErrNoRows) {
		return m, tenants.ErrNotFound
	}
	m.Teams = ids(m.TeamTexts)
	return m, err
}

// Place gives a member another role and other teams. The casino keeps at least one admin.
func (s *Sessions) Place(ctx context.Context, tx bun.Tx, id uuid.UUID, role authz.Role, teams []uuid.UUID) error {
	if err := checkRole(role); err != nil {
		return err
	}
	if err := checkTeams(ctx, tx, teams); err != nil {
		return err
	}
	if role != authz.Admin {
		if err := notTheLastAdmin(ctx, tx, id); err != nil {
			return err
		}
	}
	res, err := tx.NewRaw(`update memberships set role = ? where tenant_id = current_tenant() and id = ?`, string(role), id).Exec(ctx)
	if err := one(res, err, "place member"); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`delete from membership_teams where tenant_id = current_tenant() and membership_id = ?`, id).Exec(ctx); err != nil {
		return fmt.Errorf("place member: %w", err)
	}
	if err := putInTeams(ctx, tx, id, teams); err != nil {
		return err
	}
	tenants.AfterCommit(ctx, s.Forget)
	announceStaff(ctx)
	return nil
}

// Disable keeps a member from signing in and ends their sessions; what they did stays theirs. The last admin can't be.
func (s *Sessions) Disable(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	if err := notTheLastAdmin(ctx, tx, id); err != nil {
		return err
	}
	res, err := tx.NewRaw(`update memberships set disabled_at = coalesce(disabled_at, now()) where tenant_id = current_tenant() and id = ?`, id).Exec(ctx)
	if err := one(res, err, "disable member"); err != nil {
		return err
	}
	if _, err := s.EndAll(ctx, tx, id, uuid.Nil); err != nil {
		return err
	}
	announceStaff(ctx)
	return nil
}

// Enable lets a disabled member sign in again.
func (s *Sessions) Enable(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	if err := seated(ctx, tx, id); err != nil {
		return err
	}
	res, err := tx.NewRaw(`update memberships set disabled_at = null where tenant_id = current_tenant() and id = ?`, id).Exec(ctx)
	if err := one(res, err, "enable member"); err != nil {
		return err
	}
	tenants.AfterCommit(ctx, s.Forget)
	announceStaff(ctx)
	return nil
}

// notTheLastAdmin refuses what would leave the casino without an admin. It holds all admins' rows, so that two who demote each
// other take turns.
func notTheLastAdmin(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	var admins []uuid.UUID
	if err := tx.NewRaw(`select id from memberships where tenant_id = current_tenant() and role = 'admin' and disabled_at is null
		order by id for update`).Scan(ctx, &admins); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("admins: %w", err)
	}
	if len(admins) == 1 && admins[0] == id {
		return fault.New(fault.Conflict, "This is the last admin. Make somebody else an admin first.")
	}
	return nil
}

func checkRole(role authz.Role) error {
	switch role {
	case authz.Operator, authz.Lead, authz.Admin:
		return nil
	}
	return fault.New(fault.Invalid, "There is no such role.").On("role")
}

// announceStaff tells open pages to read rights and names anew.
func announceStaff(ctx context.Context) {
	live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatStaff, StaffOnly: true})
}

// one answers NotFound where a statement met no row.
func one(res sql.Result, err error, doing string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return tenants.ErrNotFound
	}
	return nil
}
