package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// fail answers an error, the one place that does: as problem+json (RFC 9457) to the chat and scripts, as a fragment to htmx,
// as a page to a browser. What nobody foresaw is logged and told in a polite sentence.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		err = fault.New(fault.TooLarge, "This is too large: at most %d bytes are taken.", tooBig.Limit)
	}
	code := fault.CodeOf(err)
	status := fault.StatusOf(err)
	if status >= 500 && r.Context().Err() == nil {
		id, _ := requestOf(r.Context())
		s.Log.ErrorContext(r.Context(), "request failed", "request", id, "err", err)
	}
	if after := fault.Of(err).RetryAfter; after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(after.Seconds()))))
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	sentence := i18n.Fault(r.Context(), err)
	_, known := tenants.FromContext(r.Context())
	switch {
	case !known && code == fault.NotFound:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = views.Render(w, r, http.StatusNotFound, views.NotFound())
	case strings.HasPrefix(r.URL.Path, "/chat/api/") || strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.Header.Get("Accept"), "application/json") || !known:
		problem(w, r, status, code, sentence, err)
	case code == fault.Suspended && r.Header.Get("HX-Request") != "":
		h.Set("HX-Refresh", "true") // the whole page says so
		w.WriteHeader(status)
	case code == fault.Suspended && r.Header.Get("Accept") != "text/event-stream" && s.shutPage(w, r) == nil:
	case r.Header.Get("HX-Request") != "":
		if code == fault.Unauthenticated {
			h.Set("HX-Redirect", "/sign-in")
		}
		_ = views.Render(w, r, status, views.Problem(sentence))
	case code == fault.Unauthenticated && r.Method == http.MethodGet && r.Header.Get("Accept") != "text/event-stream":
		http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		_ = views.Render(w, r, status, views.ErrorPage(views.ErrorProps{
			Page:  views.Page{Title: sentence, Casino: s.casino(r.Context())},
			Title: sentence, Back: "/",
		}))
	}
}

func problem(w http.ResponseWriter, r *http.Request, status int, code fault.Code, sentence string, err error) {
	body := map[string]any{"type": "/problems/" + string(code), "title": http.StatusText(status), "status": status, "detail": sentence}
	if f := fault.Of(err); f.Field != "" {
		body["field"] = f.Field
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func answerJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}
