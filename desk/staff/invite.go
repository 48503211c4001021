package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Invitation asks somebody to work for the casino. Its link works once, for seven days.
type Invitation struct {
	ID        uuid.UUID   `bun:"id"`
	Email     string      `bun:"email"`
	Name      string      `bun:"name"`
	Role      authz.Role  `bun:"role"`
	Teams     []uuid.UUID `bun:"-"`
	Language  string      `bun:"language"`
	CreatedAt time.Time   `bun:"created_at"`
	ExpiresAt time.Time   `bun:"expires_at"`
	MailedAt  *time.Time  `bun:"mailed_at"` // when the latest letter left
	TeamTexts []string    `bun:"teams,array"`
}

const invitationColumns = `select id, email, name, role, teams::text[] as teams, language, created_at, expires_at, mailed_at from invitations
	where tenant_id = current_tenant() and accepted_at is null and revoked_at is null `

// Invite stores an invitation and has its letter written. Whether the person works elsewhere changes nothing about the answer.
func Invite(ctx context.Context, tx bun.Tx, i Invitation) (Invitation, error) {
	var err error
	if i.Email = CleanEmail(i.Email); !mailable(i.Email) {
		return i, fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
	}
	if i.Name, err = CheckName(i.Name); err != nil {
		return i, err
	}
	if i.Language, err = checkLanguage(ctx, i.Language); err != nil {
		return i, err
	}
	if err := checkRole(i.Role); err != nil {
		return i, err
	}
	if err := checkTeams(ctx, tx, i.Teams); err != nil {
		return i, err
	}
	var here bool
	if err := tx.NewRaw(`select exists (select from memberships where tenant_id = current_tenant() and email = ?)`, i.Email).Scan(ctx, &here); err != nil {
		return i, fmt.Errorf("invite: %w", err)
	}
	if here {
		return i, fault.New(fault.Conflict, "This person works here already.").On("email")
	}
	if err := seated(ctx, tx, uuid.Nil); err != nil {
		return i, err
	}
	// One that ran out makes room for the new one.
	if _, err := tx.NewRaw(`update invitations set revoked_at = now() where tenant_id = current_tenant() and email = ?
		and accepted_at is null and revoked_at is null and expires_at <= now()`, i.Email).Exec(ctx); err != nil {
		return i, fmt.Errorf("invite: %w", err)
	}
	i.ID = tenants.NewID()
	var by any
	if a, ok := authz.From(ctx); ok && a.Kind == authz.KindAgent {
		by = a.ID
	}
	res, err := tx.NewRaw(`insert into invitations (tenant_id, id, email, name, role, teams, language, invited_by, expires_at)
		values (current_tenant(), ?, ?, ?, ?, ?::uuid[], ?, ?, now() + interval '7 days') on conflict do nothing`,
		i.ID, i.Email, i.Name, string(i.Role), pgdialect.Array(texts(i.Teams)), i.Language, by).Exec(ctx)
	if err != nil {
		return i, fmt.Errorf("invite: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return i, fault.New(fault.Conflict, "This person is invited already. Send the invitation again instead.").On("email")
	}
	return i, post(ctx, tx, LetterInvitation, i.ID)
}

// Invitations are those that nobody has accepted or taken back, newest first; some may have run out.
func Invitations(ctx context.Context, tx bun.Tx) ([]Invitation, error) {
	var all []Invitation
	if err := tx.NewRaw(invitationColumns+`order by created_at desc, id limit 500`).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	for i := range all {
		all[i].Teams = ids(all[i].TeamTexts)
	}
	return all, nil
}

// InvitationByID is one of them.
func InvitationByID(ctx context.Context, tx bun.Tx, id uuid.UUID) (i Invitation, err error) {
	err = tx.NewRaw(invitationColumns+`and id = ?`, id).Scan(ctx, &i)
	if errors.Is(err, sql.ErrNoRows) {
		return i, tenants.ErrNotFound
	}
	i.Teams = ids(i.TeamTexts)
	return i, err
}

// Resend has an invitation's letter written again, with a new link and seven more days. Links sent earlier end.
func Resend(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	if err := renew(ctx, tx, id, nil); err != nil {
		return err
	}
	return post(ctx, tx, LetterInvitation, id)
}

// InvitationLink makes a new link for an invitation and returns its path, for an admin who hands it over in person. Links
// made earlier end.
func InvitationLink(ctx context.Context, tx bun.Tx, id uuid.UUID) (string, error) {
	token := newToken()
	hash := HashToken(token)
	return "/invitation/" + token, renew(ctx, tx, id, hash[:])
}

func renew(ctx context.Context, tx bun.Tx, id uuid.UUID, hash []byte) error {
	if err := seated(ctx, tx, id); err != nil {
		return err
	}
	res, err := tx.NewRaw(`update invitations set expires_at = now() + interval '7 days', token_hash = ?, mailed_at = null
		where tenant_id = current_tenant() and id = ? and accepted_at is null and revoked_at is null`, hash, id).Exec(ctx)
	return one(res, err, "invitation")
}

// Revoke takes an invitation back.
func Revoke(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	res, err := tx.NewRaw(`update invitations set revoked_at = now() where tenant_id = current_tenant() and id = ?
		and accepted_at is null and revoked_at is null`, id).Exec(ctx)
	return one(res, err, "invitation")
}

// InvitationOf returns the invitation behind a link's token, NotFound when it doesn't work any more.
func InvitationOf(ctx context.Context, token string) (i Invitation, err error) {
	hash := HashToken(token)
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(invitationColumns+`and token_hash = ? and expires_at > now()`, hash[:]).Scan(ctx, &i)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return i, errLink
	}
	i.Teams = ids(i.TeamTexts)
	return i, err
}

// Accept makes the invited person a member and signs them in. The password is theirs for this casino alone.
func (s *Sessions) Accept(ctx context.Context, token, name, password string, from From) (session string, err error) {
	i, err := InvitationOf(ctx, token)
	if err != nil {
		return "", err
	}
	if name, err = CheckName(name); err != nil {
		return "", err
	}
	if err := checkPassword(password, i.Email, name); err != nil {
		return "", err
	}
	hashed, err := hash(ctx, password)
	if err != nil {
		return "", err
	}
	person, err := tenants.PoolsOf(ctx).Doors.PersonByEmail(ctx, i.Email)
	if err != nil {
		return "", err
	}
	t, tokenHash := tenants.Current(ctx), HashToken(token)
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`update invitations set accepted_at = now() where tenant_id = current_tenant() and id = ? and token_hash = ?
			and accepted_at is null and revoked_at is null and expires_at > now()`, i.ID, tokenHash[:]).Exec(ctx)
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errLink
		}
		if err := seatedInvited(ctx, tx, i.ID); err != nil {
			return err
		}
		m := member{ID: tenants.NewID(), Name: name, Role: string(i.Role)}
		res, err = tx.NewRaw(`insert into memberships (tenant_id, id, person_id, email, name, role, language, password, password_at)
			values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, now()) on conflict do nothing`,
			m.ID, person, i.Email, name, string(i.Role), i.Language, hashed).Exec(ctx)
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return fault.New(fault.Conflict, "You work here already. Please sign in.")
		}
		if err := putInTeams(ctx, tx, m.ID, i.Teams); err != nil {
			return err
		}
		if err := authz.Record(ctx, tx, m.actor(t, from), "invitation_accepted", "member", nil); err != nil {
			return err
		}
		announceStaff(ctx)
		session, err = s.Begin(ctx, tx, m.ID, true, from.Address, from.Browser)
		return err
	})
	return session, err
}
