package many

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// LoadOptions say who writes, and how often. Zero values: six players and three programs, each of whom writes and is answered
// before they write again, with a short breath between.
type LoadOptions struct {
	Players, Programs int
	Breath            time.Duration
	Casino            int // which of the desk's casinos
}

// Load is clients outside that write to a deployment and listen to it. Each deed has an id of its sender's; one that isn't
// answered is sent again under the same id.
type Load struct {
	Tally Tally

	desk    *Desk
	casino  Casino
	run     string
	players []*writer
	robots  []*writer
	streams []*stream
	stop    context.CancelFunc
	work    sync.WaitGroup
	cancel  context.CancelFunc
	ears    sync.WaitGroup
}

// writer is one sender into one conversation.
type writer struct {
	*client
	name         string
	conversation string

	mu    sync.Mutex
	acked map[string]int64 // what was answered with success, by the sender's id, with its number in the log
	count atomic.Int64
}

// Load begins to write and listen, until Stop.
func (d *Desk) Load(t testing.TB, o LoadOptions) *Load {
	t.Helper()
	if o.Players == 0 && o.Programs == 0 {
		o.Players, o.Programs = 6, 3
	}
	if o.Breath == 0 {
		o.Breath = 20 * time.Millisecond
	}
	l := &Load{desk: d, casino: d.Casinos[o.Casino], run: fmt.Sprintf("%x", time.Now().UnixNano())}
	writing, stop := context.WithCancel(context.Background())
	hearing, cancel := context.WithCancel(context.Background())
	l.stop, l.cancel = stop, cancel
	t.Cleanup(l.Stop)
	for i := range o.Players {
		l.players = append(l.players, l.player(t, fmt.Sprintf("player-%d-%s", i, l.run)))
	}
	for i := range o.Programs {
		// Programs answer players, several of them in one conversation.
		w := &writer{client: d.client(l.casino, l.casino.APIKey, &l.Tally), name: fmt.Sprintf("crm-%d-%s", i, l.run), acked: map[string]int64{},
			conversation: l.casino.Conversation}
		if len(l.players) > 0 {
			w.conversation = l.players[i%len(l.players)].conversation
		}
		l.robots = append(l.robots, w)
	}
	for _, w := range l.players {
		s := &stream{client: w.client, path: "/chat/api/stream?conversation=" + w.conversation, resumes: true}
		l.streams = append(l.streams, s)
		l.ears.Go(func() { s.follow(hearing) })
	}
	s := &stream{client: d.client(l.casino, l.casino.APIKey, &l.Tally), path: "/v1/stream"}
	l.streams = append(l.streams, s)
	l.ears.Go(func() { s.follow(hearing) })
	Until(t, time.Minute, "all streams are open", func() bool { return l.open() == len(l.streams) })
	for _, w := range l.players {
		l.work.Go(func() { w.write(t, writing, o.Breath, w.says) })
	}
	for i, w := range l.robots {
		deed := w.replies
		if i%2 == 1 {
			deed = w.notes
		}
		l.work.Go(func() { w.write(t, writing, o.Breath, deed) })
	}
	return l
}

// player is a visitor who has begun a conversation.
func (l *Load) player(t testing.TB, name string) *writer {
	t.Helper()
	w := &writer{client: l.desk.client(l.casino, "", &l.Tally), name: name, acked: map[string]int64{}}
	var session struct{ Token string }
	if err := w.insist(t.Context(), http.MethodPost, "/chat/api/session", map[string]any{}, nil, &session); err != nil {
		t.Fatal(err)
	}
	w.token = session.Token
	var begun struct {
		Conversation struct{ ID string }
		Entry        struct{ Seq int64 }
	}
	id := w.next()
	if err := w.insist(t.Context(), http.MethodPost, "/chat/api/conversations", map[string]any{"client_id": id, "text": "Hello from " + name}, nil, &begun); err != nil {
		t.Fatal(err)
	}
	w.conversation = begun.Conversation.ID
	w.acked[id] = begun.Entry.Seq
	return w
}

func (w *writer) next() string { return fmt.Sprintf("%s-%d", w.name, w.count.Add(1)) }

// write does one deed after the other until ctx ends. The last one is finished first.
func (w *writer) write(t testing.TB, ctx context.Context, breath time.Duration, deed func(context.Context, string) (int64, error)) {
	for pause(ctx, jitter(breath)) {
		id := w.next()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		seq, err := deed(patience, id)
		cancel()
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		w.mu.Lock()
		if before, twice := w.acked[id]; twice {
			t.Errorf("%s was numbered %d and %d", id, before, seq)
		}
		w.acked[id] = seq
		w.mu.Unlock()
	}
}

func (w *writer) says(ctx context.Context, id string) (int64, error) {
	var said struct{ Entry struct{ Seq int64 } }
	err := w.insist(ctx, http.MethodPost, "/chat/api/conversations/"+w.conversation+"/messages", map[string]any{"client_id": id, "text": "Message " + id}, nil, &said)
	return said.Entry.Seq, err
}

func (w *writer) replies(ctx context.Context, id string) (int64, error) {
	var said struct{ Seq int64 }
	err := w.insist(ctx, http.MethodPost, "/v1/conversations/"+w.conversation+"/replies", map[string]any{"client_id": id, "text": "Reply " + id}, nil, &said)
	return said.Seq, err
}

// notes are sent again by the key of their request, which is kept with its answer.
func (w *writer) notes(ctx context.Context, id string) (int64, error) {
	var said struct{ Seq int64 }
	err := w.insist(ctx, http.MethodPost, "/v1/conversations/"+w.conversation+"/notes", map[string]any{"text": "Note " + id},
		http.Header{"Idempotency-Key": {id}}, &said)
	return said.Seq, err
}

// Acknowledged is how many deeds were answered with success so far.
func (l *Load) Acknowledged() (n int) {
	for _, w := range l.writers() {
		w.mu.Lock()
		n += len(w.acked)
		w.mu.Unlock()
	}
	return n
}

func (l *Load) writers() []*writer { return append(append([]*writer{}, l.players...), l.robots...) }

// Await waits until so many more deeds were answered.
func (l *Load) Await(t testing.TB, more int) {
	t.Helper()
	from := l.Acknowledged()
	Until(t, 2*time.Minute, fmt.Sprintf("%d more deeds are answered", more), func() bool { return l.Acknowledged() >= from+more })
}

// Stop has writers finish what they have begun, waits until streams have told of it, and ends them.
func (l *Load) Stop() {
	l.stop()
	l.work.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for i, w := range l.players {
		for !l.streams[i].has(w.last()) && pause(ctx, 10*time.Millisecond) {
		}
	}
	l.cancel()
	l.ears.Wait()
}

func (w *writer) last() (seq int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.acked {
		seq = max(seq, n)
	}
	return seq
}

func (l *Load) open() (n int) {
	for _, s := range l.streams {
		if s.isOpen() {
			n++
		}
	}
	return n
}
