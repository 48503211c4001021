package answers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Filter picks articles for staff.
type Filter struct {
	Category *uuid.UUID
	Language string   // has a text in it; with State and Words, that text
	State    State    // has an open text in this state; Published: is read by people
	Audience Audience // empty: both
	Words    string   // in a title
	Stale    bool     // has a translation that is older than the original
	Archived bool     // the archived ones instead of the others
	After    uuid.UUID
	Limit    int
}

// Articles are a casino's articles, newest first, after one of them. For staff alone: drafts and internal articles are among
// them.
func Articles(ctx context.Context, tx bun.Tx, f Filter) ([]Article, error) {
	q := f.pick(tx, tx.NewSelect().TableExpr("articles a").
		ColumnExpr("a.id, a.category_id, a.topic_id, a.audience, a.original, a.position, a.created_at, a.archived_at, coalesce(a.archived_by, '') as archived_by")).
		OrderExpr("a.id desc").Limit(int64(limit(f.Limit, 50, 200)))
	if f.After != uuid.Nil {
		q = q.Where("a.id < ?", f.After)
	}
	var all []Article
	if err := q.Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("articles: %w", err)
	}
	return all, addTexts(ctx, tx, all)
}

// pick narrows a query of articles to those of the filter.
func (f Filter) pick(tx bun.Tx, q *bun.SelectQuery) *bun.SelectQuery {
	q = q.Where("a.tenant_id = current_tenant()").Where("(a.archived_at is not null) = ?", f.Archived)
	if f.Category != nil {
		q = q.Where("a.category_id = ?", *f.Category)
	}
	if f.Audience != "" {
		q = q.Where("a.audience = ?", f.Audience)
	}
	if f.Language != "" || f.State != "" || f.Words != "" {
		t := tx.NewSelect().TableExpr("article_versions v").ColumnExpr("1").
			Where("v.tenant_id = current_tenant() and v.article_id = a.id and v.state not in ('superseded', 'discarded')")
		if f.Language != "" {
			t = t.Where("v.language = ?", f.Language)
		}
		if f.State != "" {
			t = t.Where("v.state = ?", f.State)
		}
		for _, w := range clip(wordsOf(tidy(f.Words)), maxWords) {
			t = t.Where("strpos(lower(v.title), ?) > 0", w)
		}
		q = q.Where("exists (?)", t)
	}
	if f.Stale {
		q = q.Where(`exists (select from article_versions t join article_versions o on o.tenant_id = t.tenant_id and o.article_id = t.article_id
			and o.language = a.original and o.state = 'published'
			where t.tenant_id = current_tenant() and t.article_id = a.id and t.language <> a.original and t.based_on < o.number
			and t.number = (select max(number) from article_versions n where n.tenant_id = t.tenant_id and n.article_id = t.article_id
				and n.language = t.language and n.state <> 'discarded'))`)
	}
	return q
}

// addTexts gives articles their newest texts.
func addTexts(ctx context.Context, tx bun.Tx, all []Article) error {
	if len(all) == 0 {
		return nil
	}
	ids, at := make([]string, len(all)), map[uuid.UUID]*Article{}
	for i := range all {
		ids[i], at[all[i].ID] = all[i].ID.String(), &all[i]
	}
	var rows []struct {
		Article   uuid.UUID  `bun:"article_id"`
		Language  string     `bun:"language"`
		Number    int        `bun:"number"`
		Saves     int        `bun:"saves"`
		State     State      `bun:"state"`
		Title     string     `bun:"title"`
		Summary   string     `bun:"summary"`
		Slug      string     `bun:"slug"`
		Author    string     `bun:"author_name"`
		BasedOn   *int       `bun:"based_on"`
		SavedAt   time.Time  `bun:"saved_at"`
		Live      int        `bun:"live"`
		Published *time.Time `bun:"live_at"`
	}
	// The newest text that counts: a discarded one only where there is no other.
	err := tx.NewRaw(`select distinct on (v.article_id, v.language) v.article_id, v.language, v.number, v.saves, v.state, v.title, v.summary, v.slug,
			v.author_name, v.based_on, v.saved_at, coalesce(l.number, 0) as live, l.published_at as live_at
		from article_versions v
		left join article_versions l on l.tenant_id = v.tenant_id and l.article_id = v.article_id and l.language = v.language and l.state = 'published'
		where v.tenant_id = current_tenant() and v.article_id = any (?::uuid[])
		order by v.article_id, v.language, v.state = 'discarded', v.number desc`, pgdialect.Array(ids)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("texts of articles: %w", err)
	}
	for _, r := range rows {
		a := at[r.Article]
		t := Text{Language: r.Language, Number: r.Number, State: r.State, Title: r.Title, Summary: r.Summary, Slug: r.Slug, Live: r.Live,
			Author: r.Author, SavedAt: r.SavedAt, PublishedAt: r.Published, Opened: mark(r.Number, r.Saves)}
		if r.BasedOn != nil {
			t.BasedOn = *r.BasedOn
		}
		a.Texts = append(a.Texts, t)
	}
	for i := range all {
		a := &all[i]
		slices.SortFunc(a.Texts, func(x, y Text) int {
			if (x.Language == a.Original) != (y.Language == a.Original) {
				return map[bool]int{true: -1, false: 1}[x.Language == a.Original]
			}
			return cmp.Compare(x.Language, y.Language)
		})
		if first, ok := a.Text(a.Original); ok {
			for j := range a.Texts {
				a.Texts[j].Stale = a.Texts[j].Language != a.Original && a.Texts[j].BasedOn < first.Live
			}
		}
	}
	return nil
}

// limit is how many of something are returned: what was asked for within bounds.
func limit(asked, usual, most int) int {
	if asked <= 0 {
		return usual
	}
	return min(asked, most)
}

func clip[T any](all []T, most int) []T { return all[:min(len(all), most)] }
