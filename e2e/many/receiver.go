package many

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Receiver is a casino's program that is sent what happens.
type Receiver struct {
	server *httptest.Server
	roots  string
	feed   *client
	from   string // the feed's place when it was subscribed

	mu  sync.Mutex
	got map[string]int // how often each event came
}

// Receive begins to listen. A deployment that is to send here is started with Settings.
func Receive(t testing.TB) *Receiver {
	t.Helper()
	r := &Receiver{got: map[string]int{}, roots: filepath.Join(t.TempDir(), "roots.pem")}
	r.server = httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got[q.Header.Get("webhook-id")]++
	}))
	t.Cleanup(r.server.Close)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.server.Certificate().Raw})
	if err := os.WriteFile(r.roots, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

// Settings let processes believe the receiver and reach it inside.
func (r *Receiver) Settings() map[string]string {
	return map[string]string{"PITDESK_WEBHOOK_NETWORKS": "127.0.0.0/8", "SSL_CERT_FILE": r.roots}
}

// Subscribe has the first casino's events sent here from now on.
func (r *Receiver) Subscribe(t testing.TB, d *Desk) {
	t.Helper()
	r.feed = d.client(d.Casinos[0], d.Casinos[0].APIKey, &Tally{})
	var page struct{ Next string }
	if err := r.feed.insist(t.Context(), http.MethodGet, "/v1/events?from=now", nil, nil, &page); err != nil {
		t.Fatal(err)
	}
	r.from = page.Next
	const name = "https://receiver.example/many"
	if err := r.feed.insist(t.Context(), http.MethodPost, "/v1/webhooks", map[string]any{"url": name}, nil, nil); err != nil {
		t.Fatal(err)
	}
	// The receiver has no name that resolves.
	if _, err := d.DB.Super(t).Exec(`update control.webhooks set url = $1 where url = $2`, r.server.URL, name); err != nil {
		t.Fatal(err)
	}
}

// Compare waits until everything that the feed tells of has come, and says how often it came.
func (r *Receiver) Compare(t testing.TB, atLeast int) {
	t.Helper()
	happened := map[string]bool{}
	Until(t, time.Minute, "the feed tells of everything", func() bool {
		for {
			var page struct {
				Data []struct{ ID string }
				Next string
				More bool `json:"has_more"`
			}
			if err := r.feed.insist(t.Context(), http.MethodGet, "/v1/events?limit=500&starting_after="+url.QueryEscape(r.from), nil, nil, &page); err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Data {
				happened[e.ID] = true
			}
			if r.from = page.Next; !page.More {
				return len(happened) >= atLeast
			}
		}
	})
	missing := func() (n int) {
		r.mu.Lock()
		defer r.mu.Unlock()
		for id := range happened {
			if r.got[id] == 0 {
				n++
			}
		}
		return n
	}
	Until(t, 2*time.Minute, "every event has come", func() bool { return missing() == 0 })
	requests := 0
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.got {
		requests += n
	}
	t.Logf("%d events came to the receiver by %d requests, none missing", len(happened), requests)
}
