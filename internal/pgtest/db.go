package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
)

// DB is one test's own database.
type DB struct {
	Name                                   string
	AppURL, ControlURL, OwnerURL, SuperURL string
}

var count atomic.Int64

// New makes a migrated database that nobody else uses, and drops it after t.
func New(t testing.TB) *DB {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	name := fmt.Sprintf("test_%d", count.Add(1))
	admin(t, c, "create database "+name+" template "+template+" strategy file_copy owner "+pg.RoleOwner)
	t.Cleanup(func() { admin(t, c, "drop database "+name+" with (force)") })
	admin(t, c, "revoke temporary on database "+name+" from public") // as Bootstrap does; a copy doesn't take it over
	return &DB{Name: name, AppURL: c.URL(pg.RoleApp, name), ControlURL: c.URL(pg.RoleControl, name),
		OwnerURL: c.URL(pg.RoleOwner, name), SuperURL: c.URL(pg.Superuser, name)}
}

func admin(t testing.TB, c *pg.Cluster, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.URL(pg.Superuser, "postgres"))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("pgtest: %s: %v", statement, err)
	}
}

// App opens the role that serves tenants. Rows show only within a tenant's transaction.
func (db *DB) App(t testing.TB) *bun.DB { t.Helper(); return open(t, db.AppURL) }

// Control opens the role behind the doors to control tables.
func (db *DB) Control(t testing.TB) *bun.DB { t.Helper(); return open(t, db.ControlURL) }

// Owner opens the schema's owner. Row policies are forced on it too.
func (db *DB) Owner(t testing.TB) *sql.DB { t.Helper(); return openPlain(t, db.OwnerURL) }

// Super opens the superuser, whom no policy binds: for looking behind, and for breaking things on purpose.
func (db *DB) Super(t testing.TB) *sql.DB { t.Helper(); return openPlain(t, db.SuperURL) }

func open(t testing.TB, url string) *bun.DB {
	t.Helper()
	pool, db, err := pg.Open(context.Background(), url, pg.PoolOptions{MaxConns: 8, Name: t.Name()})
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		db.Close()
		pool.Close()
	})
	return db
}

func openPlain(t testing.TB, url string) *sql.DB {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { db.Close() })
	return db
}
