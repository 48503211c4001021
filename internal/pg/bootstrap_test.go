package pg_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
	"pitdesk/migrations"
)

func TestBootstrapAsSuperuserOrAsAManagedServersAdministrator(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, admin := range []string{pg.Superuser, "admin"} {
		k := start(t, made(t)) // roles belong to a whole server: each case has its own
		k.do("create role admin login createrole createdb")
		superURL := strings.Replace(k.url, pg.Superuser+"@", admin+"@", 1)
		as := func(role string) string {
			return strings.Replace(strings.Replace(k.url, pg.Superuser+"@", role+"@", 1), "/postgres?", "/casinos?", 1)
		}
		for range 2 { // may be repeated
			if err := pg.Bootstrap(ctx, superURL, "casinos", pg.Logins{App: `o'ne\two`}); err != nil {
				t.Fatalf("as %s: %v", admin, err)
			}
			if err := pg.Migrate(ctx, as(pg.RoleOwner), migrations.FS, nil); err != nil {
				t.Fatalf("as %s: %v", admin, err)
			}
		}
		for _, role := range []string{pg.RoleApp, pg.RoleControl} {
			pool, db, err := pg.Open(ctx, as(role), pg.PoolOptions{MaxConns: 1})
			if err != nil {
				t.Fatal(err)
			}
			if err := pg.CheckRole(ctx, db); err != nil {
				t.Errorf("as %s: %v", admin, err)
			}
			db.Close()
			pool.Close()
		}
		if err := try(as(pg.RoleSearch), "select 1"); err == nil {
			t.Errorf("as %s: %s signs in", admin, pg.RoleSearch)
		}
	}
}

func TestBootstrapTakesPowerAway(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	k := start(t, made(t))
	k.do("create role pitdesk_app superuser bypassrls createrole login")
	if err := pg.Bootstrap(ctx, k.url, "casinos", pg.Logins{}); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, k.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var mighty bool
	err = conn.QueryRow(ctx, "select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolinherit) from pg_roles where rolname like 'pitdesk_%'").Scan(&mighty)
	if err != nil || mighty {
		t.Errorf("a role is still mighty: %v, %v", mighty, err)
	}
}
