package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/i18n"
	"pitdesk/internal/picture"
	"pitdesk/internal/redline"
	"pitdesk/tenants"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

func versionLine(ctx context.Context, t textOf, v answers.Version) views.VersionLine {
	return views.VersionLine{Number: v.Number, State: views.TextState(v.State), Live: v.State == answers.Published, Who: pick(v.AuthorName, i18n.T(ctx, "settings.actor_system")), At: v.SavedAt, Note: v.Note,
		Open: t.Self + "/compare?now=" + strconv.Itoa(v.Number)}
}

// compareTexts shows two versions of a text side by side: ?now= with ?old=, or with the one before it.
func (s *Server) compareTexts(w http.ResponseWriter, r *http.Request) error {
	var p views.ComparisonProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		t, err := askAbout(ctx, tx, r, authz.ArticleRead)
		if err != nil {
			return err
		}
		p, err = s.comparison(ctx, tx, r, t)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Comparison(p))
}

func (s *Server) comparison(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) (p views.ComparisonProps, err error) {
	now, ok := numbered(t.Versions, r.URL.Query().Get("now"))
	if !ok {
		return p, tenants.ErrNotFound
	}
	old, chosen := numbered(t.Versions, r.URL.Query().Get("old"))
	if !chosen {
		for _, v := range t.Versions { // newest first: the first lower number is the one before
			if v.Number < now.Number {
				old, chosen = v, true
				break
			}
		}
	}
	p = views.ComparisonProps{Self: t.Self, Title: now.Title, Internal: t.Audience == answers.Internal, Language: t.Language, First: !chosen,
		Now: versionLine(ctx, t, now), Old: versionLine(ctx, t, old),
		CanRestore: canWith(ctx, t).Write && (!t.Shown.State.Open() || now.Number != t.Shown.Number)}
	if p.Frame, err = s.answersFrame(ctx, tx, r, now.Title, "articles"); err != nil {
		return p, err
	}
	for _, v := range t.Versions {
		p.Numbers = append(p.Numbers, versionLine(ctx, t, v))
	}
	for _, f := range []struct{ name, before, after string }{
		{i18n.T(ctx, "articles.field_title"), old.Title, now.Title}, {i18n.T(ctx, "articles.field_summary"), old.Summary, now.Summary},
		{i18n.T(ctx, "articles.field_slug"), old.Slug, now.Slug}, {i18n.T(ctx, "articles.field_body"), old.Body, now.Body},
	} {
		pieces := redline.Compare(f.before, f.after)
		p.Fields = append(p.Fields, views.ComparedField{Name: f.name, Changed: redline.Changed(pieces), Pieces: redlines(pieces)})
	}
	return p, nil
}

func numbered(all []answers.Version, number string) (answers.Version, bool) {
	n, err := strconv.Atoi(number)
	for _, v := range all {
		if err == nil && v.Number == n {
			return v, true
		}
	}
	return answers.Version{}, false
}

// previewText answers what the editor holds as players would see it, for the frame beside it.
func (s *Server) previewText(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	var part templ.Component
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		t, err := askAbout(ctx, tx, r, authz.ArticleRead)
		if err != nil {
			return err
		}
		f := r.PostForm
		part, err = s.preview(ctx, tx, t.Language, f.Get("title"), f.Get("summary"), f.Get("body"))
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, part)
}

func (s *Server) preview(ctx context.Context, tx bun.Tx, language, title, summary, body string) (templ.Component, error) {
	written, err := answers.Preview(ctx, tx, language, body)
	return views.ArticleText(language, directionOf(ctx, language), title, summary, written.HTML), err
}

// previewPage is preview as a page of its own in the casino's colours, for a frame's srcdoc.
func (s *Server) previewPage(ctx context.Context, tx bun.Tx, language, title, summary, body string) (string, error) {
	part, err := s.preview(ctx, tx, language, title, summary, body)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = views.ArticlePreview(language, directionOf(ctx, language), s.casino(ctx).Theme).Render(templ.WithChildren(ctx, part), &b)
	return b.String(), err
}

// addFigure takes a picture for an article and says where it stands from now on.
func (s *Server) addFigure(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.ArticleWrite, authz.Facts{})
	}); err != nil {
		return err
	}
	_, raw, err := readFile(r)
	if err != nil {
		return err
	}
	read, err := picture.Read(strings.NewReader(string(raw)), picture.Figure)
	if err != nil {
		return err
	}
	name, err := pictures.Keep(r.Context(), s.Files, read)
	if err != nil {
		return err
	}
	if err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		return answers.AddPicture(ctx, tx, nil, answers.Picture{Name: name, Width: read.Width, Height: read.Height})
	}); err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{"path": pictures.Path(name), "width": read.Width, "height": read.Height})
}

// answerReaders is what readers of the whole help centre said, and looked for in vain.
func (s *Server) answerReaders(w http.ResponseWriter, r *http.Request) error {
	var p views.ReadersProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		var err error
		if p.Frame, err = s.answersFrame(ctx, tx, r, i18n.T(ctx, "articles.part_readers"), "readers"); err != nil {
			return err
		}
		misses, err := answers.Misses(ctx, tx, 50)
		if err != nil {
			return err
		}
		for _, m := range misses {
			q := url.Values{"title": {m.Words}, "language": {m.Language}}
			p.Misses = append(p.Misses, views.MissLine{Words: m.Words, Language: m.Language, Times: m.Times, At: m.LastAt, Write: "/answers/new?" + q.Encode()})
		}
		opinions, err := answers.Opinions(ctx, tx, 50)
		for _, o := range opinions {
			p.Articles = append(p.Articles, views.ReadLine{Href: articleHref(o.Article) + "/" + o.Language + "#readers", Title: o.Title, Language: o.Language,
				Figures: views.ArticleFigures{Helpful: o.Yes, Not: o.No}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Readers(p))
}
