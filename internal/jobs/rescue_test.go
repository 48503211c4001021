package jobs_test

import (
	"context"
	"testing"
	"time"

	"pitdesk/internal/jobs"
	"pitdesk/internal/pgtest"
)

// TestAJobOfAWorkerThatEndedIsDoneByAnother leaves jobs in the hands of three who don't do them: a worker that has ended, one
// that lives and is slow, and one of a release whose workers don't show whether they live.
func TestAJobOfAWorkerThatEndedIsDoneByAnother(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	super := data.Super(t)
	slow, err := super.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := slow.ExecContext(t.Context(), `select pg_advisory_lock_shared(7484, 2)`); err != nil {
		t.Fatal(err)
	}
	for id, by := range map[string]string{"ended": "desk-1-gone", "slow": "desk-2-here", "before": "host_2026_11_22"} {
		if _, err := super.Exec(`insert into river.river_job (kind, args, state, attempt, attempted_at, attempted_by, max_attempts)
			values ('mail', jsonb_build_object('id', $1::text), 'running', 1, now(), array[$2::text], 5)`, id, by); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan string, 10)
	kinds := jobs.NewKinds()
	jobs.Add(kinds, func(_ context.Context, m mail) error { done <- m.ID; return nil })
	began := time.Now()
	worker(t, data, kinds)
	if id := await(t, done); id != "ended" {
		t.Errorf("the job of %q was done again", id)
	}
	t.Logf("a job of a worker that had ended was done after %s", time.Since(began))
	select {
	case id := <-done:
		t.Errorf("then that of %q", id)
	default:
	}
	var running int
	if err := super.QueryRow(`select count(*) from river.river_job where state = 'running' and attempt = 1`).Scan(&running); err != nil || running != 2 {
		t.Errorf("%d jobs are still their workers', %v", running, err)
	}
}
