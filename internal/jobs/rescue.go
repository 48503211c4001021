package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
)

// alive is the class of advisory locks by which workers see each other: each holds one whose number its name bears. A lock falls
// with its connection, so whoever holds none has ended, however it ended.
const alive = 7484

const (
	// seekEvery is how often a worker looks for jobs of others that have ended. A job is taken from one who was missing twice:
	// a worker that has lost its connection has until then to come back.
	seekEvery = 5 * time.Second
	// retryAfter is the pause after a connection failed.
	retryAfter = 250 * time.Millisecond
)

// watchman shows the other workers that this one lives, and gives jobs of those that don't to whoever is there. River does that
// too, after the time that a job may take, which for some is hours: it can't know whether the process is only slow.
type watchman struct {
	config *pgx.ConnConfig
	log    *slog.Logger
	name   string // in attempted_by: "desk-<number>-…"
	number int64

	missing map[int64]bool // jobs whose worker was missing at the last look
	cancel  context.CancelFunc
	done    chan struct{}
}

// watch takes the lock and looks after the others until stop. A worker without its lock would lose its jobs to others, so it
// can't begin without.
func watch(ctx context.Context, c Config) (*watchman, error) {
	w := &watchman{log: c.Log, number: 1 + rand.Int64N(1<<31-1), done: make(chan struct{})} // #nosec G404 -- a number to tell clients apart by, and no secret
	w.name = fmt.Sprintf("desk-%d-%s", w.number, uuid.NewString()[:8])
	w.config = c.Pool.Config().ConnConfig.Copy()
	if c.Direct != "" {
		var err error
		if w.config, err = pgx.ParseConfig(c.Direct); err != nil {
			return nil, err
		}
	}
	w.config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	w.config.RuntimeParams["application_name"] = "alive"
	w.config.Tracer = nil
	conn, err := w.dial(ctx)
	if err != nil {
		return nil, err
	}
	ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go func() { defer close(w.done); w.run(ctx, conn) }()
	return w, nil
}

// stop gives the lock back. Jobs must have ended.
func (w *watchman) stop() { w.cancel(); <-w.done }

func (w *watchman) dial(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, w.config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf("select pg_advisory_lock_shared(%d, %d)", alive, w.number)); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

func (w *watchman) run(ctx context.Context, conn *pgx.Conn) {
	for ctx.Err() == nil {
		err := error(nil)
		if conn == nil {
			conn, err = w.dial(ctx)
		}
		wait := seekEvery
		if err == nil {
			if err = w.seek(ctx, conn); err != nil {
				end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
				_ = conn.Close(end)
				cancel()
				conn = nil
			}
		}
		if err != nil {
			if ctx.Err() == nil {
				w.log.WarnContext(ctx, "ended workers can't be looked for", "err", err)
			}
			w.missing, wait = nil, retryAfter
		}
		pause := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
	if conn != nil {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end)
	}
}

// seek frees the jobs whose worker is missing for the second time. One that was tried as often as it may be is left to River,
// which gives it up. Workers of a release that has no such locks have other names.
func (w *watchman) seek(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	rows, err := conn.Query(ctx, orphans)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	before := w.missing
	w.missing = map[int64]bool{}
	for _, id := range ids {
		if !before[id] {
			w.missing[id] = true
			continue
		}
		tag, err := conn.Exec(ctx, free, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() > 0 {
			w.log.InfoContext(ctx, "a job of a worker that has ended goes to another", "job", id)
		}
	}
	return nil
}

const orphaned = `state = 'running' and attempt < max_attempts and attempted_by[array_upper(attempted_by, 1)] ~ '^desk-[0-9]+-'
	and split_part(attempted_by[array_upper(attempted_by, 1)], '-', 2)::bigint not in (select objid::bigint from pg_locks
		where locktype = 'advisory' and classid = 7484 and objsubid = 2 and granted
		and database = (select oid from pg_database where datname = current_database()))`

const orphans = `select id from ` + pg.RiverSchema + `.river_job where ` + orphaned + ` limit 1000`

// free looks once more: the job may have been done, or taken up by another, since.
const free = `update ` + pg.RiverSchema + `.river_job set state = 'available', scheduled_at = now() where id = $1 and ` + orphaned
