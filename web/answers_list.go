package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// articleRows is how many articles a page of the list has.
const articleRows = 50

// articleStates are the states the list can be narrowed to, in their order.
var articleStates = []struct {
	key  string
	pick func(*answers.Filter)
}{
	{"all", func(*answers.Filter) {}},
	{"draft", func(f *answers.Filter) { f.State = answers.Drafted }},
	{"review", func(f *answers.Filter) { f.State = answers.Review }},
	{"sent_back", func(f *answers.Filter) { f.State = answers.SentBack }},
	{"live", func(f *answers.Filter) { f.State = answers.Published }},
	{"stale", func(f *answers.Filter) { f.Stale = true }},
	{"archived", func(f *answers.Filter) { f.Archived = true }},
}

// articleCut is which articles a list shows, as its address says.
type articleCut struct {
	answers.Filter
	state string // of articleStates
	query url.Values
}

func parseArticleCut(q url.Values) (articleCut, error) {
	c := articleCut{state: cmp.Or(q.Get("state"), "all"), query: url.Values{}}
	known := false
	for _, s := range articleStates {
		if s.key == c.state {
			s.pick(&c.Filter)
			known = true
		}
	}
	if !known {
		return c, fault.New(fault.NotFound, "There is no such view.")
	}
	for name, to := range map[string]*string{"language": &c.Language, "q": &c.Words} {
		if v := q.Get(name); v != "" {
			*to = v
			c.query.Set(name, v)
		}
	}
	if v := q.Get("category"); v != "" {
		id, err := tenants.ParseID(tenants.CategoryPrefix, v)
		if err != nil {
			return c, err
		}
		c.Category = &id
		c.query.Set("category", v)
	}
	if v := q.Get("audience"); v != "" {
		c.Audience = answers.Audience(v)
		c.query.Set("audience", v)
	}
	if v := q.Get("after"); v != "" {
		id, err := tenants.ParseID(tenants.ArticlePrefix, v)
		if err != nil {
			return c, err
		}
		c.After = id
	}
	return c, nil
}

// at is the address of the list with this cut in a state, after an article.
func (c articleCut) at(state, after string) string {
	q := url.Values{}
	for k, v := range c.query {
		q[k] = v
	}
	if state != "all" {
		q.Set("state", state)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/answers"
	}
	return "/answers?" + q.Encode()
}

// answersFrame is the frame of the help centre's staff pages.
func (s *Server) answersFrame(ctx context.Context, tx bun.Tx, r *http.Request, title, here string) (views.AnswersFrameProps, error) {
	p := views.AnswersFrameProps{Page: s.page(r, title, "answers"), Title: i18n.T(ctx, "articles.title"), Lead: i18n.T(ctx, "articles.lead"),
		Here: here, Public: "/help"}
	a, _ := authz.From(ctx)
	p.Numbers = authz.Permits(a.Role, authz.NumbersRead)
	p.Page.Scripts = []string{"answers.js"}
	if id, ok := articleDeeds[r.URL.Query().Get("done")]; ok {
		p.Page.Flashes = append(p.Page.Flashes, views.Flash{Tone: views.Good, Text: i18n.T(ctx, id)})
	} else {
		p.Page.Flashes = s.done(r)
	}
	var err error
	p.Waiting, err = answers.Count(ctx, tx, answers.Filter{State: answers.Review})
	return p, err
}

// answerList is the list of articles.
func (s *Server) answerList(w http.ResponseWriter, r *http.Request) error {
	var p views.AnswersProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{}); err != nil {
			return err
		}
		c, err := parseArticleCut(r.URL.Query())
		if err != nil {
			return err
		}
		p, err = s.answersProps(ctx, tx, r, c)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Answers(p))
}

func (s *Server) answersProps(ctx context.Context, tx bun.Tx, r *http.Request, c articleCut) (views.AnswersProps, error) {
	here := "articles"
	if c.state == "review" {
		here = "reviews"
	}
	p := views.AnswersProps{Words: c.Words, Language: c.Language, Audience: string(c.Audience), Category: c.query.Get("category")}
	if c.state != "all" {
		p.State = c.state
	}
	var err error
	if p.Frame, err = s.answersFrame(ctx, tx, r, i18n.T(ctx, "articles.title"), here); err != nil {
		return p, err
	}
	for _, state := range articleStates {
		f := c.Filter
		f.State, f.Stale, f.Archived = "", false, false
		state.pick(&f)
		n, err := answers.Count(ctx, tx, f)
		if err != nil {
			return p, err
		}
		p.Counts = append(p.Counts, views.AnswerCount{Name: i18n.T(ctx, "articles.count_"+state.key), Href: c.at(state.key, ""), Count: n, Here: state.key == c.state})
		if state.key == c.state {
			p.Total = n
		}
	}
	categories, err := answers.Categories(ctx, tx)
	if err != nil {
		return p, err
	}
	named := map[uuid.UUID]answers.Category{}
	for _, category := range categories {
		named[category.ID] = category
		p.Categories = append(p.Categories, views.Choice{ID: tenants.PublicID(tenants.CategoryPrefix, category.ID), Name: categoryWord(ctx, category)})
	}
	p.Languages = languageChoices(ctx)
	f := c.Filter
	f.Limit = articleRows + 1
	found, err := answers.Articles(ctx, tx, f)
	if err != nil {
		return p, err
	}
	if len(found) > articleRows {
		found = found[:articleRows]
		p.Next = c.at(c.state, tenants.PublicID(tenants.ArticlePrefix, found[articleRows-1].ID))
	}
	for _, a := range found {
		p.Rows = append(p.Rows, answerRow(ctx, a, named[a.Category], c))
	}
	p.None = p.Total == 0 && c.state == "all" && len(c.query) == 0
	if p.None {
		archived, err := answers.Count(ctx, tx, answers.Filter{Archived: true})
		p.None = archived == 0
		return p, err
	}
	return p, nil
}

func answerRow(ctx context.Context, a answers.Article, category answers.Category, c articleCut) views.AnswerRow {
	row := views.AnswerRow{Category: categoryWord(ctx, category), Icon: categoryIcon(category), Internal: a.Audience == answers.Internal,
		Archived: a.ArchivedAt != nil, At: a.CreatedAt}
	shown := shownText(ctx, a, c)
	row.Title, row.Href = shown.Title, articleHref(a.ID)+"/"+shown.Language
	for _, t := range a.Texts {
		row.Texts = append(row.Texts, textMark(ctx, a, t, shown.Language))
		if t.SavedAt.After(row.At) {
			row.At, row.Who = t.SavedAt, t.Author
		}
	}
	if row.Who == "" {
		row.Who = shown.Author
	}
	return row
}

// shownText is the text of an article that a row names it by: the one that the list is about, else the reader's language's,
// else the original.
func shownText(ctx context.Context, a answers.Article, c articleCut) answers.Text {
	if t, ok := a.Text(c.Language); ok {
		return t
	}
	if c.State != "" && c.State != answers.Published {
		if i := slices.IndexFunc(a.Texts, func(t answers.Text) bool { return t.State == c.State }); i >= 0 {
			return a.Texts[i]
		}
	}
	if c.Stale {
		if i := slices.IndexFunc(a.Texts, func(t answers.Text) bool { return t.Stale }); i >= 0 {
			return a.Texts[i]
		}
	}
	if t, ok := a.Text(i18n.Lang(ctx)); ok {
		return t
	}
	if len(a.Texts) > 0 {
		return a.Texts[0]
	}
	return answers.Text{Language: a.Original}
}

func textMark(ctx context.Context, a answers.Article, t answers.Text, here string) views.TextMark {
	return views.TextMark{Language: t.Language, Name: i18n.LanguageName(ctx, t.Language), Href: articleHref(a.ID) + "/" + t.Language, State: views.TextState(t.State),
		Live: t.Live > 0, Stale: t.Stale, Original: t.Language == a.Original, Here: t.Language == here}
}

func articleHref(id uuid.UUID) string {
	return "/answers/articles/" + tenants.PublicID(tenants.ArticlePrefix, id)
}

// languageChoices are the languages the casino speaks to its players.
func languageChoices(ctx context.Context) (all []views.Choice) {
	for _, l := range i18n.Offered(ctx, i18n.Players) {
		all = append(all, views.Choice{ID: l, Name: i18n.LanguageName(ctx, l)})
	}
	return all
}

func categoryWord(ctx context.Context, c answers.Category) string {
	return c.Name(i18n.Lang(ctx), tenants.Current(ctx).Language)
}

func categoryIcon(c answers.Category) string {
	if slices.Contains(answers.Icons, c.Icon) {
		return c.Icon
	}
	return "book-open"
}

// placeOf is where an article stands, with where else it could.
func placeOf(ctx context.Context, tx bun.Tx, category uuid.UUID, topic *uuid.UUID, audience answers.Audience) (views.ArticlePlace, error) {
	p := views.ArticlePlace{Audience: string(audience)}
	categories, err := answers.Categories(ctx, tx)
	if err != nil {
		return p, err
	}
	for _, c := range categories {
		if c.RetiredAt != nil && c.ID != category {
			continue
		}
		p.Categories = append(p.Categories, views.Choice{ID: tenants.PublicID(tenants.CategoryPrefix, c.ID), Name: categoryWord(ctx, c)})
		if c.ID == category {
			p.Category = tenants.PublicID(tenants.CategoryPrefix, c.ID)
		}
	}
	topics, err := desk.Topics(ctx, tx)
	if err != nil {
		return p, err
	}
	for _, t := range topics {
		p.Topics = append(p.Topics, views.Choice{ID: tenants.PublicID(tenants.TopicPrefix, t.ID), Name: topicWord(ctx, t.Key, t.Name(i18n.Lang(ctx)))})
		if topic != nil && t.ID == *topic {
			p.Topic = tenants.PublicID(tenants.TopicPrefix, t.ID)
		}
	}
	return p, nil
}
