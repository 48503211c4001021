package billing

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Begin gives the transaction's casino, which is being founded, its trial. Where its reseller pays, wholesale prices count.
func Begin(ctx context.Context, tx bun.Tx) error {
	_, err := tx.NewRaw(`select begin_billing(?, ?, ?)`, TrialPlan, Currencies()[0], From(ctx).now().Add(TrialDays*day)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("begin billing: %w", err)
	}
	return memory.Changed(ctx, tx)
}

// SetGrant gives a casino an amount of name by hand, whatever its plan says; nil has no bound, and 0 takes it away. It counts
// where billing is off, too. tx is one of tenants.Above, and permission has been asked for.
func SetGrant(ctx context.Context, tx bun.Tx, tenant uuid.UUID, name string, amount *int, why string) error {
	_, err := tx.NewRaw(`insert into control.grants (tenant_id, name, amount, why) values (?, ?, ?, ?)
		on conflict (tenant_id, name) do update set amount = excluded.amount, why = excluded.why, at = now()`, tenant, name, amount, why).Exec(ctx)
	if err != nil {
		return fmt.Errorf("grant %s: %w", name, err)
	}
	return memory.ChangedAbove(ctx, tx, tenant)
}

// EndGrant takes back what SetGrant has set: the plan counts again.
func EndGrant(ctx context.Context, tx bun.Tx, tenant uuid.UUID, name string) error {
	if _, err := tx.NewRaw(`delete from control.grants where tenant_id = ? and name = ?`, tenant, name).Exec(ctx); err != nil {
		return fmt.Errorf("grant %s: %w", name, err)
	}
	return memory.ChangedAbove(ctx, tx, tenant)
}

// Grant is what somebody has set by hand.
type Grant struct {
	Name   string
	Amount *int
	Why    string
}

// Grants are what was set by hand for a casino.
func Grants(ctx context.Context, tenant uuid.UUID) ([]Grant, error) {
	var all []Grant
	err := tenants.AboveNow(ctx).NewRaw(`select name, amount, why from control.grants where tenant_id = ? order by name`, tenant).Scan(ctx, &all)
	return all, err
}
