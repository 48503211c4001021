package office

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Tries may fail so often within a quarter of an hour before the next is refused unlooked-at. An address stands for a whole
// office.
type tries struct{ account, address int }

var (
	codeTries = tries{10, 60}
	linkTries = tries{4, 20}
)

// try notes an attempt before it is looked at, so that many at once count too, and refuses it where there were too many. An attempt
// counts as failed until passed says otherwise.
func try(ctx context.Context, tx bun.Tx, account, address string, most tries) (uuid.UUID, error) {
	if _, err := tx.NewRaw(`select pg_advisory_xact_lock(hashtextextended('console' || ?, 0))`, account).Exec(ctx); err != nil {
		return uuid.Nil, fmt.Errorf("throttle: %w", err)
	}
	var byAccount, byAddress int
	var wait float64 // seconds until the oldest of the counted leaves the window
	err := tx.NewRaw(`select count(*) filter (where account = ?0), count(*) filter (where address = ?1),
			coalesce(extract(epoch from min(at) + interval '15 minutes' - now()), 0)::float8
		from control.console_attempts where (account = ?0 or address = ?1) and not ok and at > now() - interval '15 minutes'`,
		account, address).Scan(ctx, &byAccount, &byAddress, &wait)
	if err != nil {
		return uuid.Nil, fmt.Errorf("throttle: %w", err)
	}
	if byAccount >= most.account || byAddress >= most.address {
		left := max(time.Second, time.Duration(wait*float64(time.Second)))
		return uuid.Nil, fault.New(fault.TooMany, "Too many attempts. Please try again in %d minutes.", int((left+time.Minute-1)/time.Minute)).After(left)
	}
	id := tenants.NewID()
	_, err = tx.NewRaw(`insert into control.console_attempts (id, account, address, ok) values (?, ?, ?, false)`, id, account, address).Exec(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("throttle: %w", err)
	}
	return id, nil
}

// passed says that an attempt was the right one.
func passed(ctx context.Context, tx bun.Tx, attempt uuid.UUID) error {
	_, err := tx.NewRaw(`update control.console_attempts set ok = true where id = ?`, attempt).Exec(ctx)
	return err
}
