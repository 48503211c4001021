package pg_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

// one is a pool of a single connection, so that every user is the next user of the same one.
func one(t *testing.T, tracer pgx.QueryTracer) (*pgxpool.Pool, *bun.DB) {
	t.Helper()
	pool, db, err := pg.Open(context.Background(), pgtest.New(t).AppURL, pg.PoolOptions{MaxConns: 1, Tracer: tracer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		pool.Close()
	})
	return pool, db
}

const whose = "select coalesce(current_setting('app.tenant_id', true), '') || ' ' || pg_backend_pid()"

func ask(t *testing.T, q pg.Querier) string {
	t.Helper()
	var answer string
	if err := q.QueryRowContext(context.Background(), whose).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestTenantEndsWithItsTransaction(t *testing.T) {
	t.Parallel()
	_, db := one(t, nil)
	fox, reel := uuid.New(), uuid.New()
	nobody := ask(t, db) // " <pid>": the same connection all along
	for name, end := range map[string]func(*sql.Tx) error{"commit": (*sql.Tx).Commit, "rollback": (*sql.Tx).Rollback} {
		for _, id := range []uuid.UUID{fox, reel} {
			tx, err := db.DB.BeginTx(pg.WithTenant(context.Background(), id), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := ask(t, tx); got != id.String()+nobody {
				t.Errorf("in the transaction: %q, want %q", got, id.String()+nobody)
			}
			if err := end(tx); err != nil {
				t.Fatal(err)
			}
			if got := ask(t, db); got != nobody {
				t.Errorf("after %s the connection belongs to %q", name, got)
			}
		}
	}
	tx, err := db.DB.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if got := ask(t, tx); got != nobody {
		t.Errorf("a transaction without a tenant has %q", got)
	}
}

func TestTenantSurvivesASavepoint(t *testing.T) {
	t.Parallel()
	_, db := one(t, nil)
	fox := uuid.New()
	nobody := ask(t, db)
	ctx := pg.WithTenant(context.Background(), fox)
	wrong := errors.New("undo")
	err := db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		err := tx.RunInTx(ctx, nil, func(ctx context.Context, inner bun.Tx) error {
			_, err := inner.ExecContext(ctx, "select set_config('app.tenant_id', ?::text, true)", uuid.New())
			return errors.Join(wrong, err)
		})
		if !errors.Is(err, wrong) {
			t.Errorf("inner transaction: %v", err)
		}
		if got := ask(t, tx); got != fox.String()+nobody {
			t.Errorf("after the savepoint's rollback: %q", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCancelledRequestRollsBackAndKeepsItsConnection(t *testing.T) {
	t.Parallel()
	_, db := one(t, nil)
	before := ask(t, db)
	ctx, cancel := context.WithCancel(pg.WithTenant(context.Background(), uuid.New()))
	tx, err := db.DB.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := tx.Commit(); err == nil {
		t.Error("a cancelled transaction was committed")
	}
	if got := ask(t, db); got != before {
		t.Errorf("the next user has %q, want the clean connection %q", got, before)
	}
}

// sent counts messages to the server.
type sent struct{ statements []string }

func (s *sent) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	s.statements = append(s.statements, d.SQL)
	return ctx
}

func (*sent) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func TestTenantTransactionCostsTwoMessagesBesidesItsWork(t *testing.T) {
	t.Parallel()
	log := &sent{}
	_, db := one(t, log)
	log.statements = nil
	err := db.RunInTx(pg.WithTenant(context.Background(), uuid.New()), nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "select 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(log.statements) != 3 {
		t.Errorf("sent %q, want begin, the work, commit", log.statements)
	}
}

func TestFailedTransactionDoesNotReportACommit(t *testing.T) {
	t.Parallel()
	_, db := one(t, nil)
	tx, err := db.DB.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("select 1/0"); err == nil {
		t.Fatal("division by zero passed")
	}
	if err := tx.Commit(); !errors.Is(err, pgx.ErrTxCommitRollback) {
		t.Errorf("commit after an error = %v", err)
	}
}

func TestOptionsReachPostgres(t *testing.T) {
	t.Parallel()
	_, db := one(t, nil)
	tx, err := db.DB.BeginTx(pg.WithTenant(context.Background(), uuid.New()),
		&sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		t.Fatal(err)
	}
	var level, readOnly string
	err = tx.QueryRow("select current_setting('transaction_isolation'), current_setting('transaction_read_only')").Scan(&level, &readOnly)
	if err != nil || level != "repeatable read" || readOnly != "on" {
		t.Errorf("isolation %q, read only %q, %v", level, readOnly, err)
	}
	tx.Rollback()
	if _, err := db.DB.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelLinearizable}); err == nil {
		t.Error("an isolation level that Postgres lacks was accepted")
	}
}

// rewriter is the way a job gets at the transaction's own pgx connection.
type rewriter struct{ seen *pgx.Conn }

func (r *rewriter) RewriteQuery(_ context.Context, conn *pgx.Conn, _ string, _ []any) (string, []any, error) {
	r.seen = conn
	return "", nil, errors.New("nothing to send")
}

func TestPgxConnectionIsInReach(t *testing.T) {
	t.Parallel()
	_, db := one(t, nil)
	ctx := context.Background()
	c, err := db.DB.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var raw *pgx.Conn
	if err := pg.Raw(c, func(conn *pgx.Conn) error { raw = conn; return nil }); err != nil {
		t.Fatal(err)
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	r := &rewriter{}
	if _, err := tx.ExecContext(ctx, "", r); err == nil {
		t.Error("the rewriter's refusal was lost")
	}
	if r.seen == nil || r.seen != raw {
		t.Errorf("the rewriter saw %p, Raw gave %p", r.seen, raw)
	}
	if _, err := tx.ExecContext(ctx, "select $1::int", 7); err != nil {
		t.Errorf("the transaction is no longer usable: %v", err)
	}
}

func TestBrokenIdleConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	db := data.App(t)
	for range 3 {
		var pid int
		if err := db.QueryRow("select pg_backend_pid()").Scan(&pid); err != nil {
			t.Fatal(err)
		}
		var gone bool
		if err := data.Super(t).QueryRow("select pg_terminate_backend($1, 5000)", pid).Scan(&gone); err != nil || !gone {
			t.Fatalf("terminate %d: %v, %v", pid, gone, err)
		}
		tx, err := db.DB.BeginTx(pg.WithTenant(context.Background(), uuid.New()), nil)
		if err != nil {
			t.Fatalf("begin after the server hung up: %v", err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}
