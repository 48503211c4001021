package cards

import (
	"context"
	"fmt"
	"log/slog"
)

// LogHandler masks the card numbers in everything that goes to next: messages, strings, errors and whatever else is
// printed as text, in groups too. Numbers are left alone, we log no card as one.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

type logHandler struct{ next slog.Handler }

func (h logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	message, _ := Mask(r.Message)
	clean := slog.NewRecord(r.Time, r.Level, message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(maskAttr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = maskAttr(a)
	}
	return logHandler{h.next.WithAttrs(clean)}
}

func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.next.WithGroup(name)} }

func maskAttr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		s, _ := Mask(v.String())
		return slog.String(a.Key, s)
	case slog.KindGroup:
		inside := v.Group()
		clean := make([]slog.Attr, len(inside))
		for i, b := range inside {
			clean[i] = maskAttr(b)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(clean...)}
	case slog.KindAny:
		return maskAny(a.Key, v)
	default:
		return slog.Attr{Key: a.Key, Value: v}
	}
}

// maskAny keeps a value as it is unless its text holds a card number; then the masked text takes its place.
func maskAny(key string, v slog.Value) slog.Attr {
	var text string
	switch x := v.Any().(type) {
	case error:
		text = x.Error()
	case []byte:
		text = string(x)
	default:
		text = fmt.Sprintf("%+v", x)
	}
	if masked, found := Mask(text); found > 0 {
		return slog.String(key, masked)
	}
	return slog.Attr{Key: key, Value: v}
}
