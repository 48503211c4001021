package jobs_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/jobs"
	"pitdesk/internal/pgtest"
)

// call is a job of no casino.
type call struct {
	ID string `json:"id"`
}

func (call) Kind() string { return "call" }

// TestALoudCasinosJobsDelayNobodyElses lets one casino enqueue fifty times as many jobs as the others, before them.
func TestALoudCasinosJobsDelayNobodyElses(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	var mu sync.Mutex
	var order []string
	running, highest := map[string]int{}, map[string]int{}
	let := make(chan struct{})
	begun := make(chan string, 1000)
	work := func(who string) {
		mu.Lock()
		order = append(order, who)
		running[who]++
		highest[who] = max(highest[who], running[who])
		mu.Unlock()
		begun <- who
		<-let
		mu.Lock()
		running[who]--
		mu.Unlock()
	}
	kinds := jobs.NewKinds()
	jobs.Add(kinds, func(_ context.Context, m mail) error { work(m.Tenant); return nil })
	jobs.Add(kinds, func(_ context.Context, c call) error { work("nobody"); return nil })
	if err := data.App(t).RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		for i := range 250 {
			if err := jobs.Insert(ctx, tx, mail{"fox", fmt.Sprint("fox-", i)}, nil); err != nil {
				return err
			}
		}
		for i := range 5 {
			for _, other := range []string{"owl", "elk"} {
				if err := jobs.Insert(ctx, tx, mail{other, fmt.Sprint(other, "-", i)}, nil); err != nil {
					return err
				}
			}
			if err := jobs.Insert(ctx, tx, call{fmt.Sprint("call-", i)}, nil); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	worker(t, data, kinds)
	// All of the others' are being done at the same time while the loud one has its ten places and 240 wait.
	for range 5 + 5 + 5 + 10 {
		await(t, begun)
	}
	mu.Lock()
	for who, want := range map[string]int{"fox": 10, "owl": 5, "elk": 5, "nobody": 5} {
		if running[who] != want {
			t.Errorf("%d jobs of %s are being done, want %d; begun %s", running[who], who, want, strings.Join(order, " "))
		}
	}
	mu.Unlock()
	close(let)
	for range 240 {
		await(t, begun)
	}
	mu.Lock()
	defer mu.Unlock()
	if highest["fox"] > 10 || len(order) != 265 {
		t.Errorf("the loud casino had %d places at once; %d jobs were done", highest["fox"], len(order))
	}
}

// TestLanesAreFoundByTheirIndex looks at the plan of a long queue of one casino.
func TestLanesAreFoundByTheirIndex(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	super := data.Super(t)
	if _, err := super.Exec(`insert into river.river_job (args, kind, max_attempts, state)
		select jsonb_build_object('tenant', 'casino-' || n % 5, 'id', n), 'mail', 25, 'available' from generate_series(1, 20000) n`); err != nil {
		t.Fatal(err)
	}
	if _, err := super.Exec(`analyze river.river_job`); err != nil {
		t.Fatal(err)
	}
	rows, err := super.Query("explain " + strings.NewReplacer("$1", "'default'", "$2", "'me'", "$3", "array['mail']", "$4", "now()", "$5", "10", "$6", "50").
		Replace(jobs.ChooseFairly))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, line)
	}
	if strings.Contains(plan.String(), "Seq Scan") || strings.Count(plan.String(), "river_job_lanes") < 2 {
		t.Errorf("lanes aren't found by their index:\n%s", &plan)
	}
}
