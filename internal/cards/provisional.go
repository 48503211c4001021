package cards

import "log/slog"

// Mask and Across are replaced by the real ones in this package's next commit.
func Mask(text string) (string, int) { return text, 0 }

// Across looks for a number split over messages.
func Across(recent []string, next string) (string, []int) { return next, nil }

// LogHandler is replaced too.
func LogHandler(next slog.Handler) slog.Handler { return next }
