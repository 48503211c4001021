package many

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// Deliver has a player listen at one process and write at another, past the balancer, n times, and returns how long each message
// took from being sent until the stream told of it, shortest first.
func (d *Desk) Deliver(t testing.TB, from, to *Process, n int) []time.Duration {
	t.Helper()
	var tally Tally
	l := &Load{desk: d, casino: d.Casinos[0], run: fmt.Sprintf("%x", time.Now().UnixNano())}
	w := l.player(t, "direct-"+l.run)
	there := *w.client
	there.base = "http://" + to.Address()
	w.base = "http://" + from.Address()
	s := &stream{client: &there, path: "/chat/api/stream?conversation=" + w.conversation, resumes: true}
	s.tally = &tally
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.follow(ctx) }()
	defer func() { cancel(); <-done }()
	Until(t, 30*time.Second, "the stream is open", s.isOpen)
	var took []time.Duration
	for range n {
		began := time.Now()
		id := w.next()
		var said struct{ Entry struct{ Seq int64 } }
		if err := w.insist(ctx, http.MethodPost, "/chat/api/conversations/"+w.conversation+"/messages", map[string]any{"client_id": id, "text": id}, nil, &said); err != nil {
			t.Fatal(err)
		}
		for deadline := time.After(30 * time.Second); !s.has(said.Entry.Seq); {
			select {
			case <-deadline:
				t.Fatalf("%s wrote at %s and wasn't heard at %s within 30 s", id, from.Name, to.Name)
			case <-time.After(time.Millisecond):
			}
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took
}
