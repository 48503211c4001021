package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
)

var (
	meter   = otel.Meter("pitdesk/jobs")
	took, _ = meter.Float64Histogram("desk.jobs.duration", metric.WithUnit("s"), metric.WithDescription("How long jobs took, by kind and whether they failed."),
		metric.WithExplicitBucketBoundaries(0.05, 0.25, 1, 5, 30, 120, 600))
	late, _ = meter.Float64Histogram("desk.jobs.wait", metric.WithUnit("s"), metric.WithDescription("How long jobs were due before somebody began with them, by kind."),
		metric.WithExplicitBucketBoundaries(0.5, 1, 2.5, 10, 60, 300, 1800))
	succeeded, _ = meter.Float64Gauge("desk.jobs.succeeded.time", metric.WithUnit("s"), metric.WithDescription("When this process last did a job of the kind, in seconds since 1970."))
)

// measured counts jobs.
type measured struct{ river.MiddlewareDefaults }

// Work does the job and notes how it went.
func (*measured) Work(ctx context.Context, job *rivertype.JobRow, next func(context.Context) error) error {
	began, kind := time.Now(), attribute.String("kind", job.Kind)
	late.Record(ctx, max(0, began.Sub(job.ScheduledAt).Seconds()), metric.WithAttributes(kind))
	outcome := "panicked"
	ctx, span := otel.Tracer("pitdesk/jobs").Start(ctx, "job "+job.Kind)
	defer func() {
		ctx := context.WithoutCancel(ctx)
		if outcome != "done" {
			span.SetStatus(codes.Error, "") // the error's words stay with the job
		}
		span.End()
		took.Record(ctx, time.Since(began).Seconds(), metric.WithAttributes(kind, attribute.String("outcome", outcome)))
		if outcome == "done" {
			succeeded.Record(ctx, float64(time.Now().Unix()), metric.WithAttributes(kind))
		}
	}()
	err := next(ctx)
	if outcome = "done"; err != nil {
		outcome = "failed"
	}
	return err
}

// Queue is how many jobs of one kind wait for what.
type Queue struct {
	Kind     string        `bun:"kind"`
	Due      int64         `bun:"due"`      // to be done now
	Oldest   time.Duration `bun:"oldest"`   // how long the first of them has been due
	Running  int64         `bun:"running"`  //
	Retrying int64         `bun:"retrying"` // failed, and tried again later
	GivenUp  int64         `bun:"given_up"` // tried as often as they may be
}

// Queues are what is to be done, by kinds. What is done already isn't looked at, so that it may be asked for often.
func Queues(ctx context.Context, db bun.IDB) ([]Queue, error) {
	var all []Queue
	err := db.NewRaw(`select kind, count(*) filter (where state = 'available' and scheduled_at <= now()) as due,
			(coalesce(extract(epoch from max(now() - scheduled_at) filter (where state = 'available' and scheduled_at <= now())), 0) * 1e9)::bigint as oldest,
			count(*) filter (where state = 'running') as running, count(*) filter (where state = 'retryable') as retrying,
			count(*) filter (where state = 'discarded') as given_up
		from river.river_job where state in ('available', 'running', 'retryable', 'discarded') group by kind order by kind`).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("queues: %w", err)
	}
	return all, nil
}
