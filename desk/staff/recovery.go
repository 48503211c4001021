package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// recoveryCodes is how many there are at a time. Each is 80 random bits, so one hash keeps it secret.
const recoveryCodes = 10

var recoverySigns = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// newRecoveryCodes replaces a member's recovery codes and returns the new ones: abcd-efgh-ijkm-npqr.
func newRecoveryCodes(ctx context.Context, tx bun.Tx, member uuid.UUID) ([]string, error) {
	if _, err := tx.NewRaw(`delete from recovery_codes where tenant_id = current_tenant() and membership_id = ?`, member).Exec(ctx); err != nil {
		return nil, fmt.Errorf("recovery codes: %w", err)
	}
	var codes []string
	for range recoveryCodes {
		var raw [10]byte
		_, _ = rand.Read(raw[:])
		code := recoverySigns.EncodeToString(raw[:])
		hash := recoveryHash(member, code)
		if _, err := tx.NewRaw(`insert into recovery_codes (tenant_id, membership_id, hash) values (current_tenant(), ?, ?)`,
			member, hash[:]).Exec(ctx); err != nil {
			return nil, fmt.Errorf("recovery codes: %w", err)
		}
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
	}
	return codes, nil
}

// RenewRecoveryCodes gives a member with a second factor new codes in place of the old ones.
func RenewRecoveryCodes(ctx context.Context, tx bun.Tx, member uuid.UUID) ([]string, error) {
	f, err := FactorOf(ctx, tx, member)
	if err != nil {
		return nil, err
	}
	if !f.On {
		return nil, errFactorOff
	}
	if err := record(ctx, tx, "recovery_codes_renewed"); err != nil {
		return nil, err
	}
	return newRecoveryCodes(ctx, tx, member)
}

// useRecoveryCode takes a recovery code, each one once, and tells its owner by mail.
func useRecoveryCode(ctx context.Context, tx bun.Tx, member uuid.UUID, code string) (bool, error) {
	hash := recoveryHash(member, code)
	res, err := tx.NewRaw(`update recovery_codes set used_at = now() where tenant_id = current_tenant() and membership_id = ?
		and hash = ? and used_at is null`, member, hash[:]).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("recovery code: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, post(ctx, tx, LetterRecovery, member)
}

func recoveryHash(member uuid.UUID, code string) [32]byte {
	return sha256.Sum256(append(member[:], code...))
}

// codeAccount is the name under which attempts at a member's second factor, or their old password, are counted.
func codeAccount(what string, member uuid.UUID) string {
	return what + ":" + tenants.PublicID(tenants.MemberPrefix, member)
}
