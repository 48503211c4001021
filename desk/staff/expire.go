package staff

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// expired are rows that have had their day: sessions nobody can use, links that lead nowhere, sign-in attempts that throttle
// nothing any more. Who signed in and who was invited stays in the audit log.
var expired = []struct{ table, condition string }{
	{"staff_sessions", "expires_at < now() or seen_at < now() - interval '" + idleText + "'"},
	{"password_resets", "expires_at < now() - interval '7 days'"},
	{"sign_in_links", "expires_at < now() - interval '1 day'"},
	{"invitations", "expires_at < now() - interval '30 days' and accepted_at is null"},
	{"sign_in_attempts", "at < now() - interval '" + knownFor + "'"},
}

// ClearExpired removes what has expired at the transaction's casino and says how many rows there were.
func ClearExpired(ctx context.Context, tx bun.Tx) (int, error) {
	total := 0
	for _, e := range expired {
		res, err := tx.ExecContext(ctx, "delete from "+e.table+" where tenant_id = current_tenant() and ("+e.condition+")")
		if err != nil {
			return total, fmt.Errorf("clear %s: %w", e.table, err)
		}
		n, _ := res.RowsAffected()
		total += int(n)
	}
	return total, nil
}
