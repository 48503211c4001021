package staff

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// SeatLimit knows how many people a casino has seats for.
type SeatLimit interface {
	// Fits returns why so many people are too many for the casino of ctx, in a sentence for its admins, and nil where they fit.
	Fits(ctx context.Context, people int) error
}

type seatsKey struct{}

// WithSeats puts the limit into ctx. Without one, a casino has as many people as it likes.
func WithSeats(ctx context.Context, l SeatLimit) context.Context {
	return context.WithValue(ctx, seatsKey{}, l)
}

// seated refuses a person whom the casino has no seat for. Members who can sign in and invitations that can be accepted each
// take one; apart is the member or invitation that is to take a seat and isn't counted among those. Two who take the last seat
// at once take turns.
func seated(ctx context.Context, tx bun.Tx, apart uuid.UUID) error {
	limit, ok := ctx.Value(seatsKey{}).(SeatLimit)
	if !ok {
		return nil
	}
	if _, err := tx.NewRaw(`select pg_advisory_xact_lock(hashtextextended('seats ' || current_tenant(), 0))`).Exec(ctx); err != nil {
		return fmt.Errorf("seats: %w", err)
	}
	var taken int
	if err := tx.NewRaw(`select
			(select count(*) from memberships where tenant_id = current_tenant() and disabled_at is null and id <> ?)
			+ (select count(*) from invitations where tenant_id = current_tenant() and id <> ?
				and accepted_at is null and revoked_at is null and expires_at > now())`, apart, apart).Scan(ctx, &taken); err != nil {
		return fmt.Errorf("seats: %w", err)
	}
	return limit.Fits(ctx, taken+1)
}

var errNoSeat = fault.New(fault.NotInPlan, "All seats here are taken. Ask whoever invited you to make room.")

// seatedInvited is seated for somebody who accepts an invitation, in words for them.
func seatedInvited(ctx context.Context, tx bun.Tx, invitation uuid.UUID) error {
	err := seated(ctx, tx, invitation)
	if fault.CodeOf(err) == fault.NotInPlan {
		return errNoSeat
	}
	return err
}
