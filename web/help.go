package web

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// The help centre as players read it, on each casino's host. Its language is in the address: what a page says depends on
// nothing else of the reader's, so that browsers and proxies may keep it.

const (
	helpChat    = "/chat"
	helpShown   = 50 // articles on a page of a category
	helpKept    = "public, max-age=60"
	helpMissing = "public, max-age=30"
)

// helpFront leads to the help centre in the reader's language.
func (s *Server) helpFront(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "private, no-store")
	http.Redirect(w, r, answers.HomePath(i18n.Lang(r.Context())), http.StatusFound)
	return nil
}

// reading is a request for a page of the help centre.
type reading struct {
	*http.Request
	guide    *answers.Guide
	language string
	done     bool // answered already, by sending the reader elsewhere
}

// helpIn reads the language of an address. Whoever comes by the menu of languages is remembered to have chosen it; another
// spelling of a language leads to ours.
func (s *Server) helpIn(w http.ResponseWriter, r *http.Request) (q reading, err error) {
	ctx := r.Context()
	if q.guide, err = answers.Contents(ctx); err != nil {
		return q, err
	}
	asked := r.PathValue("language")
	q.language = i18n.Supported(asked)
	if !strings.EqualFold(q.language, asked) {
		// A language the product doesn't speak, but articles are written in; its pages' own words are the casino's language's.
		i := slices.IndexFunc(q.guide.Languages, func(l string) bool { return strings.EqualFold(l, asked) })
		if i < 0 {
			q.language = i18n.Lang(ctx)
			q.Request = r
			return q, tenants.ErrNotFound
		}
		q.language = q.guide.Languages[i]
		ctx = i18n.With(ctx, tenants.Current(ctx).Language)
	} else {
		ctx = i18n.With(ctx, q.language)
	}
	q.Request = r.WithContext(ctx)
	if r.Method != http.MethodGet {
		return q, nil
	}
	chosen := r.URL.Query().Get("lang")
	if chosen == "" && asked == q.language {
		return q, nil
	}
	if chosen != "" {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: q.language, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, // #nosec G124 -- a language, which scripts may read
			Secure: s.Config.Scheme == "https"})
	}
	to := *r.URL
	to.Path = "/help/" + q.language + strings.TrimPrefix(to.Path, "/help/"+asked)
	to.RawPath = ""
	query := to.Query()
	query.Del("lang")
	to.RawQuery = query.Encode()
	w.Header().Set("Cache-Control", "private, no-store")
	http.Redirect(w, r, to.RequestURI(), http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	q.done = true
	return q, nil
}

// helpPage wraps the handlers of the help centre: what isn't there is answered with its own page.
func (s *Server) helpPage(page func(w http.ResponseWriter, q reading) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, err := s.helpIn(w, r)
		if err == nil && !q.done {
			err = page(w, q)
		}
		if fault.CodeOf(err) == fault.NotFound && q.Request != nil {
			return s.helpNotFound(w, q)
		}
		return err
	}
}

// lasting answers with a page that browsers may keep for a while, and not at all when they have it already.
func lasting(w http.ResponseWriter, r *http.Request, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	if h := w.Header(); h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", helpKept)
	}
	return squeezed(w, r, "text/html; charset=utf-8", b.Bytes())
}

// helpHouse is the frame of a page of the help centre. at names the page in each language it exists in, by path; the menu
// leads to the first page in the others.
func (s *Server) helpHouse(q reading, title, about string, at map[string]string) (views.House, error) {
	ctx := q.Context()
	h, err := s.house(q.Request, title)
	if err != nil {
		return h, err
	}
	t := tenants.Current(ctx)
	h.About, h.Home = about, answers.HomePath(q.language)
	h.Languages = nil
	for _, lang := range i18n.Offered(ctx, i18n.Players) {
		h.Languages = append(h.Languages, helpTongue(q, lang, at))
	}
	for _, lang := range q.guide.Languages {
		if !slices.ContainsFunc(h.Languages, func(l views.HouseLink) bool { return l.Lang == lang }) {
			h.Languages = append(h.Languages, helpTongue(q, lang, at))
		}
	}
	if path, ok := at[q.language]; ok {
		h.Canonical = s.Config.URL(t, path)
	}
	if len(at) > 1 {
		for lang, path := range at {
			h.Elsewhere = append(h.Elsewhere, views.HouseLink{Lang: lang, Href: s.Config.URL(t, path)})
		}
		slices.SortFunc(h.Elsewhere, func(a, b views.HouseLink) int { return cmp.Compare(a.Lang, b.Lang) })
		if path, ok := at[t.Language]; ok {
			h.Elsewhere = append(h.Elsewhere, views.HouseLink{Lang: "x-default", Href: s.Config.URL(t, path)})
		}
	}
	return h, nil
}

func helpTongue(q reading, lang string, at map[string]string) views.HouseLink {
	path, ok := at[lang]
	if !ok {
		path = answers.HomePath(lang)
	}
	return views.HouseLink{Name: i18n.OwnName(lang), Lang: lang, Here: lang == q.language, Href: path + "?lang=" + url.QueryEscape(lang)}
}

// helpHomes are the first page's addresses in the languages that have articles of their own.
func helpHomes(g *answers.Guide) map[string]string {
	at := map[string]string{}
	for _, lang := range g.Languages {
		at[lang] = answers.HomePath(lang)
	}
	return at
}

func helpSearch(language, words string) views.HelpSearch {
	return views.HelpSearch{Action: answers.HomePath(language) + "/search", Words: words}
}

func helpShelves(ctx context.Context, q reading) []views.HelpShelf {
	var all []views.HelpShelf
	for _, c := range q.guide.In(ctx, q.language) {
		all = append(all, helpShelf(ctx, q, c.Category, c.Found))
	}
	return all
}

func helpShelf(ctx context.Context, q reading, c answers.Category, found int) views.HelpShelf {
	own := tenants.Current(ctx).Language
	return views.HelpShelf{Name: c.Name(q.language, own), About: c.About(q.language, own), Icon: c.Icon,
		Href: answers.CategoryPath(q.language, c.Slug), Found: found}
}

func helpLinks(ctx context.Context, language string, all []answers.Link) []views.HelpLink {
	var links []views.HelpLink
	for _, l := range all {
		links = append(links, helpLink(ctx, language, l))
	}
	return links
}

func helpLink(ctx context.Context, language string, l answers.Link) views.HelpLink {
	v := views.HelpLink{Title: l.Title, Summary: l.Summary, Href: l.Path()}
	if l.Language != language {
		v.Lang, v.Language = l.Language, i18n.LanguageName(ctx, l.Language)
	}
	return v
}

// helpHome is the help centre's first page.
func (s *Server) helpHome(w http.ResponseWriter, q reading) error {
	ctx := q.Context()
	title := i18n.T(ctx, "help.title")
	h, err := s.helpHouse(q, title, i18n.T(ctx, "help.hero"), helpHomes(q.guide))
	if err != nil {
		return err
	}
	return lasting(w, q.Request, views.HelpHome(views.HelpHomeProps{House: h, Search: helpSearch(q.language, ""), Shelves: helpShelves(ctx, q),
		Popular: helpLinks(ctx, q.language, q.guide.Popular(ctx, q.language)), Chat: helpChat}))
}

// helpCategory is a category's page, a part of it where it has many articles.
func (s *Server) helpCategory(w http.ResponseWriter, q reading) error {
	ctx := q.Context()
	c, ok := q.guide.Category(q.PathValue("shelf"))
	if !ok {
		return tenants.ErrNotFound
	}
	page, _ := strconv.Atoi(q.URL.Query().Get("page"))
	page = min(max(page, 1), 1000)
	var found int
	for _, shelf := range q.guide.In(ctx, q.language) {
		if shelf.ID == c.ID {
			found = shelf.Found
		}
	}
	var links []answers.Link
	err := tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) (err error) {
		links, err = answers.On(ctx, tx, c.ID, q.language, (page-1)*helpShown, helpShown)
		return err
	})
	if err != nil {
		return err
	}
	if len(links) == 0 && page > 1 {
		return tenants.ErrNotFound
	}
	// Where a language has no article here of its own, its page is another's over again: search engines need only one.
	at := map[string]string{}
	for _, lang := range q.guide.Languages {
		if q.guide.Has(c.ID, lang) {
			at[lang] = answers.CategoryPath(lang, c.Slug) + onPage(page)
		}
	}
	shelf := helpShelf(ctx, q, c, found)
	h, err := s.helpHouse(q, shelf.Name, shelf.About, at)
	if err != nil {
		return err
	}
	p := views.HelpCategoryProps{House: h, Search: helpSearch(q.language, ""), Home: answers.HomePath(q.language), Name: shelf.Name, About: shelf.About,
		Found: found, Articles: helpLinks(ctx, q.language, links), Chat: helpChat}
	if page > 1 {
		p.Newer = shelf.Href + onPage(page-1)
	}
	if page*helpShown < found {
		p.Older = shelf.Href + onPage(page+1)
	}
	return lasting(w, q.Request, views.HelpCategory(p))
}

func onPage(n int) string {
	if n <= 1 {
		return ""
	}
	return "?page=" + strconv.Itoa(n)
}

// helpFound is what a search found. Search engines are kept out of it.
func (s *Server) helpFound(w http.ResponseWriter, q reading) error {
	ctx := q.Context()
	words := strings.TrimSpace(q.URL.Query().Get("q"))
	t := tenants.Current(ctx)
	if words != "" {
		if err := s.helps().looking.Take(t.ID.String() + s.Address(q.Request)); err != nil {
			return err
		}
	}
	var hits []answers.Hit
	err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		if hits, err = answers.Search(ctx, tx, answers.Query{Language: q.language, Words: words, Limit: 20}); err != nil || len(hits) > 0 || words == "" {
			return err
		}
		return answers.Missed(ctx, tx, q.language, words)
	})
	if err != nil {
		return err
	}
	p := views.HelpFoundProps{Search: helpSearch(q.language, shorten(words, 200)), Home: answers.HomePath(q.language), Chat: helpChat}
	for _, hit := range hits {
		p.Found = append(p.Found, helpLink(ctx, q.language, answers.Link{Language: hit.Language, Slug: hit.Slug, Title: hit.Title, Summary: hit.Summary}))
	}
	if len(hits) == 0 {
		p.Popular = helpLinks(ctx, q.language, q.guide.Popular(ctx, q.language))
	}
	title := i18n.T(ctx, "help.search_title")
	if words != "" {
		title = p.Search.Words + " · " + title
	}
	if p.House, err = s.helpHouse(q, title, "", nil); err != nil {
		return err
	}
	for i, l := range p.House.Languages {
		p.House.Languages[i].Href = answers.HomePath(l.Lang) + "/search?" + url.Values{"lang": {l.Lang}, "q": {p.Search.Words}}.Encode()
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	return lasting(w, q.Request, views.HelpFound(p))
}

// shorten cuts what was typed to n characters.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// helpNotFound answers for addresses under /help where nothing is.
func (s *Server) helpNotFound(w http.ResponseWriter, q reading) error {
	ctx := q.Context()
	h, err := s.helpHouse(q, i18n.T(ctx, "help.missing_title"), "", nil)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", helpMissing)
	return views.Render(w, q.Request, http.StatusNotFound, views.HelpMissing(views.HelpMissingProps{House: h, Search: helpSearch(q.language, ""),
		Home: answers.HomePath(q.language), Popular: helpLinks(ctx, q.language, q.guide.Popular(ctx, q.language)), Chat: helpChat}))
}
