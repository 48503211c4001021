package desk

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk/players"
)

// Case is a conversation as whoever opens it needs it, without its entries: what a list shows, the player's record, and how
// far player and reader have come.
type Case struct {
	Row
	Player    players.Player `bun:"embed:who_"`
	Delivered int64          `bun:"delivered"` // how far the player's pages have received it
	Seen      int64          `bun:"seen"`      // and shown it
	ReadSeq   int64          `bun:"read_seq"`  // how far the reader has read; 0 when they never opened it
}

// OpenCase reads a conversation of the transaction's casino as reader needs it, in one statement, or answers NotFound.
func OpenCase(ctx context.Context, tx bun.Tx, id, reader uuid.UUID) (Case, error) {
	var c Case
	err := tx.NewRaw(`select `+rowColumns+tagColumn(true)+`, `+players.Columns("p", "who_")+`,
			coalesce(r.seq, 0) as read_seq, coalesce(pm.delivered_seq, 0) as delivered, coalesce(pm.seen_seq, 0) as seen
		from conversations c `+rowJoins+`
		left join player_marks pm on pm.tenant_id = c.tenant_id and pm.conversation_id = c.id
		where c.tenant_id = current_tenant() and c.id = ?`, reader, id).Scan(ctx, &c)
	if err != nil {
		return c, notFoundOr(err, fmt.Sprintf("conversation %s", id))
	}
	return c, nil
}
