package live

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

var (
	meter    = otel.Meter("pitdesk/live")
	hints, _ = meter.Int64Counter("desk.live.hints", metric.WithDescription("Hints to open streams, by where they came from: here or elsewhere."))
	lag, _   = meter.Float64Histogram("desk.live.lag", metric.WithUnit("s"), metric.WithDescription("From a commit in one process until another process hears of it; clocks that differ show here too."),
		metric.WithExplicitBucketBoundaries(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10))
	losses, _ = meter.Int64Counter("desk.live.lost", metric.WithDescription("How often a stream was told that it missed something and has to look again."))

	fromHere      = metric.WithAttributeSet(attribute.NewSet(attribute.String("from", "here")))
	fromElsewhere = metric.WithAttributeSet(attribute.NewSet(attribute.String("from", "elsewhere")))
)

// heard counts a change that another process told of.
func heard(c Change) {
	ctx := context.Background()
	hints.Add(ctx, 1, fromElsewhere)
	if c.At > 0 {
		lag.Record(ctx, max(0, time.Since(time.UnixMilli(c.At)).Seconds()))
	}
}
