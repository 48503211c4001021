package answers

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Offer is a published article that an agent can hand to a player, or read themselves.
type Offer struct {
	Article  uuid.UUID `bun:"article_id"`
	Language string    `bun:"language"`
	Slug     string    `bun:"slug"`
	Title    string    `bun:"title"`
	Summary  string    `bun:"summary"`
	Audience Audience  `bun:"audience"`
}

// Offers finds articles for an agent who answers in a language: at most so many for players, then as many for staff.
func Offers(ctx context.Context, tx bun.Tx, lang, words string, most int) ([]Offer, error) {
	hits, err := Search(ctx, tx, Query{Language: lang, Words: words, Audience: Internal, Limit: 4 * most})
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	// What has all the words goes before what has some of them, or ones that look alike.
	slices.SortStableFunc(hits, func(a, b Hit) int {
		switch {
		case a.Exact == b.Exact:
			return 0
		case a.Exact:
			return -1
		}
		return 1
	})
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.Article.String()
	}
	var rows []struct {
		ID       uuid.UUID `bun:"id"`
		Audience Audience  `bun:"audience"`
	}
	if err := tx.NewRaw(`select id, audience from articles where tenant_id = current_tenant() and id = any (?::uuid[])`, pgdialect.Array(ids)).
		Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	audience := map[uuid.UUID]Audience{}
	for _, r := range rows {
		audience[r.ID] = r.Audience
	}
	var all []Offer
	for _, h := range hits {
		all = append(all, Offer{h.Article, h.Language, h.Slug, h.Title, h.Summary, audience[h.Article]})
	}
	return share(all, most), nil
}

// Handy are articles for an agent who has typed nothing yet: those on the conversation's topic first, then the first of each
// category.
func Handy(ctx context.Context, tx bun.Tx, lang string, topic *uuid.UUID, most int) ([]Offer, error) {
	var all []Offer
	err := tx.NewRaw(`select t.*, a.audience from articles a
		join answer_categories c on c.tenant_id = a.tenant_id and c.id = a.category_id
		cross join lateral (
			select s.article_id, s.language, s.slug, s.title, s.summary from article_search s
			where s.tenant_id = current_tenant() and s.article_id = a.id and s.language = any (?0::text[])
			order by array_position(?0::text[], s.language) limit 1) t
		where a.tenant_id = current_tenant() and a.archived_at is null
		order by coalesce(a.topic_id = ?1::uuid, false) desc, a.position, c.position, a.id limit ?2`,
		pgdialect.Array(languages(ctx, lang)), topic, 4*most).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("handy articles: %w", err)
	}
	return share(all, most), nil
}

// share puts what is for players before what is for staff, at most so many of each.
func share(all []Offer, most int) []Offer {
	var players, staff []Offer
	for _, o := range all {
		switch {
		case o.Audience == Internal && len(staff) < most:
			staff = append(staff, o)
		case o.Audience == Players && len(players) < most:
			players = append(players, o)
		}
	}
	return append(players, staff...)
}
