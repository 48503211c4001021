package mail

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

var sent, _ = otel.Meter("pitdesk/mail").Float64Histogram("desk.mail.duration", metric.WithUnit("s"),
	metric.WithDescription("How long the relay took with a message, by outcome: sent or failed."), metric.WithExplicitBucketBoundaries(0.25, 1, 5, 30))

// count notes what came of a message.
func count(ctx context.Context, began time.Time, err error) {
	outcome := "sent"
	if err != nil {
		outcome = "failed"
	}
	sent.Record(context.WithoutCancel(ctx), time.Since(began).Seconds(), metric.WithAttributes(attribute.String("outcome", outcome)))
}
