package webhooks

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestTriesAreCountedByOutcome isn't parallel: what instruments report to is the process's.
func TestTriesAreCountedByOutcome(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	now := time.Now()
	tried(t.Context(), claim{HappenedAt: now.Add(-time.Minute)}, outcome{at: now, took: time.Second})
	tried(t.Context(), claim{HappenedAt: now.Add(-time.Hour), Tries: 3}, outcome{at: now, took: time.Second})
	tried(t.Context(), claim{HappenedAt: now}, outcome{at: now, took: time.Second, why: "timeout"})
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	got, late := map[string]uint64{}, 0.0
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			h, _ := m.Data.(metricdata.Histogram[float64])
			for _, p := range h.DataPoints {
				outcome, _ := p.Attributes.Value(attribute.Key("outcome"))
				if got[m.Name+" "+outcome.AsString()] += p.Count; m.Name == "desk.webhooks.lag" {
					late += p.Sum
				}
			}
		}
	}
	if got["desk.webhooks.tries delivered"] != 2 || got["desk.webhooks.tries timeout"] != 1 || got["desk.webhooks.lag "] != 1 || late < 60 || late > 62 {
		t.Errorf("counted: %v, %v s late", got, late)
	}
}
