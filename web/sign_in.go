package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// signInForm asks staff who they are. Whoever is signed in already goes to work.
func (s *Server) signInForm(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"))
	if _, err := s.signedIn(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther) // #nosec G710 -- next went through localPath
		return nil
	}
	return views.Render(w, r, http.StatusOK, views.SignIn(s.signInProps(r, next)))
}

func (s *Server) signInProps(r *http.Request, next string) views.SignInProps {
	p := views.SignInProps{Page: s.page(r, i18n.T(r.Context(), "common.sign_in"), ""), Next: next}
	for _, f := range s.done(r) {
		p.Done = f.Text
	}
	return p
}

// signIn takes an e-mail and a password, and begins a session or asks for the second factor.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	email, next := r.PostForm.Get("email"), localPath(r.PostForm.Get("next"))
	in, err := s.Sessions.SignIn(r.Context(), email, r.PostForm.Get("password"), from(r))
	if err != nil {
		return s.again(w, r, err, func(f views.Fault) templ.Component {
			p := s.signInProps(r, next)
			p.Email, p.Fault = email, f
			return views.SignIn(p)
		})
	}
	if c, err := r.Cookie(sessionCookie); err == nil { // nobody is in this browser twice
		if err := s.Sessions.SignOut(r.Context(), c.Value, from(r)); err != nil {
			return err
		}
	}
	setSession(w, in.Token)
	if in.NeedsCode {
		next = "/sign-in/code?next=" + url.QueryEscape(next)
	}
	http.Redirect(w, r, next, http.StatusSeeOther) // #nosec G710 -- next went through localPath
	return nil
}

// signOut ends the session of the cookie, here and in every stream of it.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(sessionCookie); err == nil {
		if err := s.Sessions.SignOut(r.Context(), c.Value, from(r)); err != nil {
			return err
		}
	}
	clearSession(w)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// localPath is where a form may send its reader next: a path of this host. Anything else becomes the inbox.
func localPath(next string) string {
	const inbox = "/inbox"
	if len(next) > 2000 || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "/sign-") {
		return inbox
	}
	// Browsers read "//host" and "/\host" as another site's address, and drop tabs and line ends on the way.
	if strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) || strings.HasPrefix(next, "//") {
		return inbox
	}
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return inbox
	}
	return next
}
