package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/web"
)

// way is one way into a casino, whichever surface it belongs to.
type way struct {
	surface    web.Surface // web's, or "api"
	method     string
	path       string // with {placeholders}
	permission authz.Permission
}

func (w way) String() string { return w.method + " " + w.path }

// stream says that the answer goes on until somebody leaves.
func (w way) stream() bool { return strings.HasSuffix(w.path, "/stream") }

const apiSurface web.Surface = "api"

// ways are all routes and operations there are: a new one is probed without being named here.
func ways(a *app) []way {
	var all []way
	for _, r := range a.server().Routes() {
		method, path, ok := strings.Cut(r.Pattern, " ")
		if !ok {
			method, path = http.MethodGet, r.Pattern
		}
		all = append(all, way{r.Surface, method, strings.TrimSuffix(path, "{$}"), r.Permission})
	}
	return append(all, apiWays()...)
}

// plainWords are the placeholders that aren't ids: what stands there is the same in every casino.
var plainWords = map[string]bool{"seq": true, "language": true}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// names are the ids that a way's path and sample body hold.
func (w way) names() []string {
	text := w.path
	if s, ok := samples[w.String()]; ok {
		text += s.body + s.query
	}
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// fill puts ids where their placeholders stand.
func fill(text string, ids map[string]string, escape func(string) string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		v, ok := ids[p[1:len(p)-1]]
		if !ok {
			return p
		}
		return escape(v)
	})
}

// answer is what a stranger can tell answers apart by.
type answer struct {
	status int
	header string
	body   string
}

// ask sends a way's request to a casino as somebody.
func ask(ctx context.Context, h http.Handler, w way, at *world, ids map[string]string, credential func(*http.Request)) answer {
	s := samples[w.String()]
	var body io.Reader
	if s.body != "" {
		escape := url.QueryEscape
		if strings.HasPrefix(s.body, "{") || s.kind != "" {
			escape = func(v string) string { return v }
		}
		body = strings.NewReader(fill(s.body, ids, escape))
	}
	target := "http://" + at.Host + fill(w.path, ids, url.PathEscape)
	if s.query != "" {
		target += "?" + fill(s.query, ids, url.QueryEscape)
	}
	limit := 10 * time.Second
	if w.stream() {
		limit = 200 * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, w.method, target, body)
	switch {
	case s.kind != "":
		r.Header.Set("Content-Type", s.kind)
	case strings.HasPrefix(s.body, "{"):
		r.Header.Set("Content-Type", "application/json")
	case s.body != "":
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if credential != nil {
		credential(r)
	}
	if s.seen && r.Header.Get("If-Match") == "" {
		r.Header.Set("If-Match", read(ctx, h, w, at, ids, credential))
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	a := answer{status: rec.Code, body: rec.Body.String()}
	blank := func(text string) string {
		for _, name := range slices.Sorted(maps.Keys(ids)) { // in one order: two names may stand for one id
			if !plainWords[name] {
				text = strings.ReplaceAll(text, ids[name], "{"+name+"}")
			}
		}
		return text
	}
	a.body = blank(a.body)
	for _, k := range slices.Sorted(maps.Keys(rec.Header())) {
		if k == "Request-Id" || k == "Date" {
			continue
		}
		a.header += k + ": " + blank(fmt.Sprint(rec.Header()[k])) + "\n"
	}
	return a
}

// credentials are how the roles of a casino prove themselves on a surface.
func credentials(surface web.Surface, w *world) map[authz.Role]func(*http.Request) {
	all := map[authz.Role]func(*http.Request){}
	switch surface {
	case web.Staff:
		for role, token := range w.cookies {
			all[role] = func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "__Host-session", Value: token}) }
		}
	case apiSurface:
		for role, secret := range w.keys {
			all[role] = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
		}
	case web.Chat:
		all[authz.Player] = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+w.bearer) }
	}
	return all
}

// TestForeignIDsAnswerLikeUnknownOnes asks every way, as every role, with another casino's ids and with ids that nobody has.
// No status, header or body may tell which was which.
func TestForeignIDsAnswerLikeUnknownOnes(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	reel := populate(ctx, t, a, "Golden Reel")
	fox := populate(ctx, t, a, "Lucky Fox")
	asked := 0
	for _, w := range ways(a) {
		if w.surface == web.Public {
			continue
		}
		for role, credential := range credentials(w.surface, reel) {
			for _, name := range w.names() {
				if plainWords[name] {
					continue
				}
				if _, ok := fox.ids[name]; !ok {
					t.Errorf("%s: say in world_test.go what {%s} is", w, name)
					continue
				}
				foreign, unknown := maps.Clone(reel.ids), maps.Clone(reel.ids)
				foreign[name], unknown[name] = fox.ids[name], stranger()[name]
				got, want := ask(ctx, h, w, reel, foreign, credential), ask(ctx, h, w, reel, unknown, credential)
				asked++
				if got != want {
					t.Errorf("%s as %s: another casino's %s answers\n%d %s%s\nan unknown one\n%d %s%s", w, role, name,
						got.status, got.header, got.body, want.status, want.header, want.body)
				}
				if got.status >= 500 {
					t.Errorf("%s as %s with a foreign %s answers %d: %s", w, role, name, got.status, got.body)
				}
			}
		}
	}
	t.Logf("%d pairs of requests compared", asked)
}

// TestEveryCellOfThePermissionTable asks every way with the casino's own ids as every role. Who may is read from a list that
// was written apart from the policy: they get 2xx or 3xx, the others are refused.
func TestEveryCellOfThePermissionTable(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	a.office = payments(t)
	ctx = billing.With(ctx, a.office)
	fox := populate(ctx, t, a, "Lucky Fox")
	expected := expectations(t)
	seen := map[string]bool{}
	for _, w := range ways(a) {
		if w.surface == web.Public {
			continue
		}
		p := w.permission.String()
		may, ok := expected[p]
		if !ok {
			t.Errorf("%s asks %s, which testdata/permissions.txt doesn't know", w, p)
			continue
		}
		seen[p] = true
		for role := range credentials(w.surface, fox) {
			fox.refresh(ctx, t)
			a.sessions.Forget()
			if s, ok := samples[w.String()]; ok && s.before != nil {
				s.before(ctx, t, a, fox)
			}
			got := ask(ctx, h, w, fox, fox.theirs(w.surface, role), credentials(w.surface, fox)[role])
			switch allowed := slices.Contains(may, string(role)); {
			case allowed && (got.status < 200 || got.status >= 400):
				t.Errorf("%s as %s answers %d, though %s is theirs: %s", w, role, got.status, p, got.body)
			case allowed && got.status == http.StatusSeeOther && strings.Contains(got.header, "/sign-in"):
				t.Errorf("%s as %s leads to the sign-in page", w, role)
			case !allowed && got.status != http.StatusForbidden && got.status != http.StatusNotFound:
				t.Errorf("%s as %s answers %d, though %s isn't theirs", w, role, got.status, p)
			}
		}
	}
	for p := range expected {
		if !seen[p] {
			t.Errorf("no way asks %s: permissions.txt has a line too many, or a page is missing", p)
		}
	}
}

// TestNobodyGetsInWithoutProof asks every way that isn't public without a credential, and with one of another casino.
func TestNobodyGetsInWithoutProof(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	fox, reel := populate(ctx, t, a, "Lucky Fox"), populate(ctx, t, a, "Golden Reel")
	for _, w := range ways(a) {
		if w.surface == web.Public {
			continue
		}
		without := ask(ctx, h, w, fox, fox.ids, nil)
		if !refusal(without) {
			t.Errorf("%s without a credential answers %d: %s", w, without.status, without.body)
		}
		for role, credential := range credentials(w.surface, reel) {
			if got := ask(ctx, h, w, fox, fox.ids, credential); got != without && !refusal(got) {
				t.Errorf("%s with Golden Reel's %s answers %d: %s", w, role, got.status, got.body)
			}
		}
	}
}

func refusal(a answer) bool {
	return a.status == http.StatusUnauthorized || a.status == http.StatusSeeOther && strings.Contains(a.header, "Location: [/sign-in")
}

// TestPublicRoutesAreAGoldenList holds the ways that ask nobody for anything against a list that a person approved.
func TestPublicRoutesAreAGoldenList(t *testing.T) {
	t.Parallel()
	a, _, _ := testApp(t)
	got := []string{"GET /livez", "GET /readyz", "GET /v1/openapi.json", "GET /v1/openapi.yaml"}
	for _, w := range ways(a) {
		if w.surface == web.Public {
			got = append(got, w.String())
		}
	}
	slices.Sort(got)
	text, err := os.ReadFile("testdata/public.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	if !slices.Equal(got, want) {
		t.Errorf("public routes are\n%s\nthe list says\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// expectations reads who may do what, as people agreed it: "conversation.reply: operator lead admin".
func expectations(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/permissions.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		p, roles, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("permissions.txt: %q", line)
		}
		all[p] = strings.Fields(roles)
	}
	return all
}

// TestUnknownHostsAreToldNothing asks at a host that is no casino's.
func TestUnknownHostsAreToldNothing(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	fox := populate(ctx, t, a, "Lucky Fox")
	for _, path := range []string{"/", "/inbox", "/sign-in", "/v1/conversations", "/chat.js", "/chat/api/config"} {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://nobody.localhost"+path, nil)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		body := strings.ToLower(rec.Body.String())
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, rec.Code)
		}
		for _, name := range []string{"pitdesk", "lucky", fox.Slug} {
			if strings.Contains(body, name) || strings.Contains(strings.ToLower(fmt.Sprint(rec.Header())), name) {
				t.Errorf("%s names %s", path, name)
			}
		}
	}
}
