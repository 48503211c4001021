package pg_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/migrations"
)

// lines is a log that tests read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), words)
}

// files are migrations by name, in goose's form.
func files(all map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, text := range all {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

func TestAMigrationThatMustWaitLetsOthersPass(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	data := pgtest.New(t)
	owner := data.Owner(t)
	// Somebody reads the table and takes long over it.
	long, err := owner.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer long.Rollback()
	if _, err := long.Exec("select from tags"); err != nil {
		t.Fatal(err)
	}
	said, done := &lines{}, make(chan error, 1)
	go func() {
		done <- pg.Migrate(ctx, data.OwnerURL, files(map[string]string{"90001_mood.sql": "-- +goose Up\n" +
			"create table moods (tenant_id uuid);\nalter table tags add column mood text;"}), slog.New(slog.NewTextHandler(said, nil)))
	}()
	for range 2 {
		before := said.count("in the migration's way")
		until(t, "the migration lets others pass", func() bool { return said.count("in the migration's way") > before })
		// Whoever comes now would wait behind it for as long as the first reader takes.
		quick, cancel := context.WithTimeout(ctx, 20*time.Second)
		if _, err := owner.ExecContext(quick, "select from tags"); err != nil {
			t.Fatalf("somebody else waits: %v", err)
		}
		cancel()
		var there bool
		if err := owner.QueryRow("select to_regclass('moods') is not null").Scan(&there); err != nil || there {
			t.Errorf("half a migration is kept: %v, %v", there, err)
		}
	}
	if err := long.Rollback(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the migration waits although nobody is in its way")
	}
	if _, err := owner.Exec("select mood from tags; select from moods"); err != nil {
		t.Error(err)
	}
}

func TestWhatAFileSetsEndsWithIt(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	if err := pg.Migrate(t.Context(), data.OwnerURL, files(map[string]string{
		"90001_index.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nset lock_timeout = 0;\n" +
			"drop index concurrently if exists tags_mood;\ncreate index concurrently tags_mood on tags (tenant_id, created_at);",
		"90002_after.sql": "-- +goose Up\ncreate table control.waits as select current_setting('lock_timeout') as longest;",
	}), nil); err != nil {
		t.Fatal(err)
	}
	var longest string
	if err := data.Owner(t).QueryRow("select longest from control.waits").Scan(&longest); err != nil || longest != "1s" {
		t.Errorf("the second file waits for locks as long as %q, %v", longest, err)
	}
}

func TestAMigrationThatIsWrongIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	said := &lines{}
	err := pg.Migrate(t.Context(), pgtest.New(t).OwnerURL, files(map[string]string{"90001_wrong.sql": "-- +goose Up\nalter table nothing add column n int;"}),
		slog.New(slog.NewTextHandler(said, nil)))
	if err == nil || !strings.Contains(err.Error(), "nothing") || said.count("tries again") != 0 {
		t.Errorf("%v, tried again %d times", err, said.count("tries again"))
	}
}

func TestMigrationsDontGoThroughAPooler(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	// One refuses the timeout of locks, the other drops it and lets us in.
	for _, more := range []string{"", "ignore_startup_parameters = lock_timeout"} {
		err := pg.Migrate(t.Context(), data.Pooled(t, 4, more).OwnerURL, migrations.FS, nil)
		if err == nil || !strings.Contains(err.Error(), "through a pooler") {
			t.Errorf("with %q: %v", more, err)
		}
	}
}

func TestAMigrationOutlastsTheServersOwnVacuum(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c, err := pg.Start(ctx, pg.Options{Dir: empty(t), Settings: map[string]string{"autovacuum": "on", "autovacuum_naptime": "1s"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop(context.Background())
	if err := pg.Bootstrap(ctx, c.URL(pg.Superuser, "postgres"), "slow", pg.Logins{}); err != nil {
		t.Fatal(err)
	}
	if err := pg.Migrate(ctx, c.URL(pg.RoleOwner, "slow"), migrations.FS, nil); err != nil {
		t.Fatal(err)
	}
	super, err := pgx.Connect(ctx, c.URL(pg.Superuser, "slow"))
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(context.Background())
	// A vacuum that takes minutes over a small table.
	if _, err := super.Exec(ctx, `create table large (n int) with (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
		alter table large owner to pitdesk_owner; insert into large select generate_series(1, 200000);
		create index on large (n); delete from large where n % 2 = 0`); err != nil {
		t.Fatal(err)
	}
	vacuumed := func() (yes bool) {
		if err := super.QueryRow(ctx, `select exists (select from pg_locks where relation = 'large'::regclass and mode = 'ShareUpdateExclusiveLock')`).Scan(&yes); err != nil {
			t.Fatal(err)
		}
		return yes
	}
	until(t, "the table is vacuumed", vacuumed)
	said := &lines{}
	soon, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	err = pg.Migrate(soon, c.URL(pg.RoleOwner, "slow"), files(map[string]string{"90001_mood.sql": "-- +goose Up\nalter table large add column mood text;"}),
		slog.New(slog.NewTextHandler(said, nil)))
	if err != nil || said.count("in the migration's way") == 0 {
		t.Errorf("%v after %d tries in vain, want one at least", err, said.count("in the migration's way"))
	}
}
