package pg

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
)

// errPooler refuses a way on which a session's lock may stay with a connection that somebody else gets next.
var errPooler = errors.New("the owner's URL leads through a pooler: migrations need Postgres itself")

// Pooled says whether the database's URL leads to a pooler.
func Pooled(ctx context.Context, url string) (bool, error) {
	pool, db, err := Open(ctx, url, PoolOptions{MaxConns: 1})
	if err != nil {
		return false, err
	}
	defer pool.Close()
	defer db.Close()
	return Shared(ctx, pool)
}

// Shared says whether another process answers than the one that was dialled: poolers hand out numbers of their own. What was
// prepared on such a connection may not be there when it is wanted.
func Shared(ctx context.Context, pool *pgxpool.Pool) (bool, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Release()
	var pid uint32
	if err := conn.QueryRow(ctx, "select pg_backend_pid()").Scan(&pid); err != nil {
		return false, err
	}
	return conn.Conn().PgConn().PID() != pid, nil
}
