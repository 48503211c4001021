package players

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// ClearExpired removes the transaction's casino's player sessions that have ended, and the used identity tokens that their own
// expiry refuses by now; an hour is left for clocks that disagree. It says how many rows there were.
func ClearExpired(ctx context.Context, tx bun.Tx) (int, error) {
	total := 0
	for _, e := range []struct{ table, condition string }{
		{"player_sessions", "expires_at < now() - interval '1 day' or ended_at < now() - interval '1 day'"},
		{"identity_tokens_used", "expires_at < now() - interval '1 hour'"},
	} {
		res, err := tx.ExecContext(ctx, "delete from "+e.table+" where tenant_id = current_tenant() and ("+e.condition+")")
		if err != nil {
			return total, fmt.Errorf("clear %s: %w", e.table, err)
		}
		n, _ := res.RowsAffected()
		total += int(n)
	}
	return total, nil
}
