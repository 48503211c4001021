package tenants

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"maps"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// believed is how long a host or key is believed without asking again: what an admin changes is true everywhere by then.
const believed = 5 * time.Second

// cacheSize bounds the answers kept, so that made-up hosts can't fill memory.
const cacheSize = 20_000

type answer[T any] struct {
	value T
	found bool
	until time.Time
}

type cache[T any] struct {
	mu   sync.Mutex
	kept map[string]answer[T]
	long time.Duration
}

func (c *cache[T]) get(key string) (answer[T], bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.kept[key]
	return a, ok && time.Now().Before(a.until)
}

func (c *cache[T]) put(key string, value T, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= cacheSize {
		c.kept = map[string]answer[T]{}
	}
	c.kept[key] = answer[T]{value, found, time.Now().Add(c.long)}
}

// forget drops what is kept for values that which picks, so that they are asked for again.
func (c *cache[T]) forget(which func(T) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.kept, func(_ string, a answer[T]) bool { return which(a.value) })
}

// Doors answers what lies across casinos, from the control role's pool. One belongs to one deployment.
type Doors struct {
	control *bun.DB
	hosts   cache[Tenant]
	keys    cache[APIKey]
	used    sync.Map // key id -> time of the last write of last_used_at
}

// NewDoors returns the doors over the control pool.
func NewDoors(control *bun.DB) *Doors { return NewDoorsBelieving(control, believed) }

// NewDoorsBelieving is NewDoors with another time for which answers are believed.
func NewDoorsBelieving(control *bun.DB, long time.Duration) *Doors {
	return &Doors{control: control, hosts: cache[Tenant]{long: long}, keys: cache[APIKey]{long: long}}
}

// CleanHost is a Host header as hosts are stored: lower case, without port and without a final dot.
func CleanHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

const tenantColumns = `select t.id, t.slug, t.name, t.language, m.host from control.tenants t
	join control.hosts m on m.tenant_id = t.id and m.main `

func scanTenant(row *sql.Row) (t Tenant, err error) {
	err = row.Scan(&t.ID, &t.Slug, &t.Name, &t.Language, &t.Host)
	return t, err
}

// ByHost returns the casino that a host belongs to, or ErrNotFound.
func (d *Doors) ByHost(ctx context.Context, host string) (Tenant, error) {
	host = CleanHost(host)
	if len(host) > 253 {
		return Tenant{}, ErrNotFound
	}
	if a, ok := d.hosts.get(host); ok {
		if !a.found {
			return Tenant{}, ErrNotFound
		}
		return a.value, nil
	}
	t, err := scanTenant(d.control.DB.QueryRowContext(ctx,
		tenantColumns+`join control.hosts h on h.tenant_id = t.id where h.host = $1`, host))
	if errors.Is(err, sql.ErrNoRows) {
		d.hosts.put(host, t, false)
		return Tenant{}, ErrNotFound
	}
	if err != nil {
		return Tenant{}, err
	}
	d.hosts.put(host, t, true)
	return t, nil
}

// ByID returns a casino by its id, or ErrNotFound. For jobs and commands.
func (d *Doors) ByID(ctx context.Context, id uuid.UUID) (Tenant, error) {
	t, err := scanTenant(d.control.DB.QueryRowContext(ctx, tenantColumns+`where t.id = $1`, id.String()))
	if errors.Is(err, sql.ErrNoRows) {
		return Tenant{}, ErrNotFound
	}
	return t, err
}

// All walks every casino, oldest first. For jobs and commands that serve the whole deployment; never for a request.
func (d *Doors) All(ctx context.Context) ([]Tenant, error) {
	rows, err := d.control.DB.QueryContext(ctx, tenantColumns+`order by t.created_at, t.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Tenant
	for rows.Next() {
		var t Tenant
		if err := rows.Scan(&t.ID, &t.Slug, &t.Name, &t.Language, &t.Host); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// New is what a casino starts with.
type New struct {
	Slug, Name, Host, Language string
}

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`)

// Create registers a casino and its main host. A slug or host that is taken answers Conflict.
func (d *Doors) Create(ctx context.Context, n New) (Tenant, error) {
	if !slugForm.MatchString(n.Slug) {
		return Tenant{}, fault.New(fault.Invalid, "The short name must be 3 to 40 of a-z, 0-9 and -, starting with a letter.")
	}
	if n.Language == "" {
		n.Language = "en"
	}
	t := Tenant{ID: NewID(), Slug: n.Slug, Name: n.Name, Host: CleanHost(n.Host), Language: n.Language}
	err := d.control.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `insert into control.tenants (id, slug, name, language) values (?, ?, ?, ?)
			on conflict do nothing`, t.ID, t.Slug, t.Name, t.Language)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return fault.New(fault.Conflict, "This short name is taken.")
		}
		res, err = tx.ExecContext(ctx, `insert into control.hosts (host, tenant_id, main) values (?, ?, true)
			on conflict do nothing`, t.Host, t.ID)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return fault.New(fault.Conflict, "This address is taken.")
		}
		return nil
	})
	if err != nil {
		return Tenant{}, err
	}
	d.hosts.put(t.Host, t, true)
	return t, nil
}

// PersonByEmail returns the id of the person who reads an address, making one who wasn't known. It tells nothing else, so no
// casino learns whether another already knows the person.
func (d *Doors) PersonByEmail(ctx context.Context, email string) (uuid.UUID, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	var id uuid.UUID
	err := d.control.DB.QueryRowContext(ctx, `with made as (
			insert into control.people (id, email) values ($1, $2) on conflict (email) do nothing returning id)
		select id from made union all select id from control.people where email = $2 limit 1`,
		NewID().String(), email).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) { // made by somebody else in the same moment
		err = d.control.DB.QueryRowContext(ctx, `select id from control.people where email = $1`, email).Scan(&id)
	}
	return id, err
}

// APIKey is a casino's key to the API: it acts with a role, never with a password, so checking it costs one fast hash.
type APIKey struct {
	ID     uuid.UUID
	Tenant Tenant
	Name   string
	Role   string
}

// NewAPIKey makes a key for a casino and returns it with the secret, which is shown this once: 256 random bits behind a
// prefix, so a plain SHA-256 of it is safe to store.
func (d *Doors) NewAPIKey(ctx context.Context, tenant uuid.UUID, name, role string) (id uuid.UUID, secret string, err error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	secret = "dk_" + crockford.EncodeToString(raw[:])
	hash := sha256.Sum256([]byte(secret))
	id = NewID()
	_, err = d.control.ExecContext(ctx, `insert into control.api_keys (id, tenant_id, name, role, hint, hash) values (?, ?, ?, ?, ?, ?)`,
		id, tenant, name, role, secret[:9], hash[:])
	return id, secret, err
}

// ByAPIKey returns the key behind a secret, or ErrNotFound for an unknown, expired or revoked one.
func (d *Doors) ByAPIKey(ctx context.Context, secret string) (APIKey, error) {
	if !strings.HasPrefix(secret, "dk_") || len(secret) > 80 {
		return APIKey{}, ErrNotFound
	}
	hash := sha256.Sum256([]byte(secret))
	at := string(hash[:])
	if a, ok := d.keys.get(at); ok {
		if !a.found {
			return APIKey{}, ErrNotFound
		}
		return a.value, nil
	}
	var k APIKey
	err := d.control.DB.QueryRowContext(ctx, `select k.id, k.name, k.role, t.id, t.slug, t.name, t.language, h.host
		from control.api_keys k join control.tenants t on t.id = k.tenant_id
		join control.hosts h on h.tenant_id = t.id and h.main
		where k.hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`, hash[:]).
		Scan(&k.ID, &k.Name, &k.Role, &k.Tenant.ID, &k.Tenant.Slug, &k.Tenant.Name, &k.Tenant.Language, &k.Tenant.Host)
	if errors.Is(err, sql.ErrNoRows) {
		d.keys.put(at, k, false)
		return APIKey{}, ErrNotFound
	}
	if err != nil {
		return APIKey{}, err
	}
	d.keys.put(at, k, true)
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
