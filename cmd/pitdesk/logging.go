package main

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"pitdesk/internal/cards"
	"pitdesk/internal/telemetry"
	"pitdesk/tenants"
	"pitdesk/web"
)

// logTo is where the program's log goes: lines of JSON, or of text where that is asked for.
func (s *Settings) logTo(w io.Writer, level slog.Level) slog.Handler {
	options := &slog.HandlerOptions{Level: level}
	var out slog.Handler = slog.NewJSONHandler(w, options)
	if s.LogFormat == "text" {
		out = slog.NewTextHandler(w, options)
	}
	return cards.LogHandler(telemetry.Discreet(whose{out}))
}

var logLines, _ = otel.Meter("pitdesk").Int64Counter("desk.log.lines", metric.WithDescription("Lines of the log, by level."))

// whose adds to each line of the log which request, which casino and which trace it is about, where its ctx knows and the line
// doesn't say.
type whose struct{ slog.Handler }

// Handle writes one line.
func (w whose) Handle(ctx context.Context, r slog.Record) error {
	logLines.Add(ctx, 1, metric.WithAttributes(attribute.String("level", strings.ToLower(r.Level.String()))))
	said := map[string]bool{}
	r.Attrs(func(a slog.Attr) bool {
		said[a.Key] = true
		return true
	})
	if id := web.RequestID(ctx); id != "" && !said["request"] {
		r.AddAttrs(slog.String("request", id))
	}
	if t, ok := tenants.FromContext(ctx); ok && !said["tenant"] {
		r.AddAttrs(slog.String("tenant", t.ID.String()))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsSampled() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return w.Handler.Handle(ctx, r)
}

// WithAttrs is slog's.
func (w whose) WithAttrs(attrs []slog.Attr) slog.Handler { return whose{w.Handler.WithAttrs(attrs)} }

// WithGroup is slog's.
func (w whose) WithGroup(name string) slog.Handler { return whose{w.Handler.WithGroup(name)} }
