package tenants

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// NewAPIKey makes a key for a casino outside any transaction of it, for commands and tests: nothing is written into its audit
// log. It returns the secret, which is shown this once.
func (d *Doors) NewAPIKey(ctx context.Context, tenant uuid.UUID, n NewKey) (id uuid.UUID, secret string, err error) {
	if err := n.Clean(); err != nil {
		return Nobody, "", err
	}
	if n.ID == Nobody {
		n.ID = NewID()
	}
	secret, hint, hash := CasinosKeys.newSecret()
	var scopes any
	if n.Scopes != nil {
		scopes = pgdialect.Array(n.Scopes)
	}
	_, err = d.control.ExecContext(ctx, `insert into control.api_keys (id, tenant_id, name, role, hint, hash, expires_at, scopes)
		values (?, ?, ?, ?, ?, ?, ?, ?::text[])`, n.ID, tenant, n.Name, n.Role, hint, hash[:], n.ExpiresAt, scopes)
	if err != nil {
		return Nobody, "", fmt.Errorf("api key: %w", err)
	}
	return n.ID, secret, nil
}

// APIKeys are a casino's keys as Keys.All gives them, outside any transaction.
func (d *Doors) APIKeys(ctx context.Context, tenant uuid.UUID) ([]KeptKey, error) {
	var all []KeptKey
	if err := d.control.NewRaw(keptColumns+`control.kept_keys where tenant_id = ? `+keptOrder, tenant, MostAPIKeys+endedShown).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("api keys: %w", err)
	}
	return all, nil
}

// RevokeAPIKey ends a casino's key as NewAPIKey makes one. An unknown or ended one is NotFound.
func (d *Doors) RevokeAPIKey(ctx context.Context, tenant, id uuid.UUID) error {
	var ended bool
	if err := d.control.NewRaw(`select control.revoke_key(?, null, ?)`, tenant, id).Scan(ctx, &ended); err != nil {
		return err
	}
	if !ended {
		return ErrNotFound
	}
	d.keys.forget(func(k APIKey) bool { return k.ID == id })
	return nil
}
