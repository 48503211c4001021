package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
)

// linkFor is how long a sign-in link works.
const linkFor = 5 * time.Minute

// MakeLink makes a path on the casino's own hosts that signs a member in, once, within five minutes. madeBy says who asked for it,
// for the audit log. Links made for them earlier end. A member who is disabled, or isn't there, is an ErrNotFound. Permission has been asked for.
func MakeLink(ctx context.Context, tx bun.Tx, member uuid.UUID, madeBy string) (path string, until time.Time, err error) {
	token := newToken()
	hash := HashToken(token)
	if _, err := tx.NewRaw(`delete from sign_in_links where tenant_id = current_tenant() and membership_id = ? and used_at is null`, member).Exec(ctx); err != nil {
		return "", until, fmt.Errorf("sign-in link: %w", err)
	}
	err = tx.NewRaw(`insert into sign_in_links (tenant_id, id, token_hash, membership_id, made_by, expires_at)
		select tenant_id, ?, ?, id, ?, now() + ?::interval from memberships where tenant_id = current_tenant() and id = ? and disabled_at is null
		returning expires_at`, tenants.NewID(), hash[:], madeBy, fmt.Sprintf("%d seconds", int(linkFor.Seconds())), member).Scan(ctx, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return "", until, tenants.ErrNotFound
	}
	if err != nil {
		return "", until, fmt.Errorf("sign-in link: %w", err)
	}
	return "/enter/" + token, until, nil
}

// Linked is whom a link would sign in; NotFound when it doesn't work any more. It uses nothing up.
func Linked(ctx context.Context, token string) (name string, err error) {
	hash := HashToken(token)
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select m.name from sign_in_links l join memberships m on m.tenant_id = l.tenant_id and m.id = l.membership_id
			where l.tenant_id = current_tenant() and l.token_hash = ? and l.used_at is null and l.expires_at > now() and m.disabled_at is null`,
			hash[:]).Scan(ctx, &name)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", errLink
	}
	return name, err
}

// ByLink signs in whoever holds a sign-in link's token, and uses it up. A member with a second factor is still asked for it.
func (s *Sessions) ByLink(ctx context.Context, token string, from From) (Entered, error) {
	t, hash := tenants.Current(ctx), HashToken(token)
	var in Entered
	err := tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		var m member
		var by string
		err := tx.NewRaw(`update sign_in_links l set used_at = now() from memberships m where l.tenant_id = current_tenant() and l.token_hash = ?
				and l.used_at is null and l.expires_at > now() and m.tenant_id = l.tenant_id and m.id = l.membership_id and m.disabled_at is null
			returning m.id, m.email, m.name, m.role, m.totp_at is not null, l.made_by`, hash[:]).Scan(ctx, &m.ID, &m.Email, &m.Name, &m.Role, &m.TOTP, &by)
		if errors.Is(err, sql.ErrNoRows) {
			return errLink
		}
		if err != nil {
			return fmt.Errorf("sign-in link: %w", err)
		}
		in.NeedsCode = m.TOTP
		if in.Token, err = s.Begin(ctx, tx, m.ID, !m.TOTP, from.Address, from.Browser); err != nil {
			return err
		}
		return authz.Record(ctx, tx, m.actor(t, from), "sign_in", "session", map[string]any{"by": "link", "made_by": by})
	})
	return in, err
}
