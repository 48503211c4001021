package console

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"net/http"
	"strings"

	"context"
	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/totp"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/views"
)

// front sends whoever comes to the bare address to their casinos; who isn't signed in is asked to there.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/casinos", http.StatusSeeOther)
	return nil
}

func (s *Server) signInForm(w http.ResponseWriter, r *http.Request) error {
	if signed, err := s.signedIn(r); err == nil && signed.Next == office.Nothing {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleSignIn(views.ConsoleSignInProps{Page: s.card(r, i18n.T(r.Context(), "common.sign_in"))}))
}

// signIn has a link mailed, and answers the same whether anybody has the address.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	p := views.ConsoleSignInProps{Page: s.card(r, i18n.T(r.Context(), "common.sign_in")), Email: strings.TrimSpace(r.PostForm.Get("email"))}
	if err := office.AskLink(r.Context(), p.Email, s.from(r)); err != nil {
		return again(w, r, err, func(f views.Fault) (templ.Component, error) {
			p.Fault = f
			return views.ConsoleSignIn(p), nil
		})
	}
	p.Sent = strings.ToLower(p.Email)
	return views.Render(w, r, http.StatusOK, views.ConsoleSignIn(p))
}

// enterForm shows whoever holds a link whom it signs in.
func (s *Server) enterForm(w http.ResponseWriter, r *http.Request) error {
	p, err := office.LinkOf(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	if r.URL.Query().Get("lang") == "" {
		r = r.WithContext(i18n.With(r.Context(), p.Language))
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleEnter(views.ConsoleEnterProps{Page: s.card(r, i18n.T(r.Context(), "common.sign_in")),
		Token: r.PathValue("token"), Name: p.Name, Email: p.Email}))
}

// enter takes a link.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) error {
	in, err := office.UseLink(r.Context(), r.PathValue("token"), s.from(r))
	if err != nil {
		return err
	}
	if c, err := r.Cookie(sessionCookie); err == nil { // nobody is in this browser twice
		if err := office.SignOut(r.Context(), c.Value, s.from(r)); err != nil {
			return err
		}
	}
	setSession(w, in.Token)
	to := "/"
	if door := doorOf(in.Next); door != "" {
		to = door
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// waiting is the session of a request that waits for next; anybody else is sent to the sign-in page.
func (s *Server) waiting(w http.ResponseWriter, r *http.Request, next ...office.Step) (out *http.Request, token string, err error) {
	signed, err := s.signedIn(r)
	if err != nil && fault.CodeOf(err) != fault.Unauthenticated {
		return nil, "", err
	}
	for _, each := range next {
		if err == nil && signed.Next == each {
			c, _ := r.Cookie(sessionCookie)
			return r.WithContext(withSigned(r.Context(), signed, s.from(r))), c.Value, nil
		}
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil, "", nil
}

func (s *Server) codeForm(w http.ResponseWriter, r *http.Request) error {
	r, _, err := s.waiting(w, r, office.GiveCode)
	if r == nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleCode(views.ConsoleCodeProps{Page: s.card(r, i18n.T(r.Context(), "staff.code_title"))}))
}

// code takes the second factor.
func (s *Server) code(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	in, token, err := s.waiting(w, r, office.GiveCode)
	if in == nil {
		return err
	}
	fresh, err := office.Prove(r.Context(), token, r.PostForm.Get("code"), s.from(r))
	if err != nil {
		return again(w, in, err, func(f views.Fault) (templ.Component, error) {
			return views.ConsoleCode(views.ConsoleCodeProps{Page: s.card(in, i18n.T(in.Context(), "staff.code_title")), Fault: f}), nil
		})
	}
	setSession(w, fresh)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// factorForm shows the secret of a second factor to whoever must set one up, or wants to.
func (s *Server) factorForm(w http.ResponseWriter, r *http.Request) error {
	r, _, err := s.waiting(w, r, office.SetFactor, office.Nothing)
	if r == nil {
		return err
	}
	c, err := s.factorPage(r, views.Fault{})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, c)
}

func (s *Server) factorPage(r *http.Request, f views.Fault) (templ.Component, error) {
	ctx := r.Context()
	signed := signedOf(ctx)
	var secret string
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		secret, err = office.Secret(ctx, tx, signed.Person.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	key, err := totp.Key(s.house(ctx).Name, signed.Person.Email, secret)
	if err != nil {
		return nil, err
	}
	picture, err := key.Image(400, 400)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, err
	}
	p := views.ConsoleFactorProps{Page: s.card(r, i18n.T(ctx, "staff.factor_title")), Must: signed.Next == office.SetFactor, Fault: f,
		Picture: "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())}
	p.Page.Wide = true
	for i := 0; i < len(secret); i += 4 {
		p.Secret += secret[i:min(i+4, len(secret))] + " "
	}
	p.Secret = strings.TrimSpace(p.Secret)
	return views.ConsoleFactor(p), nil
}

// factor turns the second factor on.
func (s *Server) factor(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	in, token, err := s.waiting(w, r, office.SetFactor, office.Nothing)
	if in == nil {
		return err
	}
	fresh, err := office.Confirm(r.Context(), token, r.PostForm.Get("code"), s.from(r))
	if err != nil {
		if fault.CodeOf(err) == fault.Conflict {
			return err
		}
		return again(w, in, err, func(f views.Fault) (templ.Component, error) { return s.factorPage(in, f) })
	}
	setSession(w, fresh)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(sessionCookie); err == nil {
		if err := office.SignOut(r.Context(), c.Value, s.from(r)); err != nil {
			return err
		}
	}
	clearSession(w)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
