package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// with is a request with one more header.
func (c *caller) with(t *testing.T, name, value, method, path string, body any) reply {
	t.Helper()
	r := c.request(t, method, path, body)
	r.Header.Set(name, value)
	return c.send(t, r)
}

func TestAnETagSaysWhetherSomethingHasChanged(t *testing.T) {
	t.Parallel()
	s := play(t)
	first := s.crm.must(t, 200, "GET", s.path(""), nil)
	tag := first.header.Get("Etag")
	if len(tag) < 10 || tag[0] != '"' || s.crm.must(t, 200, "GET", s.path(""), nil).header.Get("Etag") != tag {
		t.Fatalf("the ETag is %q", tag)
	}
	for _, held := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		got := s.crm.with(t, "If-None-Match", held, "GET", s.path(""), nil)
		if got.status != 304 || got.raw != "" || got.header.Get("Etag") != tag {
			t.Errorf("with If-None-Match %s the answer is %d %s", held, got.status, got.raw)
		}
	}
	s.crm.must(t, 201, "POST", s.path("/notes"), map[string]any{"text": "Called the bank."})
	got := s.crm.with(t, "If-None-Match", tag, "GET", s.path(""), nil)
	if got.status != 200 || got.header.Get("Etag") == tag {
		t.Errorf("after a note the answer is %d, the ETag %s", got.status, got.header.Get("Etag"))
	}
}

func TestNothingIsDoneToWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	s := play(t)
	tag := s.crm.must(t, 200, "GET", s.path(""), nil).header.Get("Etag")
	reply := map[string]any{"text": "It is on its way."}
	for _, old := range []string{`"other"`, "W/" + tag} {
		if got := s.crm.with(t, "If-Match", old, "POST", s.path("/replies"), reply); got.status != 412 || got.at("type") != "/problems/stale" {
			t.Errorf("with If-Match %s the answer is %d %s", old, got.status, got.raw)
		}
	}
	done := s.crm.with(t, "If-Match", tag, "POST", s.path("/replies"), reply)
	if done.status != 201 || done.header.Get("Etag") == tag || done.header.Get("Etag") != s.crm.must(t, 200, "GET", s.path(""), nil).header.Get("Etag") {
		t.Errorf("with the right one %d, ETag %s", done.status, done.header.Get("Etag"))
	}
	if got := s.crm.with(t, "If-Match", tag, "POST", s.path("/replies"), reply); got.status != 412 {
		t.Errorf("with the one before %d %s", got.status, got.raw)
	}
	if got := s.crm.with(t, "If-Match", tag, "PUT", s.path("/topic"), map[string]any{"topic": s.topics["withdrawals"]}); got.status != 412 {
		t.Errorf("a topic over what has changed answers %d", got.status)
	}
	if n := s.count(t, `select count(*) from entries where kind = 'message'`); n != 2 {
		t.Errorf("%d messages were written", n)
	}
	if got := s.crm.with(t, "If-Match", "*", "POST", "/v1/conversations/"+public(tenants.ConversationPrefix, tenants.NewID())+"/replies", reply); got.status != 404 {
		t.Errorf("to what isn't there %d", got.status)
	}
	if got := s.crm.with(t, "If-Match", tag, "POST", "/v1/files?name=a.txt", "a"); got.status != 400 {
		t.Errorf("where there is nothing to match %d %s", got.status, got.raw)
	}
}

// TestOfManyWhoReadTheSameOneWrites lets many change a topic that all of them have read.
func TestOfManyWhoReadTheSameOneWrites(t *testing.T) {
	t.Parallel()
	s := play(t)
	admin := s.caller(t, s.fox, authz.Admin)
	at := "/v1/topics/" + s.topics["withdrawals"]
	for round := range 10 {
		tag := admin.must(t, 200, "GET", at, nil).header.Get("Etag")
		var (
			mu  sync.Mutex
			got = map[int]int{}
			all sync.WaitGroup
		)
		for i := range 8 {
			all.Go(func() {
				r := admin.request(t, "PATCH", at, map[string]any{"names": map[string]any{"en": fmt.Sprintf("Payouts %d.%d", round, i)}})
				r.Header.Set("Content-Type", "application/merge-patch+json")
				r.Header.Set("If-Match", tag)
				a := admin.send(t, r)
				mu.Lock()
				defer mu.Unlock()
				got[a.status]++
				if a.status == 200 && a.header.Get("Etag") == "" {
					t.Error("the change has no ETag")
				}
			})
		}
		all.Wait()
		if got[200] != 1 || got[412] != 7 {
			t.Errorf("round %d is answered %v", round, got)
		}
	}
}

func TestAPatchIsAMergePatch(t *testing.T) {
	t.Parallel()
	s := play(t)
	admin := s.caller(t, s.fox, authz.Admin)
	seen := admin.must(t, 200, "GET", "/v1/brand", nil).at("newest")
	body := map[string]any{"seen": seen, "corners": "round"}
	for kind, want := range map[string]int{"application/json-patch+json": 415, "text/plain": 415, "application/vnd.x+json": 415, "application/merge-patch+json; charset=utf-8": 200} {
		r := admin.request(t, "PATCH", "/v1/brand", body)
		r.Header.Set("Content-Type", kind)
		if got := admin.send(t, r); got.status != want {
			t.Errorf("as %s it answers %d %s", kind, got.status, got.raw)
		}
	}
}

func TestAVersionIsADay(t *testing.T) {
	t.Parallel()
	s := play(t)
	oldest := s.crm.must(t, 200, "GET", "/v1/key", nil).header.Get("Desk-Version")
	if len(oldest) != len("2026-11-01") {
		t.Fatalf("the version is %q", oldest)
	}
	for day, want := range map[string]int{oldest: 200, "2020-01-01": 422, "2999-01-01": 422, "yesterday": 422, "1": 422} {
		got := s.crm.with(t, "Desk-Version", day, "GET", "/v1/key", nil)
		if got.status != want || want == 200 && got.header.Get("Desk-Version") != oldest {
			t.Errorf("version %s answers %d by %s", day, got.status, got.header.Get("Desk-Version"))
		}
	}
}

// TestEveryProblemHasItsPage follows the types of problems to what is said of them.
func TestEveryProblemHasItsPage(t *testing.T) {
	t.Parallel()
	s := play(t)
	anyone := &caller{h: s.harness, at: s.fox}
	list := anyone.must(t, 200, "GET", "/problems", nil)
	types := []string{"method_not_allowed"}
	for _, c := range fault.Codes() {
		types = append(types, string(c))
	}
	for _, kind := range types {
		page := anyone.must(t, 200, "GET", "/problems/"+kind, nil)
		if !strings.Contains(page.raw, "<h1>"+kind+"</h1>") || !strings.Contains(list.raw, "/problems/"+kind+`"`) ||
			!strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || !strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v %s", kind, page.header, page.raw)
		}
		if status := fault.Code(kind).Status(); kind != "method_not_allowed" && !strings.Contains(page.raw, fmt.Sprintf("%d %s", status, http.StatusText(status))) {
			t.Errorf("the page of %s doesn't say %d", kind, status)
		}
	}
	if got := anyone.call(t, "GET", "/problems/nothing", nil); got.status == 200 {
		t.Errorf("a problem that nobody has answers %d", got.status)
	}
	missing := anyone.call(t, "GET", "/v1/key", nil)
	if got := anyone.must(t, 200, "GET", missing.at("type").(string), nil); !strings.Contains(got.raw, "unauthenticated") {
		t.Errorf("its type leads to %s", got.raw)
	}
}
