package tenants

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/internal/fault"
)

// MostAPIKeys is how many keys of a casino can be good at once.
const MostAPIKeys = 50

// How secrets begin: a casino's key, a reseller's.
const (
	casinoKey   = "dk_"
	resellerKey = "rk_"
)

// endedShown is how many keys that are good no longer a list still names.
const endedShown = 100

// APIKey is a casino's or a reseller's key to the API: it acts with a role, never with a password, so checking it costs one
// fast hash.
type APIKey struct {
	ID       uuid.UUID
	Tenant   Tenant    // whose it is; zero for a reseller's
	Reseller uuid.UUID // whose it is; Nobody for a casino's
	Name     string
	Role     string
	Scopes   []string       // what it is for, as authz.Permission.Scope names it; nil: whatever its role may
	Networks []netip.Prefix // where it may come from; nil: anywhere
}

// AllowsFrom says whether the key may be used from an address.
func (k APIKey) AllowsFrom(address string) bool {
	if k.Networks == nil {
		return true
	}
	at, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(k.Networks, func(n netip.Prefix) bool { return n.Contains(at.Unmap()) })
}

// NewKey is what a key is made from.
type NewKey struct {
	ID        uuid.UUID // chosen by whoever must write it down before the key is there; zero: a new one
	Name      string
	Role      string     // operator, lead or admin
	ExpiresAt *time.Time // nil: good until it is revoked
}

// Clean trims the name and says what is wrong with the rest, in words for whoever makes the key.
func (n *NewKey) Clean() error {
	n.Name = strings.TrimSpace(n.Name)
	if c := utf8.RuneCountInString(n.Name); c < 1 || c > 120 || !utf8.ValidString(n.Name) ||
		strings.ContainsFunc(n.Name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fault.New(fault.Invalid, "A name has 1 to 120 characters.").On("name")
	}
	if !slices.Contains([]string{"operator", "lead", "admin"}, n.Role) {
		return fault.New(fault.Invalid, "There is no such role.").On("role")
	}
	if n.ExpiresAt != nil && !n.ExpiresAt.After(time.Now()) {
		return fault.New(fault.Invalid, "A key's end must lie ahead.").On("expires")
	}
	return nil
}

// NewAPIKey makes a key for a casino and returns it with the secret, which is shown this once: 256 random bits behind a
// prefix, so a plain SHA-256 of it is safe to store.
func (d *Doors) NewAPIKey(ctx context.Context, tenant uuid.UUID, n NewKey) (id uuid.UUID, secret string, err error) {
	if err := n.Clean(); err != nil {
		return Nobody, "", err
	}
	if n.ID == Nobody {
		n.ID = NewID()
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	secret = casinoKey + crockford.EncodeToString(raw[:])
	hash := sha256.Sum256([]byte(secret))
	_, err = d.control.ExecContext(ctx, `insert into control.api_keys (id, tenant_id, name, role, hint, hash, expires_at)
		values (?, ?, ?, ?, ?, ?, ?)`, n.ID, tenant, n.Name, n.Role, secret[:9], hash[:], n.ExpiresAt)
	if err != nil {
		return Nobody, "", fmt.Errorf("api key: %w", err)
	}
	return n.ID, secret, nil
}

// RoomForAPIKey answers Conflict to a casino that has as many good keys as it can have.
func (d *Doors) RoomForAPIKey(ctx context.Context, tenant uuid.UUID) error {
	var n int
	if err := d.control.NewRaw(`select count(*) from control.api_keys
		where tenant_id = ? and revoked_at is null and (expires_at is null or expires_at > now())`, tenant).Scan(ctx, &n); err != nil {
		return fmt.Errorf("api keys: %w", err)
	}
	if n >= MostAPIKeys {
		return fault.New(fault.Conflict, "At most %d keys can be in use. Revoke one that nobody needs.", MostAPIKeys)
	}
	return nil
}

// KeptKey is what its casino's admins see of a key: enough to tell it from others, never enough to use it.
type KeptKey struct {
	ID         uuid.UUID  `bun:"id"`
	Name       string     `bun:"name"`
	Role       string     `bun:"role"`
	Hint       string     `bun:"hint"` // how the secret begins
	CreatedAt  time.Time  `bun:"created_at"`
	ExpiresAt  *time.Time `bun:"expires_at"`
	RevokedAt  *time.Time `bun:"revoked_at"`
	LastUsedAt *time.Time `bun:"last_used_at"` // to the minute
}

// Expired says that the key's time is over.
func (k KeptKey) Expired() bool { return k.ExpiresAt != nil && !k.ExpiresAt.After(time.Now()) }

const keptColumns = `select id, name, role, hint, created_at, expires_at, revoked_at, last_used_at from control.api_keys `

// APIKeys are a casino's keys, newest first: the good ones, then the latest of those that have ended.
func (d *Doors) APIKeys(ctx context.Context, tenant uuid.UUID) ([]KeptKey, error) {
	var all []KeptKey
	err := d.control.NewRaw(keptColumns+`where tenant_id = ?
		order by revoked_at is not null or coalesce(expires_at <= now(), false), id desc limit ?`, tenant, MostAPIKeys+endedShown).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("api keys: %w", err)
	}
	return all, nil
}

// UnrevokedAPIKey is a casino's key by its id. An unknown one, another casino's and one that was revoked are NotFound.
func (d *Doors) UnrevokedAPIKey(ctx context.Context, tenant, id uuid.UUID) (KeptKey, error) {
	var k KeptKey
	err := d.control.NewRaw(keptColumns+`where tenant_id = ? and id = ? and revoked_at is null`, tenant, id).Scan(ctx, &k)
	if errors.Is(err, sql.ErrNoRows) {
		return k, ErrNotFound
	}
	if err != nil {
		return k, fmt.Errorf("api key %s: %w", id, err)
	}
	return k, nil
}

// ByAPIKey returns the key behind a secret, or ErrNotFound for an unknown, expired or revoked one.
func (d *Doors) ByAPIKey(ctx context.Context, secret string) (APIKey, error) {
	if !strings.HasPrefix(secret, casinoKey) && !strings.HasPrefix(secret, resellerKey) || len(secret) > 80 {
		return APIKey{}, ErrNotFound
	}
	hash := sha256.Sum256([]byte(secret))
	at := string(hash[:])
	a, forgets, ok := d.keys.get(at)
	if ok {
		if !a.found {
			return APIKey{}, ErrNotFound
		}
		return a.value, nil
	}
	var (
		k                APIKey
		tenant           uuid.NullUUID
		scopes, networks []string
		of               = pgdialect.Array
	)
	err := d.control.DB.QueryRowContext(ctx, `select k.id, k.name, k.role, coalesce(k.reseller_id, '00000000-0000-0000-0000-000000000000'),
			k.scopes, k.networks::text[], k.tenant_id
		from control.api_keys k left join control.resellers r on r.id = k.reseller_id
		where k.hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and r.suspended_at is null`, hash[:]).
		Scan(&k.ID, &k.Name, &k.Role, &k.Reseller, of(&scopes), of(&networks), &tenant)
	if err == nil && tenant.Valid {
		k.Tenant, err = d.ByID(ctx, tenant.UUID)
	}
	k.Scopes = scopes
	for _, n := range networks {
		if p, bad := netip.ParsePrefix(n); bad == nil {
			k.Networks = append(k.Networks, p)
		}
	}
	if networks != nil && k.Networks == nil { // a range that can't be read lets nobody in
		k.Networks = []netip.Prefix{}
	}
	if errors.Is(err, sql.ErrNoRows) {
		d.keys.put(at, k, false, forgets)
		return APIKey{}, ErrNotFound
	}
	if err != nil {
		return APIKey{}, err
	}
	d.keys.put(at, k, true, forgets)
	d.touch(ctx, k.ID)
	return k, nil
}

// RevokeAPIKey ends a casino's key: at once in this process, within seconds in others. An unknown or ended one is NotFound.
func (d *Doors) RevokeAPIKey(ctx context.Context, tenant, id uuid.UUID) error {
	res, err := d.control.ExecContext(ctx, `update control.api_keys set revoked_at = now()
		where tenant_id = ? and id = ? and revoked_at is null`, tenant, id)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return ErrNotFound
	}
	d.keys.forget(func(k APIKey) bool { return k.ID == id })
	return nil
}

// touch notes that a key was used, at most once a minute.
func (d *Doors) touch(ctx context.Context, id uuid.UUID) {
	if last, ok := d.used.Load(id); ok && time.Since(last.(time.Time)) < time.Minute {
		return
	}
	d.used.Store(id, time.Now())
	_, _ = d.control.ExecContext(ctx, `update control.api_keys set last_used_at = now() where id = ?`, id)
}
