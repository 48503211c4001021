package telemetry

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// tops is a top whose clock the test moves, and what it tells by casino.
func tops(t *testing.T, most int) (*top, *time.Time, func() map[string]float64) {
	t.Helper()
	now := time.Now()
	busiest := newTop(most)
	busiest.now, busiest.began = func() time.Time { return now }, now
	reader := sdkmetric.NewManualReader()
	if err := busiest.register(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("test")); err != nil {
		t.Fatal(err)
	}
	return busiest, &now, func() map[string]float64 {
		var all metricdata.ResourceMetrics
		if err := reader.Collect(context.Background(), &all); err != nil {
			t.Fatal(err)
		}
		told := map[string]float64{}
		for _, scope := range all.ScopeMetrics {
			for _, m := range scope.Metrics {
				for _, p := range m.Data.(metricdata.Gauge[float64]).DataPoints {
					casino, _ := p.Attributes.Value(attribute.Key("casino"))
					told[casino.AsString()] = p.Value
				}
			}
		}
		return told
	}
}

func TestTheBusiestAreFoundAmongThousands(t *testing.T) {
	t.Parallel()
	busiest, now, told := tops(t, 3)
	for round := range 20 {
		for i := range 5_000 {
			busiest.saw(fmt.Sprintf("calm %d", i), time.Millisecond)
			if i%100 == 0 {
				busiest.saw("fox", 20*time.Millisecond)
				busiest.saw("reel", 10*time.Millisecond)
			}
		}
		if len(busiest.kept) > 3*spare {
			t.Fatalf("in round %d %d casinos are kept", round, len(busiest.kept))
		}
	}
	if early := told(); len(early) != 0 {
		t.Errorf("before the window has passed %v is told", early)
	}
	*now = now.Add(window)
	shares := told()
	// fox has 1000 of 6500 ms in a round, reel 500; no calm one has more than 1.
	if len(shares) != 2 || shares["fox"] < 0.12 || shares["fox"] > 0.155 || shares["reel"] < 0.05 || shares["reel"] > 0.078 {
		t.Errorf("told: %v", shares)
	}
	*now = now.Add(window)
	if later := told(); len(later) != 0 {
		t.Errorf("a window in which nothing happened tells %v", later)
	}
}

func TestNoMoreAreToldThanWereAskedFor(t *testing.T) {
	t.Parallel()
	busiest, now, told := tops(t, 2)
	for i := range 5 {
		busiest.saw(fmt.Sprint(i), time.Duration(i+1)*time.Second)
	}
	*now = now.Add(window)
	if shares := told(); len(shares) != 2 || shares["4"] == 0 || shares["3"] == 0 {
		t.Errorf("told: %v", shares)
	}
}
