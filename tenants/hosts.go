package tenants

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/uptrace/bun"
)

// hostsSubject is under what the news tell that a casino's hosts have changed.
const hostsSubject = "hosts"

// Base is the deployment's own host, without port.
func (d *Doors) Base() string { return d.base }

// SlugHost is the host that a casino has from its first moment and can't lose.
func (d *Doors) SlugHost(t Tenant) string { return t.Slug + "." + d.base }

// slugAt is the slug of a host that is one label under the deployment's own, or "".
func (d *Doors) slugAt(host string) string {
	slug, ok := strings.CutSuffix(host, "."+d.base)
	if !ok || !slugForm.MatchString(slug) {
		return ""
	}
	return slug
}

// ByHost returns the casino that a host belongs to, or ErrNotFound. Whoever has been asked for is remembered: a warm host
// costs no query.
func (d *Doors) ByHost(ctx context.Context, host string) (Tenant, error) {
	host = CleanHost(host)
	if !hostLike(host) {
		return Tenant{}, ErrNotFound
	}
	t, forgets, known := d.hosts.get(host, d.remembered.hearing())
	switch {
	case known && t == nil:
		return Tenant{}, ErrNotFound
	case known:
		return *t, nil
	}
	// The deployment's own name comes first: no row can take {slug}.{base} from its casino.
	found, err := d.scanTenant(d.control.DB.QueryRowContext(ctx, tenantColumns+`where t.id = coalesce(
		(select id from control.tenants where slug = $2), (select tenant_id from control.hosts where host = $1))`, host, d.slugAt(host)))
	if errors.Is(err, sql.ErrNoRows) {
		d.hosts.put(host, nil, forgets)
		return Tenant{}, ErrNotFound
	}
	if err != nil {
		return Tenant{}, err
	}
	d.hosts.put(host, &found, forgets)
	return found, nil
}

// hostLike says whether a name could be a host at all (RFC 1123, section 2.1, with the underscores that some names have).
func hostLike(host string) bool {
	if host == "" || len(host) > 253 {
		return false
	}
	return strings.IndexFunc(host, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
	}) < 0
}

// ServeHost gives the casino of the transaction a host that it has proven. False: another casino serves it.
func ServeHost(ctx context.Context, tx bun.Tx, host string) (bool, error) {
	return moveHost(ctx, tx, `select serve_host(?)`, host)
}

// ReleaseHost takes a host from the casino of the transaction. Where it was the main one, {slug}.{base} is again.
func ReleaseHost(ctx context.Context, tx bun.Tx, host string) error {
	_, err := moveHost(ctx, tx, `select release_host(?)`, host)
	return err
}

// MainHost makes a host of the casino the one that links use; "" is {slug}.{base}. False: the casino doesn't serve it.
func MainHost(ctx context.Context, tx bun.Tx, host string) (bool, error) {
	return moveHost(ctx, tx, `select main_host(nullif(?, ''))`, host)
}

func moveHost(ctx context.Context, tx bun.Tx, statement, host string) (ok bool, err error) {
	if err := tx.NewRaw(statement, host).Scan(ctx, &ok); err != nil || !ok {
		return false, err
	}
	d, id := PoolsOf(ctx).Doors, Current(ctx).ID
	AfterCommit(ctx, func() { d.hosts.forget(id) })
	return true, nil
}
