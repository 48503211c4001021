package web

import (
	"net/http"
	"time"

	"pitdesk/tenants/pictures"
)

// picture serves what a casino shows to everybody. A name says what is in it, so it is kept for good.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) error {
	content, kind, err := pictures.Open(r.Context(), s.Files, r.PathValue("picture"))
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // a casino's page shows its logo in the launcher
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
