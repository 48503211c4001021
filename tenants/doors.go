package tenants

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Doors answers what lies across casinos, from the control role's pool. One belongs to one deployment.
type Doors struct {
	control *bun.DB
	hosts   cache[Tenant]
	keys    cache[APIKey]
	used    sync.Map // key id -> time of the last write of last_used_at

	remembered remembered
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
