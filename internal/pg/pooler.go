package pg

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
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
	conn, err := db.DB.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	return pooled(ctx, conn)
}

// pooled says whether another process answers than the one that was dialled: poolers hand out numbers of their own.
func pooled(ctx context.Context, conn *sql.Conn) (yes bool, err error) {
	var pid uint32
	if err := conn.QueryRowContext(ctx, "select pg_backend_pid()").Scan(&pid); err != nil {
		return false, err
	}
	err = conn.Raw(func(driver any) error {
		yes = driver.(interface{ Conn() *pgx.Conn }).Conn().PgConn().PID() != pid
		return nil
	})
	return yes, err
}
