package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/tenants"
)

// Article is an answer of the help centre in all its languages.
type Article struct {
	ID         string        `json:"id" example:"art_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Category   string        `json:"category" example:"cat_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Topic      string        `json:"topic,omitempty" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Audience   string        `json:"audience" enum:"players,staff" doc:"Players never see an article for staff."`
	Original   string        `json:"original" example:"en" doc:"The language it was written in first: texts in others are translations."`
	CreatedAt  time.Time     `json:"created_at"`
	ArchivedAt *time.Time    `json:"archived_at,omitempty"`
	Texts      []ArticleText `json:"texts" doc:"The newest in each language, the original's first."`
}

// ArticleText is an article in one language.
type ArticleText struct {
	Language    string     `json:"language" example:"en"`
	Number      int        `json:"number" example:"3" doc:"Counted per language."`
	State       string     `json:"state" enum:"draft,review,sent_back,published,superseded,discarded"`
	Title       string     `json:"title" example:"How to withdraw"`
	Summary     string     `json:"summary"`
	Published   int        `json:"published,omitempty" doc:"The number of the text that players read; absent where none is."`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	Path        string     `json:"path,omitempty" example:"/help/en/how-to-withdraw" doc:"Where players read it, on every host of the casino."`
	Stale       bool       `json:"stale" doc:"Whether it is a translation of an older text than the original's published one."`
	Body        string     `json:"body,omitempty" doc:"Of one article alone: the published text's Markdown."`
	HTML        string     `json:"html,omitempty" doc:"Of one article alone: the published text as HTML without scripts, handlers or foreign pictures."`
}

// FoundArticle is what a search found.
type FoundArticle struct {
	ID       string `json:"id" example:"art_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Language string `json:"language" example:"en" doc:"What it is written in; may differ from what was asked for."`
	Title    string `json:"title" example:"How to withdraw"`
	Summary  string `json:"summary"`
	Path     string `json:"path" example:"/help/en/how-to-withdraw"`
	Exact    bool   `json:"exact" doc:"Whether it has all the words as they were typed."`
}

func articleOf(a answers.Article) Article {
	out := Article{ID: tenants.PublicID(tenants.ArticlePrefix, a.ID), Category: tenants.PublicID(tenants.CategoryPrefix, a.Category),
		Topic: publicOrNone(tenants.TopicPrefix, a.Topic), Audience: string(a.Audience), Original: a.Original, CreatedAt: a.CreatedAt.UTC(),
		ArchivedAt: utc(a.ArchivedAt), Texts: []ArticleText{}}
	for _, t := range a.Texts {
		out.Texts = append(out.Texts, ArticleText{Language: t.Language, Number: t.Number, State: string(t.State), Title: t.Title, Summary: t.Summary,
			Published: t.Live, PublishedAt: utc(t.PublishedAt), Stale: t.Stale})
	}
	return out
}

type articlesIn struct {
	Category      string `query:"category" maxLength:"40" doc:"Only articles of this category."`
	Language      string `query:"language" maxLength:"20" doc:"Only articles with a text in this language."`
	State         string `query:"state" enum:"draft,review,sent_back,published" doc:"Only articles with a text in this state; with language, that text."`
	Audience      string `query:"audience" enum:"players,staff" doc:"Only articles for these."`
	Stale         bool   `query:"stale" doc:"Only articles with a translation that is older than the original."`
	Archived      bool   `query:"archived" doc:"The archived ones instead of the others."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

type articlesOut struct{ Body page[Article] }

// articlesCursor is the kind of the cursors of lists of articles.
const articlesCursor = 'a'

func (a *API) listArticles(ctx context.Context, in *articlesIn) (*articlesOut, error) {
	category, err := maybeID(tenants.CategoryPrefix, "category", in.Category)
	if err != nil {
		return nil, err
	}
	f := answers.Filter{Category: category, Language: in.Language, State: answers.State(in.State), Audience: answers.Audience(in.Audience),
		Stale: in.Stale, Archived: in.Archived, Limit: in.Limit + 1}
	if in.StartingAfter != "" {
		if f.After, err = readIDCursor(articlesCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	var found []answers.Article
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		found, err = answers.Articles(ctx, tx, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(found) > in.Limit {
		found = found[:in.Limit]
		next = idCursor(articlesCursor, found[len(found)-1].ID)
	}
	data, err := each(found, nil, articleOf)
	return &articlesOut{pageOf(data, next)}, err
}

// ArticlePath names an article in an address.
type ArticlePath struct {
	Article string `path:"article" maxLength:"40" example:"art_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type articleOut struct{ Body Article }

func (a *API) getArticle(ctx context.Context, in *ArticlePath) (*articleOut, error) {
	id, err := tenants.ParseID(tenants.ArticlePrefix, in.Article)
	if err != nil {
		id = uuid.Nil // asked all the same: what isn't an id answers as an unknown one does
	}
	var out Article
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{Object: id}); err != nil {
			return err
		}
		found, err := answers.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		out = articleOf(found)
		for i, t := range out.Texts {
			if t.Published == 0 {
				continue
			}
			v, err := answers.LiveVersion(ctx, tx, id, t.Language)
			if err != nil {
				return err
			}
			out.Texts[i].Body, out.Texts[i].HTML = v.Body, v.HTML
			if found.Audience == answers.Players && found.ArchivedAt == nil {
				out.Texts[i].Path = answers.Path(v.Language, v.Slug)
			}
		}
		return nil
	})
	return &articleOut{out}, err
}

type searchArticlesIn struct {
	Words    string `query:"q" maxLength:"200" required:"true" example:"widthdrawal" doc:"What is looked for. The last word may be unfinished, words may be misspelt."`
	Language string `query:"language" maxLength:"20" doc:"The reader's. What isn't there in it is found in the casino's, then in English."`
	Audience string `query:"audience" enum:"players,staff" default:"players" doc:"With staff, articles for staff are found too."`
	Limit    int    `query:"limit" minimum:"1" maximum:"50" default:"10" doc:"How many at most."`
}

type foundArticlesOut struct{ Body page[FoundArticle] }

func (a *API) searchArticles(ctx context.Context, in *searchArticlesIn) (*foundArticlesOut, error) {
	var data []FoundArticle
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		hits, err := answers.Search(ctx, tx, answers.Query{Language: in.Language, Words: in.Words, Audience: answers.Audience(in.Audience), Limit: in.Limit})
		data, err = each(hits, err, func(h answers.Hit) FoundArticle {
			return FoundArticle{ID: tenants.PublicID(tenants.ArticlePrefix, h.Article), Language: h.Language, Title: h.Title, Summary: h.Summary,
				Path: h.Path, Exact: h.Exact}
		})
		return err
	})
	return &foundArticlesOut{pageOf(data, "")}, err
}

var exampleArticle = Article{ID: "art_06ey3pjmrskbk9ks8x4w2ptxqg", Category: "cat_06ey3pjmrskbk9ks8x4w2ptxqg", Audience: "players", Original: "en",
	Texts: []ArticleText{{Language: "en", Number: 1, State: "published", Title: "How to withdraw", Summary: "From the cashier to your account.",
		Published: 1, Path: "/help/en/how-to-withdraw"}}}

var exampleFound = FoundArticle{ID: "art_06ey3pjmrskbk9ks8x4w2ptxqg", Language: "en", Title: "How to withdraw",
	Summary: "From the cashier to your account.", Path: "/help/en/how-to-withdraw"}

// registerArticles declares what programs may read of the help centre.
func (a *API) registerArticles() {
	get := func(id, path string) Operation { return Operation{id, http.MethodGet, path, authz.ArticleRead} }
	add(a, operation{Operation: get("list-articles", "/articles"), tag: answersTag, summary: "List articles", answer: examplePage(exampleArticle),
		description: "The newest first, a page at a time, drafts and articles for staff included. Filters narrow it together."}, a.listArticles)
	add(a, operation{Operation: get("search-articles", "/article-search"), tag: answersTag, summary: "Find articles", answer: examplePage(exampleFound),
		description: "Among published texts, as the help centre's own search finds them."}, a.searchArticles)
	add(a, operation{Operation: get("get-article", "/articles/{article}"), tag: answersTag, summary: "Get an article", answer: exampleArticle,
		description: "With its published texts as Markdown and as HTML."}, a.getArticle)
}
