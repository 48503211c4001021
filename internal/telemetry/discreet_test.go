package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestALineIsDiscreet(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(Discreet(slog.NewJSONHandler(&out, nil)))
	refused := fmt.Errorf("letter: %w", errors.New("550 5.1.1 <mara.öz+1@people.example> is unknown"))
	value := fmt.Errorf("look: %w", &pgconn.PgError{Severity: "ERROR", Code: "22P02", Message: `invalid input syntax for type uuid: "Mara's words"`})
	missing := &pgconn.PgError{Severity: "ERROR", Code: "42P01", Message: `relation "accounts" does not exist`}
	log.With("to", "mara@people.example").WithGroup("g").Info("sent to mara@people.example", "err", refused, "value", value, "missing", missing,
		"header", "Authorization: Bearer abcdefgh12345678", slog.Group("deep", "at", "mara@people.example"), "bytes", []byte("mara@people.example"), "n", 7)
	line := out.String()
	for _, secret := range []string{"mara", "öz", "Mara", "abcdefgh"} {
		if strings.Contains(line, secret) {
			t.Errorf("the line holds %q: %s", secret, line)
		}
	}
	for _, kept := range []string{"…@people.example", "550 5.1.1", "22P02", "accounts", "Bearer …", `"n":7`} {
		if !strings.Contains(line, kept) {
			t.Errorf("the line lost %q: %s", kept, line)
		}
	}
}
