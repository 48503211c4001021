package staff

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Tries may fail so often within the window before the next is refused unlooked-at. An address stands for a whole office.
type tries struct{ account, address int }

var (
	signInTries = tries{10, 60}
	resetTries  = tries{3, 20}
)

// As Postgres reads them: the window, and for how long an address from which somebody got in is known.
const (
	window   = "15 minutes"
	knownFor = "30 days"
)

// try notes an attempt on an account before it is looked at, so that many at once count too, and refuses it where there were
// too many. An attempt counts as failed until passed says otherwise. The rows are the casino's own: what somebody does at
// one casino's door never closes another's.
//
// An address from which the account got in within 30 days has a count of its own, so that a stranger who hammers an account
// doesn't lock its owner out.
func try(ctx context.Context, tx bun.Tx, account, address string, most tries) (uuid.UUID, error) {
	if _, err := tx.NewRaw(`select pg_advisory_xact_lock(hashtextextended(current_tenant()::text || ?, 0))`, account).Exec(ctx); err != nil {
		return uuid.Nil, fmt.Errorf("throttle: %w", err)
	}
	var count struct {
		Account int64   `bun:"account"`
		Address int64   `bun:"address"`
		Wait    float64 `bun:"wait"` // seconds until one of the counted leaves the window
	}
	err := tx.NewRaw(`with known as (
			select exists (select from sign_in_attempts where tenant_id = current_tenant() and account = ?0 and address = ?1 and ok
			               and at > now() - interval '`+knownFor+`') as known
		), a as (
			select count(*) as n, min(at) as oldest from sign_in_attempts, known where tenant_id = current_tenant() and account = ?0
			and at > now() - interval '`+window+`' and not ok and (not known or address = ?1)
		), b as (
			select count(*) as n, min(at) as oldest from sign_in_attempts where tenant_id = current_tenant() and address = ?1
			and at > now() - interval '`+window+`' and not ok
		)
		select a.n as account, b.n as address,
			coalesce(extract(epoch from (case when a.n >= ?2 then a.oldest else b.oldest end) + interval '`+window+`' - now()), 0)::float8 as wait
		from a, b`, account, address, most.account).Scan(ctx, &count)
	if err != nil {
		return uuid.Nil, fmt.Errorf("throttle: %w", err)
	}
	if count.Account >= int64(most.account) || count.Address >= int64(most.address) {
		wait := max(time.Second, time.Duration(count.Wait*float64(time.Second)))
		minutes := int((wait + time.Minute - 1) / time.Minute)
		return uuid.Nil, fault.New(fault.TooMany, "Too many attempts. Please try again in %d minutes.", minutes).After(wait)
	}
	id := tenants.NewID()
	_, err = tx.NewRaw(`insert into sign_in_attempts (tenant_id, id, account, address, ok) values (current_tenant(), ?, ?, ?, false)`,
		id, account, address).Exec(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("throttle: %w", err)
	}
	return id, nil
}

// passed says that an attempt was the right one.
func passed(ctx context.Context, tx bun.Tx, attempt uuid.UUID) error {
	_, err := tx.NewRaw(`update sign_in_attempts set ok = true where tenant_id = current_tenant() and id = ?`, attempt).Exec(ctx)
	return err
}
