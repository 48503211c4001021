package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/seal"
	"pitdesk/internal/totp"
	"pitdesk/tenants"
)

// Factor is a member's second factor: codes by time (RFC 6238) from an app on their phone.
type Factor struct {
	On     bool
	Secret string // as typed into an app; empty when none was begun, or when On
	Left   int    // recovery codes not used yet
}

var (
	errFactorOn  = fault.New(fault.Conflict, "The second factor is on already.")
	errFactorOff = fault.New(fault.Conflict, "The second factor isn't on.")
	errCode      = fault.New(fault.Invalid, "This code isn't right, or was used already.").On("code")
)

// Secrets are where the secrets of second factors rest.
var Secrets = seal.Shelf{Table: "memberships", Clear: "totp_secret", Sealed: "totp_sealed", Row: []string{"id"}, Tenant: true,
	Rests: "totp_secret <> ''", Text: true}

// FactorOf is a member's second factor as it stands.
func FactorOf(ctx context.Context, tx bun.Tx, member uuid.UUID) (f Factor, err error) {
	var sealed []byte
	err = tx.NewRaw(`select m.totp_at is not null, case when m.totp_at is null then coalesce(m.totp_secret, '') else '' end,
			case when m.totp_at is null then m.totp_sealed end,
			(select count(*) from recovery_codes c where c.tenant_id = m.tenant_id and c.membership_id = m.id and c.used_at is null)
		from memberships m where m.tenant_id = current_tenant() and m.id = ?`, member).Scan(ctx, &f.On, &f.Secret, &sealed, &f.Left)
	if err == nil {
		f.Secret, err = opened(ctx, member, f.Secret, sealed)
	}
	if err != nil {
		return Factor{}, fmt.Errorf("second factor: %w", err)
	}
	return f, nil
}

// BeginFactor makes a secret for a member, replacing one that was never confirmed.
func BeginFactor(ctx context.Context, tx bun.Tx, member uuid.UUID) error {
	secret, err := totp.Secret()
	if err != nil {
		return err
	}
	clear, sealed, err := Secrets.Seal(ctx, tx, []byte(secret), tenants.Inside(ctx).String(), member.String())
	if err != nil {
		return err
	}
	res, err := tx.NewRaw(`update memberships set totp_secret = ?, totp_sealed = ? where tenant_id = current_tenant() and id = ? and totp_at is null`,
		string(clear), sealed, member).Exec(ctx)
	if err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errFactorOn
	}
	return nil
}

// Key is what an app scans: the casino's name and the member's address beside the secret.
func (f Factor) Key(casino, email string) (*otp.Key, error) {
	return totp.Key(casino, email, f.Secret)
}

// ConfirmFactor turns the second factor on when code shows that the app has the secret, and returns recovery codes, which
// are shown this once.
func ConfirmFactor(ctx context.Context, tx bun.Tx, member uuid.UUID, code string) ([]string, error) {
	f, err := FactorOf(ctx, tx, member)
	if err != nil {
		return nil, err
	}
	if f.On {
		return nil, errFactorOn
	}
	step, ok := totp.Step(f.Secret, totp.Clean(code))
	if !ok {
		return nil, errCode
	}
	if _, err := tx.NewRaw(`update memberships set totp_at = now(), totp_step = ? where tenant_id = current_tenant() and id = ?`,
		step, member).Exec(ctx); err != nil {
		return nil, fmt.Errorf("second factor: %w", err)
	}
	if err := record(ctx, tx, "factor_on"); err != nil {
		return nil, err
	}
	return newRecoveryCodes(ctx, tx, member)
}

// DropFactor turns a member's second factor off and tells them by mail.
func DropFactor(ctx context.Context, tx bun.Tx, member uuid.UUID) error {
	res, err := tx.NewRaw(`update memberships set totp_at = null, totp_secret = null, totp_sealed = null where tenant_id = current_tenant() and id = ?
		and totp_at is not null`, member).Exec(ctx)
	if err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errFactorOff
	}
	if _, err := tx.NewRaw(`delete from recovery_codes where tenant_id = current_tenant() and membership_id = ?`, member).Exec(ctx); err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	if err := record(ctx, tx, "factor_off"); err != nil {
		return err
	}
	return post(ctx, tx, LetterFactorOff, member)
}

// useCode takes a member's code, each one once: the step moves on in the statement that checks it.
func useCode(ctx context.Context, tx bun.Tx, member uuid.UUID, code string) (bool, error) {
	var secret string
	var sealed []byte
	err := tx.NewRaw(`select coalesce(totp_secret, ''), totp_sealed from memberships where tenant_id = current_tenant() and id = ? and totp_at is not null`,
		member).Scan(ctx, &secret, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("second factor: %w", err)
	}
	if secret, err = opened(ctx, member, secret, sealed); err != nil {
		return false, err
	}
	step, ok := totp.Step(secret, code)
	if !ok {
		return false, nil
	}
	res, err := tx.NewRaw(`update memberships set totp_step = ? where tenant_id = current_tenant() and id = ? and totp_step < ?`,
		step, member, step).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("second factor: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func opened(ctx context.Context, member uuid.UUID, clear string, sealed []byte) (string, error) {
	secret, err := Secrets.Open(ctx, []byte(clear), sealed, tenants.Inside(ctx).String(), member.String())
	return string(secret), err
}

// record writes an audit line for the actor of ctx.
func record(ctx context.Context, tx bun.Tx, deed string) error {
	a, ok := authz.From(ctx)
	if !ok {
		a = authz.System(tenants.Current(ctx).ID)
	}
	return authz.Record(ctx, tx, a, deed, "member", nil)
}
