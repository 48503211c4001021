package pgtest_test

import (
	"context"
	"testing"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestNewDatabasesAreMigratedAndApart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a, b := pgtest.New(t), pgtest.New(t)
	if _, err := a.Owner(t).ExecContext(ctx, "create table only_in_a (n int)"); err != nil {
		t.Fatal(err)
	}
	for db, want := range map[*pgtest.DB]bool{a: true, b: false} {
		var got, queue bool
		row := db.Owner(t).QueryRowContext(ctx, "select to_regclass('only_in_a') is not null, to_regclass('river.river_job') is not null")
		if err := row.Scan(&got, &queue); err != nil {
			t.Fatal(err)
		}
		if got != want || !queue {
			t.Errorf("%s: only_in_a there: %v, want %v; job queue there: %v", db.Name, got, want, queue)
		}
	}
}

func TestRolesAreWhoTheySayAndOnlyTheServingOnesPass(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.New(t)
	for _, c := range []struct {
		role string
		db   pg.Querier
		safe bool
	}{
		{pg.RoleApp, db.App(t), true},
		{pg.RoleControl, db.Control(t), true},
		{pg.RoleOwner, db.Owner(t), false},
		{pg.Superuser, db.Super(t), false},
	} {
		var name string
		if err := c.db.QueryRowContext(ctx, "select current_user").Scan(&name); err != nil || name != c.role {
			t.Errorf("connected as %q (%v), want %q", name, err, c.role)
		}
		if err := pg.CheckRole(ctx, c.db); (err == nil) != c.safe {
			t.Errorf("CheckRole(%s) = %v, want safe: %v", c.role, err, c.safe)
		}
	}
}
