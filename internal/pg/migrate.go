package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// RiverSchema is where the job queue keeps its tables.
const RiverSchema = "river"

// Migrate brings the database to the newest state as its owner: our files, then the job queue's own tables, then the
// grants on those. Processes that migrate at once take turns, and nobody who uses the database meanwhile waits long for it:
// see patiently.
func Migrate(ctx context.Context, ownerURL string, files fs.FS, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	pool, err := openToMigrate(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()

	if err := straight(ctx, pool); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	unlock, err := lockMigrations(ctx, db)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer unlock()
	if err := migrateOurs(ctx, db, files, log); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := patiently(ctx, log, func(ctx context.Context) error { return migrateRiver(ctx, db, pool, log) }); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

// openToMigrate opens connections that wait for no lock longer than lockWait. What a file sets for itself ends with it.
func openToMigrate(ctx context.Context, ownerURL string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(ownerURL)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.RuntimeParams["application_name"] = "migrate"
	config.ConnConfig.RuntimeParams["lock_timeout"] = strconv.FormatInt(lockWait.Milliseconds(), 10)
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		if ctx.Value(outlastKey{}) == nil {
			return true, nil
		}
		_, err := conn.Exec(ctx, outlastVacuum)
		return err == nil, err
	}
	config.AfterRelease = func(conn *pgx.Conn) bool {
		_, err := conn.Exec(ctx, "reset all")
		return err == nil
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// straight refuses a pooler. Some refuse lock_timeout themselves, others drop it.
func straight(ctx context.Context, pool *pgxpool.Pool) error {
	shared, err := Shared(ctx, pool)
	if refused := new(pgconn.PgError); shared || errors.As(err, &refused) && strings.Contains(refused.Message, "unsupported startup parameter") {
		return errPooler
	}
	return err
}

// lockMigrations holds one session's advisory lock around everything, asking for it once a second for five minutes.
func lockMigrations(ctx context.Context, db *sql.DB) (func(), error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if err := locker.SessionLock(ctx, conn); err != nil {
		conn.Close()
		return nil, err
	}
	return func() {
		locker.SessionUnlock(context.WithoutCancel(ctx), conn)
		conn.Close()
	}, nil
}

func newProvider(db *sql.DB, files fs.FS) (*goose.Provider, error) {
	// Branches that were merged out of their numbers' order still apply.
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
}

func migrateOurs(ctx context.Context, db *sql.DB, files fs.FS, log *slog.Logger) error {
	provider, err := newProvider(db, files)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		var result *goose.MigrationResult
		err := patiently(ctx, log, func(ctx context.Context) (err error) {
			result, err = provider.UpByOne(ctx)
			return err
		})
		if errors.Is(err, goose.ErrNoNextVersion) {
			return nil
		}
		if err != nil {
			return err
		}
		log.Info("migrated", "file", result.Source.Path, "ms", result.Duration.Milliseconds())
	}
}

func newRiverMigrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: RiverSchema, Logger: slog.New(slog.DiscardHandler)})
}

func migrateRiver(ctx context.Context, db *sql.DB, pool *pgxpool.Pool, log *slog.Logger) error {
	if _, err := db.ExecContext(ctx, "create schema if not exists "+RiverSchema); err != nil {
		return err
	}
	migrator, err := newRiverMigrator(pool)
	if err != nil {
		return err
	}
	result, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return err
	}
	for _, v := range result.Versions {
		log.Info("migrated", "job queue", v.Version, "ms", v.Duration.Milliseconds())
	}
	if err := indexJobLanes(ctx, db); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `
		grant usage on schema river to pitdesk_app, pitdesk_control;
		grant select, insert, update, delete on all tables in schema river to pitdesk_app, pitdesk_control;
		revoke insert, update, delete on river.river_migration from pitdesk_app, pitdesk_control;
		grant select on goose_db_version to pitdesk_app;
		grant usage, select on all sequences in schema river to pitdesk_app, pitdesk_control;`)
	return err
}

// JobLane is whose a job is, as SQL on the queue's table: its casino's, or its kind's where it is no casino's. Package jobs serves
// lanes in turn.
const JobLane = `coalesce(args->>'tenant', kind)`

// indexJobLanes lets a lane's next job be found however long the lane is. It locks nobody out, and begins anew where an earlier
// attempt was broken off.
func indexJobLanes(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var there, broken bool
	err = conn.QueryRowContext(ctx, `select count(*) > 0, coalesce(bool_or(not indisvalid), false) from pg_index
		where indexrelid = to_regclass('river.river_job_lanes')`).Scan(&there, &broken)
	if err != nil || there && !broken {
		return err
	}
	// It waits for transactions that are open, however long they are, while nobody waits for it.
	for _, statement := range []string{`set lock_timeout = 0`, `drop index concurrently if exists river.river_job_lanes`,
		`create index concurrently river_job_lanes on river.river_job (queue, (` + JobLane + `), priority, scheduled_at, id) where state = 'available'`} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
