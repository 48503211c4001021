package pg

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// PoolOptions shape a pool. Zero values take what pgx thinks right.
type PoolOptions struct {
	Name     string // shows in pg_stat_activity
	MaxConns int
	// Extended sends arguments beside the text, for users of the pool itself such as the job queue. Statements are described
	// once and parsed anew each time, so that a pooler may hand each to another connection of the server. Otherwise everything
	// goes by the simple protocol, because bun writes arguments into the text.
	Extended bool
	Tracer   pgx.QueryTracer
}

// Open connects and returns the pool and bun on top of it. Close bun first, then the pool.
func Open(ctx context.Context, url string, options PoolOptions) (*pgxpool.Pool, *bun.DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, nil, fmt.Errorf("database URL: %w", err)
	}
	if options.MaxConns > 0 {
		config.MaxConns = int32(options.MaxConns)
	}
	if options.Name != "" {
		config.ConnConfig.RuntimeParams["application_name"] = options.Name
	}
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	if options.Extended {
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	config.ConnConfig.Tracer = options.Tracer
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second // a request that finds no database says so soon
	}
	config.HealthCheckPeriod = 15 * time.Second
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, fmt.Errorf("database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, nil, fmt.Errorf("database: %w", err)
	}
	db := sql.OpenDB(connector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // idle connections belong to the pool
	return pool, bun.NewDB(db, pgdialect.New()), nil
}
