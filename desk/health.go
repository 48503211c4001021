package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// What players are promised until a casino sets its own: chat is answered at once, the rest within the hour (CASINO, row 21).
const (
	ChatPromise = 2 * time.Minute
	Promise     = time.Hour
)

// Health is how a casino's desk does at this moment, in counts alone: it names nobody.
type Health struct {
	Open     int        // conversations that are neither resolved nor snoozed
	Waiting  int        // of them, those whose player waits for an answer
	Breached int        // of them, those that have waited longer than was promised
	Since    *time.Time // since when the one waits that has waited longest
	AtLeast  bool       // there are more than were looked at
}

// HealthOf counts the casino of tx. It looks at so many conversations at most, so that a flood at one casino doesn't slow the
// page that shows a hundred.
func HealthOf(ctx context.Context, tx bun.IDB) (h Health, err error) {
	err = tx.NewRaw(`select count(*), count(waiting_since),
			count(*) filter (where waiting_since < now() - case when channel = 'chat' then ?::interval else ?::interval end), min(waiting_since)
		from (select waiting_since, channel from conversations where tenant_id = current_tenant() and state = 'open' limit ?) c`,
		seconds(ChatPromise), seconds(Promise), tallied).Scan(ctx, &h.Open, &h.Waiting, &h.Breached, &h.Since)
	if err != nil {
		return h, fmt.Errorf("health: %w", err)
	}
	h.AtLeast = h.Open >= tallied
	return h, nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%d seconds", int(d.Seconds())) }
