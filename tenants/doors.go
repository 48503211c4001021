package tenants

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Doors answers what lies across casinos, from the control role's pool. One belongs to one deployment.
type Doors struct {
	control *bun.DB
	base    string
	hosts   hostMemory
	keys    cache[APIKey]
	used    sync.Map // use -> time of the last write of it

	remembered remembered
}

// NewDoors returns the doors over the control pool. base is the deployment's own host: each casino is at {slug}.{base}.
func NewDoors(control *bun.DB, base string) *Doors { return NewDoorsBelieving(control, base, believed) }

// NewDoorsBelieving is NewDoors with another time for which answers are believed.
func NewDoorsBelieving(control *bun.DB, base string, long time.Duration) *Doors {
	return &Doors{control: control, base: CleanHost(base), hosts: hostMemory{long: long}, keys: cache[APIKey]{long: long}}
}

// CleanHost is a Host header as hosts are stored: lower case, without port and without a final dot.
func CleanHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

const tenantColumns = `select t.id, t.slug, t.name, t.language, coalesce(m.host, ''), coalesce(t.reseller_id, '00000000-0000-0000-0000-000000000000'), t.standing from control.tenants t
	left join control.hosts m on m.tenant_id = t.id and m.main `

func (d *Doors) scanTenant(row interface{ Scan(...any) error }) (t Tenant, err error) {
	err = row.Scan(&t.ID, &t.Slug, &t.Name, &t.Language, &t.Host, &t.Reseller, &t.Standing)
	return d.housed(t), err
}

// housed gives a casino that has chosen no main host the one it has from the start.
func (d *Doors) housed(t Tenant) Tenant {
	if t.Host == "" {
		t.Host = d.SlugHost(t)
	}
	return t
}

// ByID returns a casino by its id, or ErrNotFound. For jobs and commands.
func (d *Doors) ByID(ctx context.Context, id uuid.UUID) (Tenant, error) {
	t, err := d.scanTenant(d.control.DB.QueryRowContext(ctx, tenantColumns+`where t.id = $1`, id.String()))
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
		t, err := d.scanTenant(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
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
