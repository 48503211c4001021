package site

import (
	"log/slog"
	"net/http"
	"time"

	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/telemetry"
	"pitdesk/views"
	"pitdesk/web"
)

// Config is what the site needs to know.
type Config struct {
	Web     web.Config
	Log     *slog.Logger
	Address func(*http.Request) string // where a request came from
	Contact string                     // whom readers write to; empty shows nobody
	Terms   string                     // addresses of the vendor's terms and of its privacy notice; empty leaves the link out
	Privacy string
	// Founding is what happens when a casino comes by itself.
	Founding Founding
	// Extra are handlers of other parts at the same host, by the pattern they answer to: "POST /billing/stripe".
	Extra map[string]http.Handler
}

// Site is the pages of one deployment.
type Site struct {
	Config
	looking *chat.Throttle // at short names, by address
	plans   plans
	policy  string
}

// New returns the pages over c.
func New(c Config) *Site {
	// A browser holds what a form leads to against form-action too (CSP level 3, section 6.4.1): signing up leads to the new
	// casino's own host.
	desks := c.Web.BaseURL("*", "")
	return &Site{Config: c, looking: chat.NewThrottle(chat.Pace{Every: time.Second / 4, Burst: 40}),
		plans:  plans{kept: map[string]keptPlans{}},
		policy: "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self' " + desks + "; frame-ancestors 'none'"}
}

// maxForm is the largest form that is read, in octets.
const maxForm = 16 << 10

// handler answers a request or returns why it didn't.
type handler func(w http.ResponseWriter, r *http.Request) error

// Handler is everything at the deployment's own address.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range s.routes() {
		mux.Handle(pattern, s.serve(pattern, h))
	}
	mux.Handle("GET "+views.AssetPrefix, views.Assets())
	mux.Handle("/", s.serve("none", func(http.ResponseWriter, *http.Request) error { return errMissing }))

	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.serve("none", func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Forbidden, "This request came from another site.")
	}))
	top := http.NewServeMux()
	for pattern, h := range s.Extra {
		top.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			telemetry.Found(r.Context(), telemetry.Site, pattern)
			h.ServeHTTP(w, r)
		})
	}
	top.Handle("/", guard.Handler(mux))
	return top
}

var errMissing = fault.New(fault.NotFound, "There is nothing here.")

// serve wraps a handler: its headers, the limit of its body, the language, and the page that tells of an error.
func (s *Site) serve(pattern string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		telemetry.Found(r.Context(), telemetry.Site, pattern)
		head := w.Header()
		head.Set("Content-Security-Policy", s.policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "same-origin")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		r = r.WithContext(i18n.With(r.Context(), languageOf(r)))
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// fail answers an error with a page. What nobody foresaw is logged and told in a polite sentence.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := fault.StatusOf(err)
	if status >= 500 && r.Context().Err() == nil {
		s.Log.ErrorContext(r.Context(), "request failed", "request", web.RequestID(r.Context()), "err", err)
	}
	setRetry(w, err)
	w.Header().Set("Cache-Control", "no-store")
	p := s.page(r, i18n.Fault(r.Context(), err), "")
	p.Canonical = ""
	if e := views.Render(w, r, status, views.SiteError(views.SiteErrorProps{Site: p, Missing: fault.CodeOf(err) == fault.NotFound})); e != nil {
		s.Log.ErrorContext(r.Context(), "error page", "err", e)
	}
}
