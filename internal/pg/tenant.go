package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

type tenantKey struct{}

// tenancy is what a tenant's transaction opens and closes with.
type tenancy struct {
	id       uuid.UUID
	settings []string
	last     []string
}

// WithTenant makes every transaction begun with the returned context see that casino's rows and no other's. Opening, naming
// the tenant and the settings, which are whole statements, are one round trip. Only package tenants calls it.
func WithTenant(ctx context.Context, id uuid.UUID, settings ...string) context.Context {
	return context.WithValue(ctx, tenantKey{}, &tenancy{id: id, settings: settings})
}

// WithCommit sends a statement in the same message as the commit of the transaction that was begun with ctx. Nobody sees what
// it answers; where it fails, nothing is committed and Commit returns its error.
func WithCommit(ctx context.Context, statement string) {
	t := ctx.Value(tenantKey{}).(*tenancy)
	t.last = append(t.last, statement)
}

// connector hands database/sql connections that know how to begin a tenant's transaction.
type connector struct{ driver.Connector }

// Connect takes a connection from the pool.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{inner.(*stdlib.Conn)}, nil
}

// pgxConn keeps the embedded field's name away from the promoted method Conn.
type pgxConn = stdlib.Conn

// conn is pgx's own database/sql connection in everything but the beginning of a transaction.
type conn struct{ *pgxConn }

var _ interface {
	driver.QueryerContext
	driver.ExecerContext
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
} = (*conn)(nil)

// IsValid tells database/sql to drop a connection whose socket is gone, without asking the server.
func (c *conn) IsValid() bool { return !c.Conn().IsClosed() }

// BeginTx opens a transaction and, in the same message, names the tenant it belongs to. set_config's third argument
// binds the name to the transaction, so the connection's next user starts with none. Joins are followed in the order they are
// written in: looking for a better one took longer than most of our statements take to run.
func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if !c.IsValid() {
		return nil, driver.ErrBadConn
	}
	begin, err := beginSQL(options)
	if err != nil {
		return nil, err
	}
	named, _ := ctx.Value(tenantKey{}).(*tenancy)
	if named != nil {
		named.last = nil
		begin += "; select set_config('app.tenant_id', '" + named.id.String() + "', true), set_config('join_collapse_limit', '1', true)"
		for _, statement := range named.settings {
			begin += "; " + statement
		}
	}
	if _, err := c.Conn().Exec(ctx, begin); err != nil {
		// The connection may hold half a beginning: it must not go back to the pool.
		c.drop()
		var refused *pgconn.PgError
		if ctx.Err() == nil && !errors.As(err, &refused) {
			return nil, driver.ErrBadConn // the socket died while idle; nothing was done yet, so another may try
		}
		return nil, fmt.Errorf("begin: %w", err)
	}
	return tx{ctx: ctx, conn: c, tenancy: named}, nil
}

func beginSQL(options driver.TxOptions) (string, error) {
	sqlText := "begin"
	switch sql.IsolationLevel(options.Isolation) {
	case sql.LevelDefault:
	case sql.LevelReadCommitted:
		sqlText += " isolation level read committed"
	case sql.LevelRepeatableRead, sql.LevelSnapshot:
		sqlText += " isolation level repeatable read"
	case sql.LevelSerializable:
		sqlText += " isolation level serializable"
	default:
		return "", fmt.Errorf("isolation level %v is not Postgres'", sql.IsolationLevel(options.Isolation))
	}
	if options.ReadOnly {
		sqlText += " read only"
	}
	return sqlText, nil
}

func (c *conn) drop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c.Conn().Close(ctx)
}

type tx struct {
	ctx     context.Context
	conn    *conn
	tenancy *tenancy
}

// Commit returns nil only when Postgres has confirmed the commit.
func (t tx) Commit() error {
	statement := "commit"
	if t.tenancy != nil && len(t.tenancy.last) > 0 {
		statement = strings.Join(t.tenancy.last, "; ") + "; commit"
	}
	tag, err := t.conn.Conn().Exec(t.ctx, statement)
	if err != nil {
		if t.conn.Conn().PgConn().TxStatus() != 'I' {
			t.conn.drop()
		}
		return err
	}
	if tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback // an earlier statement had failed
	}
	return nil
}

// Rollback works even when the request that began the transaction is gone, so that its connection survives.
func (t tx) Rollback() error {
	if t.conn.Conn().IsClosed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), 5*time.Second)
	defer cancel()
	if _, err := t.conn.Conn().Exec(ctx, "rollback"); err != nil {
		t.conn.drop()
		return err
	}
	return nil
}

// Raw lends pgx's connection under c to use. It must not be kept.
func Raw(c *sql.Conn, use func(*pgx.Conn) error) error {
	return c.Raw(func(driverConn any) error {
		reach, ok := driverConn.(interface{ Conn() *pgx.Conn })
		if !ok {
			return fmt.Errorf("%T is no connection of ours", driverConn)
		}
		return use(reach.Conn())
	})
}
