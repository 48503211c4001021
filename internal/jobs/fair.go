package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"pitdesk/internal/pg"
)

// fair is River's driver with another way to choose what is done next. River takes the oldest jobs there are: whoever enqueues
// ten thousand has everybody else wait behind them. Here each casino's jobs are a lane of their own, what belongs to no casino
// a lane by its kind, and lanes are served in turn. A lane never has more than most of a process's places.
type fair struct {
	quiet
	pool *pgxpool.Pool
	most int
}

// GetExecutor hands River the executor that it asks for jobs.
func (f fair) GetExecutor() riverdriver.Executor {
	return &fairExecutor{Executor: f.quiet.GetExecutor(), driver: f.Driver, pool: f.pool, most: f.most}
}

type fairExecutor struct {
	riverdriver.Executor
	driver *riverpgxv5.Driver
	pool   *pgxpool.Pool
	most   int
}

// JobGetAvailable claims up to MaxToLock jobs for a process. Another process may claim one of those that were chosen first:
// then there are fewer, and the next look is a moment away.
func (e *fairExecutor) JobGetAvailable(ctx context.Context, p *riverdriver.JobGetAvailableParams) (*riverdriver.JobGetAvailableResult, error) {
	now := time.Now()
	if p.Now != nil {
		now = *p.Now
	}
	chosen, err := e.choose(ctx, p, now)
	if err != nil || len(chosen) == 0 {
		return &riverdriver.JobGetAvailableResult{}, err
	}
	result := &riverdriver.JobGetAvailableResult{}
	err = pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, claimChosen, chosen, now, max(p.MaxAttemptedBy, 1), p.ClientID)
		if err != nil {
			return err
		}
		claimed, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil || len(claimed) == 0 {
			return err
		}
		result.Jobs, err = e.driver.UnwrapExecutor(tx).JobGetByIDMany(ctx, &riverdriver.JobGetByIDManyParams{ID: claimed, Schema: p.Schema})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	return result, nil
}

func (e *fairExecutor) choose(ctx context.Context, p *riverdriver.JobGetAvailableParams, now time.Time) ([]int64, error) {
	rows, err := e.pool.Query(ctx, chooseFairly, p.Queue, p.ClientID, p.Kind, now, e.most, p.MaxToLock)
	if err != nil {
		return nil, fmt.Errorf("choose jobs: %w", err)
	}
	chosen, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("choose jobs: %w", err)
	}
	return chosen, nil
}

// chooseFairly walks the lanes in which something waits, a look into the index of lanes for each (pg.Migrate makes it), and
// takes of each what it has places for. Then the first of each lane come before the second of any; a lane whose jobs are being
// done already stands behind those that have none.
const chooseFairly = `with recursive lanes (lane) as (
		(select ` + pg.JobLane + ` from ` + pg.RiverSchema + `.river_job where state = 'available' and queue = $1 order by 1 limit 1)
		union all
		select (select ` + pg.JobLane + ` from ` + pg.RiverSchema + `.river_job where state = 'available' and queue = $1 and ` + pg.JobLane + ` > l.lane
			order by 1 limit 1) from lanes l where l.lane is not null),
	busy (lane, places) as materialized (
		select ` + pg.JobLane + `, count(*) from ` + pg.RiverSchema + `.river_job
		where state = 'running' and queue = $1 and attempted_by[array_upper(attempted_by, 1)] = $2 group by 1)
	select j.id from lanes l left join busy b on b.lane = l.lane cross join lateral (
		select id, priority, scheduled_at, coalesce(b.places, 0) + row_number() over (order by priority, scheduled_at, id) as place
		from (select id, priority, scheduled_at from ` + pg.RiverSchema + `.river_job
			where state = 'available' and queue = $1 and ` + pg.JobLane + ` = l.lane and ($3::text[] is null or kind = any($3)) and scheduled_at <= $4
			order by priority, scheduled_at, id limit greatest($5::bigint - coalesce(b.places, 0), 0)) waiting) j
	order by j.place, j.priority, j.scheduled_at, j.id limit $6`

// claimChosen notes that a process does jobs. Those that another has claimed since they were chosen are left to it.
const claimChosen = `with free as (
		select id from ` + pg.RiverSchema + `.river_job where id = any($1) and state = 'available' for update skip locked)
	update ` + pg.RiverSchema + `.river_job j set state = 'running', attempt = j.attempt + 1, attempted_at = $2,
		attempted_by = array_append(j.attempted_by[greatest(1, coalesce(array_length(j.attempted_by, 1), 0) + 2 - $3):], $4)
	from free where j.id = free.id returning j.id`
