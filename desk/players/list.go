package players

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Query picks players from a casino's list, the newest first. Zero values pick all.
type Query struct {
	Sub    string    // the casino's own id, exactly
	Email  string    // in any case
	Before uuid.UUID // the last one of the page before
	Limit  int       // 0: 50
}

// MaxPage is the most players one page holds.
const MaxPage = 100

// List returns a page of the transaction's casino's players and visitors. more says that others follow.
func List(ctx context.Context, tx bun.Tx, q Query) (page []Player, more bool, err error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, MaxPage)
	where, args := "", []any{}
	for _, text := range []string{q.Sub, q.Email} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return nil, false, fault.New(fault.Invalid, "The text contains characters that cannot be stored.")
		}
	}
	for _, by := range []struct{ column, value string }{{"sub", q.Sub}, {"email_key", strings.ToLower(strings.TrimSpace(q.Email))}} {
		if by.value == "" {
			continue
		}
		where += " and " + by.column + " = ?"
		args = append(args, by.value)
	}
	if q.Before != uuid.Nil {
		where += " and id < ?"
		args = append(args, q.Before)
	}
	page = []Player{}
	err = tx.NewRaw(`select `+columns+` from players where tenant_id = current_tenant()`+where+` order by id desc limit ?`,
		append(args, q.Limit+1)...).Scan(ctx, &page)
	if err != nil {
		return nil, false, fmt.Errorf("list players: %w", err)
	}
	if len(page) > q.Limit {
		return page[:q.Limit], true, nil
	}
	return page, false, nil
}
