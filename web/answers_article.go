package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/i18n"
	"pitdesk/internal/redline"
	"pitdesk/tenants"
	"pitdesk/views"
)

// shownVersions is how many versions an article's page lists before it is asked for all.
const shownVersions = 8

// textOf is a text of an article as a route names it, with all that its page needs to know.
type textOf struct {
	answers.Article
	Language string
	Self     string            // /answers/articles/art_…/en
	Versions []answers.Version // newest first
	Shown    answers.Version   // what the editor opens with: the open one, else what is live, else the newest
	Live     *answers.Version
}

// mark is what somebody who opens the text has seen of it.
func (t textOf) mark() string {
	if len(t.Versions) == 0 {
		return ""
	}
	return t.Versions[0].Mark()
}

// openText reads the text that a route names. A language that the casino doesn't offer and the article has no text in isn't
// there.
func openText(ctx context.Context, tx bun.Tx, r *http.Request) (t textOf, err error) {
	if t.Article, err = openArticle(ctx, tx, r); err != nil {
		return t, err
	}
	t.Language = r.PathValue("language")
	if _, ok := t.Text(t.Language); !ok && !slices.Contains(i18n.Offered(ctx, i18n.Players), t.Language) {
		return t, tenants.ErrNotFound
	}
	t.Self = articleHref(t.ID) + "/" + t.Language
	if t.Versions, err = answers.Versions(ctx, tx, t.ID, t.Language); err != nil {
		return t, err
	}
	rank := func(v answers.Version) int {
		switch {
		case v.State.Open():
			return 3
		case v.State == answers.Published:
			return 2
		case v.State == answers.Superseded:
			return 1
		}
		return 0
	}
	for i, v := range t.Versions {
		if v.State == answers.Published {
			t.Live = &t.Versions[i]
		}
		if i == 0 || rank(v) > rank(t.Shown) {
			t.Shown = v
		}
	}
	return t, nil
}

// openArticle reads the article that a route names.
func openArticle(ctx context.Context, tx bun.Tx, r *http.Request) (answers.Article, error) {
	id, err := tenants.ParseID(tenants.ArticlePrefix, r.PathValue("article"))
	if err != nil {
		return answers.Article{}, err
	}
	return answers.Get(ctx, tx, id)
}

// askAbout asks whether the actor may do p to the article that a route names, and reads its text.
func askAbout(ctx context.Context, tx bun.Tx, r *http.Request, p authz.Permission) (textOf, error) {
	id, err := tenants.ParseID(tenants.ArticlePrefix, r.PathValue("article"))
	if err != nil {
		return textOf{}, err
	}
	t, missing := openText(ctx, tx, r)
	if missing == nil {
		id = t.ID
	}
	if err := authz.Ask(ctx, tx, p, authz.Facts{Object: id}); err != nil {
		if missing != nil {
			return t, missing
		}
		return t, err
	}
	return t, missing
}

// answerArticle leads to an article in the language that suits the reader.
func (s *Server) answerArticle(w http.ResponseWriter, r *http.Request) error {
	var href string
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		a, err := openArticle(ctx, tx, r)
		if err != nil {
			return err
		}
		href = articleHref(a.ID) + "/" + shownText(ctx, a, articleCut{}).Language
		return authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{Object: a.ID})
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, href, http.StatusSeeOther)
	return nil
}

// answerText is the page of an article in one language.
func (s *Server) answerText(w http.ResponseWriter, r *http.Request) error {
	var p views.ArticleProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		t, err := askAbout(ctx, tx, r, authz.ArticleRead)
		if err != nil {
			return err
		}
		p, err = s.articleProps(ctx, tx, r, t)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Article(p))
}

func (s *Server) articleProps(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) (views.ArticleProps, error) {
	v := t.Shown
	p := views.ArticleProps{
		ID: tenants.PublicID(tenants.ArticlePrefix, t.ID), Href: articleHref(t.ID), Self: t.Self, Internal: t.Audience == answers.Internal,
		Archived: t.ArchivedAt != nil, Language: t.Language, Dir: directionOf(ctx, t.Language), Original: t.Language == t.Article.Original,
		Fields: views.ArticleFields{Title: v.Title, Summary: v.Summary, Slug: v.Slug, Body: v.Body, Seen: t.mark()},
		Title:  pick(v.Title, shownText(ctx, t.Article, articleCut{}).Title), Can: canWith(ctx, t), Home: answers.HomePath(t.Language) + "/",
		Limits: articleLimits, Texts: s.textMarks(ctx, t),
	}
	if t.Live != nil && !p.Internal && !p.Archived {
		p.Public = answers.Path(t.Language, t.Live.Slug)
	}
	for _, m := range p.Texts {
		if m.Here {
			p.Mark = m
		}
	}
	if len(t.Versions) > 0 {
		p.Who, p.At = v.AuthorName, &v.SavedAt
		switch v.State {
		case answers.Review:
			p.NoteBy = v.AskedName
		case answers.SentBack:
			p.NoteBy, p.Note = v.ReviewerName, v.Note
		}
	}
	var err error
	if p.Frame, err = s.answersFrame(ctx, tx, r, p.Title, "articles"); err != nil {
		return p, err
	}
	if p.Source, err = sourceOf(ctx, tx, t); err != nil {
		return p, err
	}
	if p.Preview, err = s.previewPage(ctx, tx, t.Language, v.Title, v.Summary, v.Body); err != nil {
		return p, err
	}
	for i, v := range t.Versions {
		if p.More = i == shownVersions && r.URL.Query().Get("versions") != "all"; p.More {
			break
		}
		p.Versions = append(p.Versions, versionLine(ctx, t, v))
	}
	if p.Figures, err = figuresOf(ctx, tx, t); err != nil {
		return p, err
	}
	p.Place, err = placeOf(ctx, tx, t.Category, t.Topic, t.Audience)
	return p, err
}

var articleLimits = views.ArticleLimits{Title: answers.MaxTitle, Summary: answers.MaxSummary, Slug: answers.MaxSlug, Body: answers.MaxBody}

// textMarks are the article's languages and those the casino offers and it isn't written in.
func (s *Server) textMarks(ctx context.Context, t textOf) (all []views.TextMark) {
	for _, text := range t.Texts {
		all = append(all, textMark(ctx, t.Article, text, t.Language))
	}
	for _, l := range i18n.Offered(ctx, i18n.Players) {
		if _, ok := t.Text(l); !ok {
			all = append(all, textMark(ctx, t.Article, answers.Text{Language: l, State: answers.State(views.TextMissing)}, t.Language))
		}
	}
	return all
}

// canWith are the deeds that the reader's role and the text's state leave open.
func canWith(ctx context.Context, t textOf) views.ArticleCan {
	a, _ := authz.From(ctx)
	write, review := authz.Permits(a.Role, authz.ArticleWrite), authz.Permits(a.Role, authz.ArticleReview)
	if t.ArchivedAt != nil {
		return views.ArticleCan{Archive: review}
	}
	return views.ArticleCan{
		Write: write, Ask: write && t.Shown.State != answers.Review, Publish: review, SendBack: review && t.Shown.State == answers.Review,
		Unpublish: review && t.Live != nil, Discard: write && t.Shown.State.Open(), Archive: review, Place: review,
	}
}

// sourceOf is the original that a translation is made from: what is live, else what is being written. Nil for the original.
func sourceOf(ctx context.Context, tx bun.Tx, t textOf) (*views.ArticleSource, error) {
	if t.Language == t.Article.Original {
		return nil, nil
	}
	original, err := answers.Versions(ctx, tx, t.ID, t.Article.Original)
	if err != nil || len(original) == 0 {
		return nil, err
	}
	shown := original[0]
	for _, v := range original {
		if v.State == answers.Published {
			shown = v
		}
	}
	p := &views.ArticleSource{Language: t.Article.Original, Name: i18n.LanguageName(ctx, t.Article.Original), Dir: directionOf(ctx, t.Article.Original),
		Title: shown.Title, Summary: shown.Summary, Body: shown.Body, Number: shown.Number}
	if t.Shown.BasedOn != nil {
		p.BasedOn = *t.Shown.BasedOn
	}
	for _, v := range original {
		if v.Number == p.BasedOn && v.Number < shown.Number {
			if pieces := redline.Compare(whole(v), whole(shown)); redline.Changed(pieces) {
				p.Changes = redlines(redline.Near(pieces, 160))
			}
		}
	}
	return p, nil
}

// whole is all that a translator translates.
func whole(v answers.Version) string {
	return strings.Join([]string{v.Title, v.Summary, v.Body}, "\n\n")
}

func redlines(pieces []redline.Piece) (all []views.Redline) {
	for _, p := range pieces {
		all = append(all, views.Redline{Kind: string(p.Kind), Text: p.Text})
	}
	return all
}

func figuresOf(ctx context.Context, tx bun.Tx, t textOf) (f views.ArticleFigures, err error) {
	tallies, err := answers.Tallies(ctx, tx, t.ID)
	if err != nil {
		return f, err
	}
	for _, each := range tallies {
		if each.Language == t.Language {
			f.Helpful, f.Not = each.Yes, each.No
		}
	}
	remarks, err := answers.Remarks(ctx, tx, t.ID, 20)
	for _, each := range remarks {
		if each.Language == t.Language {
			f.Words = append(f.Words, views.ReaderWords{Text: each.Words, Helpful: each.Helpful, At: each.At})
		}
	}
	return f, err
}

// directionOf is the direction of a language's writing.
func directionOf(ctx context.Context, language string) string {
	return i18n.Dir(i18n.With(ctx, language))
}
