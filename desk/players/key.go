package players

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/seal"
	"pitdesk/tenants"
)

// Algorithms by which a casino's backend may sign (RFC 7518, section 3.2; RFC 8037, section 3.1). A key has exactly one.
const (
	HS256 = "HS256"
	EdDSA = "EdDSA"
)

// Key is what the desk checks a casino's signatures with: a shared secret or a public key.
type Key struct {
	ID  string `bun:"id"` // the kid
	Alg string `bun:"alg"`
	Key []byte `bun:"key"`
}

// Secrets are where shared secrets rest. Public keys are no secrets and stay as they are.
var Secrets = seal.Shelf{Table: "chat_keys", Clear: "key", Sealed: "key_sealed", Row: []string{"id"}, Tenant: true, Rests: "alg = 'HS256'",
	Husk: func() []byte { // a secret nobody knows: an empty one would be signed with by anybody
		var raw [32]byte
		_, _ = rand.Read(raw[:])
		return raw[:]
	}}

var keyID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// AddKey takes a key for the transaction's casino. A shared secret has at least 32 octets (RFC 7518, section 3.2).
func AddKey(ctx context.Context, tx bun.Tx, k Key) error {
	switch {
	case !keyID.MatchString(k.ID):
		return fault.New(fault.Invalid, "A key's id is 1 to 64 of letters, digits, _ and -.").On("id")
	case k.Alg == HS256 && len(k.Key) < 32:
		return fault.New(fault.Invalid, "A shared secret has at least 32 octets.").On("key")
	case k.Alg == EdDSA && len(k.Key) != ed25519.PublicKeySize:
		return fault.New(fault.Invalid, "An Ed25519 public key has 32 octets.").On("key")
	case k.Alg != HS256 && k.Alg != EdDSA:
		return fault.New(fault.Invalid, "Keys sign by HS256 or EdDSA.").On("alg")
	}
	clear, sealed, err := k.Key, []byte(nil), error(nil)
	if k.Alg == HS256 {
		if clear, sealed, err = Secrets.Seal(ctx, tx, k.Key, tenants.Inside(ctx).String(), k.ID); err != nil {
			return err
		}
	}
	res, err := tx.NewRaw(`insert into chat_keys (tenant_id, id, alg, key, key_sealed) values (current_tenant(), ?, ?, ?, ?)
		on conflict do nothing`, k.ID, k.Alg, clear, sealed).Exec(ctx)
	if err != nil {
		return fmt.Errorf("add chat key: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return fault.New(fault.Conflict, "There is a key with this id already.")
	}
	return nil
}

// NewSecret makes a shared secret as people copy it. Its octets as they stand are the key.
func NewSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// RevokeKey ends a key's use. Sessions that it opened run out by themselves, within the hour.
func RevokeKey(ctx context.Context, tx bun.Tx, id string) error {
	_, err := tx.NewRaw(`update chat_keys set revoked_at = now() where tenant_id = current_tenant() and id = ? and revoked_at is null`, id).Exec(ctx)
	return err
}

// key finds a key that is in use; ok is false when the casino has none by that id.
func key(ctx context.Context, tx bun.Tx, id string) (k Key, ok bool, err error) {
	var sealed []byte
	err = tx.NewRaw(`select id, alg, key, key_sealed from chat_keys where tenant_id = current_tenant() and id = ? and revoked_at is null`, id).
		Scan(ctx, &k.ID, &k.Alg, &k.Key, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return k, false, nil
	}
	if err != nil {
		return k, false, fmt.Errorf("chat key: %w", err)
	}
	k.Key, err = Secrets.Open(ctx, k.Key, sealed, tenants.Inside(ctx).String(), k.ID)
	return k, err == nil, err
}

// Keys are a casino's keys, those in use first; secrets stay where they are.
func Keys(ctx context.Context, tx bun.Tx) ([]KeyLine, error) {
	var all []KeyLine
	err := tx.NewRaw(`select id, alg, created_at, revoked_at from chat_keys where tenant_id = current_tenant()
		order by revoked_at is not null, created_at desc, id limit 200`).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("chat keys: %w", err)
	}
	return all, nil
}

// KeyLine is a key without what signs.
type KeyLine struct {
	ID        string     `bun:"id"`
	Alg       string     `bun:"alg"`
	CreatedAt time.Time  `bun:"created_at"`
	RevokedAt *time.Time `bun:"revoked_at"`
}
