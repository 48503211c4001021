package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// answerCategories is the help centre's categories.
func (s *Server) answerCategories(w http.ResponseWriter, r *http.Request) error {
	var p views.CategoriesProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.categoriesProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Categories(p))
}

func (s *Server) categoriesProps(ctx context.Context, tx bun.Tx, r *http.Request) (p views.CategoriesProps, err error) {
	a, _ := authz.From(ctx)
	p = views.CategoriesProps{May: authz.Permits(a.Role, authz.ArticleReview), Languages: languageChoices(ctx), Icons: answers.Icons,
		New: views.CategoryLine{Icon: answers.Icons[0]}}
	if p.Frame, err = s.answersFrame(ctx, tx, r, i18n.T(ctx, "articles.part_categories"), "categories"); err != nil {
		return p, err
	}
	all, err := answers.Categories(ctx, tx)
	if err != nil {
		return p, err
	}
	last := -1
	for i, c := range all {
		line := views.CategoryLine{ID: tenants.PublicID(tenants.CategoryPrefix, c.ID), Word: categoryWord(ctx, c), Icon: categoryIcon(c),
			Names: map[string]string{}, Abouts: map[string]string{}, Articles: c.Articles, Retired: c.RetiredAt != nil, First: i == 0}
		for language, n := range c.Names {
			line.Names[language], line.Abouts[language] = n.Name, n.About
		}
		if c.RetiredAt == nil {
			last = i
		}
		p.Categories = append(p.Categories, line)
	}
	if last >= 0 {
		p.Categories[last].Last = true
	}
	return p, nil
}

// namesIn are a category's names as a form holds them, over those it has in languages that the form doesn't show.
func namesIn(ctx context.Context, r *http.Request, before map[string]answers.Named) map[string]answers.Named {
	names := map[string]answers.Named{}
	for language, n := range before {
		names[language] = n
	}
	for _, l := range i18n.Offered(ctx, i18n.Players) {
		names[l] = answers.Named{Name: r.PostForm.Get("name_" + l), About: r.PostForm.Get("about_" + l)}
	}
	return names
}

// categoryWrite asks for the permission to change categories and does a change.
func (s *Server) categoryWrite(w http.ResponseWriter, r *http.Request, done string, change func(ctx context.Context, tx bun.Tx) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleReview, authz.Facts{}); err != nil {
			return err
		}
		return change(ctx, tx)
	})
	if err == nil {
		http.Redirect(w, r, "/answers/categories?done="+done, http.StatusSeeOther)
		return nil
	}
	var p views.CategoriesProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.categoriesProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of = f, r.PathValue("category")
		typed := func(c *views.CategoryLine) {
			if !r.PostForm.Has("icon") {
				return
			}
			c.Icon, c.Names, c.Abouts = categoryIcon(answers.Category{Icon: r.PostForm.Get("icon")}), map[string]string{}, map[string]string{}
			for l, n := range namesIn(r.Context(), r, nil) {
				c.Names[l], c.Abouts[l] = n.Name, n.About
			}
		}
		if p.Of == "" {
			typed(&p.New)
		}
		for i := range p.Categories {
			if p.Categories[i].ID == p.Of {
				typed(&p.Categories[i])
			}
		}
		return views.Categories(p)
	})
}

// addCategory adds a category to the end of the list.
func (s *Server) addCategory(w http.ResponseWriter, r *http.Request) error {
	return s.categoryWrite(w, r, "added", func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.AddCategory(ctx, tx, answers.Category{Icon: r.PostForm.Get("icon"), Names: namesIn(ctx, r, nil)})
		return err
	})
}

// changeCategory gives a category other names and another icon.
func (s *Server) changeCategory(w http.ResponseWriter, r *http.Request) error {
	return s.categoryDeed(func(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error {
		all, err := answers.Categories(ctx, tx)
		if err != nil {
			return err
		}
		var before map[string]answers.Named
		for _, c := range all {
			if c.ID == id {
				before = c.Names
			}
		}
		return answers.ChangeCategory(ctx, tx, id, namesIn(ctx, r, before), r.PostForm.Get("icon"))
	})(w, r)
}

// categoryDeed does something to the category that a route names.
func (s *Server) categoryDeed(deed func(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.CategoryPrefix, r.PathValue("category"))
		if err != nil {
			return err
		}
		return s.categoryWrite(w, r, "saved", func(ctx context.Context, tx bun.Tx) error { return deed(ctx, tx, r, id) })
	}
}

func categoryUp(ctx context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return answers.MoveCategory(ctx, tx, id, -1)
}

func categoryDown(ctx context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return answers.MoveCategory(ctx, tx, id, 1)
}

func retireCategory(ctx context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return answers.RetireCategory(ctx, tx, id)
}

func restoreCategory(ctx context.Context, tx bun.Tx, _ *http.Request, id uuid.UUID) error {
	return answers.RestoreCategory(ctx, tx, id)
}
