package staff

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// SetPassword gives a member a new password. It hashes while tx is open, so it is for commands and seeds; requests hash
// first and store after.
func SetPassword(ctx context.Context, tx bun.Tx, member uuid.UUID, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := hash(ctx, password)
	if err != nil {
		return err
	}
	return storePassword(ctx, tx, member, hash)
}

func storePassword(ctx context.Context, tx bun.Tx, member uuid.UUID, hash string) error {
	res, err := tx.NewRaw(`update memberships set password = ?, password_at = now() where tenant_id = current_tenant() and id = ?`,
		hash, member).Exec(ctx)
	if err != nil {
		return fmt.Errorf("store password: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("store password: %d members: %w", n, err)
	}
	return nil
}
