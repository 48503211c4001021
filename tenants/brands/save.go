package brands

import (
	"context"
	"regexp"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

var accentForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// Set changes the brand of the transaction's casino.
func Set(ctx context.Context, tx bun.Tx, b Brand) error {
	if !accentForm.MatchString(b.Accent) {
		return fault.New(fault.Invalid, "A colour looks like #3657d6.").On("accent")
	}
	if _, err := tx.NewRaw(`insert into brands (tenant_id, name, accent) values (current_tenant(), ?, ?)
		on conflict (tenant_id) do update set name = excluded.name, accent = excluded.accent, updated_at = now()`,
		b.Name, b.Accent).Exec(ctx); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}
