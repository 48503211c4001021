package web

import (
	"context"
	"net/http"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
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
	p := views.Page{Title: title, Here: here, Casino: views.Casino{Name: tenants.Current(ctx).Name}}
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

// theme is the casino's colours as CSS variables. Pages ask for it by the version in its address, so it is kept for good.
func (s *Server) theme(w http.ResponseWriter, r *http.Request) error {
	accent, err := s.accent(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, err = w.Write([]byte(views.Theme(accent)))
	return err
}

// accent is the casino's colour.
func (s *Server) accent(r *http.Request) (string, error) {
	ctx := r.Context()
	var accent string
	err := tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		b, err := brands.Get(ctx, tx)
		accent = b.Accent
		return err
	})
	return accent, err
}
