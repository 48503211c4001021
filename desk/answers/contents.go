package answers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/tenants"
)

// Guide is what every page of the help centre shows of the whole: the categories with how much is in them, what is read most,
// and the languages there are texts in. A process remembers it for each casino, so it holds no list that grows with the
// articles. It is shared: nobody may change it.
type Guide struct {
	Shelves   []Category // in the casino's order, none retired; Articles counts those of Shelf instead
	Languages []string   // that players find a text in
	counts    []shelfCount
	popular   []popularArticle
}

// Link is an article in a list.
type Link struct {
	Article  uuid.UUID `bun:"article_id"`
	Language string    `bun:"language"` // what it is written in; may differ from the reader's
	Slug     string    `bun:"slug"`
	Title    string    `bun:"title"`
	Summary  string    `bun:"summary"`
}

// Path is where the article is read.
func (l Link) Path() string { return Path(l.Language, l.Slug) }

type shelfCount struct {
	category  uuid.UUID
	languages []string
	articles  int
}

type popularArticle []Link // its texts

// Shelf is a category with how many articles of it a reader finds.
type Shelf struct {
	Category
	Found int
}

const (
	popularMost  = 12
	popularShown = 6
)

var memory = tenants.Remember("answers", load)

// Contents is the guide of the casino of ctx, from the process's memory. It holds nothing that players may not see.
func Contents(ctx context.Context) (*Guide, error) { return memory.Of(ctx) }

func load(ctx context.Context, tx bun.Tx) (*Guide, error) {
	g := &Guide{}
	all, err := Categories(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.RetiredAt == nil {
			g.Shelves = append(g.Shelves, c)
		}
	}
	var counts []struct {
		Category  uuid.UUID `bun:"category_id"`
		Languages []string  `bun:"languages,array"`
		Articles  int       `bun:"articles"`
	}
	if err := tx.NewRaw(`select category_id, languages, count(*) as articles from (
			select a.category_id, array_agg(s.language order by s.language) as languages
			from article_search s join articles a on a.tenant_id = s.tenant_id and a.id = s.article_id
			where s.tenant_id = current_tenant() and s.audience = 'players' group by a.id, a.category_id) x
		group by category_id, languages`).Scan(ctx, &counts); err != nil {
		return nil, fmt.Errorf("contents of the help centre: %w", err)
	}
	for _, c := range counts {
		g.counts = append(g.counts, shelfCount{c.Category, c.Languages, c.Articles})
		for _, l := range c.Languages {
			if !slices.Contains(g.Languages, l) {
				g.Languages = append(g.Languages, l)
			}
		}
	}
	slices.Sort(g.Languages)
	var texts []Link
	if err := tx.NewRaw(`with best as (
			select a.id, coalesce(v.score, 0) as score, c.position as shelf, a.position from articles a
			join answer_categories c on c.tenant_id = a.tenant_id and c.id = a.category_id
			left join (select article_id, sum(case when helpful then 1 else -1 end) as score from article_votes
				where tenant_id = current_tenant() and at > now() - interval '90 days' group by article_id) v on v.article_id = a.id
			where a.tenant_id = current_tenant() and a.audience = 'players' and a.archived_at is null
				and exists (select from article_search s where s.tenant_id = current_tenant() and s.article_id = a.id)
			order by 2 desc, a.position, c.position, a.id limit ?)
		select s.article_id, s.language, s.slug, s.title, s.summary from best b
		join article_search s on s.tenant_id = current_tenant() and s.article_id = b.id
		order by b.score desc, b.position, b.shelf, b.id, s.language`, popularMost).Scan(ctx, &texts); err != nil {
		return nil, fmt.Errorf("contents of the help centre: %w", err)
	}
	for _, t := range texts {
		t.Summary = ""
		if n := len(g.popular); n > 0 && g.popular[n-1][0].Article == t.Article {
			g.popular[n-1] = append(g.popular[n-1], t)
			continue
		}
		g.popular = append(g.popular, popularArticle{t})
	}
	return g, nil
}

// In are the categories in which a reader of a language finds something, texts of the casino's language and English ones
// included.
func (g *Guide) In(ctx context.Context, language string) []Shelf {
	speaks := languages(ctx, language)
	var all []Shelf
	for _, c := range g.Shelves {
		s := Shelf{Category: c}
		for _, n := range g.counts {
			if n.category == c.ID && slices.ContainsFunc(speaks, func(l string) bool { return slices.Contains(n.languages, l) }) {
				s.Found += n.articles
			}
		}
		if s.Found > 0 {
			all = append(all, s)
		}
	}
	return all
}

// Has says whether a category has an article in a language itself.
func (g *Guide) Has(category uuid.UUID, language string) bool {
	return slices.ContainsFunc(g.counts, func(n shelfCount) bool { return n.category == category && slices.Contains(n.languages, language) })
}

// Popular are the articles that readers of a language find most helpful; where nobody has voted yet, the first of each
// category.
func (g *Guide) Popular(ctx context.Context, language string) []Link {
	var all []Link
	for _, texts := range g.popular {
		for _, l := range languages(ctx, language) {
			if i := slices.IndexFunc(texts, func(t Link) bool { return t.Language == l }); i >= 0 {
				all = append(all, texts[i])
				break
			}
		}
	}
	return clip(all, popularShown)
}

// Category finds a category by its address.
func (g *Guide) Category(slug string) (Category, bool) {
	i := slices.IndexFunc(g.Shelves, func(c Category) bool { return c.Slug == slug })
	if i < 0 {
		return Category{}, false
	}
	return g.Shelves[i], true
}

// ByID finds a category.
func (g *Guide) ByID(id uuid.UUID) (Category, bool) {
	i := slices.IndexFunc(g.Shelves, func(c Category) bool { return c.ID == id })
	if i < 0 {
		return Category{}, false
	}
	return g.Shelves[i], true
}

// On are a category's articles for readers of a language, in the casino's order, a part of them.
func On(ctx context.Context, tx bun.Tx, category uuid.UUID, language string, offset, most int) ([]Link, error) {
	var all []Link
	err := tx.NewRaw(`select t.* from articles a cross join lateral (
			select s.article_id, s.language, s.slug, s.title, s.summary from article_search s
			where s.tenant_id = current_tenant() and s.article_id = a.id and s.audience = 'players' and s.language = any (?0::text[])
			order by array_position(?0::text[], s.language) limit 1) t
		where a.tenant_id = current_tenant() and a.category_id = ?1 and a.archived_at is null and a.audience = 'players'
		order by a.position, a.id offset ?2 limit ?3`, pgdialect.Array(languages(ctx, language)), category, max(offset, 0), limit(most, 50, 200)).
		Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("articles of a category: %w", err)
	}
	return all, nil
}

// Listed is a text as the site's map names it.
type Listed struct {
	Article     uuid.UUID `bun:"article_id"`
	Language    string    `bun:"language"`
	Slug        string    `bun:"slug"`
	PublishedAt time.Time `bun:"published_at"`
}

// Listing are all texts that players may read, an article's together, a part of them.
func Listing(ctx context.Context, tx bun.Tx, offset, most int) ([]Listed, error) {
	var all []Listed
	err := tx.NewRaw(`select s.article_id, s.language, s.slug, v.published_at from article_search s
		join article_versions v on v.tenant_id = s.tenant_id and v.article_id = s.article_id and v.language = s.language and v.state = 'published'
		where s.tenant_id = current_tenant() and s.audience = 'players' order by s.article_id, s.language offset ? limit ?`, offset, most).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing of articles: %w", err)
	}
	return all, nil
}

// Listings is how many texts Listing has.
func Listings(ctx context.Context, tx bun.Tx) (n int, err error) {
	err = tx.NewRaw(`select count(*) from article_search where tenant_id = current_tenant() and audience = 'players'`).Scan(ctx, &n)
	return n, err
}
