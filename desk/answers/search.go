package answers

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
	"pitdesk/tenants"
)

// Bounds of a search: nobody types more on purpose.
const (
	maxQuery = 200 // octets
	maxWords = 12
	maxHits  = 50
)

// Query is what somebody looks for.
type Query struct {
	Language string   // the reader's
	Words    string   // as typed, the last one perhaps unfinished
	Audience Audience // Internal finds articles for staff too; players never do, whatever they ask for
	Limit    int      // zero means 10
}

// Hit is an article that was found.
type Hit struct {
	Article  uuid.UUID `bun:"article_id"`
	Language string    `bun:"language"` // what it is written in; may differ from the reader's
	Slug     string    `bun:"slug"`
	Title    string    `bun:"title"`
	Summary  string    `bun:"summary"`
	Path     string    `bun:"-"`
	Score    float32   `bun:"score"`
	Exact    bool      `bun:"exact"` // has all the words, as they were typed
}

// Search finds published articles by what people type: stems, unfinished last words, misspelt words, Cyrillic words in Latin
// letters. What isn't there in the reader's language is looked for in the casino's, then in English.
func Search(ctx context.Context, tx bun.Tx, q Query) ([]Hit, error) {
	words, folded := question(q.Words)
	if len(words) == 0 {
		return nil, nil
	}
	var all []Hit
	err := tx.NewRaw(`select * from answer_search(?::text[], ?::text[], ?::text[], ?, ?)`, pgdialect.Array(languages(ctx, q.Language)),
		pgdialect.Array(words), pgdialect.Array(folded), staffOnly(ctx, q.Audience), limit(q.Limit, 10, maxHits)).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("search of answers: %w", err)
	}
	for i := range all {
		all[i].Path = Path(all[i].Language, all[i].Slug)
	}
	return all, nil
}

// staffOnly says whether articles for staff may be found: when they are asked for by somebody who works here.
func staffOnly(ctx context.Context, asked Audience) bool {
	a, ok := authz.From(ctx)
	return asked == Internal && ok && a.Kind != authz.KindPlayer
}

// question cuts what was typed into words, as typed and folded.
func question(typed string) (words, folded []string) {
	if len(typed) > maxQuery {
		typed = cut(typed, maxQuery)
	}
	for _, w := range wordsOf(tidy(typed)) {
		f := strings.Join(wordsOf(fold(w)), "")
		if f == "" || utf8.RuneCountInString(w) > 40 {
			continue
		}
		words, folded = append(words, w), append(folded, f)
	}
	return clip(words, maxWords), clip(folded, maxWords)
}

// languages are those to look into: the reader's, the casino's, English.
func languages(ctx context.Context, first string) []string {
	var all []string
	for _, l := range []string{first, tenants.Current(ctx).Language, "en"} {
		t, err := tag(l)
		known := err != nil
		for _, k := range all {
			known = known || k == t
		}
		if !known {
			all = append(all, t)
		}
	}
	return all
}

// Path is where a text is read, on every host of its casino.
func Path(language, slug string) string { return "/help/" + language + "/" + url.PathEscape(slug) }

// HomePath is the help centre's first page in a language.
func HomePath(language string) string { return "/help/" + language }

// CategoryPath is a category's page in a language.
func CategoryPath(language, slug string) string {
	return "/help/" + language + "/c/" + url.PathEscape(slug)
}

// index makes a published text findable.
func index(ctx context.Context, tx bun.Tx, a Article, v Version, w Written) error {
	title, summary, body := fold(v.Title), fold(v.Summary), fold(w.Plain)
	if _, err := tx.NewRaw(`insert into article_search (tenant_id, article_id, language, audience, slug, title, summary, folded, words)
		values (current_tenant(), ?0, ?1, ?2, ?3, ?4, ?5, ?6, answer_words(?1, ?4, ?5, ?7, ?6, ?8, ?9))
		on conflict (tenant_id, article_id, language) do update set audience = excluded.audience, slug = excluded.slug, title = excluded.title,
			summary = excluded.summary, folded = excluded.folded, words = excluded.words`,
		v.Article, v.Language, a.Audience, v.Slug, v.Title, v.Summary, title, w.Plain, summary, body).Exec(ctx); err != nil {
		return fmt.Errorf("index %s: %w", v.Article, err)
	}
	if _, err := tx.NewRaw(`delete from article_words where tenant_id = current_tenant() and article_id = ? and language = ?`,
		v.Article, v.Language).Exec(ctx); err != nil {
		return fmt.Errorf("index %s: %w", v.Article, err)
	}
	text := title + " " + summary
	for _, h := range w.Headings {
		text += " " + fold(h.Text)
	}
	seen, words := map[string]bool{}, []string{}
	for _, word := range wordsOf(text) {
		if n := utf8.RuneCountInString(word); n >= 3 && n <= 40 && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	// Stems too: a misspelt word is often more like the stem than like the form that stands in the text.
	if _, err := tx.NewRaw(`insert into article_words (tenant_id, article_id, language, word)
		select current_tenant(), ?0, ?1, w from (select unnest(?2::text[]) as w
			union select unnest(tsvector_to_array(to_tsvector(answer_config(?1), ?3)))) x where length(w) between 3 and 40`,
		v.Article, v.Language, pgdialect.Array(clip(words, 300)), v.Title+" "+v.Summary).Exec(ctx); err != nil {
		return fmt.Errorf("index %s: %w", v.Article, err)
	}
	return nil
}

// unindex takes an article's text, or all of them where no language is given, out of the search.
func unindex(ctx context.Context, tx bun.Tx, article uuid.UUID, lang string) error {
	if _, err := tx.NewRaw(`delete from article_search where tenant_id = current_tenant() and article_id = ?0 and (?1 = '' or language = ?1)`, article, lang).
		Exec(ctx); err != nil {
		return fmt.Errorf("index %s: %w", article, err)
	}
	return nil
}

// reindex makes all published texts of an article findable again.
func reindex(ctx context.Context, tx bun.Tx, a Article) error {
	var all []Version
	if err := tx.NewRaw(`select ? from article_versions where tenant_id = current_tenant() and article_id = ? and state = 'published'`,
		bun.Safe(versionColumns), a.ID).Scan(ctx, &all); err != nil {
		return fmt.Errorf("index %s: %w", a.ID, err)
	}
	for _, v := range all {
		w, err := write(ctx, tx, v)
		if err != nil {
			return err
		}
		if err := index(ctx, tx, a, v, w); err != nil {
			return err
		}
	}
	return nil
}
