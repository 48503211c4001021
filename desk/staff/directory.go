package staff

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
)

// Colleague is a member as other members see them: whom a conversation can go to.
type Colleague struct {
	ID       uuid.UUID  `bun:"id"`
	Name     string     `bun:"name"`
	Role     authz.Role `bun:"role"`
	LastSeen *time.Time `bun:"last_seen_at"`
}

// Colleagues are the members who can sign in, by name, at most 500.
func Colleagues(ctx context.Context, tx bun.Tx) ([]Colleague, error) {
	var all []Colleague
	err := tx.NewRaw(`select id, name, role, last_seen_at from memberships
		where tenant_id = current_tenant() and disabled_at is null order by lower(name), id limit 500`).Scan(ctx, &all)
	return all, err
}

// ColleaguesOf are those of ids who can sign in, in no order. Ids that nobody has are left out.
func ColleaguesOf(ctx context.Context, tx bun.Tx, ids ...uuid.UUID) ([]Colleague, error) {
	var all []Colleague
	if len(ids) == 0 {
		return all, nil
	}
	err := tx.NewRaw(`select id, name, role, last_seen_at from memberships
		where tenant_id = current_tenant() and disabled_at is null and id = any(?::uuid[])`, pgdialect.Array(ids)).Scan(ctx, &all)
	return all, err
}

// Team is a group of members that conversations can go to.
type Team struct {
	ID       uuid.UUID `bun:"id"`
	Name     string    `bun:"name"`
	ForLeads bool      `bun:"for_leads"`
}

// AllTeams are the casino's teams by name, at most 200.
func AllTeams(ctx context.Context, tx bun.Tx) ([]Team, error) {
	var all []Team
	err := tx.NewRaw(`select id, name, for_leads from teams where tenant_id = current_tenant() order by lower(name), id limit 200`).Scan(ctx, &all)
	return all, err
}
