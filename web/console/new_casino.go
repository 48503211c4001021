package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// mine is a reseller's own as what a permission is asked for; Nobody's for the deployment's own people.
func mine(ctx context.Context) authz.Whose {
	return authz.Whose{Reseller: signedOf(ctx).Person.Reseller}
}

func (s *Server) newCasinoProps(r *http.Request) views.ConsoleNewCasinoProps {
	p := views.ConsoleNewCasinoProps{Frame: s.frame(r, "casinos", i18n.T(r.Context(), "console.casino_new")), Base: s.Config.Base, Language: i18n.Lang(r.Context())}
	p.Frame.Back = "/casinos"
	return p
}

// newCasino is the form for one.
func (s *Server) newCasino(w http.ResponseWriter, r *http.Request) error {
	if err := asking(r, authz.TenantRead, mine(r.Context()), nil); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleNewCasino(s.newCasinoProps(r)))
}

// createCasino founds a casino of the reseller's, with all that one begins with, and has its admin mailed a link to choose a
// password.
func (s *Server) createCasino(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	p := s.newCasinoProps(r)
	field := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	p.Name, p.Slug, p.Language, p.Reference = field("name"), strings.ToLower(field("slug")), field("language"), field("reference")
	p.Site, p.Email, p.AdminName = field("site"), staff.CleanEmail(field("email")), field("admin")
	ctx := r.Context()
	whose := mine(ctx)
	whose.About = p.Slug
	if err := asking(r, authz.TenantCreate, whose, nil); err != nil {
		return err
	}
	t, err := tenants.PoolsOf(ctx).Doors.Found(ctx, tenants.New{Slug: p.Slug, Name: p.Name, Language: p.Language, Reference: p.Reference, Reseller: whose.Reseller},
		func(ctx context.Context, tx bun.Tx) error {
			ctx = authz.With(ctx, authz.System(tenants.Current(ctx).ID))
			_, err := s.Begin(ctx, tx, tenants.Beginning{Site: p.Site, Admin: tenants.Newcomer{Email: p.Email, Name: p.AdminName, Language: p.Language}})
			return err
		})
	if err == nil {
		from := s.from(r)
		err = staff.AskReset(tenants.With(ctx, t), p.Email, staff.From{Address: from.Address, Browser: from.Browser, RequestID: from.RequestID})
		if fault.CodeOf(err) == fault.TooMany { // the admin asks for it at the sign-in page
			err = nil
		}
	}
	if err != nil {
		return again(w, r, err, func(f views.Fault) (templ.Component, error) {
			if f.Field == "admin.email" || f.Field == "admin.name" {
				f.Field = map[string]string{"admin.email": "email", "admin.name": "admin"}[f.Field]
			}
			p.Fault = f
			return views.ConsoleNewCasino(p), nil
		})
	}
	http.Redirect(w, r, "/casinos/"+tenants.PublicID(tenants.TenantPrefix, t.ID)+"?done=founded", http.StatusSeeOther)
	return nil
}
