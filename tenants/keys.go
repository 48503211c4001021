package tenants

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/internal/fault"
)

// Bounds of keys: how many of an owner can be good at once, and how many networks one may be used from.
const (
	MostAPIKeys  = 50
	mostNetworks = 20
	mostScopes   = 40
)

// How long the secret that was replaced may stay good beside the new one.
const (
	KeepOldSecret     = 24 * time.Hour // unless somebody says otherwise
	MostKeepOldSecret = 30 * 24 * time.Hour
)

// NewKey is what a key is made from.
type NewKey struct {
	ID        uuid.UUID // chosen by whoever must write it down before the key is there; zero: a new one
	Name      string
	Role      string         // operator, lead or admin; a reseller's key has the role of resellers whatever stands here
	Scopes    []string       // what it is for; nil: whatever its role may
	Networks  []netip.Prefix // where it may come from; nil: anywhere
	ExpiresAt *time.Time     // nil: good until it is revoked
}

var scopeForm = regexp.MustCompile(`^[a-z_]{1,40}:(read|write)$`)

// Clean trims the name and says what is wrong with the rest, in words for whoever makes the key. Which scopes there are, authz
// knows.
func (n *NewKey) Clean() error {
	n.Name = strings.TrimSpace(n.Name)
	if c := utf8.RuneCountInString(n.Name); c < 1 || c > 120 || !utf8.ValidString(n.Name) ||
		strings.ContainsFunc(n.Name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fault.New(fault.Invalid, "A name has 1 to 120 characters.").On("name")
	}
	if !slices.Contains([]string{"operator", "lead", "admin", "reseller"}, n.Role) {
		return fault.New(fault.Invalid, "There is no such role.").On("role")
	}
	if n.ExpiresAt != nil && !n.ExpiresAt.After(time.Now()) {
		return fault.New(fault.Invalid, "A key's end must lie ahead.").On("expires")
	}
	if n.Scopes != nil {
		slices.Sort(n.Scopes)
		n.Scopes = slices.Compact(n.Scopes)
	}
	if n.Scopes != nil && len(n.Scopes) == 0 || len(n.Scopes) > mostScopes ||
		slices.ContainsFunc(n.Scopes, func(s string) bool { return !scopeForm.MatchString(s) }) {
		return fault.New(fault.Invalid, "Name at least one scope that there is, or none to allow all that the role may.").On("scopes")
	}
	if n.Networks != nil && len(n.Networks) == 0 || len(n.Networks) > mostNetworks {
		return fault.New(fault.Invalid, "A key is bound to 1 to %d networks, or to none.", mostNetworks).On("networks")
	}
	return nil
}

// ParseNetworks reads address ranges, each as an address or as CIDR: 203.0.113.7, 2001:db8::/32. None is anywhere.
func ParseNetworks(texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		text = strings.TrimSpace(text)
		if at, err := netip.ParseAddr(text); err == nil && at.Zone() == "" {
			at = at.Unmap()
			all = append(all, netip.PrefixFrom(at, at.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil || p.Addr().Is4In6() {
			return nil, fault.New(fault.Invalid, "A network looks like 203.0.113.0/24 or 2001:db8::/32.").On("networks")
		}
		all = append(all, p.Masked())
	}
	slices.SortFunc(all, func(a, b netip.Prefix) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(all), nil
}

// Keys are a casino's, in a transaction of In or Reading, or a reseller's, in one of Above. What isn't the owner's is NotFound.
type Keys struct{ reseller uuid.UUID }

// CasinosKeys are those of the casino that a transaction is of.
var CasinosKeys = Keys{}

// ResellersKeys are those of a reseller.
func ResellersKeys(reseller uuid.UUID) Keys { return Keys{reseller} }

// MadeKey is a key with its secret, which nobody is told again.
type MadeKey struct {
	ID     uuid.UUID
	Secret string
}

// newSecret makes a secret: 256 random bits behind a prefix, so that a plain SHA-256 of it is safe to store.
func (k Keys) newSecret() (secret, hint string, hash [32]byte) {
	prefix := casinoKey
	if k.reseller != Nobody {
		prefix = resellerKey
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	secret = prefix + crockford.EncodeToString(raw[:])
	return secret, secret[:9], sha256.Sum256([]byte(secret))
}

// Make makes a key. One more than MostAPIKeys is a Conflict.
func (k Keys) Make(ctx context.Context, tx bun.IDB, n NewKey) (MadeKey, error) {
	if k.reseller != Nobody {
		n.Role = "reseller"
	}
	if err := n.Clean(); err != nil {
		return MadeKey{}, err
	}
	if n.ID == Nobody {
		n.ID = NewID()
	}
	secret, hint, hash := k.newSecret()
	var scopes, networks any
	if n.Scopes != nil {
		scopes = pgdialect.Array(n.Scopes)
	}
	if n.Networks != nil {
		var texts []string
		for _, p := range n.Networks {
			texts = append(texts, p.String())
		}
		networks = pgdialect.Array(texts)
	}
	var made bool
	if err := tx.NewRaw(k.call("add_key")+`?, ?, ?, ?, ?, ?, ?::timestamptz, ?::text[], ?::text[])`,
		MostAPIKeys, n.ID, n.Name, n.Role, hint, hash[:], n.ExpiresAt, scopes, networks).Scan(ctx, &made); err != nil {
		return MadeKey{}, fmt.Errorf("api key: %w", err)
	}
	if !made {
		return MadeKey{}, fault.New(fault.Conflict, "At most %d keys can be in use. Revoke one that nobody needs.", MostAPIKeys)
	}
	return MadeKey{n.ID, secret}, nil
}

// call is the beginning of a call to the function that does a deed to these keys.
func (k Keys) call(deed string) string {
	if k.reseller == Nobody {
		return "select " + deed + "("
	}
	return "select control." + deed + "(null, '" + k.reseller.String() + "'::uuid, "
}

// Rotate gives a key a new secret; the present one stays good for keep. While the one before is still good it is a Conflict:
// two are good at a time, never three.
func (k Keys) Rotate(ctx context.Context, tx bun.IDB, id uuid.UUID, keep time.Duration) (MadeKey, error) {
	if keep < 0 || keep > MostKeepOldSecret {
		return MadeKey{}, fault.New(fault.Invalid, "The old secret can stay good for 0 to %d days.", int(MostKeepOldSecret.Hours()/24)).On("keep")
	}
	secret, hint, hash := k.newSecret()
	var said string
	if err := tx.NewRaw(k.call("rotate_key")+`?, ?, ?, now() + ?::interval)`, id, hint, hash[:],
		fmt.Sprintf("%d seconds", int(keep.Seconds()))).Scan(ctx, &said); err != nil {
		return MadeKey{}, fmt.Errorf("rotate key: %w", err)
	}
	switch said {
	case "unknown":
		return MadeKey{}, ErrNotFound
	case "two":
		return MadeKey{}, fault.New(fault.Conflict, "This key has two secrets already. End the old one first, or wait until it runs out.")
	}
	forgetKey(ctx, id)
	return MadeKey{id, secret}, nil
}

// EndOldSecret ends the secret that was replaced: at once in this process, within seconds in others.
func (k Keys) EndOldSecret(ctx context.Context, tx bun.IDB, id uuid.UUID) error {
	return k.end(ctx, tx, "end_old_secret", id)
}

// Revoke ends a key with all its secrets, as fast.
func (k Keys) Revoke(ctx context.Context, tx bun.IDB, id uuid.UUID) error {
	return k.end(ctx, tx, "revoke_key", id)
}

func (k Keys) end(ctx context.Context, tx bun.IDB, deed string, id uuid.UUID) error {
	var ended bool
	if err := tx.NewRaw(k.call(deed)+`?)`, id).Scan(ctx, &ended); err != nil {
		return fmt.Errorf("%s: %w", deed, err)
	}
	if !ended {
		return ErrNotFound
	}
	forgetKey(ctx, id)
	return nil
}

func forgetKey(ctx context.Context, id uuid.UUID) {
	d := PoolsOf(ctx).Doors
	AfterCommit(ctx, func() { d.keys.forget(func(k APIKey) bool { return k.ID == id }) })
}

// Of is one key that wasn't revoked.
func (k Keys) Of(ctx context.Context, tx bun.IDB, id uuid.UUID) (KeptKey, error) {
	var kept KeptKey
	err := tx.NewRaw(k.kept()+`and id = ? and revoked_at is null`, id).Scan(ctx, &kept)
	if errors.Is(err, sql.ErrNoRows) {
		return kept, ErrNotFound
	}
	if err != nil {
		return kept, fmt.Errorf("api key %s: %w", id, err)
	}
	return kept, nil
}

// endedShown is how many keys that are good no longer a list still names.
const endedShown = 100

// All are the owner's keys, newest first: the good ones, then the latest of those that have ended.
func (k Keys) All(ctx context.Context, tx bun.IDB) ([]KeptKey, error) {
	var all []KeptKey
	if err := tx.NewRaw(k.kept()+keptOrder, MostAPIKeys+endedShown).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("api keys: %w", err)
	}
	return all, nil
}

const (
	keptColumns = `select id, name, role, scopes, networks, hint, created_at, expires_at, revoked_at, last_used_at, rotated_at,
		coalesce(old_hint, '') as old_hint, old_until, old_used_at, good from `
	keptOrder = `order by not good, id desc limit ?`
)

func (k Keys) kept() string {
	if k.reseller == Nobody {
		return keptColumns + `kept_keys() where true `
	}
	return keptColumns + `control.kept_keys where reseller_id = '` + k.reseller.String() + `' `
}

// KeptKey is what its owner sees of a key: enough to tell it from others, never enough to use it.
type KeptKey struct {
	ID         uuid.UUID  `bun:"id"`
	Name       string     `bun:"name"`
	Role       string     `bun:"role"`
	Scopes     []string   `bun:"scopes,array"`
	Networks   []string   `bun:"networks,array"`
	Hint       string     `bun:"hint"` // how the secret begins
	CreatedAt  time.Time  `bun:"created_at"`
	ExpiresAt  *time.Time `bun:"expires_at"`
	RevokedAt  *time.Time `bun:"revoked_at"`
	LastUsedAt *time.Time `bun:"last_used_at"` // to the minute, by the present secret
	RotatedAt  *time.Time `bun:"rotated_at"`
	OldHint    string     `bun:"old_hint"`    // how the secret begins that was replaced and is still good; empty where none is
	OldUntil   *time.Time `bun:"old_until"`   // how long it is
	OldUsedAt  *time.Time `bun:"old_used_at"` // when somebody last came with it
	Good       bool       `bun:"good"`
}

// Expired says that the key's time is over.
func (k KeptKey) Expired() bool { return k.ExpiresAt != nil && !k.ExpiresAt.After(time.Now()) }
