package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/riverqueue/river"
	"github.com/uptrace/bun"

	"pitdesk/internal/jobs"
	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type mail struct {
	Tenant string `json:"tenant"`
	ID     string `json:"id"`
}

func (mail) Kind() string { return "mail" }

func queued(t *testing.T, db *pgtest.DB, id string) (n int) {
	t.Helper()
	if err := db.Super(t).QueryRow("select count(*) from river.river_job where args->>'id' = $1", id).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAJobFollowsItsTransaction(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	data := pgtest.New(t)
	db := data.App(t)
	undo := errors.New("undo")
	insert := func(tx bun.Tx, id string) {
		t.Helper()
		if err := jobs.Insert(ctx, tx, mail{"fox", id}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		insert(tx, "kept")
		if n := queued(t, data, "kept"); n != 0 {
			t.Errorf("%d jobs are seen from outside before the commit", n)
		}
		if err := tx.RunInTx(ctx, nil, func(ctx context.Context, inner bun.Tx) error {
			insert(inner, "undone with its savepoint")
			return undo
		}); !errors.Is(err, undo) {
			t.Errorf("savepoint: %v", err)
		}
		return tx.RunInTx(ctx, nil, func(ctx context.Context, inner bun.Tx) error {
			insert(inner, "kept with its savepoint")
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		insert(tx, "undone")
		return undo
	}); !errors.Is(err, undo) {
		t.Fatal(err)
	}
	for id, want := range map[string]int{"kept": 1, "kept with its savepoint": 1, "undone": 0, "undone with its savepoint": 0} {
		if n := queued(t, data, id); n != want {
			t.Errorf("%d jobs %q, want %d", n, id, want)
		}
	}
}

func TestAFailedInsertFailsItsTransaction(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	data := pgtest.New(t)
	if _, err := data.Super(t).Exec("revoke insert on river.river_job from pitdesk_app"); err != nil {
		t.Fatal(err)
	}
	err := data.App(t).RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		return jobs.Insert(ctx, tx, mail{"fox", "1"}, nil)
	})
	if err == nil {
		t.Error("an insert that was refused passed")
	}
}

func TestAnInsertNotifiesNobody(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	log := &statements{}
	pool, db, err := pg.Open(ctx, pgtest.New(t).AppURL, pg.PoolOptions{MaxConns: 1, Tracer: log})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	defer db.Close()
	if err := db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		return jobs.Insert(ctx, tx, mail{"fox", "1"}, &river.InsertOpts{MaxAttempts: 2})
	}); err != nil {
		t.Fatal(err)
	}
	if log.say("pg_notify") || !log.say("river_job") {
		t.Errorf("sent %q", log.sent)
	}
}
