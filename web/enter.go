package web

import (
	"net/http"
	"net/url"
)

// enter signs in whoever holds a sign-in link, and leads them on. The link works once: who comes second is told so.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) error {
	in, err := s.Sessions.ByLink(r.Context(), r.PathValue("token"), from(r))
	if err != nil {
		return err
	}
	next := localPath(r.URL.Query().Get("next"))
	setSession(w, in.Token)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if in.NeedsCode {
		next = "/sign-in/code?next=" + url.QueryEscape(next)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}
