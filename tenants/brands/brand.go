// Package brands is how a casino looks to its players and staff: its name, colour and greeting.
package brands

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Brand is a casino's face.
type Brand struct {
	Name     string          `bun:"name"`
	Accent   string          `bun:"accent"` // #rrggbb
	Greeting json.RawMessage `bun:"greeting"`
}

// defaultAccent is used until a casino chooses its own.
const defaultAccent = "#3657d6"

// Get returns the brand of the transaction's casino; one that has none yet gets its plain name and a quiet blue.
func Get(ctx context.Context, tx bun.Tx) (Brand, error) {
	var b Brand
	err := tx.NewRaw(`select name, accent, greeting from brands where tenant_id = current_tenant()`).Scan(ctx, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return Brand{Name: tenants.Current(ctx).Name, Accent: defaultAccent, Greeting: json.RawMessage("{}")}, nil
	}
	return b, err
}

// Words is the greeting in a language, or "" where the casino wrote none.
func (b Brand) Words(language string) string {
	var g map[string]string
	_ = json.Unmarshal(b.Greeting, &g)
	return g[language]
}

var accentForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// Set changes the brand of the transaction's casino.
func Set(ctx context.Context, tx bun.Tx, b Brand) error {
	if !accentForm.MatchString(b.Accent) {
		return fault.New(fault.Invalid, "A colour looks like #3657d6.").On("accent")
	}
	if len(b.Greeting) == 0 {
		b.Greeting = json.RawMessage("{}")
	}
	_, err := tx.NewRaw(`insert into brands (tenant_id, name, accent, greeting) values (current_tenant(), ?, ?, ?::jsonb)
		on conflict (tenant_id) do update set name = excluded.name, accent = excluded.accent, greeting = excluded.greeting, updated_at = now()`,
		b.Name, b.Accent, string(b.Greeting)).Exec(ctx)
	return err
}
