package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

var errLink = fault.New(fault.NotFound, "This link has been used, or is too old. Please ask for a new one.")

// AskReset sends the member with an address a link to choose a new password, if there is one: it works once, for an hour. The
// answer, and what it takes to give it, is the same for an address nobody here has.
func AskReset(ctx context.Context, email string, from From) error {
	email = CleanEmail(email)
	if !mailable(email) {
		return fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
	}
	t := tenants.Current(ctx)
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		if _, err := try(ctx, tx, "reset:"+email, "reset:"+from.network(), resetTries); err != nil {
			return err
		}
		id := tenants.NewID()
		if _, err := tx.NewRaw(`insert into password_resets (tenant_id, id, membership_id, expires_at)
			select tenant_id, ?, id, now() + interval '1 hour' from memberships
			where tenant_id = current_tenant() and email = ? and disabled_at is null`, id, email).Exec(ctx); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
		if err := authz.Record(ctx, tx, nobody(t, from), "reset_asked", "member", nil); err != nil {
			return err
		}
		return post(ctx, tx, LetterReset, id)
	})
}

// ResetStands says whether a reset's link still works; NotFound when it doesn't. It uses nothing up: mail scanners open links.
func ResetStands(ctx context.Context, token string) error {
	_, err := resetOf(ctx, token)
	return err
}

func resetOf(ctx context.Context, token string) (m member, err error) {
	hash := HashToken(token)
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(memberColumns+`and disabled_at is null and id = (select membership_id from password_resets
			where tenant_id = current_tenant() and token_hash = ? and used_at is null and expires_at > now())`, hash[:]).Scan(ctx, &m)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return m, errLink
	}
	return m, err
}

// UseReset sets a new password by a reset's link, ends all of the member's sessions and tells them by mail.
func (s *Sessions) UseReset(ctx context.Context, token, password string, from From) error {
	m, err := resetOf(ctx, token)
	if err != nil {
		return err
	}
	if err := checkPassword(password, m.Email, m.Name); err != nil {
		return err
	}
	hashed, err := hash(ctx, password)
	if err != nil {
		return err
	}
	t, tokenHash := tenants.Current(ctx), HashToken(token)
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`update password_resets set used_at = now() where tenant_id = current_tenant() and token_hash = ?
			and used_at is null and expires_at > now()`, tokenHash[:]).Exec(ctx)
		if err != nil {
			return fmt.Errorf("reset: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 { // another window was faster
			return errLink
		}
		if _, err := tx.NewRaw(`update password_resets set used_at = now() where tenant_id = current_tenant() and membership_id = ?
			and used_at is null`, m.ID).Exec(ctx); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
		if err := authz.Record(ctx, tx, m.actor(t, from), "password_reset", "member", nil); err != nil {
			return err
		}
		return s.newPassword(ctx, tx, m.ID, hashed, uuid.Nil)
	})
}

// newPassword stores a hash, ends the member's sessions but for one, and tells them by mail.
func (s *Sessions) newPassword(ctx context.Context, tx bun.Tx, member uuid.UUID, hash string, but uuid.UUID) error {
	if err := storePassword(ctx, tx, member, hash); err != nil {
		return err
	}
	if _, err := s.EndAll(ctx, tx, member, but); err != nil {
		return err
	}
	return post(ctx, tx, LetterPassword, member)
}

// nobody is the actor of what is done before anyone has signed in.
func nobody(t tenants.Tenant, from From) authz.Actor {
	return authz.Actor{Kind: authz.KindAgent, Tenant: t.ID, Address: from.Address, RequestID: from.RequestID}
}
