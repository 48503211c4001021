package answers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/tenants"
)

// At is the text of an article for a reader of a language: in that language, else in the casino's, else in English. What
// players may not read is NotFound.
func At(ctx context.Context, tx bun.Tx, language string, id uuid.UUID) (Link, error) {
	var l Link
	speaks := pgdialect.Array(languages(ctx, language))
	err := tx.NewRaw(`select article_id, language, slug, title, summary from article_search
		where tenant_id = current_tenant() and article_id = ?0 and audience = 'players' and language = any (?1::text[])
		order by array_position(?1::text[], language) limit 1`, id, speaks).Scan(ctx, &l)
	if errors.Is(err, sql.ErrNoRows) {
		return l, tenants.ErrNotFound
	}
	if err != nil {
		return l, fmt.Errorf("article %s: %w", id, err)
	}
	return l, nil
}
