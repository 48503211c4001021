package web

import (
	"context"
	"net/http"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// front sends whoever comes to the bare address to where they work.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
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
	if signed := signedOf(ctx); signed.Email != "" {
		p.Rail = rail(ctx, signed.Actor)
		p.Reader = &views.Reader{Name: signed.Actor.Name, Email: signed.Email, Role: i18n.T(ctx, "role."+string(signed.Actor.Role))}
	}
	return p
}

// rail is where an actor's role lets them go.
func rail(ctx context.Context, a authz.Actor) []views.RailItem {
	var all []views.RailItem
	if authz.Permits(a.Role, authz.ConversationList) {
		all = append(all, views.RailItem{Key: "inbox", Icon: "inbox", Name: i18n.T(ctx, "inbox.title"), Href: "/inbox"})
	}
	if authz.Permits(a.Role, authz.PeopleRead) {
		all = append(all, views.RailItem{Key: "people", Icon: "users-round", Name: i18n.T(ctx, "settings.people"), Href: "/settings/people"})
	}
	if authz.Permits(a.Role, authz.SettingsRead) {
		all = append(all, views.RailItem{Key: "settings", Icon: "settings", Name: i18n.T(ctx, "common.settings"), Href: "/settings"})
	}
	return all
}

// theme is the casino's colours as CSS variables.
func (s *Server) theme(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, err := w.Write([]byte(views.Theme(s.brand(r.Context()).Accent)))
	return err
}
