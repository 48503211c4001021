package tenants

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// How secrets begin: a casino's key, a reseller's.
const (
	casinoKey   = "dk_"
	resellerKey = "rk_"
)

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
		old              bool
		of               = pgdialect.Array
	)
	err := d.control.DB.QueryRowContext(ctx, `select k.id, k.name, k.role, coalesce(k.reseller_id, '00000000-0000-0000-0000-000000000000'),
			k.scopes, k.networks::text[], k.tenant_id, k.hash <> $1
		from control.api_keys k left join control.resellers r on r.id = k.reseller_id
		where (k.hash = $1 or k.old_hash = $1 and k.old_until > now()) and k.revoked_at is null
		and (k.expires_at is null or k.expires_at > now()) and r.suspended_at is null`, hash[:]).
		Scan(&k.ID, &k.Name, &k.Role, &k.Reseller, of(&scopes), of(&networks), &tenant, &old)
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
	d.touch(ctx, k.ID, old)
	return k, nil
}

// touch notes that a key was used, by its present secret or its old one, at most once a minute.
func (d *Doors) touch(ctx context.Context, id uuid.UUID, old bool) {
	what := use{id, old}
	if last, ok := d.used.Load(what); ok && time.Since(last.(time.Time)) < time.Minute {
		return
	}
	d.used.Store(what, time.Now())
	column := bun.Ident("last_used_at")
	if old {
		column = "old_used_at"
	}
	_, _ = d.control.NewRaw(`update control.api_keys set ? = now() where id = ?`, column, id).Exec(ctx)
}

// use is one of the ways a key is used.
type use struct {
	key uuid.UUID
	old bool
}
