package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pitdesk/api"
	"pitdesk/authz"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/nameserver"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"

	"github.com/google/uuid"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// harness is the API behind a real socket, over a database of the test's own.
type harness struct {
	*sample.Desk
	ctx  context.Context
	url  string
	log  *journal
	stop chan struct{}
	dns  *nameserver.Server
}

// journal keeps what the API logs.
type journal struct {
	mu sync.Mutex
	bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.Buffer.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.Buffer.String()
}

func serve(t *testing.T) *harness {
	t.Helper()
	d, ctx := sample.New(t)
	h := &harness{Desk: d, ctx: ctx, log: &journal{}, stop: make(chan struct{}), dns: nameserver.New(t)}
	files, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	surface := api.New(api.Options{Log: slog.New(slog.NewTextHandler(h.log, nil)), Files: files, Heartbeat: 20 * time.Millisecond,
		DNS:      domains.DNS{Servers: []string{h.dns.Addr}},
		Draining: func() <-chan struct{} { return h.stop }})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := d.Context(r.Context())
		at, err := d.Pools.Doors.ByHost(ctx, r.Host)
		if err != nil {
			w.WriteHeader(fault.StatusOf(err))
			return
		}
		surface.ServeHTTP(w, r.WithContext(tenants.With(ctx, at)))
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// caller is a program with a key of a casino.
type caller struct {
	h      *harness
	at     tenants.Tenant
	keyID  uuid.UUID
	secret string
}

func (h *harness) caller(t *testing.T, at tenants.Tenant, role authz.Role) *caller {
	t.Helper()
	id, secret, err := h.Pools.Doors.NewAPIKey(h.ctx, at.ID, tenants.NewKey{Name: "CRM", Role: string(role)})
	if err != nil {
		t.Fatal(err)
	}
	return &caller{h, at, id, secret}
}

// reply is an answer as a program gets it.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// at reads a value of the answer by the names on the way there: at("player", "name").
func (r reply) at(path ...string) any {
	var v any = r.body
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func (r reply) list() []map[string]any {
	var out []map[string]any
	data, _ := r.body["data"].([]any)
	for _, v := range data {
		out = append(out, v.(map[string]any))
	}
	return out
}

// request is a request to change before it is sent.
func (c *caller) request(t *testing.T, method, path string, body any) *http.Request {
	t.Helper()
	var reader io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(v)
	case []byte:
		reader = bytes.NewReader(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(c.h.ctx, method, c.h.url+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = c.at.Host
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.secret != "" {
		r.Header.Set("Authorization", "Bearer "+c.secret)
	}
	return r
}

func (c *caller) send(t *testing.T, r *http.Request) reply {
	t.Helper()
	return sendBy(t, http.DefaultClient, r)
}

func sendBy(t *testing.T, client *http.Client, r *http.Request) reply {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	out := reply{status: answer.StatusCode, header: answer.Header, raw: string(text)}
	_ = json.Unmarshal(text, &out.body)
	if answer.StatusCode >= 400 && answer.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s answers %d as %s", r.Method, r.URL.Path, answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	if answer.Header.Get("Request-Id") == "" {
		t.Errorf("%s %s answers without a Request-Id", r.Method, r.URL.Path)
	}
	return out
}

func (c *caller) call(t *testing.T, method, path string, body any) reply {
	t.Helper()
	return c.send(t, c.request(t, method, path, body))
}

// must is call for what has to succeed with a status.
func (c *caller) must(t *testing.T, status int, method, path string, body any) reply {
	t.Helper()
	r := c.call(t, method, path, body)
	if r.status != status {
		t.Fatalf("%s %s answers %d, want %d: %s", method, path, r.status, status, r.raw)
	}
	return r
}

func public(prefix string, id uuid.UUID) string { return tenants.PublicID(prefix, id) }
