package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

// backOffice is a reseller's program at the API's own address.
type backOffice struct {
	t      *testing.T
	h      http.Handler
	secret string
	tenant string // what it names in Desk-Tenant; empty: nothing
	host   string
}

func officeOf(ctx context.Context, t *testing.T, h http.Handler, name string, scopes ...string) backOffice {
	t.Helper()
	return backOffice{t, h, sample.ResellerKey(ctx, t, sample.Reseller(ctx, t, name), scopes...), "", "api.localhost"}
}

// heard is an answer as a program gets it.
type heard struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// text is a value of the answer by the names on the way there.
func (a heard) text(path ...string) string {
	var v any = a.body
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (b backOffice) within(tenant string) backOffice { b.tenant = tenant; return b }

func (b backOffice) send(method, path, idempotency string, body any) heard {
	b.t.Helper()
	return b.at(method, "/v1"+path, idempotency, body)
}

// at sends a request to a path of the host, whatever surface it belongs to.
func (b backOffice) at(method, path, idempotency string, body any) heard {
	b.t.Helper()
	text := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		text = string(raw)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://"+b.host+path, strings.NewReader(text))
	if b.secret != "" {
		r.Header.Set("Authorization", "Bearer "+b.secret)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, v := range map[string]string{"Desk-Tenant": b.tenant, "Idempotency-Key": idempotency} {
		if v != "" {
			r.Header.Set(name, v)
		}
	}
	rec := httptest.NewRecorder()
	b.h.ServeHTTP(rec, r)
	a := heard{rec.Code, rec.Header(), rec.Body.String(), nil}
	_ = json.Unmarshal(rec.Body.Bytes(), &a.body)
	return a
}

func (b backOffice) call(method, path string, body any) heard {
	b.t.Helper()
	return b.send(method, path, "", body)
}

func (b backOffice) must(status int, method, path string, body any) heard {
	b.t.Helper()
	a := b.call(method, path, body)
	if a.status != status {
		b.t.Fatalf("%s %s answers %d, want %d: %s", method, path, a.status, status, a.raw)
	}
	return a
}

// demoCasinoNamed is the body that makes a casino.
func demoCasinoNamed(slug string) map[string]any {
	return map[string]any{"slug": slug, "name": "Demo " + slug, "admin": map[string]any{"email": "ieva@" + slug + ".example", "name": "Ieva"}}
}

func TestAResellerMakesAndHoldsItsCasinos(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	body := demoCasinoNamed("lucky-fox")
	body["reference"], body["language"] = "contract-1", "lt"
	made := north.must(201, "POST", "/tenants", body)
	id := made.text("id")
	if made.text("standing") != "open" || made.text("language") != "lt" || made.text("url") != "http://lucky-fox.localhost:0" || !strings.HasPrefix(made.text("admin"), "agt_") {
		t.Errorf("made: %s", made.raw)
	}
	got := north.must(200, "GET", "/tenants/"+id, nil)
	var a, b map[string]any
	_ = json.Unmarshal([]byte(made.raw), &a)
	_ = json.Unmarshal([]byte(got.raw), &b)
	delete(a, "admin")
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("made is\n%v\nread is\n%v", a, b)
	}
	for field, bad := range map[string]map[string]any{
		"slug": {"slug": "lucky-fox"}, "reference": {"slug": "other", "reference": "contract-1"}, "language": {"slug": "other", "language": "xx"},
		"admin.email": {"slug": "other", "admin": map[string]any{"email": "x", "name": "Ieva"}},
	} {
		body := demoCasinoNamed("other")
		for k, v := range bad {
			body[k] = v
		}
		if got := north.call("POST", "/tenants", body); got.status != 409 && got.status != 422 || !strings.Contains(got.raw, field) {
			t.Errorf("%v answers %d %s", bad, got.status, got.raw)
		}
	}
	if got := north.must(200, "PATCH", "/tenants/"+id, map[string]any{"name": "Lucky Fox", "reference": ""}); got.text("name") != "Lucky Fox" || got.text("reference") != "" || got.text("language") != "lt" {
		t.Errorf("changed: %s", got.raw)
	}

	// A casino that is held back shows to its own people within the same process at once.
	inside := north.within(id)
	inside.must(200, "GET", "/topics", nil)
	held := north.must(200, "POST", "/tenants/"+id+"/suspend", map[string]any{"why": "The contract is being renewed."})
	if held.text("standing") != "suspended" || !strings.Contains(held.raw, "being renewed") {
		t.Errorf("suspended: %s", held.raw)
	}
	if got := inside.call("GET", "/topics", nil); got.status != 403 || got.text("type") != "/problems/suspended" {
		t.Errorf("inside a suspended casino: %d %s", got.status, got.raw)
	}
	if got := north.call("POST", "/tenants/"+id+"/suspend", map[string]any{"why": "Again."}); got.status != 409 {
		t.Errorf("suspended twice: %d", got.status)
	}
	north.must(200, "POST", "/tenants/"+id+"/close", map[string]any{"why": "The operator has stopped."})
	if got := north.must(200, "POST", "/tenants/"+id+"/resume", nil); got.text("standing") != "open" || strings.Contains(got.raw, `"why"`) {
		t.Errorf("resumed: %s", got.raw)
	}
	inside.must(200, "GET", "/topics", nil)
}

func TestACasinoIsMadeOnceHoweverOftenItIsAskedFor(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	first := north.send("POST", "/tenants", "make-1", demoCasinoNamed("lucky-fox"))
	again := north.send("POST", "/tenants", "make-1", demoCasinoNamed("lucky-fox"))
	if first.status != 201 || again.status != 201 || again.raw != first.raw || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("first %d %s\nagain %d %s", first.status, first.raw, again.status, again.raw)
	}
	if got := north.send("POST", "/tenants", "make-1", demoCasinoNamed("golden-reel")); got.status != 422 || got.text("type") != "/problems/idempotency_key_reused" {
		t.Errorf("another casino under the same key: %d %s", got.status, got.raw)
	}
	if got := north.send("POST", "/tenants", "make-2", demoCasinoNamed("lucky-fox")); got.status != 409 {
		t.Errorf("the same casino under another key: %d %s", got.status, got.raw)
	}
	outcomes := make(chan int, 8)
	for range cap(outcomes) {
		go func() { outcomes <- north.send("POST", "/tenants", "make-3", demoCasinoNamed("golden-reel")).status }()
	}
	for range cap(outcomes) {
		if status := <-outcomes; status != 201 && status != 409 { // made, replayed, or in flight
			t.Errorf("at once with others: %d", status)
		}
	}
	if all, _ := north.must(200, "GET", "/tenants", nil).body["data"].([]any); len(all) != 2 {
		t.Errorf("%d casinos, want 2", len(all))
	}
}

func TestAResellerNeverSeesAnothers(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north, south := officeOf(ctx, t, h, "North"), officeOf(ctx, t, h, "South")
	fox := north.must(201, "POST", "/tenants", demoCasinoNamed("lucky-fox")).text("id")
	nobody := tenants.PublicID(tenants.TenantPrefix, tenants.NewID())
	for _, c := range []struct {
		method, rest string
		body         any
	}{
		{"GET", "", nil}, {"PATCH", "", map[string]any{"name": "Mine"}}, {"POST", "/suspend", map[string]any{"why": "Mine."}},
		{"POST", "/resume", nil}, {"POST", "/close", map[string]any{"why": "Mine."}},
	} {
		foreign, unknown := south.call(c.method, "/tenants/"+fox+c.rest, c.body), south.call(c.method, "/tenants/"+nobody+c.rest, c.body)
		malformed := south.call(c.method, "/tenants/ten_x"+c.rest, c.body)
		if foreign.status != 404 || foreign.raw != unknown.raw || malformed.raw != unknown.raw {
			t.Errorf("%s %s: another's answers %d %s, an unknown one %s, a malformed one %s", c.method, c.rest, foreign.status, foreign.raw, unknown.raw, malformed.raw)
		}
	}
	for _, path := range []string{"/topics", "/staff", "/brand", "/conversations"} {
		foreign, unknown := south.within(fox).call("GET", path, nil), south.within(nobody).call("GET", path, nil)
		if foreign.status != 404 || foreign.raw != unknown.raw {
			t.Errorf("inside another's casino %s answers %d %s, inside an unknown one %s", path, foreign.status, foreign.raw, unknown.raw)
		}
	}
	atHost := south
	atHost.host = "lucky-fox.localhost"
	if got := atHost.call("GET", "/topics", nil); got.status != 401 {
		t.Errorf("at the casino's own address: %d %s", got.status, got.raw)
	}
	if got := south.must(200, "GET", "/tenants", nil); strings.Contains(got.raw, "lucky-fox") {
		t.Errorf("South lists %s", got.raw)
	}
	if got := south.must(200, "GET", "/tenants?reference=", nil); strings.Contains(got.raw, "lucky-fox") {
		t.Errorf("South lists %s", got.raw)
	}
	// What South tried stands in nobody's deeds but the deployment's own.
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		accounts, err := resellers.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range accounts {
			deeds, err := resellers.Deeds(ctx, tx, resellers.DeedFilter{Reseller: r.ID, Reads: true, Limit: 100})
			for _, d := range deeds {
				if d.Refused {
					t.Errorf("%s reads that %s was refused %s.%s", r.Name, d.Actor, d.Object, d.Action)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAResellersKeyDoesWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	id := north.must(201, "POST", "/tenants", demoCasinoNamed("lucky-fox")).text("id")
	reads := north
	fox, err := tenants.ParseID(tenants.TenantPrefix, id)
	if err != nil {
		t.Fatal(err)
	}
	at, err := tenants.PoolsOf(ctx).Doors.ByID(ctx, fox)
	if err != nil {
		t.Fatal(err)
	}
	reads.secret = sample.ResellerKey(ctx, t, at.Reseller, "tenants:read", "conversations:read")
	reads.must(200, "GET", "/tenants/"+id, nil)
	reads.within(id).must(200, "GET", "/conversations", nil)
	for _, got := range []heard{
		reads.call("POST", "/tenants", demoCasinoNamed("golden-reel")), reads.call("PATCH", "/tenants/"+id, map[string]any{"name": "x"}),
		reads.call("POST", "/tenants/"+id+"/close", map[string]any{"why": "x"}), reads.within(id).call("GET", "/players", nil),
	} {
		if got.status != 403 || !strings.Contains(got.raw, "scope") {
			t.Errorf("without the scope: %d %s", got.status, got.raw)
		}
	}
	if got := north.within(id).call("GET", "/tenants", nil); got.status != 403 {
		t.Errorf("above casinos with Desk-Tenant: %d", got.status)
	}
	if got := north.call("GET", "/topics", nil); got.status != 400 {
		t.Errorf("inside a casino without Desk-Tenant: %d", got.status)
	}
}

func TestALongListOfCasinosComesInPages(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	for n := range 5 {
		north.must(201, "POST", "/tenants", demoCasinoNamed(fmt.Sprintf("casino-%d", n)))
	}
	var slugs []string
	for next := ""; ; {
		got := north.must(200, "GET", "/tenants?limit=2&starting_after="+next, nil)
		for _, v := range got.body["data"].([]any) {
			slugs = append(slugs, v.(map[string]any)["slug"].(string))
		}
		if got.body["has_more"] != true {
			break
		}
		next = got.text("next")
	}
	if strings.Join(slugs, " ") != "casino-4 casino-3 casino-2 casino-1 casino-0" {
		t.Errorf("the pages hold %q", slugs)
	}
}

// BenchmarkCreateTenant is what a reseller waits for when it makes a casino, over a socket: the median and the 95th percentile of
// whole requests.
func BenchmarkCreateTenant(b *testing.B) {
	_, ctx, h := testApp(b)
	server := httptest.NewServer(h)
	defer server.Close()
	reseller := sample.Reseller(ctx, b, "North")
	secret := sample.ResellerKey(ctx, b, reseller)
	if _, err := tenants.AboveNow(ctx).NewRaw(`update control.resellers set most_tenants = 100000 where id = ?`, reseller).Exec(ctx); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		text, err := json.Marshal(demoCasinoNamed(fmt.Sprintf("casino-%d", n)))
		if err != nil {
			b.Fatal(err)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/tenants", strings.NewReader(string(text)))
		if err != nil {
			b.Fatal(err)
		}
		r.Host = "api.localhost"
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", fmt.Sprint("bench-", n))
		began := time.Now()
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		took = append(took, time.Since(began))
		if res.StatusCode != http.StatusCreated {
			b.Fatalf("casino %d: %d", n, res.StatusCode)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
