package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// mostSeries is how many sets of attributes one instrument keeps; what comes beyond shares one series, marked otel_metric_overflow.
const mostSeries = 2000

// Options are what a process wants to tell, and of whom it tells.
type Options struct {
	Version string // of the program
	Role    string // what the process does: serve, work, demo
	// OTLP is the collector's address, such as http://collector:4318; empty sends nothing. Whatever else its exporters
	// may be told stands in OpenTelemetry's own variables, such as OTEL_EXPORTER_OTLP_HEADERS.
	OTLP string
	// Share is which part of the requests is traced, 0 to 1.
	Share float64
	// Outside says that whoever stands in front may be believed when a request names the trace it belongs to.
	Outside bool
	// Top is how many of the busiest casinos are told by id, 0 to 20.
	Top int
	Log *slog.Logger
}

// Telemetry is what a process tells of itself. A nil one tells nothing: all its methods may be called.
type Telemetry struct {
	options  Options
	registry *prometheus.Registry
	meters   *sdkmetric.MeterProvider
	tracers  *sdktrace.TracerProvider // nil without a collector
	meter    metric.Meter
	tracer   trace.Tracer
	requests requestMeters
	queries  metric.Float64Histogram
	top      *top // nil when nobody asked for it
}

// Start begins to tell, and makes what packages count with OpenTelemetry's own meters (otel.Meter) part of it.
func Start(ctx context.Context, o Options) (*Telemetry, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	host, _ := os.Hostname()
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "desk"), attribute.String("service.version", o.Version),
		attribute.String("service.instance.id", fmt.Sprintf("%s-%d", host, os.Getpid())), attribute.String("desk.role", o.Role)),
		resource.WithFromEnv()) // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	t := &Telemetry{options: o, registry: prometheus.NewRegistry()}
	t.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reader, err := otelprometheus.New(otelprometheus.WithRegisterer(t.registry), otelprometheus.WithoutScopeInfo(), otelprometheus.WithoutTargetInfo(),
		otelprometheus.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithSuffixes))
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	readers := []sdkmetric.Option{sdkmetric.WithResource(about), sdkmetric.WithReader(reader), sdkmetric.WithCardinalityLimit(mostSeries)}
	t.tracer = noop.NewTracerProvider().Tracer("")
	if o.OTLP != "" {
		at := strings.TrimSuffix(o.OTLP, "/")
		numbers, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(at+"/v1/metrics"))
		if err != nil {
			return nil, fmt.Errorf("telemetry: %w", err)
		}
		spans, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(at+"/v1/traces"))
		if err != nil {
			return nil, fmt.Errorf("telemetry: %w", err)
		}
		readers = append(readers, sdkmetric.WithReader(sdkmetric.NewPeriodicReader(numbers)))
		share := sdktrace.TraceIDRatioBased(o.Share)
		// Who asks decides which trace a request belongs to, and never that it is kept.
		sampler := sdktrace.ParentBased(share, sdktrace.WithRemoteParentSampled(share), sdktrace.WithRemoteParentNotSampled(share))
		t.tracers = sdktrace.NewTracerProvider(sdktrace.WithResource(about), sdktrace.WithBatcher(spans), sdktrace.WithSampler(sampler))
		t.tracer = t.tracers.Tracer("desk")
		otel.SetTracerProvider(t.tracers)
	}
	t.meters = sdkmetric.NewMeterProvider(readers...)
	t.meter = t.meters.Meter("desk")
	otel.SetMeterProvider(t.meters)
	otel.SetErrorHandler(complaints(o.Log))
	if o.Top > 0 {
		t.top = newTop(o.Top)
	}
	return t, t.instruments()
}

// instruments makes what telemetry itself counts with.
func (t *Telemetry) instruments() error {
	var failed []error
	t.requests, failed = newRequestMeters(t.meter)
	var err error
	t.queries, err = t.meter.Float64Histogram("desk.db.query.duration", metric.WithUnit("s"), metric.WithDescription("How long the database took, by pool and verb."),
		metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.025, 0.1, 0.5, 2.5))
	failed = append(failed, err)
	_, err = t.meter.Int64ObservableGauge("desk.build.info", metric.WithDescription("1, with what the process runs."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(1, metric.WithAttributes(attribute.String("version", t.options.Version), attribute.String("role", t.options.Role),
				attribute.String("go", runtime.Version()), attribute.String("revision", revision())))
			return nil
		}))
	failed = append(failed, err, t.top.register(t.meter))
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	return nil
}

// Meter is where a part of the program makes instruments that live as long as t.
func (t *Telemetry) Meter() metric.Meter {
	if t == nil {
		return nil
	}
	return t.meter
}

// Close sends what hasn't been sent yet, within a few seconds.
func (t *Telemetry) Close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	err := t.meters.Shutdown(ctx)
	if t.tracers != nil {
		err = errors.Join(err, t.tracers.Shutdown(ctx))
	}
	if err != nil {
		t.options.Log.Warn("telemetry's last words were lost", "err", err)
	}
}

// revision is the commit that the program was built from, where the build knows.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}

// complaints logs what goes wrong with telling, once a minute at most: a collector that is away must not fill the log.
func complaints(log *slog.Logger) otel.ErrorHandler {
	var last atomic.Int64
	return otel.ErrorHandlerFunc(func(err error) {
		now := time.Now().Unix()
		if before := last.Load(); now-before >= 60 && last.CompareAndSwap(before, now) {
			log.Warn("telemetry can't be sent", "err", err)
		}
	})
}
