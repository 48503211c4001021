package telemetry

import (
	"context"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Surfaces that a request may be for. Hosts themselves are never told.
const (
	Casino  = "casino"  // a casino's pages and chat
	API     = "api"     // /v1, at whichever host
	Console = "console" // the pages above casinos
	Site    = "site"    // the deployment's own pages
	Nowhere = "none"    // nothing of ours: an unknown host or path
)

type noteKey struct{}

// Note is what a request turns out to be on its way in.
type Note struct {
	Surface, Route string // whose page, and its pattern: "GET /inbox/{conversation}"; "none" where nothing of ours was asked for
	Casino         string // by id; empty where it is nobody's
}

// Noting returns ctx with a note that Found and Of write on, and the note. One that is there already is taken.
func Noting(ctx context.Context) (context.Context, *Note) {
	if n, ok := ctx.Value(noteKey{}).(*Note); ok {
		return ctx, n
	}
	n := &Note{Surface: Nowhere, Route: "none"}
	return context.WithValue(ctx, noteKey{}, n), n
}

// Found says which surface and which route, by its pattern, answers the request of ctx.
func Found(ctx context.Context, surface, pattern string) {
	if n, ok := ctx.Value(noteKey{}).(*Note); ok {
		n.Surface, n.Route = surface, pattern
	}
}

// Of says which casino the request of ctx is about.
func Of(ctx context.Context, casino string) {
	if n, ok := ctx.Value(noteKey{}).(*Note); ok {
		n.Casino = casino
	}
}

type requestMeters struct {
	duration metric.Float64Histogram
	active   metric.Int64UpDownCounter
	streams  metric.Int64UpDownCounter
	begun    metric.Int64Counter
}

func newRequestMeters(m metric.Meter) (r requestMeters, failed []error) {
	failed = make([]error, 4)
	r.duration, failed[0] = m.Float64Histogram("desk.http.duration", metric.WithUnit("s"),
		metric.WithDescription("How long answers took, by route and class of status; of a stream, until it began."),
		metric.WithExplicitBucketBoundaries(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10))
	r.active, failed[1] = m.Int64UpDownCounter("desk.http.active", metric.WithDescription("Requests that are being answered, streams left out."))
	r.streams, failed[2] = m.Int64UpDownCounter("desk.streams.open", metric.WithDescription("Streams that are open, by route."))
	r.begun, failed[3] = m.Int64Counter("desk.streams.begun", metric.WithDescription("Streams that have begun, by route."))
	return r, failed
}

// Handler counts and traces what next answers.
func (t *Telemetry) Handler(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if t.options.Outside {
			ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
		}
		ctx, n := Noting(ctx)
		ctx, span := t.tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
		out := &answer{ResponseWriter: w, of: t, note: n, began: time.Now(), status: http.StatusOK}
		t.requests.active.Add(ctx, 1)
		defer func() { // a handler may end by panic
			out.end(context.WithoutCancel(ctx), span)
		}()
		next.ServeHTTP(out, r.WithContext(ctx))
	})
}

// answer sees how an answer begins.
type answer struct {
	http.ResponseWriter
	of     *Telemetry
	note   *Note
	began  time.Time
	status int
	begun  bool
	stream bool
}

func (a *answer) begin(status int) {
	if a.begun || status < 200 {
		return
	}
	a.begun, a.status = true, status
	if !strings.HasPrefix(a.Header().Get("Content-Type"), "text/event-stream") {
		return
	}
	a.stream = true
	ctx, which := context.Background(), metric.WithAttributes(attribute.String("route", a.note.Route))
	a.record(ctx)
	a.of.requests.active.Add(ctx, -1)
	a.of.requests.streams.Add(ctx, 1, which)
	a.of.requests.begun.Add(ctx, 1, which)
}

// WriteHeader is http.ResponseWriter's.
func (a *answer) WriteHeader(status int) {
	a.begin(status)
	a.ResponseWriter.WriteHeader(status)
}

// Write is http.ResponseWriter's.
func (a *answer) Write(b []byte) (int, error) {
	a.begin(http.StatusOK)
	return a.ResponseWriter.Write(b)
}

// FlushError is what http.ResponseController asks for: headers may go out before the first word.
func (a *answer) FlushError() error {
	a.begin(http.StatusOK)
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// Unwrap is http.ResponseController's way to what lies below.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) record(ctx context.Context) {
	took := time.Since(a.began)
	a.of.requests.duration.Record(ctx, took.Seconds(), metric.WithAttributes(attribute.String("surface", a.note.Surface),
		attribute.String("route", a.note.Route), attribute.String("status", class(a.status))))
	a.of.top.saw(a.note.Casino, took)
}

// end writes down an answer. Its span says what a log line says: route, status and casino, by id.
func (a *answer) end(ctx context.Context, span trace.Span) {
	if a.stream {
		a.of.requests.streams.Add(ctx, -1, metric.WithAttributes(attribute.String("route", a.note.Route)))
	} else {
		a.of.requests.active.Add(ctx, -1)
		a.record(ctx)
	}
	if span.IsRecording() {
		span.SetName(a.note.Route)
		span.SetAttributes(attribute.String("http.route", a.note.Route), attribute.String("desk.surface", a.note.Surface),
			attribute.Int("http.response.status_code", a.status), attribute.String("desk.casino", a.note.Casino))
		if a.status >= 500 {
			span.SetStatus(codes.Error, "")
		}
	}
	span.End()
}

func class(status int) string {
	if status < 100 || status > 599 {
		return "other"
	}
	return string('0'+byte(status/100)) + "xx"
}
