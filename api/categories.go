package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/tenants"
)

// ArticleCategory is a shelf of the help centre.
type ArticleCategory struct {
	ID       string                  `json:"id" example:"cat_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Slug     string                  `json:"slug" example:"payments" doc:"In its address, the same in all languages."`
	Icon     string                  `json:"icon,omitempty" example:"banknote"`
	Names    map[string]CategoryName `json:"names" doc:"What it is called, by language."`
	Articles int                     `json:"articles" doc:"How many stand there that aren't archived."`
	Retired  bool                    `json:"retired" doc:"Whether nothing can be put there any more."`
}

// CategoryName is what a category is called in a language.
type CategoryName struct {
	Name  string `json:"name" maxLength:"200" example:"Payments" doc:"80 characters at most."`
	About string `json:"about,omitempty" maxLength:"500" doc:"A line of explanation, 200 characters at most."`
}

func categoryOf(c answers.Category) ArticleCategory {
	out := ArticleCategory{ID: tenants.PublicID(tenants.CategoryPrefix, c.ID), Slug: c.Slug, Icon: c.Icon, Names: map[string]CategoryName{},
		Articles: c.Articles, Retired: c.RetiredAt != nil}
	for language, n := range c.Names {
		out.Names[language] = CategoryName(n)
	}
	return out
}

type categoriesOut struct{ Body page[ArticleCategory] }

func (a *API) listCategories(ctx context.Context, in *Pages) (*categoriesOut, error) {
	var data []ArticleCategory
	if err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		all, err := answers.Categories(ctx, tx)
		data, err = each(all, err, categoryOf)
		return err
	}); err != nil {
		return nil, err
	}
	out, err := cut(*in, data, func(c ArticleCategory) string { return c.ID })
	return &categoriesOut{out}, err
}

type categoryOut struct{ Body ArticleCategory }

// shelve changes the help centre's categories and answers with the one that do names.
func shelve(ctx context.Context, do func(ctx context.Context, tx bun.Tx) (uuid.UUID, error)) (*categoryOut, error) {
	var out categoryOut
	err := writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleReview, authz.Facts{}); err != nil {
			return err
		}
		id, err := do(ctx, tx)
		if err != nil {
			return inNames(err)
		}
		c, err := categoryBy(ctx, tx, id)
		out.Body = categoryOf(c)
		return err
	})
	return &out, err
}

func categoryBy(ctx context.Context, tx bun.Tx, id uuid.UUID) (answers.Category, error) {
	all, err := answers.Categories(ctx, tx)
	if err != nil {
		return answers.Category{}, err
	}
	i := slices.IndexFunc(all, func(c answers.Category) bool { return c.ID == id })
	if i < 0 {
		return answers.Category{}, tenants.ErrNotFound
	}
	return all[i], nil
}

type newCategoryBody struct {
	Strict
	Names map[string]CategoryName `json:"names" maxProperties:"50"`
	Icon  string                  `json:"icon,omitempty" maxLength:"40" example:"banknote" doc:"One of the help centre's; absent: none."`
	Slug  string                  `json:"slug,omitempty" maxLength:"200" doc:"Absent, one is made of its name. It stays for good."`
}

func (a *API) addCategory(ctx context.Context, in *struct{ Body newCategoryBody }) (*categoryOut, error) {
	return shelve(ctx, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
		names := map[string]answers.Named{}
		for language, n := range in.Body.Names {
			names[language] = answers.Named(n)
		}
		c, err := answers.AddCategory(ctx, tx, answers.Category{Names: names, Icon: in.Body.Icon, Slug: in.Body.Slug})
		return c.ID, err
	})
}

// CategoryPath names a category in an address.
type CategoryPath struct {
	Category string `path:"category" example:"cat_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

func (p CategoryPath) id() uuid.UUID {
	id, err := tenants.ParseID(tenants.CategoryPrefix, p.Category)
	if err != nil {
		return uuid.Nil
	}
	return id
}

type categoryChange struct {
	Strict
	Names map[string]*CategoryName `json:"names,omitempty" maxProperties:"50" doc:"By language; null takes a name away."`
	Icon  Maybe[string]            `json:"icon,omitzero"`
}

type categoryChangeIn struct {
	CategoryPath
	Body categoryChange
}

func (a *API) changeCategory(ctx context.Context, in *categoryChangeIn) (*categoryOut, error) {
	return shelve(ctx, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
		now, err := categoryBy(ctx, tx, in.id())
		if err != nil {
			return now.ID, err
		}
		for language, n := range in.Body.Names {
			if n == nil {
				delete(now.Names, language)
				continue
			}
			now.Names[language] = answers.Named(*n)
		}
		if in.Body.Icon.Given {
			now.Icon = in.Body.Icon.Value
		}
		return now.ID, answers.ChangeCategory(ctx, tx, now.ID, now.Names, now.Icon)
	})
}

func (a *API) retireCategory(ctx context.Context, in *CategoryPath) (*categoryOut, error) {
	return shelve(ctx, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
		return in.id(), answers.RetireCategory(ctx, tx, in.id())
	})
}

// registerCategories declares what programs may do about the help centre's categories.
func (a *API) registerCategories() {
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	named := CategoryName{Name: "Payments", About: "Money in and out."}
	example := ArticleCategory{ID: "cat_06ey3pjmrskbk9ks8x4w2ptxqg", Slug: "payments", Icon: "banknote", Names: map[string]CategoryName{"en": named}, Articles: 3}
	add(a, operation{Operation: op("list-article-categories", http.MethodGet, "/article-categories", authz.ArticleRead), tag: answersTag, summary: "List the help centre's categories",
		answer: page[ArticleCategory]{Data: []ArticleCategory{example}}, description: "In the order that players see; retired ones last."}, a.listCategories)
	add(a, operation{Operation: op("add-article-category", http.MethodPost, "/article-categories", authz.ArticleReview), tag: answersTag, status: http.StatusCreated,
		summary: "Add a category", body: newCategoryBody{Names: example.Names, Icon: "banknote"}, answer: example, description: "To the end of the list."}, a.addCategory)
	add(a, operation{Operation: op("change-article-category", http.MethodPatch, "/article-categories/{category}", authz.ArticleReview), tag: answersTag, summary: "Change a category",
		body: categoryChange{Names: map[string]*CategoryName{"en": &named}}, answer: example, description: "What the body leaves out stays, languages included."}, a.changeCategory)
	add(a, operation{Operation: op("retire-article-category", http.MethodDelete, "/article-categories/{category}", authz.ArticleReview), tag: answersTag, summary: "Retire a category",
		answer: example, description: "One that has articles answers 409: move or archive them first."}, a.retireCategory)
}
