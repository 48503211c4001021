package console

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/telemetry"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/views"
	"pitdesk/web"
)

const (
	sessionCookie = "__Host-session"
	maxBody       = 1 << 20
	pagePolicy    = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

// Options are what the console stands on.
type Options struct {
	Config  web.Config
	Log     *slog.Logger
	Address func(*http.Request) string // where a request came from
	Begin   tenants.Begin              // what a new casino begins with
	Files   blob.Store                 // where resellers' logos are; nil keeps none
}

// Server answers the console's requests.
type Server struct {
	Options
	table   []Route
	healths healths
}

// New returns the console of a deployment.
func New(o Options) *Server { return &Server{Options: o} }

// Handler is everything the console's host serves.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range s.Routes() {
		mux.Handle(route.Pattern, s.serve(route))
	}
	mux.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, tenants.ErrNotFound) }))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.Forbidden, "This request came from another site."))
	}))
	guarded := guard.Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var first []string
		if q := r.URL.Query().Get("lang"); q != "" {
			first = append(first, q)
		}
		telemetry.Found(r.Context(), telemetry.Console, "none")
		ctx := i18n.With(r.Context(), i18n.Negotiate(r.Header.Get("Accept-Language"), first...))
		h := w.Header()
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("Cache-Control", "no-store")
		guarded.ServeHTTP(w, r.WithContext(ctx))
	})
}

// serve wraps a route: limits its body, finds who asks, and sees to it that authz was asked what the route declares.
func (s *Server) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		telemetry.Found(r.Context(), telemetry.Console, route.Pattern)
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Log.ErrorContext(r.Context(), "panic", "request", web.RequestID(r.Context()), "panic", p, "stack", string(debug.Stack()))
				s.fail(w, r, fault.New(fault.Internal, "This didn't work. We have been told."))
			}
		}()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if route.Surface != Public {
			signed, err := s.signedIn(r)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			r = r.WithContext(withSigned(r.Context(), signed, s.from(r)))
			if to := doorOf(signed.Next); to != "" {
				http.Redirect(w, r, to, http.StatusSeeOther)
				return
			}
			if signed.Next == office.Shut {
				_ = views.Render(w, r, http.StatusForbidden, views.ConsoleShut(views.ConsoleShutProps{Page: s.card(r, i18n.T(r.Context(), "console.shut_title")), Why: signed.House.Suspended}))
				return
			}
			if route.Surface == Own && signed.Person.Reseller == tenants.Nobody {
				s.fail(w, r, tenants.ErrNotFound)
				return
			}
		}
		ctx, asked := authz.Collect(r.Context())
		answer := &answerWriter{ResponseWriter: w}
		err := route.Handler(answer, r.WithContext(ctx))
		if err == nil && route.Surface != Public && !once(asked, route.Permission) {
			s.Log.ErrorContext(ctx, "route didn't ask the permission it declares exactly once", "route", route.Pattern, "asked", asked.All())
			if !answer.begun {
				err = fault.New(fault.Internal, "This didn't work. We have been told.")
			}
		}
		if err != nil && !answer.begun {
			s.fail(w, r, err)
		}
	})
}

// once says whether p was asked one time and nothing else was.
func once(asked *authz.Asked, p authz.Permission) bool {
	all := asked.All()
	return len(all) == 1 && all[0] == p
}

// answerWriter knows whether an answer has begun.
type answerWriter struct {
	http.ResponseWriter
	begun bool
}

func (a *answerWriter) WriteHeader(status int) { a.begun = true; a.ResponseWriter.WriteHeader(status) }
func (a *answerWriter) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}
func (a *answerWriter) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// asking asks authz for what a route declares and, where it may be done, does it in the same transaction.
func asking(r *http.Request, p authz.Permission, w authz.Whose, fn func(ctx context.Context, tx bun.Tx) error) error {
	return tenants.Above(r.Context(), func(ctx context.Context, tx bun.Tx) error {
		if err := authz.AskAbove(ctx, tx, p, w); err != nil {
			return err
		}
		if fn == nil {
			return nil
		}
		return fn(ctx, tx)
	})
}

// asset is a file that the pages load.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	w.Header().Del("Cache-Control")
	views.Assets().ServeHTTP(w, r)
	return nil
}

// theme is a house's colour as CSS variables. The colour stands in the address, so the answer never changes.
func (s *Server) theme(w http.ResponseWriter, r *http.Request) error {
	accent := r.URL.Query().Get("accent")
	if accent != "" {
		accent = "#" + accent
	}
	css, _ := views.ThemeOf(views.Look{Accent: accent, Corners: "soft"})
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err := w.Write([]byte(css))
	return err
}

// robots keeps search engines out.
func (s *Server) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("User-agent: *\nDisallow: /\n"))
	return err
}

// fail answers an error, the one place that does.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	code, status := fault.CodeOf(err), fault.StatusOf(err)
	if status >= 500 && r.Context().Err() == nil {
		s.Log.ErrorContext(r.Context(), "request failed", "request", web.RequestID(r.Context()), "err", err)
	}
	retryAfter(w, err)
	w.Header().Set("Cache-Control", "no-store")
	if code == fault.Unauthenticated && r.Method == http.MethodGet {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return
	}
	sentence := i18n.Fault(r.Context(), err)
	back := "/"
	if from := r.Header.Get("Referer"); r.Method == http.MethodPost && strings.HasPrefix(from, s.Config.BaseURL("console", "/")) {
		back = strings.TrimPrefix(from, strings.TrimSuffix(s.Config.BaseURL("console", "/"), "/"))
	}
	_ = views.Render(w, r, status, views.ErrorPage(views.ErrorProps{Page: s.card(r, sentence), Title: sentence, Back: back}))
}
