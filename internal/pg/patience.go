package pg

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// lockWait is how long a migration waits for a lock. Whoever comes after it waits behind it for as long.
	lockWait = time.Second
	// triesFor is how long a migration is tried again before it is given up.
	triesFor = 10 * time.Minute
	// Between two tries those who waited get on with their work.
	firstPause, longestPause = 200 * time.Millisecond, 5 * time.Second
)

// The server's own vacuum gives way, but only to who has waited for deadlock_timeout (PostgreSQL documentation, 25.1.6), which is
// a second too. So every third try waits a little longer than that; else a large table's vacuum would keep us out for hours.
const (
	outlastEvery  = 3
	outlastVacuum = "select set_config('lock_timeout', (extract(epoch from current_setting('deadlock_timeout')::interval) * 1000 + 200)::int::text, false)"
)

// outlastKey marks the ctx of a try that outlasts a vacuum.
type outlastKey struct{}

// patiently does a step of a migration, and does it again when it couldn't have a lock: a step that was refused has undone what
// it did and let go of what it held. It gives up after triesFor.
func patiently(ctx context.Context, log *slog.Logger, step func(context.Context) error) error {
	ends := time.Now().Add(triesFor)
	pause := firstPause
	for try := 1; ; try++ {
		of := ctx
		if try%outlastEvery == 0 {
			of = context.WithValue(ctx, outlastKey{}, true)
		}
		err := step(of)
		if !inTheWay(err) || time.Now().After(ends) {
			return err
		}
		log.WarnContext(ctx, "somebody is in the migration's way: it lets them pass and tries again", "err", err)
		timer := time.NewTimer(pause/2 + rand.N(pause)) // #nosec G404 -- it spreads work out, and is no secret
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		case <-timer.C:
		}
		pause = min(2*pause, longestPause)
	}
}

// inTheWay says that a step failed because of what others were doing (PostgreSQL documentation, appendix A).
func inTheWay(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case "55P03", // lock_not_available: lock_timeout has run out
		"40P01": // deadlock_detected
		return true
	}
	// Rights of one table that two sessions change at once, such as vacuum and grant.
	return refused.Code == "XX000" && refused.Message == "tuple concurrently updated"
}
