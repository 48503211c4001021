package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5"
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
// grants on those. Processes that migrate at once take turns.
func Migrate(ctx context.Context, ownerURL string, files fs.FS, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	pool, err := pgxpool.New(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()

	unlock, err := lockMigrations(ctx, db)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer unlock()
	if err := migrateOurs(ctx, db, files, log); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrateRiver(ctx, db, pool, log); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
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
	results, err := provider.Up(ctx)
	if err != nil {
		return err
	}
	for _, r := range results {
		log.Info("migrated", "file", r.Source.Path, "ms", r.Duration.Milliseconds())
	}
	return nil
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
	_, err = db.ExecContext(ctx, `
		grant usage on schema river to pitdesk_app, pitdesk_control;
		grant select, insert, update, delete on all tables in schema river to pitdesk_app, pitdesk_control;
		revoke insert, update, delete on river.river_migration from pitdesk_app, pitdesk_control;
		grant select on goose_db_version to pitdesk_app;
		grant usage, select on all sequences in schema river to pitdesk_app, pitdesk_control;`)
	return err
}
