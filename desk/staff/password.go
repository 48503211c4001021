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

// Chosen is a password that may be had, hashed: nothing waits for that in a transaction.
type Chosen struct{ hash string }

// Choose says what is wrong with a new password, or hashes it. about are its owner's e-mail and name.
func Choose(ctx context.Context, password string, about ...string) (Chosen, error) {
	if err := checkPassword(password, about...); err != nil {
		return Chosen{}, err
	}
	out, err := hash(ctx, password)
	return Chosen{out}, err
}

// Give makes it a member's.
func (c Chosen) Give(ctx context.Context, tx bun.Tx, member uuid.UUID) error {
	return storePassword(ctx, tx, member, c.hash)
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
