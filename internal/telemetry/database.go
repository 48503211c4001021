package telemetry

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Queries counts and traces what a pool is asked. Only a statement's verb is told: bun writes arguments into the text, so the
// text holds what people wrote, and so may Postgres' complaints about it, of which the code alone is told.
func (t *Telemetry) Queries(pool string) pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return &queries{t, pool}
}

type queries struct {
	of   *Telemetry
	pool string
}

type queryKey struct{}

type query struct {
	began time.Time
	verb  string
	span  trace.Span
}

// TraceQueryStart is pgx's.
func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	one := &query{began: time.Now(), verb: verb(data.SQL)}
	if trace.SpanContextFromContext(ctx).IsSampled() { // no traces of their own: what the program asks by itself is counted
		ctx, one.span = q.of.tracer.Start(ctx, "db "+one.verb, trace.WithSpanKind(trace.SpanKindClient))
	}
	return context.WithValue(ctx, queryKey{}, one)
}

// TraceQueryEnd is pgx's.
func (q *queries) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	one, ok := ctx.Value(queryKey{}).(*query)
	if !ok {
		return
	}
	q.of.queries.Record(context.WithoutCancel(ctx), time.Since(one.began).Seconds(),
		metric.WithAttributes(attribute.String("pool", q.pool), attribute.String("verb", one.verb)))
	if one.span == nil {
		return
	}
	one.span.SetAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.operation.name", one.verb), attribute.String("desk.pool", q.pool))
	if data.Err != nil {
		one.span.SetStatus(codes.Error, "")
		var refused *pgconn.PgError
		if errors.As(data.Err, &refused) {
			one.span.SetAttributes(attribute.String("db.response.status_code", refused.Code))
		}
	}
	one.span.End()
}

// verbs are those that statements may begin with, so that nothing else of a statement is ever told.
var verbs = map[string]bool{"begin": true, "commit": true, "rollback": true, "savepoint": true, "release": true, "select": true, "insert": true,
	"update": true, "delete": true, "with": true, "listen": true, "notify": true, "set": true, "copy": true, "lock": true, "truncate": true}

func verb(statement string) string {
	s := strings.TrimLeft(statement, " \t\n(")
	end := 0
	for end < len(s) && end < 10 && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z') {
		end++
	}
	if v := strings.ToLower(s[:end]); verbs[v] {
		return v
	}
	return "other"
}

// Pools tells how the named pools fare until the function that it returns is called.
func (t *Telemetry) Pools(pools map[string]*pgxpool.Pool) (stop func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	var failed []error
	gauge := func(name, says string) metric.Int64ObservableGauge {
		g, err := t.meter.Int64ObservableGauge(name, metric.WithDescription(says))
		failed = append(failed, err)
		return g
	}
	used := gauge("desk.db.conns.used", "Connections that somebody works with, by pool.")
	open := gauge("desk.db.conns.open", "Connections that are open, by pool.")
	most := gauge("desk.db.conns.most", "Connections that a pool may open.")
	waits, err := t.meter.Int64ObservableCounter("desk.db.conns.waits", metric.WithDescription("How often somebody had to wait for a connection, by pool."))
	failed = append(failed, err)
	waited, err := t.meter.Float64ObservableCounter("desk.db.conns.waited", metric.WithUnit("s"), metric.WithDescription("How long all together waited for connections, by pool."))
	failed = append(failed, err)
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	watch, err := t.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for name, pool := range pools {
			s, which := pool.Stat(), metric.WithAttributes(attribute.String("pool", name))
			o.ObserveInt64(used, int64(s.AcquiredConns()), which)
			o.ObserveInt64(open, int64(s.TotalConns()), which)
			o.ObserveInt64(most, int64(s.MaxConns()), which)
			o.ObserveInt64(waits, s.EmptyAcquireCount(), which)
			o.ObserveFloat64(waited, s.EmptyAcquireWaitTime().Seconds(), which)
		}
		return nil
	}, used, open, most, waits, waited)
	if err != nil {
		return nil, err
	}
	return func() { _ = watch.Unregister() }, nil
}
