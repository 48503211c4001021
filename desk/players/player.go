package players

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// Status is what the casino says about a player's gaming. Help that could harm depends on it.
type Status string

// The statuses. Unknown is what a player has until the casino says otherwise.
const (
	Active   Status = "active"
	AtRisk   Status = "at_risk"
	Excluded Status = "excluded"
	Unknown  Status = "unknown"
)

// Player is a casino's player or visitor. What only a signed identity tells is nil until one did.
type Player struct {
	ID        uuid.UUID  `bun:"id"`
	Sub       *string    `bun:"sub"` // the casino's own id; nil for a visitor
	Name      *string    `bun:"name"`
	Email     *string    `bun:"email"`
	Phone     *string    `bun:"phone"`
	Language  *string    `bun:"language"`
	Country   *string    `bun:"country"`
	VIP       *string    `bun:"vip"`
	Status    Status     `bun:"status"`
	ProvenAt  *time.Time `bun:"proven_at"` // when an identity last proved who they are; nil for a visitor
	CreatedAt time.Time  `bun:"created_at"`
	SeenAt    time.Time  `bun:"seen_at"`
}

const columns = `id, sub, name, email, phone, language, country, vip, status, proven_at, created_at, seen_at`

// Columns are a player's columns for a statement that joins players under an alias; their names get a prefix, as
// bun's embed reads them.
func Columns(alias, prefix string) string {
	names := strings.Split(columns, ", ")
	for i, name := range names {
		names[i] = alias + "." + name + " as " + prefix + name
	}
	return strings.Join(names, ", ")
}

// Get returns a player of the transaction's casino, or NotFound.
func Get(ctx context.Context, tx bun.Tx, id uuid.UUID) (Player, error) {
	var p Player
	err := tx.NewRaw(`select `+columns+` from players where tenant_id = current_tenant() and id = ?`, id).Scan(ctx, &p)
	if errors.Is(err, sql.ErrNoRows) {
		return p, tenants.ErrNotFound
	}
	if err != nil {
		return p, fmt.Errorf("player %s: %w", id, err)
	}
	return p, nil
}

// record writes what a proven identity says. What it leaves out stays as it was, except the status: nobody's silence keeps
// a player "active".
func record(ctx context.Context, tx bun.Tx, c claims) (Player, error) {
	var p Player
	err := tx.NewRaw(`insert into players as p (tenant_id, id, sub, name, email, phone, language, country, vip, status, proven_at)
		values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, ?, ?, now())
		on conflict (tenant_id, sub) where sub is not null do update set
			name = coalesce(excluded.name, p.name), email = coalesce(excluded.email, p.email),
			phone = coalesce(excluded.phone, p.phone), language = coalesce(excluded.language, p.language),
			country = coalesce(excluded.country, p.country), vip = coalesce(excluded.vip, p.vip),
			status = excluded.status, proven_at = now(), seen_at = now()
		returning `+columns,
		tenants.NewID(), c.sub, orNull(c.name), orNull(c.email), orNull(c.phone), orNull(c.language), orNull(c.country),
		orNull(c.vip), string(c.status)).Scan(ctx, &p)
	if err != nil {
		return p, fmt.Errorf("record player: %w", err)
	}
	live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatPlayer, Player: p.ID})
	return p, nil
}

func visitor(ctx context.Context, tx bun.Tx, language string) (Player, error) {
	var p Player
	err := tx.NewRaw(`insert into players (tenant_id, id, language) values (current_tenant(), ?, ?) returning `+columns,
		tenants.NewID(), orNull(language)).Scan(ctx, &p)
	if err != nil {
		return p, fmt.Errorf("new visitor: %w", err)
	}
	return p, nil
}

// Visitors are the visitors who turned out to be the player, oldest link first.
func Visitors(ctx context.Context, tx bun.Tx, player uuid.UUID) ([]Player, error) {
	var all []Player
	err := tx.NewRaw(`select `+columns+` from players where tenant_id = current_tenant() and id in (
		select visitor_id from player_links where tenant_id = current_tenant() and player_id = ?) order by created_at`, player).Scan(ctx, &all)
	return all, err
}

// link ties a visitor to the player who signed in where the visitor had been. A visitor belongs to one player for good: it
// reports false when another came first.
func link(ctx context.Context, tx bun.Tx, player, visitor uuid.UUID) (bool, error) {
	res, err := tx.NewRaw(`insert into player_links (tenant_id, player_id, visitor_id) values (current_tenant(), ?, ?)
		on conflict do nothing`, player, visitor).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("link visitor: %w", err)
	}
	n, _ := res.RowsAffected()
	return n > 0, nil
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
