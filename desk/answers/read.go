package answers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Page is an article as players read it.
type Page struct {
	Article     uuid.UUID
	Category    uuid.UUID
	Topic       *uuid.UUID
	Language    string
	Slug        string // the address it has now; differs from the one asked for where that is an old one
	Title       string
	Summary     string
	HTML        string
	Headings    []Heading
	Number      int
	PublishedAt time.Time
	Texts       []Link // the article in each language, its own included
	Related     []Link // other articles of its language, of the same topic or category, the likest first
}

const related = 4

// Read returns the article at an address, for players: what is for staff, a draft or archived is NotFound, as is an unknown
// address.
func Read(ctx context.Context, tx bun.Tx, language, slug string) (Page, error) {
	var row struct {
		Article     uuid.UUID       `bun:"article_id"`
		Category    uuid.UUID       `bun:"category_id"`
		Topic       *uuid.UUID      `bun:"topic_id"`
		Slug        string          `bun:"slug"`
		Title       string          `bun:"title"`
		Summary     string          `bun:"summary"`
		Number      int             `bun:"number"`
		PublishedAt time.Time       `bun:"published_at"`
		HTML        string          `bun:"html"`
		Headings    json.RawMessage `bun:"headings"`
		Renderer    int             `bun:"renderer"`
		Texts       json.RawMessage `bun:"texts"`
		Related     json.RawMessage `bun:"related"`
	}
	if len(slug) > 4*maxSlug {
		return Page{}, tenants.ErrNotFound
	}
	// The candidates for relatives are bounded: a category may have thousands of articles.
	err := tx.NewRaw(`select a.id as article_id, a.category_id, a.topic_id, v.slug, v.title, v.summary, v.number, v.published_at, v.html,
			v.headings, v.renderer,
			(select coalesce(jsonb_agg(jsonb_build_object('Article', o.article_id, 'Language', o.language, 'Slug', o.slug, 'Title', o.title) order by o.language), '[]')
				from article_search o where o.tenant_id = current_tenant() and o.article_id = a.id) as texts,
			(select coalesce(jsonb_agg(jsonb_build_object('Article', r.article_id, 'Language', r.language, 'Slug', r.slug, 'Title', r.title)
					order by r.same_topic desc, r.alike desc, r.article_id), '[]')
				from (select c.*, similarity(c.folded, m.folded) as alike from article_search m, lateral (
						select o.article_id, o.language, o.slug, o.title, o.folded, coalesce(b.topic_id = a.topic_id, false) as same_topic
						from articles b join article_search o on o.tenant_id = b.tenant_id and o.article_id = b.id and o.language = v.language
						where b.tenant_id = current_tenant() and b.category_id = a.category_id and b.id <> a.id and o.audience = 'players'
						order by same_topic desc, abs(b.position - a.position), b.id limit 12) c
					where m.tenant_id = current_tenant() and m.article_id = a.id and m.language = v.language
					order by c.same_topic desc, alike desc, c.article_id limit ?2) r) as related
		from article_slugs s
		join articles a on a.tenant_id = s.tenant_id and a.id = s.article_id and a.audience = 'players' and a.archived_at is null
		join article_versions v on v.tenant_id = a.tenant_id and v.article_id = a.id and v.language = s.language and v.state = 'published'
		where s.tenant_id = current_tenant() and s.language = ?0 and s.slug = ?1`, language, slug, related).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return Page{}, tenants.ErrNotFound
	}
	if err != nil {
		return Page{}, fmt.Errorf("read %s/%s: %w", language, slug, err)
	}
	p := Page{Article: row.Article, Category: row.Category, Topic: row.Topic, Language: language, Slug: row.Slug, Title: row.Title,
		Summary: row.Summary, HTML: row.HTML, Number: row.Number, PublishedAt: row.PublishedAt}
	for from, to := range map[*json.RawMessage]any{&row.Headings: &p.Headings, &row.Texts: &p.Texts, &row.Related: &p.Related} {
		if err := json.Unmarshal(*from, to); err != nil {
			return Page{}, fmt.Errorf("read %s/%s: %w", language, slug, err)
		}
	}
	if row.Renderer != RendererVersion {
		err = rewrite(ctx, tx, &p)
	}
	return p, err
}

// rewrite writes a page anew that an older writer of HTML has written, and keeps it.
func rewrite(ctx context.Context, tx bun.Tx, p *Page) error {
	v, err := VersionOf(ctx, tx, p.Article, p.Language, p.Number)
	if err != nil {
		return err
	}
	w, err := write(ctx, tx, v)
	if err != nil {
		return err
	}
	p.HTML, p.Headings = w.HTML, w.Headings
	return change(ctx, tx, v, `html = ?, headings = ?::jsonb, renderer = ?`, w.HTML, headingsJSON(w.Headings), RendererVersion)
}
