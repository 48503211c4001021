package webhooks

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"pitdesk/tenants"
)

var (
	meter    = otel.Meter("pitdesk/webhooks")
	tries, _ = meter.Float64Histogram("desk.webhooks.tries", metric.WithUnit("s"), metric.WithDescription("How long tries to deliver took, by outcome: delivered, or why not."),
		metric.WithExplicitBucketBoundaries(0.1, 0.5, 2.5, 15))
	lag, _ = meter.Float64Histogram("desk.webhooks.lag", metric.WithUnit("s"), metric.WithDescription("From what happened until its receiver took it, of what was taken at the first try."),
		metric.WithExplicitBucketBoundaries(0.5, 1, 2.5, 10, 60, 300, 1800))
)

// tried counts a try. Who is slow to receive is told by tries; how late we are is told by what went through at once.
func tried(ctx context.Context, c claim, o outcome) {
	outcome := o.why
	if outcome == "" {
		outcome = "delivered"
	}
	tries.Record(ctx, o.took.Seconds(), metric.WithAttributes(attribute.String("outcome", outcome)))
	if o.why == "" && c.Tries == 0 {
		lag.Record(ctx, max(0, o.at.Add(o.took).Sub(c.HappenedAt).Seconds()))
	}
}

// Waiting is how far deliveries are behind their times.
type Waiting struct {
	Overdue   time.Duration `bun:"overdue"`   // of the delivery that has been due longest
	Receivers int64         `bun:"receivers"` // that are sent to
	Closed    int64         `bun:"closed"`    // that answered 410, and are sent nothing until somebody enables them
}

// Look says how far deliveries are behind: one look into the index for each receiver.
func Look(ctx context.Context) (Waiting, error) {
	var w Waiting
	err := tenants.AboveNow(ctx).NewRaw(`select (coalesce(extract(epoch from max(now() - d.next_at)), 0) * 1e9)::bigint as overdue,
			count(*) filter (where w.disabled_at is null) as receivers, count(*) filter (where w.disabled_why = 'gone') as closed
		from control.webhooks w left join lateral (select x.next_at from control.webhook_deliveries x
			where x.webhook_id = w.id and x.state = 'pending' order by x.next_at limit 1) d on w.disabled_at is null and d.next_at <= now()`).Scan(ctx, &w)
	if err != nil {
		return w, fmt.Errorf("webhooks: %w", err)
	}
	return w, nil
}
