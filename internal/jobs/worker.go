package jobs

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"pitdesk/internal/cards"
	"pitdesk/internal/pg"
)

const (
	// AtOnce is how many jobs one process does at a time. Most of them wait for somebody else's server.
	AtOnce = 50
	// longest is how long a job may take. One whose process died is given to another within seconds (see watchman), and a
	// little later than this if that can't be seen.
	longest     = 5 * time.Minute
	rescueAfter = 7 * time.Minute
	// lookEvery is how soon a new job is found.
	lookEvery = 200 * time.Millisecond
)

// Kinds are the jobs a process can do.
type Kinds struct{ workers *river.Workers }

// NewKinds returns an empty set.
func NewKinds() *Kinds { return &Kinds{river.NewWorkers()} }

// Add says what does jobs of T's kind. work may run more than once for the same job: a process can die between the deed and
// its note. An error makes River try again later, up to 25 times over three weeks.
func Add[T river.JobArgs](k *Kinds, work func(ctx context.Context, args T) error) {
	AddLong(k, longest, work)
}

// AddLong is Add for jobs that may take longer than others: limit ends the ctx of work.
func AddLong[T river.JobArgs](k *Kinds, limit time.Duration, work func(ctx context.Context, args T) error) {
	river.AddWorker(k.workers, &kind[T]{work: work, limit: limit})
}

type kind[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	work  func(context.Context, T) error
	limit time.Duration
}

// Work does one job.
func (w *kind[T]) Work(ctx context.Context, job *river.Job[T]) error { return w.work(ctx, job.Args) }

// Timeout is how long one job may take.
func (w *kind[T]) Timeout(*river.Job[T]) time.Duration { return w.limit }

// Periodic is a job that a deployment does again and again, once for all its processes.
type Periodic struct {
	Args  river.JobArgs
	Every time.Duration
}

// Config is what a Worker needs.
type Config struct {
	Pool     *pgxpool.Pool // its own, opened with pg.PoolOptions.Extended
	Log      *slog.Logger
	Kinds    *Kinds
	Periodic []Periodic
	// Direct is the database's address for the connection that shows others that the worker lives, where the pool's leads
	// through a pooler that shares connections. Empty: the pool's.
	Direct string
	// MostOfOne is how many places one casino's jobs may have, of AtOnce; 0 is a fifth.
	MostOfOne int
}

// Worker does jobs until it is stopped.
type Worker struct {
	client   *river.Client[pgx.Tx]
	watchman *watchman
}

// Start begins to do jobs. Each is given a ctx with ctx's values; the end of ctx doesn't end them, Stop does.
func Start(ctx context.Context, c Config) (*Worker, error) {
	watchman, err := watch(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	config := &river.Config{
		ID: watchman.name, Schema: pg.RiverSchema, Workers: c.Kinds.workers, Logger: slog.New(cards.LogHandler(quieter{c.Log.Handler()})), PollOnly: true,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: AtOnce}},
		FetchPollInterval: lookEvery, FetchCooldown: lookEvery / 2, JobTimeout: longest, RescueStuckJobsAfter: rescueAfter,
		Middleware: []rivertype.Middleware{&measured{}, &maskErrors{}},
	}
	for _, p := range c.Periodic {
		config.PeriodicJobs = append(config.PeriodicJobs, river.NewPeriodicJob(river.PeriodicInterval(p.Every),
			func() (river.JobArgs, *river.InsertOpts) {
				// A round that isn't finished yet makes the next one needless.
				return p.Args, &river.InsertOpts{MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
					rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled}}}
			}, &river.PeriodicJobOpts{ID: p.Args.Kind(), RunOnStart: true}))
	}
	driver := fair{quiet: quiet{riverpgxv5.New(c.Pool)}, pool: c.Pool, most: cmp.Or(c.MostOfOne, AtOnce/5)}
	client, err := river.NewClient(driver, config)
	if err == nil {
		err = client.Start(context.WithoutCancel(ctx))
	}
	if err != nil {
		watchman.stop()
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Worker{client, watchman}, nil
}

// Stop takes no new jobs and waits for the running ones. When ctx ends first, they are told to end and start again elsewhere.
func (w *Worker) Stop(ctx context.Context) error {
	defer w.watchman.stop()
	err := w.client.Stop(ctx)
	if ctx.Err() == nil {
		return err
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return w.client.StopAndCancel(hard)
}

// maskErrors keeps card numbers out of the errors that stay with a job.
type maskErrors struct{ river.MiddlewareDefaults }

// Work does the job and returns its error in masked words.
func (*maskErrors) Work(ctx context.Context, _ *rivertype.JobRow, next func(context.Context) error) error {
	err := next(ctx)
	if err == nil {
		return nil
	}
	return maskedError{err}
}

type maskedError struct{ error }

func (e maskedError) Error() string {
	text, _ := cards.Mask(e.error.Error())
	return text
}

func (e maskedError) Unwrap() error { return e.error }

// quieter lets River's own chatter about every round through only when debugging is asked for.
type quieter struct{ slog.Handler }

func (q quieter) Enabled(ctx context.Context, level slog.Level) bool {
	if level == slog.LevelInfo {
		level = slog.LevelDebug
	}
	return q.Handler.Enabled(ctx, level)
}

func (q quieter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quieter{q.Handler.WithAttrs(attrs)}
}
func (q quieter) WithGroup(name string) slog.Handler { return quieter{q.Handler.WithGroup(name)} }
