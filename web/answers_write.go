package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/views"
)

// articleDeeds are what an article's page may say was done, by the word in its address.
var articleDeeds = map[string]string{
	"published": "articles.done_published", "asked": "articles.done_asked", "sent_back": "articles.done_sent_back",
	"unpublished": "articles.done_unpublished", "archived": "articles.done_archived", "unarchived": "articles.done_unarchived",
	"restored": "articles.done_restored", "discarded": "articles.done_discarded", "begun": "articles.done_begun",
}

// newArticle is the page that begins an article. ?title= fills in what somebody looked for in vain.
func (s *Server) newArticle(w http.ResponseWriter, r *http.Request) error {
	var p views.NewArticleProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		q := r.URL.Query()
		p, err = s.newArticleProps(ctx, tx, r, q.Get("title"), "", pick(q.Get("language"), tenants.Current(ctx).Language))
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.NewArticle(p))
}

func (s *Server) newArticleProps(ctx context.Context, tx bun.Tx, r *http.Request, title, summary, language string) (p views.NewArticleProps, err error) {
	p = views.NewArticleProps{Title: title, Summary: summary, Language: language, Languages: languageChoices(ctx), Limits: articleLimits}
	if p.Frame, err = s.answersFrame(ctx, tx, r, "", ""); err != nil {
		return p, err
	}
	p.Place, err = placeOf(ctx, tx, uuid.Nil, nil, answers.Audience(r.FormValue("audience")))
	p.Place.Category, p.Place.Topic = r.FormValue("category"), r.FormValue("topic")
	return p, err
}

// beginArticle makes an article with a first draft.
func (s *Server) beginArticle(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	var made answers.Article
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleWrite, authz.Facts{}); err != nil {
			return err
		}
		category, topic, err := placeIn(r)
		if err != nil {
			return err
		}
		f := r.PostForm
		made, err = answers.Create(ctx, tx, answers.New{Category: category, Topic: topic, Audience: answers.Audience(f.Get("audience")), Language: f.Get("language"),
			Draft: answers.Draft{Title: f.Get("title"), Summary: f.Get("summary")}})
		return err
	})
	if err != nil {
		var p views.NewArticleProps
		if mendable(err) {
			if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
				f := r.PostForm
				p, err = s.newArticleProps(ctx, tx, r, f.Get("title"), f.Get("summary"), f.Get("language"))
				return err
			}); err != nil {
				return err
			}
		}
		return s.again(w, r, err, func(f views.Fault) templ.Component { p.Fault = f; return views.NewArticle(p) })
	}
	http.Redirect(w, r, articleHref(made.ID)+"/"+made.Original+"?done=begun", http.StatusSeeOther)
	return nil
}

// placeIn reads where an article is to stand.
func placeIn(r *http.Request) (category uuid.UUID, topic *uuid.UUID, err error) {
	if category, err = tenants.ParseID(tenants.CategoryPrefix, r.PostForm.Get("category")); err != nil {
		return category, nil, err
	}
	if v := r.PostForm.Get("topic"); v != "" {
		id, err := tenants.ParseID(tenants.TopicPrefix, v)
		return category, &id, err
	}
	return category, nil, nil
}

// draftIn is what the editor's form holds, and which of the original's texts it was made from.
func draftIn(r *http.Request, t textOf) (d answers.Draft, basedOn int) {
	f := r.PostForm
	d = answers.Draft{Title: f.Get("title"), Summary: f.Get("summary"), Slug: f.Get("slug"), Body: f.Get("body"), Opened: f.Get("seen")}
	basedOn, err := strconv.Atoi(f.Get("based_on"))
	if err == nil && basedOn > 0 {
		return d, basedOn // the translator says that the text follows it
	}
	if t.Shown.BasedOn != nil {
		return d, *t.Shown.BasedOn
	}
	basedOn, _ = strconv.Atoi(f.Get("source"))
	return d, max(basedOn, 0)
}

// same says whether a form holds what a version says already.
func sameText(d answers.Draft, v answers.Version) bool {
	even := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return even(d.Title) == v.Title && even(d.Summary) == v.Summary && (even(d.Slug) == v.Slug || d.Slug == "") && even(d.Body) == v.Body
}

// saveText keeps what the editor's form holds. A script gets what the text is now; a form without one is led back.
func (s *Server) saveText(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	var t textOf
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if t, err = askAbout(ctx, tx, r, authz.ArticleWrite); err != nil {
			return err
		}
		d, basedOn := draftIn(r, t)
		if r.PostForm.Get("over") == "yes" {
			_, err = answers.Overwrite(ctx, tx, t.ID, t.Language, d, basedOn)
		} else {
			_, err = answers.SaveDraft(ctx, tx, t.ID, t.Language, d, basedOn)
		}
		if err != nil {
			return err
		}
		t, err = openText(ctx, tx, r)
		return err
	})
	if strings.HasPrefix(r.Header.Get("Accept"), "application/json") {
		if err != nil {
			return err
		}
		return s.answerSaved(w, r, t)
	}
	return s.leadBack(w, r, err, "saved")
}

// answerSaved tells the editor's script what the text is now.
func (s *Server) answerSaved(w http.ResponseWriter, r *http.Request, t textOf) error {
	ctx := r.Context()
	said := map[string]string{"seen": t.mark(), "slug": t.Shown.Slug}
	for _, m := range s.textMarks(ctx, t) {
		if !m.Here {
			continue
		}
		for part, c := range map[string]templ.Component{"state": views.MarkPill(m), "tab": views.MarkTab(m)} {
			var b strings.Builder
			if err := c.Render(ctx, &b); err != nil {
				return err
			}
			said[part] = b.String()
		}
	}
	return answerJSON(w, http.StatusOK, said)
}

// textDeed does something to the text that a route names and leads back to its page. The editor's form comes along, so that
// no word is lost when its writer goes on without saving.
func (s *Server) textDeed(p authz.Permission, done string, deed func(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return err
		}
		return s.leadBack(w, r, s.writing(r, func(ctx context.Context, tx bun.Tx) error {
			t, err := askAbout(ctx, tx, r, p)
			if err != nil {
				return err
			}
			return deed(ctx, tx, r, t)
		}), done)
	}
}

// leadBack goes to a text's page after a deed, or shows the page again with what its writer can mend and what they wrote.
func (s *Server) leadBack(w http.ResponseWriter, r *http.Request, err error, done string) error {
	self := "/answers/articles/" + r.PathValue("article") + "/" + r.PathValue("language")
	if err == nil {
		http.Redirect(w, r, self+"?done="+done, http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
	var p views.ArticleProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
			t, err := openText(ctx, tx, r)
			if err != nil {
				return err
			}
			if p, err = s.articleProps(ctx, tx, r, t); err != nil || !r.PostForm.Has("body") {
				return err
			}
			d, _ := draftIn(r, t)
			p.Fields = views.ArticleFields{Title: d.Title, Summary: d.Summary, Slug: d.Slug, Body: d.Body, Seen: d.Opened}
			p.Preview, err = s.previewPage(ctx, tx, t.Language, d.Title, d.Summary, d.Body)
			return err
		}); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component { p.Fault = f; return views.Article(p) })
}

// written saves what the form holds where it differs from the open text, and returns the text's mark from then on.
func written(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) (string, error) {
	d, basedOn := draftIn(r, t)
	follows := r.PostForm.Get("based_on") != ""
	if t.Shown.State.Open() && sameText(d, t.Shown) && !follows {
		return d.Opened, nil
	}
	if t.Live != nil && !t.Shown.State.Open() && sameText(d, *t.Live) && !follows {
		return "", fault.New(fault.Conflict, "Nothing has changed since this was published.")
	}
	v, err := answers.SaveDraft(ctx, tx, t.ID, t.Language, d, basedOn)
	return v.Mark(), err
}

func askReview(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) error {
	mark, err := written(ctx, tx, r, t)
	if err != nil {
		return err
	}
	_, err = answers.AskReview(ctx, tx, t.ID, t.Language, mark)
	return err
}

func publish(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) error {
	mark, err := written(ctx, tx, r, t)
	if err != nil {
		return err
	}
	_, err = answers.Publish(ctx, tx, t.ID, t.Language, mark)
	return err
}

func sendBack(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) error {
	_, err := answers.SendBack(ctx, tx, t.ID, t.Language, r.PostForm.Get("seen"), r.PostForm.Get("note"))
	return err
}

func unpublish(ctx context.Context, tx bun.Tx, _ *http.Request, t textOf) error {
	return answers.Unpublish(ctx, tx, t.ID, t.Language)
}

func discard(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) error {
	return answers.Discard(ctx, tx, t.ID, t.Language, r.PostForm.Get("seen"))
}

// restore makes an older version the draft. A draft that is there already is discarded, which keeps it among the versions.
func restore(ctx context.Context, tx bun.Tx, r *http.Request, t textOf) error {
	number, err := strconv.Atoi(r.PostForm.Get("number"))
	if err != nil {
		return tenants.ErrNotFound
	}
	if t.Shown.State.Open() {
		if t.Shown.Number == number {
			return fault.New(fault.Conflict, "This version is the draft already.")
		}
		if err := answers.Discard(ctx, tx, t.ID, t.Language, t.Shown.Mark()); err != nil {
			return err
		}
	}
	_, err = answers.Restore(ctx, tx, t.ID, t.Language, number)
	return err
}

// articleDeed does something to an article in all its languages and leads back to the page it came from.
func (s *Server) articleDeed(done string, deed func(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return err
		}
		var a answers.Article
		err := s.writing(r, func(ctx context.Context, tx bun.Tx) (err error) {
			if a, err = openArticle(ctx, tx, r); err != nil {
				return err
			}
			if err := authz.Ask(ctx, tx, authz.ArticleReview, authz.Facts{Object: a.ID}); err != nil {
				return err
			}
			return deed(ctx, tx, r, a.ID)
		})
		language := r.PostForm.Get("language")
		if _, ok := a.Text(language); !ok {
			language = a.Original
		}
		r.SetPathValue("language", language)
		return s.leadBack(w, r, err, done)
	}
}

func archive(ctx context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return answers.Archive(ctx, tx, id)
}

func unarchive(ctx context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return answers.Unarchive(ctx, tx, id)
}

func placeArticle(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error {
	category, topic, err := placeIn(r)
	if err != nil {
		return err
	}
	return answers.Place(ctx, tx, id, category, topic, answers.Audience(r.PostForm.Get("audience")))
}
