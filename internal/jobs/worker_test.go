package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"pitdesk/internal/jobs"
	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

// statements remembers what was sent to the server.
type statements struct {
	mu   sync.Mutex
	sent []string
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, d.SQL)
	return ctx
}

func (*statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) say(words string) bool {
	return strings.Contains(strings.Join(s.sent, "\n"), words)
}

type round struct{}

func (round) Kind() string { return "round" }

func worker(t *testing.T, data *pgtest.DB, kinds *jobs.Kinds, periodic ...jobs.Periodic) *jobs.Worker {
	t.Helper()
	ctx := context.WithValue(t.Context(), deskKey{}, "the desk")
	pool, db, err := pg.Open(ctx, data.AppURL, pg.PoolOptions{Extended: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(); pool.Close() })
	w, err := jobs.Start(ctx, jobs.Config{Pool: pool, Log: slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil)), Kinds: kinds, Periodic: periodic})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := w.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return w
}

type deskKey struct{}

func await[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(time.Minute):
		t.Fatal("nothing came within a minute")
	}
	return v
}

func TestAJobIsDoneWithTheWorkersContext(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	done := make(chan mail, 1)
	kinds := jobs.NewKinds()
	jobs.Add(kinds, func(ctx context.Context, m mail) error {
		if ctx.Value(deskKey{}) != "the desk" {
			t.Error("the job's ctx lacks what Start was given")
		}
		done <- m
		return nil
	})
	worker(t, data, kinds)
	if err := data.App(t).RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		return jobs.Insert(ctx, tx, mail{"fox", "7"}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	if got := await(t, done); got != (mail{"fox", "7"}) {
		t.Errorf("did %+v", got)
	}
}

func TestAPeriodicJobRunsAtTheStart(t *testing.T) {
	t.Parallel()
	done := make(chan round, 10)
	kinds := jobs.NewKinds()
	jobs.Add(kinds, func(_ context.Context, r round) error { done <- r; return nil })
	worker(t, pgtest.New(t), kinds, jobs.Periodic{Args: round{}, Every: time.Hour})
	await(t, done)
}

func TestAJobsErrorIsKeptWithoutCardNumbers(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	kinds := jobs.NewKinds()
	done := make(chan mail, 1)
	jobs.Add(kinds, func(_ context.Context, m mail) error {
		done <- m
		return errors.New("relay says: bad subject 4111 1111 1111 1111")
	})
	w := worker(t, data, kinds)
	if err := data.App(t).RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		return jobs.Insert(ctx, tx, mail{"fox", "8"}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	await(t, done)
	if err := w.Stop(t.Context()); err != nil { // writes down what became of the job
		t.Fatal(err)
	}
	var kept string
	if err := data.Super(t).QueryRow("select errors::text from river.river_job where args->>'id' = '8'").Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(kept, "bad subject") || strings.Contains(kept, "1111 1111") {
		t.Errorf("kept %s", kept)
	}
}

func TestStopWaitsForARunningJob(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	kinds := jobs.NewKinds()
	begun, finish := make(chan mail), make(chan struct{})
	jobs.Add(kinds, func(_ context.Context, m mail) error {
		begun <- m
		<-finish
		return nil
	})
	w := worker(t, data, kinds)
	if err := data.App(t).RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		return jobs.Insert(ctx, tx, mail{"fox", "9"}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	await(t, begun)
	stopped := make(chan error, 1)
	go func() { stopped <- w.Stop(context.Background()) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped (%v) while a job was running", err)
	default:
	}
	close(finish)
	if err := await(t, stopped); err != nil {
		t.Fatal(err)
	}
	var state string
	if err := data.Super(t).QueryRow("select state from river.river_job where args->>'id' = '9'").Scan(&state); err != nil || state != "completed" {
		t.Errorf("the job is %s, %v", state, err)
	}
}
