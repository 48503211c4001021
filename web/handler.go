package web

import (
	"context"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/telemetry"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
)

// maxBody is the largest body a route without a limit of its own reads.
const maxBody = 1 << 20

// pagePolicy lets pages load what their own host serves and nothing else, and stand in no frame. The chat's page has its own.
const pagePolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler is everything a deployment serves: its own probes, the extra hosts, and each casino's host.
func (s *Server) Handler() http.Handler {
	if s.closed == nil {
		s.closed = make(chan struct{})
	}
	casino := http.NewServeMux()
	for _, route := range s.Routes() {
		casino.Handle(route.Pattern, s.serve(route))
	}
	if s.API != nil {
		casino.Handle("/v1/", s.API)
		casino.Handle("/v1", s.API)
		casino.Handle("/problems", s.API)
		casino.Handle("/problems/", s.API)
	}
	casino.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, tenants.ErrNotFound) }))

	policy := pagePolicy
	if s.Config.FilesURL != "" {
		policy = strings.Replace(policy, "data:", "data: "+strings.TrimSuffix(s.Config.FilesURL, "/"), 1)
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.Forbidden, "This request came from another site."))
	}))
	guarded := guard.Handler(casino)

	top := http.NewServeMux()
	top.HandleFunc("GET /livez", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	top.HandleFunc("GET /readyz", s.ready)
	top.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		host := tenants.CleanHost(r.Host)
		if h, ok := s.Extra[host]; ok {
			h.ServeHTTP(w, r)
			return
		}
		t, err := s.Pools.Doors.ByHost(r.Context(), host)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		ctx, err := languages.Speak(tenants.With(r.Context(), t))
		if err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "the casino's own words can't be read", "err", err)
		}
		ctx = i18n.With(ctx, language(ctx, r, i18n.Everyone))
		if seen, ok := ctx.Value(seenKey{}).(*seen); ok {
			seen.tenant = t.ID
		}
		telemetry.Found(ctx, telemetry.Casino, "none")
		telemetry.Of(ctx, t.ID.String())
		w.Header().Set("Content-Security-Policy", policy)
		guarded.ServeHTTP(w, r.WithContext(ctx))
	})
	return s.outermost(top)
}

// language is what a request is answered in, of what the casino offers to an audience: what the reader chose, then what the
// browser asks for, then the casino's own.
func language(ctx context.Context, r *http.Request, to i18n.Audience, first ...string) string {
	if q := r.URL.Query().Get("lang"); q != "" {
		first = append(first, q)
	}
	if c, err := r.Cookie("lang"); err == nil {
		first = append(first, c.Value)
	}
	return i18n.Choose(ctx, to, tenants.Current(ctx).Language, r.Header.Get("Accept-Language"), first...)
}

// readers are whom a route speaks to. Public pages are players', but for the doors that staff come in by.
func (r Route) readers() i18n.Audience {
	_, path, _ := strings.Cut(r.Pattern, " ")
	for _, door := range []string{"/sign-", "/forgot", "/reset/", "/invitation/", "/visit/", "/enter/"} {
		if r.Surface == Staff || strings.HasPrefix(path, door) {
			return i18n.Agents
		}
	}
	return i18n.Players
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			w.Header().Set("Retry-After", "2")
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
	}
	_, _ = w.Write([]byte("ready\n"))
}

// serve wraps a route: limits its body, finds who asks, and sees to it that authz was asked what the route declares.
func (s *Server) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		telemetry.Found(r.Context(), telemetry.Casino, route.Pattern)
		r.Body = http.MaxBytesReader(w, r.Body, max(route.Body, maxBody))
		r = r.WithContext(i18n.With(r.Context(), language(r.Context(), r, route.readers())))
		if route.Surface == Staff {
			signed, err := s.signedIn(r)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			ctx := authz.With(r.Context(), signed.Actor)
			if signed.Language != "" {
				ctx = i18n.With(ctx, language(ctx, r, i18n.Agents, signed.Language))
			}
			if c, err := r.Cookie("zone"); err == nil {
				zone, _ := i18n.Zone(c.Value)
				ctx = i18n.WithZone(ctx, zone)
			}
			r = r.WithContext(withAround(withSigned(ctx, signed)))
		}
		if route.Surface == Chat {
			r = r.WithContext(authz.With(r.Context(), s.playerActor(r)))
		}
		if route.Surface != Chat {
			r = r.WithContext(s.withBrand(r.Context()))
		}
		if route.Surface == Public {
			if err := standsFor(r.Context(), route); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		ctx, asked := authz.Collect(r.Context())
		answer := &answerWriter{ResponseWriter: w}
		err := route.Handler(answer, r.WithContext(ctx))
		if err == nil && route.Surface != Public && !asked.Only(route.Permission) {
			s.Log.ErrorContext(ctx, "route asked other permissions than it declares", "route", route.Pattern, "asked", asked.All())
			if !answer.begun {
				s.fail(w, r, fault.New(fault.Internal, "This didn't work. We have been told."))
			}
			return
		}
		if err != nil {
			if answer.begun {
				s.Log.WarnContext(ctx, "answer broke off", "route", route.Pattern, "err", err)
				return
			}
			s.fail(w, r, err)
		}
	})
}

// answerWriter knows whether an answer has begun, and lets streams flush through it.
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

type seenKey struct{}

// seen is what the access log learns on the way in.
type seen struct {
	tenant uuid.UUID
	status int
}

// outermost gives each request an id and its answer the headers of all, writes one line about it, and survives a handler that panics.
func (s *Server) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		id := uuid.Must(uuid.NewV7()).String()
		w.Header().Set("Request-Id", id)
		s.Guarded(w.Header(), r)
		note := &seen{status: http.StatusOK}
		ctx := context.WithValue(s.Context(r.Context()), seenKey{}, note)
		ctx = context.WithValue(ctx, requestKey{}, request{id: id, address: s.Address(r)})
		ctx, told := telemetry.Noting(ctx)
		r = r.WithContext(ctx)
		out := &statusWriter{ResponseWriter: w, seen: note}
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Log.ErrorContext(ctx, "panic", "request", id, "panic", p, "stack", string(debug.Stack()))
				s.fail(out, r, fault.New(fault.Internal, "This didn't work. We have been told."))
			}
			s.Log.InfoContext(ctx, "request", "request", id, "tenant", tenantText(note.tenant), "method", r.Method,
				"route", told.Route, "path", loggedPath(r.URL.Path, told.Route, note.status), "status", note.status, "ms", time.Since(began).Milliseconds())
		}()
		next.ServeHTTP(out, r)
	})
}

func tenantText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

type statusWriter struct {
	http.ResponseWriter
	seen *seen
}

func (w *statusWriter) WriteHeader(status int) {
	w.seen.status = status
	w.ResponseWriter.WriteHeader(status)
}
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type requestKey struct{}

type request struct{ id, address string }

// RequestID is the id of the request that ctx belongs to, or "". It is in the answer's Request-Id and in the log.
func RequestID(ctx context.Context) string {
	id, _ := requestOf(ctx)
	return id
}

// requestOf returns a request's id and the address it came from.
func requestOf(ctx context.Context) (id, address string) {
	q, _ := ctx.Value(requestKey{}).(request)
	return q.id, q.address
}

// Secured says whether a request came over TLS: to us, or to the outermost of so many trusted proxies that tell of it.
func Secured(r *http.Request, proxies int) bool {
	if r.TLS != nil {
		return true
	}
	if proxies == 0 {
		return false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(hops[max(0, len(hops)-proxies)]), "https")
}

// Address is where a request came from: the connection, or what the outermost trusted proxy saw. A connection whose TLS we ended
// ourselves came past the proxies, so nobody but its sender wrote what it says of addresses.
func (s *Server) Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if s.Config.TrustedProxies > 0 && r.TLS == nil {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if i := len(hops) - s.Config.TrustedProxies; i >= 0 {
			if ip := net.ParseIP(strings.TrimSpace(hops[i])); ip != nil {
				return ip.String()
			}
		}
	}
	return host
}

func pick(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Drain ends the open streams, so that the server can stop: their pages connect again, elsewhere or later.
func (s *Server) Drain() {
	if s.closed == nil {
		return
	}
	s.drain.Do(func() { close(s.closed) })
}

// Draining is closed when streams are to end.
func (s *Server) Draining() <-chan struct{} { return s.closed }

// loggedPath is a request's path as the log may keep it. What a path holds that leads nowhere, or was refused before anybody looked
// where it leads, is a stranger's; the tokens of links that mails carry are their owners'.
func loggedPath(path, route string, status int) string {
	switch {
	case status == http.StatusNotFound, route == "":
		return ""
	case strings.Contains(route, "{token}"):
		_, pattern, _ := strings.Cut(route, " ")
		return pattern
	}
	return path
}
