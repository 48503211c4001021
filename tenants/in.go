package tenants

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
)

// Pools are the two ways to the database: App sees one casino at a time, the doors see no casino's rows at all.
type Pools struct {
	App     *bun.DB
	AppPool *pgxpool.Pool // App's connections, for the few statements that speak pgx
	Doors   *Doors
	Turns   *Turns // at App's connections; nil lets everybody in at once
	Shared  bool   // App's connections are a pooler's, which may hand each transaction another one of the server
}

// Statements is how the few statements that speak pgx are sent: prepared once on each connection, or, where connections are
// handed on, described once and parsed each time.
func (p *Pools) Statements() pgx.QueryExecMode {
	if p.Shared {
		return pgx.QueryExecModeCacheDescribe
	}
	return pgx.QueryExecModeCacheStatement
}

type poolsKey struct{}

// WithPools returns a ctx in which In and the control doors work.
func WithPools(ctx context.Context, p *Pools) context.Context {
	return context.WithValue(ctx, poolsKey{}, p)
}

// PoolsOf returns what WithPools put there. It panics where nothing was put.
func PoolsOf(ctx context.Context) *Pools {
	p, ok := ctx.Value(poolsKey{}).(*Pools)
	if !ok {
		panic("tenants: no pools in context")
	}
	return p
}

type txKey struct{}

type openTx struct {
	tenant uuid.UUID
	tx     bun.Tx
	begun  context.Context
	leave  func() // ends the casino's turn at the database; nil where none was taken
	after  []func()
	failed []func(context.Context)

	changed []string // subjects of Memory that it has changed
}

// In runs fn in a transaction that sees the rows of one casino. It commits when fn returns nil and then runs what
// AfterCommit collected. A nested In joins the same casino's transaction and refuses another's.
func In(ctx context.Context, id uuid.UUID, fn func(ctx context.Context, tx bun.Tx) error) error {
	return in(ctx, id, nil, fn)
}

// Reading is In for requests that only look: whatever they write (an audit line) may be lost in a crash of the database, so
// that looking never waits for the disk. Joins of more than three tables are carried out in the order they are written in:
// trying all orders takes the planner five times as long as it takes to read an inbox.
func Reading(ctx context.Context, id uuid.UUID, fn func(ctx context.Context, tx bun.Tx) error) error {
	return in(ctx, id, []string{"set local synchronous_commit = off", "set local join_collapse_limit = 3"}, fn)
}

// WithCommit runs a statement whose answer nobody needs, in the same message as the commit: it costs no round trip. Where it
// fails, nothing is committed and In returns its error.
func WithCommit(ctx context.Context, tx bun.IDB, statement string, args ...any) error {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok && open.tenant != Nobody {
		pg.WithCommit(open.begun, tx.NewRaw(statement, args...).String())
		return nil
	}
	_, err := tx.ExecContext(ctx, statement, args...)
	return err
}

func in(ctx context.Context, id uuid.UUID, settings []string, fn func(ctx context.Context, tx bun.Tx) error) error {
	if id == uuid.Nil {
		return errors.New("tenants: In without a tenant")
	}
	if outer, ok := ctx.Value(txKey{}).(*openTx); ok {
		if outer.tenant == Nobody {
			return errInsideAbove
		}
		if outer.tenant != id {
			return fmt.Errorf("tenants: In(%s) inside the transaction of %s", id, outer.tenant)
		}
		return fn(ctx, outer.tx)
	}
	pools := PoolsOf(ctx)
	leave, err := pools.Turns.Take(ctx, id)
	if err != nil {
		return err
	}
	begun := pg.WithTenant(ctx, id, settings...)
	tx, err := pools.App.BeginTx(begun, begunBy(ctx))
	if err != nil {
		leave()
		return err
	}
	return finish(context.WithValue(ctx, txKey{}, &openTx{tenant: id, tx: tx, begun: begun, leave: leave}), fn)
}

type steadyKey struct{}

// Steadily returns a ctx under which In and Above begin transactions that see one moment (repeatable read): writing what
// somebody has changed since then fails with serialization_failure, and the caller does it again.
func Steadily(ctx context.Context) context.Context { return context.WithValue(ctx, steadyKey{}, true) }

// begunBy is how transactions are begun under ctx.
func begunBy(ctx context.Context) *sql.TxOptions {
	if ctx.Value(steadyKey{}) != nil {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead}
	}
	return &sql.TxOptions{}
}

// Inside is the casino whose rows the transaction of ctx sees. It panics outside In.
func Inside(ctx context.Context) uuid.UUID {
	open, ok := ctx.Value(txKey{}).(*openTx)
	if !ok || open.tenant == Nobody {
		panic("tenants: not inside a casino's transaction")
	}
	return open.tenant
}

// AfterCommit runs f once the transaction of ctx has committed, and never if it rolls back. Outside a transaction it runs f
// at once.
func AfterCommit(ctx context.Context, f func()) {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok {
		open.after = append(open.after, f)
		return
	}
	f()
}

// AfterRollback runs f once the transaction of ctx has been rolled back, with a ctx that is in no transaction. It is for what
// must be known of a refusal.
func AfterRollback(ctx context.Context, f func(context.Context)) {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok {
		open.failed = append(open.failed, f)
	}
}
