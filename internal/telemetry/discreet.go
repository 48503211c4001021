package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Discreet hands lines to next without what others may have put into them: the local part of mail addresses (a relay's refusal
// names whom it refused), the credentials of an Authorization header, and the values that Postgres quotes when it refuses one.
func Discreet(next slog.Handler) slog.Handler { return discreet{next} }

type discreet struct{ slog.Handler }

// Handle writes one line.
func (d discreet) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, hush(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(hushed(a))
		return true
	})
	return d.Handler.Handle(ctx, clean)
}

// WithAttrs is slog's.
func (d discreet) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = hushed(a)
	}
	return discreet{d.Handler.WithAttrs(clean)}
}

// WithGroup is slog's.
func (d discreet) WithGroup(name string) slog.Handler { return discreet{d.Handler.WithGroup(name)} }

func hushed(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, hush(v.String()))
	case slog.KindGroup:
		var clean []slog.Attr
		for _, b := range v.Group() {
			clean = append(clean, hushed(b))
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(clean...)}
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return slog.String(a.Key, hush(complaint(err)))
		}
		if text, ok := v.Any().([]byte); ok {
			return slog.String(a.Key, hush(string(text)))
		}
	}
	return slog.Attr{Key: a.Key, Value: v}
}

var (
	mailbox    = regexp.MustCompile(`[\pL\pN.!#$%&'*+/=?^_{|}~-]+@([\pL\pN-]+(?:\.[\pL\pN-]+)*)`)
	credential = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=:-]{8,}`)
	quoted     = regexp.MustCompile(`"[^"]*"|»[^«]*«|„[^“]*“`)
)

func hush(text string) string {
	if strings.Contains(text, "@") {
		text = mailbox.ReplaceAllString(text, "…@$1")
	}
	if strings.Contains(text, "earer ") || strings.Contains(text, "asic ") {
		text = credential.ReplaceAllString(text, "$1 …")
	}
	return text
}

// complaint is an error's text. Postgres quotes the value it can't take (class 22, PostgreSQL documentation, appendix A) or the
// text where it stopped reading (42601); names of tables and constraints stay.
func complaint(err error) string {
	text := err.Error()
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (strings.HasPrefix(refused.Code, "22") || refused.Code == "42601") {
		text = strings.ReplaceAll(text, refused.Message, quoted.ReplaceAllString(refused.Message, `"…"`))
	}
	return text
}
