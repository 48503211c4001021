package answers

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MaxTitle and its like are how many characters the fields of a draft take.
const (
	MaxTitle   = maxTitle
	MaxSummary = maxSummary
	MaxSlug    = maxSlug
	MaxBody    = maxBody
)

// Count is how many articles a filter picks, whatever its After and Limit.
func Count(ctx context.Context, tx bun.Tx, f Filter) (n int, err error) {
	err = f.pick(tx, tx.NewSelect().TableExpr("articles a").ColumnExpr("count(*)")).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count of articles: %w", err)
	}
	return n, nil
}

// Preview writes a text as its page will show it, with the casino's own pictures, and keeps nothing.
func Preview(ctx context.Context, tx bun.Tx, language, body string) (Written, error) {
	d, err := clean(Draft{Title: "-", Body: body})
	if err != nil {
		return Written{}, err
	}
	return write(ctx, tx, Version{Language: language, Body: d.Body})
}

// Overwrite saves a text over one that somebody else has saved since. Theirs is discarded first, so that it stays among the
// versions; what is published isn't touched.
func Overwrite(ctx context.Context, tx bun.Tx, article uuid.UUID, lang string, d Draft, basedOn int) (Version, error) {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return Version{}, err
	}
	all, err := Versions(ctx, tx, article, lang)
	if err != nil {
		return Version{}, err
	}
	d.Opened = ""
	if len(all) > 0 {
		d.Opened = all[0].Mark()
		if all[0].State.Open() {
			if err := Discard(ctx, tx, article, lang, d.Opened); err != nil {
				return Version{}, err
			}
		}
	}
	return SaveDraft(ctx, tx, article, lang, d, basedOn)
}

// Opinion is what readers said of one text.
type Opinion struct {
	Article  uuid.UUID `bun:"article_id"`
	Language string    `bun:"language"`
	Title    string    `bun:"title"`
	Yes      int       `bun:"yes"`
	No       int       `bun:"no"`
}

// Opinions are what readers said in the last 90 days of the texts that are published now, those that helped least first.
func Opinions(ctx context.Context, tx bun.Tx, most int) ([]Opinion, error) {
	var all []Opinion
	err := tx.NewRaw(`select v.article_id, v.language, s.title, count(*) filter (where v.helpful) as yes, count(*) filter (where not v.helpful) as no
		from article_votes v
		join article_search s on s.tenant_id = v.tenant_id and s.article_id = v.article_id and s.language = v.language
		where v.tenant_id = current_tenant() and v.at >= now() - interval '90 days'
		group by v.article_id, v.language, s.title
		order by (count(*) filter (where v.helpful) + 1.0) / (count(*) + 2), count(*) desc, s.title limit ?`, limit(most, 50, 200)).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("opinions: %w", err)
	}
	return all, nil
}
