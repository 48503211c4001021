package live

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
)

const (
	// beatEvery is how often a process shows over NATS that it is there, and how many hints it has sent: who has got fewer
	// looks again.
	beatEvery = time.Second
	// postWithin is how long a NATS server may take to confirm what was sent to it.
	postWithin = time.Second
)

// line is the way over NATS. It keeps nothing and may lose what is sent (NATS documentation, Core NATS: at most once), which
// the numbers on it show; and whoever doesn't hear it says so by NOTIFY.
type line struct {
	bus     *Bus
	conn    *nats.Conn
	subject string
	made    chan struct{} // closed once conn is there
	sent    int64         // payloads with hints; of the sender's goroutine and, under mu, the beat's

	mu    sync.Mutex
	peers map[string]*peer
	there []int64   // the advisory locks of those on the database
	deaf  time.Time // until then somebody may hear nothing here
}

// peer is another process that was heard over NATS.
type peer struct {
	number, count int64
	at            time.Time
}

// dialNATS joins the processes on NATS. A server that isn't there is tried again and again; meanwhile hints go by NOTIFY.
func (b *Bus) dialNATS(ctx context.Context, addresses string) (*line, error) {
	l := &line{bus: b, peers: map[string]*peer{}, made: make(chan struct{})}
	// Deployments that share a NATS server don't hear each other: each has a database of its own.
	err := b.pool.QueryRow(ctx, `select 'desk.' || left(md5(system_identifier || ' ' || current_database()), 16) || '.live' from pg_control_system()`).Scan(&l.subject)
	if err != nil {
		return nil, fmt.Errorf("the database's name for NATS: %w", err)
	}
	l.conn, err = nats.Connect(addresses, nats.Name("desk"), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.Timeout(2*time.Second),
		nats.ReconnectWait(retryAfter), nats.ReconnectJitter(retryAfter, retryAfter), nats.ReconnectBufSize(-1), nats.NoEcho(),
		nats.PingInterval(2*time.Second), nats.MaxPingsOutstanding(2), nats.DontRandomize(),
		nats.ConnectHandler(func(*nats.Conn) { l.on(ctx) }), nats.ReconnectHandler(func(*nats.Conn) { l.on(ctx) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { l.off(ctx, err) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.WarnContext(ctx, "NATS", "err", err)
			b.lose(uuid.Nil) // a slow consumer: some of it was dropped
		}))
	if err != nil {
		return nil, err
	}
	close(l.made)
	if _, err := l.conn.Subscribe(l.subject, func(m *nats.Msg) { l.hear(m.Data) }); err != nil {
		l.conn.Close()
		return nil, err
	}
	if err := l.conn.FlushTimeout(postWithin); err != nil {
		b.log.WarnContext(ctx, "NATS doesn't answer: hints go by NOTIFY until it does", "err", err)
	}
	b.done.Add(1)
	go func() { defer b.done.Done(); l.beat(ctx) }()
	return l, nil
}

// on begins anew: what was told meanwhile may not have been heard.
func (l *line) on(ctx context.Context) {
	<-l.made
	l.bus.log.InfoContext(ctx, "hints go over NATS")
	l.show(kindBeat)
	l.bus.lose(uuid.Nil)
}

// off has the others tell by NOTIFY what happens. What they told before they know of it is looked for.
func (l *line) off(ctx context.Context, err error) {
	if <-l.made; ctx.Err() != nil || l.conn.IsClosed() {
		return
	}
	l.bus.log.WarnContext(ctx, "NATS is away: hints go by NOTIFY", "err", err)
	l.sayDeaf(ctx)
	l.bus.lose(uuid.Nil)
	time.AfterFunc(beatEvery, func() { l.bus.lose(uuid.Nil) })
}

func (l *line) sayDeaf(ctx context.Context) {
	if l.bus.alone.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = l.bus.notify(ctx, []string{text(wire{From: l.bus.id, Kind: kindDeaf})})
}

// beat shows that this process is there until ctx ends: over NATS, or by NOTIFY that NATS doesn't reach it.
func (l *line) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if l.conn.IsConnected() {
			l.show(kindBeat)
		} else {
			l.sayDeaf(ctx)
		}
	}
}

func (l *line) show(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.Publish(l.subject, []byte(text(wire{From: l.bus.id, Kind: kind, Number: l.bus.number, Count: l.sent})))
}

// post sends payloads and waits until the server has them.
func (l *line) post(ctx context.Context, payloads []string) error {
	ctx, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	if !l.conn.IsConnected() {
		return nats.ErrDisconnected
	}
	for _, p := range payloads {
		if err := l.publish(p); err != nil {
			return err
		}
	}
	return l.conn.FlushWithContext(ctx)
}

func (l *line) publish(payload string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++ // even if it fails: others then miss a number, and look
	return l.conn.Publish(l.subject, fmt.Appendf(nil, `{"n":%d,"p":%d,%s`, l.sent, l.bus.number, strings.TrimPrefix(payload, "{")))
}

// hear takes a payload from another process.
func (l *line) hear(payload []byte) {
	var w wire
	if err := json.Unmarshal(payload, &w); err != nil || w.From == l.bus.id {
		return
	}
	if l.missed(w) {
		l.bus.lose(uuid.Nil)
	}
	l.bus.take(w)
}

// missed notes who was heard and says whether something of theirs wasn't.
func (l *line) missed(w wire) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.Kind == kindBye {
		delete(l.peers, w.From)
		return false
	}
	p, known := l.peers[w.From]
	if !known {
		p = &peer{number: w.Number, count: w.Count}
		l.peers[w.From] = p
	}
	next := p.count
	if w.Kind == "" && known {
		next++
	}
	p.at, p.count = time.Now(), max(p.count, w.Count)
	return w.Count > next
}

// counted is told which processes are on the database.
func (l *line) counted(numbers []int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.there = numbers
	maps.DeleteFunc(l.peers, func(_ string, p *peer) bool { return time.Since(p.at) > time.Minute })
}

// deafFor has what happens told by NOTIFY too for a while.
func (l *line) deafFor(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.deaf) {
		l.deaf = until
	}
}

// someAreDeaf says whether NATS may not reach everybody who is on the database.
func (l *line) someAreDeaf() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.deaf) {
		return true
	}
	heard := map[int64]bool{}
	for _, p := range l.peers {
		if time.Since(p.at) < 3*beatEvery {
			heard[p.number] = true
		}
	}
	for _, number := range l.there {
		if !heard[number] {
			return true
		}
	}
	return false
}

func (l *line) close() {
	l.show(kindBye)
	_ = l.conn.FlushTimeout(postWithin)
	l.conn.Close()
}
