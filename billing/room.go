package billing

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/tenants/languages"
)

// RoomForDomain returns NotInPlan where the transaction's casino may not have one more host of its own.
func RoomForDomain(ctx context.Context, tx bun.Tx) error {
	var has int
	if err := tx.NewRaw(`select count(*) from domains where tenant_id = current_tenant()`).Scan(ctx, &has); err != nil {
		return fmt.Errorf("room for a domain: %w", err)
	}
	return Fits(ctx, CustomDomain, has+1)
}

// RoomForLanguages returns NotInPlan where the transaction's casino speaks more languages to its players than it may. Ask after the
// change: what is refused is rolled back.
func RoomForLanguages(ctx context.Context, tx bun.Tx) error {
	set, err := languages.Get(ctx, tx)
	if err != nil {
		return err
	}
	spoken := set.Players
	if len(spoken) == 0 {
		if spoken, err = languages.Known(ctx, tx); err != nil {
			return err
		}
	}
	return Fits(ctx, Languages, len(spoken))
}

// SeatLimit is what staff asks for seats (staff.SeatLimit).
type SeatLimit struct{}

// Fits returns NotInPlan where the casino of ctx has no seats for so many people.
func (SeatLimit) Fits(ctx context.Context, people int) error { return Fits(ctx, Seats, people) }
