package staff

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/totp"
	"pitdesk/tenants"
)

// Prove takes the second factor, a code from the app or a recovery code, for a session that began with the password alone. It
// ends that session and returns the token of the one that takes its place.
func (s *Sessions) Prove(ctx context.Context, token, code string, from From) (string, error) {
	t := tenants.Current(ctx)
	code = totp.Clean(code)
	var signed Signed
	var attempt uuid.UUID
	err := tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		if signed, err = find(ctx, tx, sessionKey{t.ID, HashToken(token)}); err != nil {
			return err
		}
		if signed.Proven {
			return errNotSignedIn
		}
		attempt, err = try(ctx, tx, codeAccount("code", signed.Actor.ID), from.network(), signInTries)
		return err
	})
	if err != nil {
		return "", err
	}
	a := signed.Actor
	a.Address, a.RequestID = from.Address, from.RequestID
	var fresh string
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		by := "code"
		ok, err := useCode(ctx, tx, a.ID, code)
		if err == nil && !ok && len(code) == 16 {
			by = "recovery_code"
			ok, err = useRecoveryCode(ctx, tx, a.ID, code)
		}
		if err != nil {
			return err
		}
		if !ok { // what failed is written down too, so this transaction commits
			return authz.Record(ctx, tx, a, "sign_in_failed", "session", map[string]any{"by": by})
		}
		if err := passed(ctx, tx, attempt); err != nil {
			return err
		}
		if err := s.End(ctx, tx, token); err != nil {
			return err
		}
		if fresh, err = s.Begin(ctx, tx, a.ID, true, from.Address, from.Browser); err != nil {
			return err
		}
		return authz.Record(ctx, tx, a, "sign_in", "session", map[string]any{"by": by})
	})
	if err == nil && fresh == "" {
		err = errCode
	}
	return fresh, err
}

// Half says whether a token is of a session that still waits for the second factor.
func (s *Sessions) Half(ctx context.Context, token string) (bool, error) {
	signed, err := s.Find(ctx, token)
	if fault.CodeOf(err) == fault.Unauthenticated {
		return false, nil
	}
	return err == nil && !signed.Proven, err
}
