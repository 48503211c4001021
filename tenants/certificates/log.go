package certificates

import (
	"context"
	"log/slog"

	"go.uber.org/zap/zapcore"
)

// slogCore writes the certificate library's log lines into ours.
type slogCore struct{ log *slog.Logger }

func level(l zapcore.Level) slog.Level {
	switch {
	case l >= zapcore.ErrorLevel:
		return slog.LevelError
	case l == zapcore.WarnLevel:
		return slog.LevelWarn
	}
	return slog.LevelDebug // what it calls information is chatter about each step
}

// Enabled says whether a line would be kept.
func (c slogCore) Enabled(l zapcore.Level) bool { return c.log.Enabled(context.Background(), level(l)) }

// With returns a core whose lines carry fields.
func (c slogCore) With(fields []zapcore.Field) zapcore.Core {
	return slogCore{c.log.With(pairs(fields)...)}
}

// Check adds the core to those that write an entry.
func (c slogCore) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return to.AddCore(e, c)
	}
	return to
}

// Write writes a line.
func (c slogCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	c.log.Log(context.Background(), level(e.Level), "certificates: "+e.Message, pairs(fields)...)
	return nil
}

// Sync does nothing: lines are written at once.
func (slogCore) Sync() error { return nil }

func pairs(fields []zapcore.Field) []any {
	kept := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(kept)
	}
	var all []any
	for k, v := range kept.Fields {
		all = append(all, k, v)
	}
	return all
}
