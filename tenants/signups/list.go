package signups

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Listed is a sign-up as the deployment's own people see it.
type Listed struct {
	ID       uuid.UUID  `bun:"id"`
	Name     string     `bun:"name"`
	Slug     string     `bun:"slug"`
	Email    string     `bun:"email"`
	Language string     `bun:"language"`
	BegunAt  time.Time  `bun:"begun_at"`
	Mailed   bool       `bun:"mailed"` // the letter with the proof has gone out
	Founded  *time.Time `bun:"founded_at"`
	Tenant   uuid.UUID  `bun:"tenant"` // what was founded; zero while nothing is
	Over     bool       `bun:"over"`   // its time has run out, and nothing was founded
}

// Latest are the newest sign-ups, for VendorRead.
func Latest(ctx context.Context, tx bun.IDB, limit int) ([]Listed, error) {
	var all []Listed
	err := tx.NewRaw(`select id, name, slug, email, language, begun_at, mailed_at is not null as mailed, founded_at,
			coalesce(tenant_id, '00000000-0000-0000-0000-000000000000') as tenant, founded_at is null and expires_at < now() as over
		from control.sign_ups order by begun_at desc, id limit ?`, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("sign-ups: %w", err)
	}
	return all, nil
}

// Counts is how many have signed up within so many days, and how many of them have founded a casino.
func Counts(ctx context.Context, tx bun.IDB, days int) (begun, founded int, err error) {
	err = tx.NewRaw(`select count(*), count(founded_at) from control.sign_ups where begun_at > now() - make_interval(days => ?)`, days).Scan(ctx, &begun, &founded)
	return begun, founded, err
}
