package main

import (
	"context"
	"log/slog"

	"pitdesk/tenants"
	"pitdesk/web"
)

// whose adds to each line of the log which request and which casino it is about, where its ctx knows and the line doesn't say.
type whose struct{ slog.Handler }

// Handle writes one line.
func (w whose) Handle(ctx context.Context, r slog.Record) error {
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
	return w.Handler.Handle(ctx, r)
}

// WithAttrs is slog's.
func (w whose) WithAttrs(attrs []slog.Attr) slog.Handler { return whose{w.Handler.WithAttrs(attrs)} }

// WithGroup is slog's.
func (w whose) WithGroup(name string) slog.Handler { return whose{w.Handler.WithGroup(name)} }
