package site

import (
	"net/http"
	"strconv"
	"strings"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// languages are those that pages are written in, each under a path of its own. The pseudo-locales are served and not listed.
func languages() []string { return i18n.Languages() }

// routes are all pages. Each stands under every language's path; the bare path leads to the reader's.
func (s *Site) routes() map[string]handler {
	all := map[string]handler{
		"GET /{$}":         s.front,
		"GET /robots.txt":  s.robots,
		"GET /sitemap.xml": s.sitemap,
		"GET /favicon.ico": s.icon,
		"GET /names":       s.names,
	}
	for _, path := range []string{"/prices", "/questions", "/sign-up", "/sign-in"} {
		all["GET "+path] = s.lead
	}
	for _, lang := range append(languages(), i18n.Accented, i18n.Mirrored) {
		at := "/" + lang
		all["GET "+at] = s.front
		all["GET "+at+"/prices"] = s.prices
		all["GET "+at+"/questions"] = s.questions
		all["GET "+at+"/sign-in"] = s.deskForm
		all["POST "+at+"/sign-in"] = s.toSignIn
		all["GET "+at+"/sign-up"] = s.signUpForm
		all["POST "+at+"/sign-up"] = s.signUp
		all["GET "+at+"/sign-up/sent"] = s.sent
		all["GET "+at+"/sign-up/{token}"] = s.proofForm
		all["POST "+at+"/sign-up/{token}"] = s.found
		all["POST "+at+"/sign-up/{token}/again"] = s.sendAgain
	}
	return all
}

// languageOf is what a request is answered in: the language of its path, else what the reader chose or the browser asks for.
func languageOf(r *http.Request) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if l := i18n.Supported(first); l != "" && l == first {
		return l
	}
	chosen := r.URL.Query().Get("lang")
	if c, err := r.Cookie("lang"); err == nil && chosen == "" {
		chosen = c.Value
	}
	return i18n.Negotiate(r.Header.Get("Accept-Language"), chosen)
}

// lead sends a path without a language to the same page in the reader's.
func (s *Site) lead(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Vary", "Accept-Language, Cookie")
	http.Redirect(w, r, "/"+i18n.Lang(r.Context())+r.URL.Path, http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	return nil
}

// page is the frame of a page. path is what follows the language in its address.
func (s *Site) page(r *http.Request, title, path string) views.Site {
	ctx := r.Context()
	p := views.Site{Title: title, Vendor: s.Web.Vendor, Path: path, Contact: s.Contact, Terms: s.Terms, Privacy: s.Privacy,
		Canonical: s.Web.BaseURL("", "/"+i18n.Lang(ctx)+path)}
	for _, lang := range languages() {
		p.Languages = append(p.Languages, views.HouseLink{Name: i18n.OwnName(lang), Lang: lang, Href: "/" + lang + path, Here: lang == i18n.Lang(ctx)})
		p.Elsewhere = append(p.Elsewhere, views.HouseLink{Lang: lang, Href: s.Web.BaseURL("", "/"+lang+path)})
	}
	p.Elsewhere = append(p.Elsewhere, views.HouseLink{Lang: "x-default", Href: s.Web.BaseURL("", pick(path, "/"))})
	return p
}

// cached lets browsers keep a page that is the same for everybody for a few minutes.
func cached(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, max-age=300") }

func (s *Site) front(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	cached(w)
	if r.URL.Path == "/" {
		w.Header().Set("Vary", "Accept-Language, Cookie")
	}
	p := s.page(r, i18n.T(ctx, "site.tagline"), "")
	p.About = i18n.T(ctx, "site.hero_lead")
	return views.Render(w, r, http.StatusOK, views.SiteFront(views.SiteFrontProps{Site: p, Base: s.Web.Base}))
}

func (s *Site) questions(w http.ResponseWriter, r *http.Request) error {
	cached(w)
	p := s.page(r, i18n.T(r.Context(), "site.questions"), "/questions")
	return views.Render(w, r, http.StatusOK, views.SiteQuestions(p))
}

func (s *Site) icon(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, views.Asset("site-mark.svg"), http.StatusFound)
	return nil
}

func setRetry(w http.ResponseWriter, err error) {
	if after := fault.Of(err).RetryAfter; after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(after.Seconds()))))
	}
}

func pick(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
