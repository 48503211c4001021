package staff

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Hire makes somebody a member at once, without an invitation that they would accept. They have no password: they come in by a
// sign-in link of ByLink, or choose one by a reset's letter. Who works here already is a Conflict.
func Hire(ctx context.Context, tx bun.Tx, n tenants.Newcomer, role authz.Role, teams []uuid.UUID) (id uuid.UUID, err error) {
	if n.Email = CleanEmail(n.Email); !mailable(n.Email) {
		return id, fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
	}
	if n.Name, err = CheckName(n.Name); err != nil {
		return id, err
	}
	if n.Language, err = checkLanguage(ctx, n.Language); err != nil {
		return id, err
	}
	if err := checkRole(role); err != nil {
		return id, err
	}
	if err := checkTeams(ctx, tx, teams); err != nil {
		return id, err
	}
	person, err := tenants.PoolsOf(ctx).Doors.PersonByEmail(ctx, n.Email)
	if err != nil {
		return id, fmt.Errorf("hire: %w", err)
	}
	if err := seated(ctx, tx, uuid.Nil); err != nil {
		return id, err
	}
	id = tenants.NewID()
	res, err := tx.NewRaw(`insert into memberships (tenant_id, id, person_id, email, name, role, language)
		values (current_tenant(), ?, ?, ?, ?, ?, ?) on conflict do nothing`, id, person, n.Email, n.Name, string(role), n.Language).Exec(ctx)
	if err != nil {
		return id, fmt.Errorf("hire: %w", err)
	}
	if made, _ := res.RowsAffected(); made == 0 {
		return id, fault.New(fault.Conflict, "This person works here already.").On("email")
	}
	// An invitation that waits for the same person has nothing to ask any more.
	if _, err := tx.NewRaw(`update invitations set revoked_at = now() where tenant_id = current_tenant() and email = ?
		and accepted_at is null and revoked_at is null`, n.Email).Exec(ctx); err != nil {
		return id, fmt.Errorf("hire: %w", err)
	}
	if err := putInTeams(ctx, tx, id, teams); err != nil {
		return id, err
	}
	announceStaff(ctx)
	return id, nil
}
