package pgtest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
)

// Messages counts what is sent to the database: each message is a round trip, however many statements it holds.
type Messages struct {
	mu   sync.Mutex
	sent []string
}

// Counted opens the role that serves tenants, with everything that it sends counted.
func (db *DB) Counted(t testing.TB) (*pgxpool.Pool, *bun.DB, *Messages) {
	t.Helper()
	m := &Messages{}
	pool, app, err := pg.Open(context.Background(), db.AppURL, pg.PoolOptions{Tracer: m})
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		app.Close()
		pool.Close()
	})
	return pool, app, m
}

// Taken returns the messages since it was last asked, on one line each.
func (m *Messages) Taken() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	sent := m.sent
	m.sent = nil
	return sent
}

func (m *Messages) note(text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, strings.Join(strings.Fields(text), " "))
}

// TraceQueryStart counts a statement.
func (m *Messages) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	m.note(d.SQL)
	return ctx
}

// TraceQueryEnd has nothing to count.
func (*Messages) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TracePrepareStart counts a statement that is prepared for later.
func (m *Messages) TracePrepareStart(ctx context.Context, _ *pgx.Conn, d pgx.TracePrepareStartData) context.Context {
	m.note("prepare " + d.SQL)
	return ctx
}

// TracePrepareEnd has nothing to count.
func (*Messages) TracePrepareEnd(context.Context, *pgx.Conn, pgx.TracePrepareEndData) {}
