package resellers

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
)

// Keys are a reseller's keys, newest first: the good ones, then the latest of those that have ended.
func Keys(ctx context.Context, tx bun.IDB, reseller uuid.UUID) ([]tenants.KeptKey, error) {
	return tenants.ResellersKeys(reseller).All(ctx, tx)
}

// KeyOf is one of them that wasn't revoked.
func KeyOf(ctx context.Context, tx bun.IDB, reseller, id uuid.UUID) (tenants.KeptKey, error) {
	return tenants.ResellersKeys(reseller).Of(ctx, tx, id)
}

// MakeKey makes a key and returns its secret, which nobody is told again. A key makes none that may more than itself.
func MakeKey(ctx context.Context, tx bun.Tx, reseller uuid.UUID, n tenants.NewKey) (tenants.MadeKey, error) {
	n.Role = string(authz.Reseller)
	if err := n.Clean(); err != nil {
		return tenants.MadeKey{}, err
	}
	if err := authz.Grants(ctx, authz.Reseller, n.Scopes); err != nil {
		return tenants.MadeKey{}, err
	}
	return tenants.ResellersKeys(reseller).Make(ctx, tx, n)
}

// RotateKey gives a key a new secret; the present one stays good for keep. While the one before is still good it is a Conflict.
func RotateKey(ctx context.Context, tx bun.Tx, reseller, id uuid.UUID, keep time.Duration) (tenants.MadeKey, error) {
	return tenants.ResellersKeys(reseller).Rotate(ctx, tx, id, keep)
}

// EndOldSecret ends the secret that RotateKey has replaced, before its time.
func EndOldSecret(ctx context.Context, tx bun.Tx, reseller, id uuid.UUID) error {
	return tenants.ResellersKeys(reseller).EndOldSecret(ctx, tx, id)
}

// RevokeKey ends a key: at once in this process, within seconds in others.
func RevokeKey(ctx context.Context, tx bun.Tx, reseller, id uuid.UUID) error {
	return tenants.ResellersKeys(reseller).Revoke(ctx, tx, id)
}
