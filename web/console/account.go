package console

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants/office"
	"pitdesk/views"
)

// own is the signed-in person as what a permission is asked for.
func own(ctx context.Context) authz.Whose {
	p := signedOf(ctx).Person
	return authz.Whose{Reseller: p.Reseller, Object: p.ID}
}

// account is a person's own page.
func (s *Server) account(w http.ResponseWriter, r *http.Request) error {
	if err := asking(r, authz.AccountRead, own(r.Context()), nil); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleAccount(s.accountProps(r)))
}

func (s *Server) accountProps(r *http.Request) views.ConsoleAccountProps {
	p := signedOf(r.Context()).Person
	out := views.ConsoleAccountProps{Frame: s.frame(r, "account", i18n.T(r.Context(), "common.account")), Name: p.Name, Language: p.Language,
		Factor: p.Factor, MayDrop: p.Role() != authz.Vendor}
	out.Frame.Lead = p.Email
	return out
}

func (s *Server) accountAgain(w http.ResponseWriter, r *http.Request, err error, of string) error {
	return again(w, r, err, func(f views.Fault) (templ.Component, error) {
		p := s.accountProps(r)
		p.Fault, p.Of = f, of
		return views.ConsoleAccount(p), nil
	})
}

// setProfile changes a person's own name and language.
func (s *Server) setProfile(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	if err := asking(r, authz.AccountChange, own(r.Context()), func(ctx context.Context, tx bun.Tx) error {
		return office.Rename(ctx, tx, signedOf(ctx).Person.ID, r.PostForm.Get("name"), r.PostForm.Get("language"))
	}); err != nil {
		return s.accountAgain(w, r, err, "profile")
	}
	http.Redirect(w, r, "/account?done=saved", http.StatusSeeOther)
	return nil
}

// dropFactor takes a person's own second factor away.
func (s *Server) dropFactor(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	if err := asking(r, authz.AccountChange, own(r.Context()), nil); err != nil {
		return err
	}
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return err
	}
	if err := office.DropOwn(r.Context(), c.Value, r.PostForm.Get("code"), s.from(r)); err != nil {
		if fault.CodeOf(err) == fault.Conflict {
			return err
		}
		return s.accountAgain(w, r, err, "off")
	}
	http.Redirect(w, r, "/account?done=saved", http.StatusSeeOther)
	return nil
}
