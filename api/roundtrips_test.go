package api_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
	"pitdesk/tenants"
)

// messages counts what goes to the database: each is a round trip, however many statements it holds.
type messages struct {
	mu   sync.Mutex
	sent []string
}

func (m *messages) note(sql string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, strings.Join(strings.Fields(sql), " "))
}

func (m *messages) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	m.note(d.SQL)
	return ctx
}

func (*messages) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (m *messages) TracePrepareStart(ctx context.Context, _ *pgx.Conn, d pgx.TracePrepareStartData) context.Context {
	m.note("prepare " + d.SQL)
	return ctx
}

func (*messages) TracePrepareEnd(context.Context, *pgx.Conn, pgx.TracePrepareEndData) {}

// taken empties the counter.
func (m *messages) taken() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	sent := m.sent
	m.sent = nil
	return sent
}

func TestHotOperationsCostFewRoundTrips(t *testing.T) {
	t.Parallel()
	s := play(t)
	counter := &messages{}
	pool, app, err := pg.Open(s.ctx, s.DB.AppURL, pg.PoolOptions{Tracer: counter})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close(); pool.Close() })
	s.Pools.App, s.Pools.AppPool = app, pool
	player := public(tenants.PlayerPrefix, s.mara)
	s.crm.must(t, 201, "POST", s.path("/notes"), map[string]any{"text": "The first on this connection."})
	for _, c := range []struct {
		method, path string
		body         any
		most         int
	}{
		{"POST", s.path("/replies"), map[string]any{"text": "On its way.", "client_id": "a"}, 4}, // begin, hold, append, audit and commit
		{"POST", s.path("/replies"), map[string]any{"text": "On its way.", "client_id": "a"}, 4}, // sent again
		{"POST", s.path("/notes"), map[string]any{"text": "Checked."}, 4},
		{"GET", "/v1/conversations", nil, 3}, // begin, list, audit and commit
		{"GET", "/v1/conversations?state=any&team=" + s.teams["Payments"], nil, 3},
		{"GET", s.path(""), nil, 3},
		{"GET", s.path("/entries"), nil, 4},
		{"GET", "/v1/players/" + player, nil, 4},
		{"GET", "/v1/topics", nil, 3},
		{"POST", s.path("/resolve"), nil, 6},
	} {
		counter.taken()
		if got := s.crm.call(t, c.method, c.path, c.body); got.status >= 300 {
			t.Fatalf("%s %s answers %d %s", c.method, c.path, got.status, got.raw)
		}
		sent := counter.taken()
		statements := 0
		for _, m := range sent {
			statements += 1 + strings.Count(m, "; ")
		}
		t.Logf("%s %s: %d round trips, %d statements", c.method, strings.ReplaceAll(c.path, s.id, "{conversation}"), len(sent), statements)
		if len(sent) > c.most {
			t.Errorf("%s %s takes %d round trips, at most %d:\n%s", c.method, c.path, len(sent), c.most, strings.Join(sent, "\n"))
		}
	}
}
