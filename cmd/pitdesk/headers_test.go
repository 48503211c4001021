package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pitdesk/authz"
	"pitdesk/internal/pgtest"
	"pitdesk/web"
)

// fromElsewhere are the addresses whose answers other sites load: a casino's page loads the chat's script, its pictures and the
// files that players send. framed are those that other sites show in a frame.
var (
	fromElsewhere = []string{"/chat.js", "/pictures/", "/files/", "/chat/files/"}
	framed        = []string{"/chat"}
)

// wrong says what is amiss with the headers of one answer.
func wrong(path string, secure bool, h http.Header) (all []string) {
	expect := func(name string, ok bool) {
		if !ok {
			all = append(all, name+": "+strings.Join(h.Values(name), " | "))
		}
	}
	policies := h.Values("Content-Security-Policy")
	directives := map[string]string{}
	for _, d := range strings.Split(strings.Join(policies, ","), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		directives[name] = value
	}
	scripts, ok := directives["script-src"]
	if !ok {
		scripts = directives["default-src"]
	}
	expect("Content-Security-Policy", len(policies) == 1 && !strings.Contains(policies[0], "unsafe-inline") && !strings.Contains(policies[0], "unsafe-eval") &&
		(directives["default-src"] == "'self'" || directives["default-src"] == "'none'") && (scripts == "'self'" || scripts == "'none'") &&
		directives["base-uri"] == "'none'" && directives["form-action"] != "" && directives["frame-ancestors"] != "" &&
		(directives["frame-ancestors"] == "'none'" || slices.Contains(framed, path)))
	expect("X-Content-Type-Options", h.Get("X-Content-Type-Options") == "nosniff")
	expect("Referrer-Policy", h.Get("Referrer-Policy") == "same-origin" || h.Get("Referrer-Policy") == "no-referrer")
	expect("Cross-Origin-Opener-Policy", h.Get("Cross-Origin-Opener-Policy") == "same-origin")
	for _, feature := range []string{"camera", "microphone", "geolocation", "payment", "usb", "display-capture"} {
		expect("Permissions-Policy", strings.Contains(h.Get("Permissions-Policy"), feature+"=()"))
	}
	elsewhere := slices.ContainsFunc(fromElsewhere, func(p string) bool { return strings.HasPrefix(path, p) })
	corp := h.Get("Cross-Origin-Resource-Policy")
	expect("Cross-Origin-Resource-Policy", corp == "same-origin" || elsewhere && corp == "cross-origin")
	expect("Strict-Transport-Security", secure == (h.Get("Strict-Transport-Security") != "") && len(h.Values("Strict-Transport-Security")) < 2)
	for _, name := range []string{"Server", "X-Powered-By"} {
		expect(name, h.Get(name) == "")
	}
	return all
}

// place is one address of one host, and how whoever may come there proves it.
type place struct {
	host, method, path string
	credential         func(*http.Request)
	stream             bool
}

// TestEveryAnswerOfEveryHostIsGuarded asks every route there is on every host a deployment has, as strangers and as those who may,
// over TLS and without, and looks at the headers.
func TestEveryAnswerOfEveryHostIsGuarded(t *testing.T) {
	t.Parallel()
	a, ctx, h := guardedApp(t)
	fox := populate(ctx, t, a, "Lucky Fox")
	var all []place
	for _, w := range ways(a) {
		path := fill(w.path, fox.ids, url.PathEscape)
		all = append(all, place{fox.Host, w.method, path, nil, w.stream()})
		for role, credential := range credentials(w.surface, fox) {
			if role == authz.Admin || role == authz.Player {
				all = append(all, place{fox.Host, w.method, path, credential, w.stream()})
			}
		}
		if w.surface == apiSurface {
			all = append(all, place{"api." + a.pools.Doors.Base(), w.method, path, credentials(apiSurface, fox)[authz.Admin], w.stream()})
		}
	}
	for _, r := range a.console(a.server()).Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		all = append(all, place{host: "console." + a.pools.Doors.Base(), method: method, path: strings.TrimSuffix(path, "{$}")})
	}
	get := func(host string, paths ...string) {
		for _, path := range paths {
			all = append(all, place{host: host, method: http.MethodGet, path: path})
		}
	}
	base := a.pools.Doors.Base()
	get(base, "/", "/en", "/en/prices", "/en/sign-up", "/robots.txt", "/sitemap.xml", "/assets/site.css", "/nothing")
	get("www."+base, "/", "/en/prices")
	get("api."+base, "/", "/docs", "/docs/guide", "/docs/viewer.js", "/docs/styles.js", "/v1/openapi.json", "/v1/openapi.yaml", "/problems", "/problems/not_found", "/nothing")
	get("files.desk.example", "/", "/files/"+fox.ids["tenant"]+"/"+fox.ids["file"])
	get("nobody.example", "/", "/v1/conversations", "/chat", "/livez", "/readyz")
	get(fox.Host, "/livez", "/readyz", "/nothing", "/chat/api/nothing", "/v1/nothing", "/v1/openapi.json", "/chat?origin=https%3A%2F%2F"+strings.TrimPrefix(fox.ids["origin"], "https://"))

	// What changes something comes last: signing out is among it.
	slices.SortStableFunc(all, func(a, b place) int { return strings.Compare(rank(a.method), rank(b.method)) })
	hosts := map[string]bool{}
	pages := 0
	for _, at := range all {
		for _, secure := range []bool{true, false} {
			rec := at.ask(ctx, h, secure)
			hosts[at.host] = true
			path, _, _ := strings.Cut(at.path, "?")
			for _, what := range wrong(path, secure, rec.Header()) {
				t.Errorf("%s %s%s answers %d with %s", at.method, at.host, at.path, rec.Code, what)
			}
			if rec.Code == http.StatusOK && strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
				pages++
			}
		}
	}
	if len(hosts) != 7 || pages < 100 {
		t.Errorf("%d hosts and %d pages were looked at", len(hosts), pages)
	}
	t.Logf("%d addresses of %d hosts, %d pages", len(all), len(hosts), pages)
}

func rank(method string) string {
	if method == http.MethodGet {
		return ""
	}
	return method
}

func (p place) ask(ctx context.Context, h http.Handler, secure bool) *httptest.ResponseRecorder {
	limit := 10 * time.Second
	if p.stream {
		limit = 50 * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, p.method, "http://"+p.host+p.path, nil)
	if secure {
		r.Header.Set("X-Forwarded-Proto", "https")
	}
	if p.credential != nil {
		p.credential(r)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// guardedApp is the program behind a proxy that speaks TLS for it, with a host of its own for files.
func guardedApp(t *testing.T) (*app, context.Context, http.Handler) {
	t.Helper()
	db := pgtest.New(t)
	s := &Settings{Addr: "127.0.0.1:0", Data: t.TempDir(), DatabaseURL: db.AppURL, ControlDatabaseURL: db.ControlURL, DatabaseConns: 16,
		LogLevel: "error", BaseURL: "https://localhost", FilesURL: "https://files.desk.example", TrustedProxies: 1, DNSServers: []string{"127.0.0.1:1"}}
	if err := s.resolve(os.Getenv); err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return a, a.context(t.Context()), a.server().Handler()
}

// TestWhatIsWrongIsSeen breaks a header at a time, so that the walk above can't pass by looking at nothing.
func TestWhatIsWrongIsSeen(t *testing.T) {
	t.Parallel()
	good := func() http.Header {
		rec := httptest.NewRecorder()
		(&web.Server{Config: web.Config{Scheme: "https", TrustedProxies: 1}}).Guarded(rec.Header(), httptest.NewRequest(http.MethodGet, "/", nil))
		return rec.Header()
	}
	if found := wrong("/inbox", false, good()); len(found) != 0 {
		t.Fatalf("the headers of all are found wrong: %q", found)
	}
	for name, values := range map[string][]string{
		"Content-Security-Policy": {"", "default-src 'none'", "default-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors *", "default-src 'self'; script-src https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
		"X-Content-Type-Options": {""}, "Referrer-Policy": {"", "unsafe-url"}, "Cross-Origin-Opener-Policy": {"", "unsafe-none"},
		"Cross-Origin-Resource-Policy": {"", "cross-origin"}, "Permissions-Policy": {"", "camera=(self)"},
		"Strict-Transport-Security": {"max-age=1"}, "Server": {"nginx"},
	} {
		for _, value := range values {
			h := good()
			h.Set(name, value)
			if value == "" {
				h.Del(name)
			}
			if len(wrong("/inbox", false, h)) == 0 {
				t.Errorf("%s: %q passes", name, value)
			}
		}
	}
}
