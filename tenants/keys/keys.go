// Package keys makes, changes and ends a casino's keys to the API, each time with its line in the audit log. Resellers' keys are
// tenants/resellers' business; who stands behind a secret, package tenants finds out.
package keys

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
)

// All are the casino's keys, newest first: the good ones, then the latest of those that have ended.
func All(ctx context.Context, tx bun.Tx) ([]tenants.KeptKey, error) {
	return tenants.CasinosKeys.All(ctx, tx)
}

// Get is one of them that wasn't revoked.
func Get(ctx context.Context, tx bun.Tx, id uuid.UUID) (tenants.KeptKey, error) {
	return tenants.CasinosKeys.Of(ctx, tx, id)
}

// Make makes a key and returns its secret, which nobody is told again. Who makes it with a key of their own can't give it more
// than that has.
func Make(ctx context.Context, tx bun.Tx, n tenants.NewKey) (tenants.MadeKey, error) {
	n.ID = tenants.NewID()
	if n.Role == string(authz.Reseller) {
		n.Role = "" // no role of a casino's
	}
	if err := n.Clean(); err != nil {
		return tenants.MadeKey{}, err
	}
	if err := authz.Grants(ctx, authz.Role(n.Role), n.Scopes); err != nil {
		return tenants.MadeKey{}, err
	}
	made, err := tenants.CasinosKeys.Make(ctx, tx, n)
	if err != nil {
		return made, err
	}
	return made, record(ctx, tx, "made", tenants.KeptKey{ID: n.ID, Name: n.Name, Role: n.Role})
}

// Rotate gives a key a new secret, which is returned; the present one stays good for keep, so that programs change over one by
// one. While the one before is still good it is a Conflict.
func Rotate(ctx context.Context, tx bun.Tx, id uuid.UUID, keep time.Duration) (tenants.MadeKey, error) {
	k, err := Get(ctx, tx, id)
	if err != nil {
		return tenants.MadeKey{}, err
	}
	made, err := tenants.CasinosKeys.Rotate(ctx, tx, id, keep)
	if err != nil {
		return made, err
	}
	return made, record(ctx, tx, "rotated", k)
}

// EndOldSecret ends the secret that Rotate has replaced, before its time.
func EndOldSecret(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return end(ctx, tx, id, "old_secret_ended", tenants.CasinosKeys.EndOldSecret)
}

// Revoke ends a key: at once in this process, within seconds in others.
func Revoke(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return end(ctx, tx, id, "revoked", tenants.CasinosKeys.Revoke)
}

func end(ctx context.Context, tx bun.Tx, id uuid.UUID, deed string, how func(context.Context, bun.IDB, uuid.UUID) error) error {
	k, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := how(ctx, tx, id); err != nil {
		return err
	}
	return record(ctx, tx, deed, k)
}

// record writes down by name what is done to a key. Its id stands there as the API and the log of conversations show it.
func record(ctx context.Context, tx bun.Tx, deed string, k tenants.KeptKey) error {
	a, _ := authz.From(ctx)
	return authz.Record(ctx, tx, a, deed, "api_key", map[string]any{
		"key": tenants.PublicID(tenants.KeyPrefix, k.ID), "name": k.Name, "role": k.Role})
}
