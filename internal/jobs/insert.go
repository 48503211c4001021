package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
)

// quiet is River's driver without NOTIFY: within a transaction it would make every commit of the database wait for the one
// before (PostgreSQL documentation, NOTIFY: notifications are sent in commit order). Workers look into the queue instead.
type quiet struct{ *riverpgxv5.Driver }

func (quiet) SupportsListenNotify() bool { return false }

// inserter has no pool: it can only insert into transactions it is handed.
var inserter = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(quiet{riverpgxv5.New(nil)}, &river.Config{Schema: pg.RiverSchema})
})

// Insert enqueues a job in tx: it is there when tx commits and was never there when tx, or the savepoint it stands in, is
// rolled back. opts may be nil.
func Insert(ctx context.Context, tx bun.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	client, err := inserter()
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	into := &intoTx{insert: func(ctx context.Context, tx pgx.Tx) error {
		_, err := client.InsertTx(ctx, tx, args, opts)
		return err
	}}
	if _, err := tx.Tx.ExecContext(ctx, "", into); !errors.Is(err, errInserted) {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// errInserted ends the rewriting of a statement that was only begun to get at its connection.
var errInserted = errors.New("jobs: inserted")

// intoTx is handed the connection that a database/sql transaction stands on, just before a statement would be sent there.
type intoTx struct {
	insert func(context.Context, pgx.Tx) error
}

// RewriteQuery inserts the job over conn, and refuses the statement itself, so that nothing else is sent.
func (i *intoTx) RewriteQuery(ctx context.Context, conn *pgx.Conn, _ string, _ []any) (string, []any, error) {
	if err := i.insert(ctx, borrowed{conn}); err != nil {
		return "", nil, err
	}
	return "", nil, errInserted
}

// pgxConn keeps the embedded field's name away from the method Conn.
type pgxConn = pgx.Conn

// borrowed is a connection inside somebody else's transaction, as a pgx.Tx that can't end it.
type borrowed struct{ *pgxConn }

var errBorrowed = errors.New("jobs: the transaction belongs to somebody else")

func (b borrowed) Conn() *pgx.Conn                     { return b.pgxConn }
func (borrowed) Begin(context.Context) (pgx.Tx, error) { return nil, errBorrowed }
func (borrowed) Commit(context.Context) error          { return errBorrowed }
func (borrowed) Rollback(context.Context) error        { return errBorrowed }
func (borrowed) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }
