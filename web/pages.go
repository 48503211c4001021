package web

import (
	"context"
	"net/http"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// front sends whoever comes to the bare address to what they come for: those who have signed in here to their work, players to
// the help centre.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	to := "/help"
	if _, err := r.Cookie(sessionCookie); err == nil {
		to = "/inbox"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	views.Assets().ServeHTTP(w, r)
	return nil
}

// page is the frame of a page of the casino of r, for whoever is signed in.
func (s *Server) page(r *http.Request, title, here string) views.Page {
	ctx := r.Context()
	p := views.Page{Title: title, Here: here, Casino: s.casino(ctx)}
	if signed := signedOf(ctx); signed.Actor.ID != tenants.Nobody {
		p.Rail = rail(ctx, signed.Actor)
		p.Bar = s.bar(ctx)
		p.Reader = &views.Reader{Name: signed.Actor.Name, Email: signed.Email, Role: i18n.T(ctx, "role."+string(signed.Actor.Role))}
		if signed.Visit != nil {
			p.Reader.Role, p.Reader.Guest = i18n.T(ctx, "staff.visitor_"+string(signed.Visit.Side)), true
			p.Visit = visitBar(ctx, *signed.Visit)
		}
	}
	return p
}

// rail is where an actor's role lets them go.
func rail(ctx context.Context, a authz.Actor) []views.RailItem {
	may := func(p authz.Permission) bool { return authz.Permits(a.Role, p) && authz.Stands(ctx, p) == nil }
	var all []views.RailItem
	if may(authz.ConversationList) {
		all = append(all, views.RailItem{Key: "inbox", Icon: "inbox", Name: i18n.T(ctx, "inbox.title"), Href: "/inbox"})
	}
	if may(authz.ArticleRead) {
		all = append(all, views.RailItem{Key: "answers", Icon: "book-open", Name: i18n.T(ctx, "articles.title"), Href: "/answers"})
	}
	if may(authz.PeopleRead) {
		all = append(all, views.RailItem{Key: "people", Icon: "users-round", Name: i18n.T(ctx, "settings.people"), Href: "/settings/people"})
	}
	if may(authz.SettingsChange) {
		if aroundOf(ctx).steps {
			all = append(all, views.RailItem{Key: "start", Icon: "list-checks", Name: i18n.T(ctx, "settings.start"), Href: "/start"})
		}
	}
	if may(authz.NumbersRead) {
		all = append(all, views.RailItem{Key: "numbers", Icon: "chart-column", Name: i18n.T(ctx, "numbers.desk_title"), Href: "/numbers"})
	}
	if may(authz.HouseRead) {
		all = append(all, views.RailItem{Key: "settings", Icon: "settings", Name: i18n.T(ctx, "common.settings"), Href: "/settings"})
	}
	return all
}

// theme is the casino's colours and corners as CSS variables. Pages ask for it by the digest of what it holds, so it is kept for
// good; an address with another digest, or none, is asked for again each time.
func (s *Server) theme(w http.ResponseWriter, r *http.Request) error {
	css, sum := views.ThemeOf(lookOf(s.brand(r.Context())))
	w.Header().Set("Cache-Control", "public, no-cache")
	if r.URL.Query().Get("v") == sum {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return squeezed(w, r, "text/css; charset=utf-8", []byte(css))
}
