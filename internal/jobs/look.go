package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Tally is how many jobs of one kind are in one state.
type Tally struct {
	Kind     string    `bun:"kind"`
	Waiting  int       `bun:"waiting"`  // to be done now, or at their time
	Running  int       `bun:"running"`  //
	Retrying int       `bun:"retrying"` // failed, and tried again later
	GivenUp  int       `bun:"given_up"` // tried as often as they may be
	Done     int       `bun:"done"`     // within the day that the queue remembers
	Oldest   time.Time `bun:"oldest"`   // when the oldest of those not done was enqueued
}

// Tallies are the queue by kinds of jobs, for whoever looks after the deployment. Every role that has a pool of ours reads it.
func Tallies(ctx context.Context, tx bun.IDB) ([]Tally, error) {
	var all []Tally
	err := tx.NewRaw(`select kind, count(*) filter (where state in ('available', 'pending', 'scheduled')) as waiting,
			count(*) filter (where state = 'running') as running, count(*) filter (where state = 'retryable') as retrying,
			count(*) filter (where state = 'discarded') as given_up, count(*) filter (where state = 'completed') as done,
			coalesce(min(created_at) filter (where state not in ('completed', 'discarded', 'cancelled')), now()) as oldest
		from river.river_job group by kind order by kind`).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return all, nil
}

// Trouble is a job that has failed. Its arguments hold ids and no text of anybody's.
type Trouble struct {
	ID       int64     `bun:"id"`
	Kind     string    `bun:"kind"`
	State    string    `bun:"state"` // retryable or discarded
	Attempt  int       `bun:"attempt"`
	Most     int       `bun:"max_attempts"`
	Args     string    `bun:"args"`
	Error    string    `bun:"error"` // the last one, with card numbers masked
	FailedAt time.Time `bun:"failed_at"`
	NextAt   time.Time `bun:"scheduled_at"` // when one that is retried is tried next
}

// Troubles are jobs that have failed, those that were given up first.
func Troubles(ctx context.Context, tx bun.IDB, limit int) ([]Trouble, error) {
	var all []Trouble
	err := tx.NewRaw(`select id, kind, state::text as state, attempt, max_attempts, args::text as args, scheduled_at,
			coalesce(errors[array_upper(errors, 1)]->>'error', '') as error,
			coalesce((errors[array_upper(errors, 1)]->>'at')::timestamptz, created_at) as failed_at
		from river.river_job where state in ('retryable', 'discarded') order by state desc, id desc limit ?`, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	for i := range all {
		if r := []rune(all[i].Error); len(r) > 400 {
			all[i].Error = string(r[:400]) + "…"
		}
		if !json.Valid([]byte(all[i].Args)) {
			all[i].Args = ""
		}
	}
	return all, nil
}

var errNoTrouble = fault.New(fault.NotFound, "This job isn't in trouble any more.")

// Again has a job that failed tried once more, now. One that isn't in trouble any more is NotFound.
func Again(ctx context.Context, tx bun.IDB, id int64) error {
	return troubled(ctx, tx, `update river.river_job set state = 'available', scheduled_at = now(), finalized_at = null,
		max_attempts = greatest(max_attempts, attempt + 1) where id = ? and state in ('retryable', 'discarded')`, id)
}

// Drop takes a job that failed out of the queue: nobody does it any more.
func Drop(ctx context.Context, tx bun.IDB, id int64) error {
	return troubled(ctx, tx, `delete from river.river_job where id = ? and state in ('retryable', 'discarded')`, id)
}

func troubled(ctx context.Context, tx bun.IDB, statement string, id int64) error {
	res, err := tx.NewRaw(statement, id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("job %d: %w", id, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errNoTrouble
	}
	return nil
}
