package web

import (
	"net/http"
	"net/url"

	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// enterForm lets the member of a sign-in link in when a browser goes there, and asks first whoever else opens it: programs that
// look at addresses before people do would use the link up.
func (s *Server) enterForm(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet && goesThere(r) {
		return s.enter(w, r)
	}
	name, err := staff.Linked(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	return views.Render(w, r, http.StatusOK, views.Enter(views.EnterProps{Page: s.page(r, i18n.T(ctx, "common.sign_in"), ""),
		Name: name, Token: r.PathValue("token"), Next: localPath(r.URL.Query().Get("next"))}))
}

// goesThere says whether a browser opens a page for somebody, and not ahead of them (Fetch Metadata, section 2; Sec-Purpose:
// WHATWG Fetch, section 3.6).
func goesThere(r *http.Request) bool {
	h := r.Header
	return h.Get("Sec-Fetch-Mode") == "navigate" && h.Get("Sec-Fetch-Dest") == "document" && h.Get("Sec-Purpose") == "" && h.Get("Purpose") == ""
}

// enter signs the member of a link in, once. Whoever was signed in here in this browser no longer is.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) error {
	next := r.URL.Query().Get("next")
	if r.Method == http.MethodPost {
		if err := readForm(r); err != nil {
			return err
		}
		next = r.PostForm.Get("next")
	}
	next = localPath(next)
	in, err := s.Sessions.ByLink(r.Context(), r.PathValue("token"), from(r))
	if err != nil {
		return err
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		if err := s.Sessions.SignOut(r.Context(), c.Value, from(r)); err != nil {
			return err
		}
	}
	setSession(w, in.Token)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if in.NeedsCode {
		next = "/sign-in/code?next=" + url.QueryEscape(next)
	}
	http.Redirect(w, r, next, http.StatusSeeOther) // #nosec G710 -- next went through localPath
	return nil
}
