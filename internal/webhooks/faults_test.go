package webhooks_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/webhooks"
)

// faults are the ways in which receivers fail, each dealing with a request in its own manner.
var faults = map[string]func(w http.ResponseWriter, r *http.Request){
	"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	"503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
	"404": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
	"redirect": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://steady.example/events", http.StatusFound)
	},
	"kept redirect": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://steady.example/events", http.StatusTemporaryRedirect)
	},
	"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"reset": func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler) // HTTP/2: the stream is reset
		}
		if plain, ok := conn.(*tls.Conn); ok {
			_ = plain.NetConn().(*net.TCPConn).SetLinger(0)
		}
		conn.Close()
	},
	"cut off": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("a beginning"))
		panic(http.ErrAbortHandler)
	},
	"slow body": func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte("a beginning"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	},
}

// TestNoEventIsLostOverAThousandFaults lets a receiver fail a thousand times in every way there is, wrong certificates and 410
// among them, while two processes send. In the end it has what the log has, and so has a receiver that never fails.
func TestNoEventIsLostOverAThousandFaults(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fox, c := h.casino("Lucky Fox")
	h.settled(fox, len(h.log(fox)))
	before := h.log(fox)
	bad, w := h.receiver("bad.example", ofTenant(fox))
	steady, _ := h.receiver("steady.example", ofTenant(fox))

	var met sync.Map // how often an event was failed, by its id
	var total, closed atomic.Int64
	tally := map[string]*atomic.Int64{"410": {}, "certificate": {}}
	names := slices.Sorted(maps.Keys(faults))
	for _, name := range names {
		tally[name] = &atomic.Int64{}
	}
	const wanted, events = 1000, 300
	bad.meet = func(w http.ResponseWriter, r *http.Request, id string) bool {
		mine, _ := met.LoadOrStore(id, new(atomic.Int64))
		n := mine.(*atomic.Int64).Add(1)
		sum := fnv.New64()
		fmt.Fprint(sum, id)
		dice := rand.New(rand.NewPCG(sum.Sum64(), uint64(n)))
		if n > 6 || total.Load() >= wanted && n > 1 || n > 2 && dice.IntN(6) == 0 {
			return false
		}
		total.Add(1)
		if closed.Load() < 20 && dice.IntN(40) == 0 {
			closed.Add(1)
			tally["410"].Add(1)
			w.WriteHeader(http.StatusGone)
			return true
		}
		name := names[dice.IntN(len(names))]
		tally[name].Add(1)
		faults[name](w, r)
		return true
	}
	// Another shows the certificate of a host that it isn't, to the first who come.
	forged, _ := h.receiver("forged.example", ofTenant(fox))
	wrong, own := vouched(t, "elsewhere.example"), vouched(t, "forged.example")
	forged.server.TLS.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if tally["certificate"].Add(1) <= 60 {
			total.Add(1)
			return &tls.Config{Certificates: []tls.Certificate{wrong}}, nil
		}
		return &tls.Config{Certificates: []tls.Certificate{own}}, nil
	}

	h.run(150*time.Millisecond, quick)
	h.run(150*time.Millisecond, quick)
	h.talk(fox, c.ID, events)
	steady.until(events, 2*time.Minute)
	forged.until(events, 2*time.Minute)
	// Whoever owns the receiver switches it on again when it was closed, and sends again what was given up.
	for end := time.Now().Add(2 * time.Minute); ; {
		if n, _ := bad.count(); n >= events {
			break
		}
		if time.Now().After(end) {
			n, asked := bad.count()
			t.Fatalf("%d of %d events after %d requests", n, events, asked)
		}
		h.above(func(ctx context.Context, tx bun.Tx) error {
			now, err := webhooks.Get(ctx, tx, ofTenant(fox), w.ID)
			if err == nil && now.DisabledAt != nil {
				if *now.DisabledWhy != webhooks.Gone {
					t.Errorf("it was switched off: %s", *now.DisabledWhy)
				}
				d := now.Draft()
				d.Disabled = false
				_, err = webhooks.Change(ctx, tx, ofTenant(fox), w.ID, d)
			}
			if err == nil && now.Failed > 0 {
				_, err = webhooks.ReplayFailed(ctx, tx, ofTenant(fox), w.ID, time.Time{})
			}
			return err
		})
	}
	after := h.log(fox)
	maps.DeleteFunc(after, func(id string, _ bool) bool { return before[id] })
	h.compare(bad, after)
	h.compare(steady, after)
	h.compare(forged, after)
	if total.Load() < wanted {
		t.Errorf("only %d faults were met", total.Load())
	}
	by := map[string]int64{}
	for name, n := range tally {
		by[name] = n.Load()
		if n.Load() == 0 {
			t.Errorf("no fault was %q", name)
		}
	}
	_, asked := steady.count()
	t.Logf("%d faults (%v); %d events at each; %d requests at the steady one", total.Load(), by, events, asked)
	h.noted()
}

// noted checks what was written down of the tries: each fault by its reason.
func (h *house) noted() {
	h.t.Helper()
	rows, err := h.DB.Super(h.t).Query(`select why, count(*) from control.webhook_tries group by 1`)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]int{}
	for rows.Next() {
		var why string
		var n int
		if err := rows.Scan(&why, &n); err != nil {
			h.t.Fatal(err)
		}
		got[why] = n
	}
	for _, why := range []string{"", "timeout", "certificate", "network", "redirect", "gone", "status"} {
		if got[why] == 0 {
			h.t.Errorf("no try is noted as %q: %v", why, got)
		}
	}
	h.t.Logf("tries by reason: %v", got)
}

// TestOneSlowReceiverDelaysNobodyElse has a receiver with a thousand deliveries that answers none of them, and looks how soon
// another is told what happens.
func TestOneSlowReceiverDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fox, c := h.casino("Lucky Fox")
	h.settled(fox, len(h.log(fox)))
	slow, _ := h.receiver("slow.example", ofTenant(fox))
	slow.meet = func(_ http.ResponseWriter, r *http.Request, _ string) bool { <-r.Context().Done(); return true }
	h.run(6*time.Second, nil)
	h.talk(fox, c.ID, 300)
	quickly, _ := h.receiver("quick.example", ofTenant(fox))
	var worst time.Duration
	for n := range 20 {
		begun := time.Now()
		h.talk(fox, c.ID, 1)
		quickly.until(n+1, time.Minute)
		worst = max(worst, time.Since(begun))
	}
	if worst > 5*time.Second {
		t.Errorf("beside a slow one the other waits up to %s", worst)
	}
	if took, asked := slow.count(); took != 0 || asked == 0 {
		t.Errorf("the slow one took %d of %d requests", took, asked)
	}
	t.Logf("the other waits %s at most", worst)
}
