package staff

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// hashing is argon2id as RFC 9106, section 4, second recommendation: 64 MiB, three passes.
var hashing = &argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// SetPassword gives a member a new password: 10 to 200 characters.
func SetPassword(ctx context.Context, tx bun.Tx, member uuid.UUID, password string) error {
	if n := utf8.RuneCountInString(password); n < 10 || n > 200 || !utf8.ValidString(password) {
		return fault.New(fault.Invalid, "A password has 10 to 200 characters.").On("password")
	}
	hash, err := argon2id.CreateHash(password, hashing)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	_, err = tx.NewRaw(`update memberships set password = ?, password_at = now() where tenant_id = current_tenant() and id = ?`,
		hash, member).Exec(ctx)
	return err
}
