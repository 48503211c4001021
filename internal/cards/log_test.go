package cards_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"pitdesk/internal/cards"
)

type secret struct{}

func (secret) LogValue() slog.Value { return slog.StringValue("held 4111111111111111") }

func TestTheLogHoldsNoCardNumber(t *testing.T) {
	t.Parallel()
	const card = "4111 1111 1111 1111"
	var out bytes.Buffer
	log := slog.New(cards.LogHandler(slog.NewJSONHandler(&out, nil)))
	log.With("text", card).WithGroup("g").Info("got "+card,
		"plain", card, "err", errors.New("refused "+card), "valuer", secret{}, "bytes", []byte(card),
		slog.Group("inner", "deep", card), "list", []string{card}, "struct", struct{ Body string }{card}, "n", 42)
	line := out.String()
	if strings.Contains(line, card) || strings.Contains(line, "4111111111111111") {
		t.Errorf("the log holds the number: %s", line)
	}
	if strings.Count(line, "4111 11•• •••• 1111") != 8 || !strings.Contains(line, `"n":42`) {
		t.Errorf("the log lost something: %s", line)
	}
}
