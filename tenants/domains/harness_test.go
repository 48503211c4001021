package domains_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/nameserver"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a deployment whose casinos prove their names to a DNS of the test's own.
type house struct {
	*sample.Desk
	dns *nameserver.Server
}

func open(t *testing.T) (*house, context.Context) {
	d, ctx := sample.New(t)
	return &house{d, nameserver.New(t)}, ctx
}

func (h *house) resolver() domains.DNS { return domains.DNS{Servers: []string{h.dns.Addr}} }

// admin is a ctx in which an admin of a new casino acts.
func admin(ctx context.Context, t *testing.T, name string) context.Context {
	at := sample.Tenant(ctx, t, name)
	return authz.With(tenants.With(ctx, at), sample.Agent(ctx, t, at, "Ieva", authz.Admin))
}

func in(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	return tenants.In(ctx, tenants.Current(ctx).ID, fn)
}

func add(ctx context.Context, t *testing.T, typed string) (d domains.Domain) {
	t.Helper()
	if err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = domains.Add(ctx, tx, typed)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

// check does what the page's "check now" does.
func (h *house) check(ctx context.Context, t *testing.T, id uuid.UUID) domains.Domain {
	t.Helper()
	d, err := h.tryCheck(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (h *house) tryCheck(ctx context.Context, id uuid.UUID) (d domains.Domain, err error) {
	if err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) { d, err = domains.Get(ctx, tx, id); return err }); err != nil {
		return d, err
	}
	e := domains.Look(ctx, h.resolver(), d, domains.Target(ctx, ""))
	err = in(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = domains.Settle(ctx, tx, id, e, true)
		return err
	})
	return d, err
}

// daily does what the job does, after making time pass for the casino's claims.
func (h *house) daily(ctx context.Context, t *testing.T, passed string) domains.Domain {
	t.Helper()
	if _, err := h.DB.Super(t).Exec(`update domains set checked_at = checked_at - $1::interval, failed_at = failed_at - $1::interval,
		added_at = added_at - $1::interval`, passed); err != nil {
		t.Fatal(err)
	}
	if err := domains.Recheck(ctx, h.resolver(), "", slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return list(ctx, t)[0]
}

func list(ctx context.Context, t *testing.T) (all []domains.Domain) {
	t.Helper()
	if err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) { all, err = domains.List(ctx, tx); return err }); err != nil {
		t.Fatal(err)
	}
	return all
}

// txt sets a claim's proof.
func (h *house) txt(t *testing.T, d domains.Domain, values ...string) {
	t.Helper()
	var lines []string
	for _, v := range values {
		lines = append(lines, d.TXTName()+`. 60 IN TXT "`+v+`"`)
	}
	h.dns.Set(t, lines...)
}

// served is the casino at a host, "" for none, as a process that remembers nothing sees it.
func (h *house) served(t *testing.T, host string) string {
	t.Helper()
	got, err := tenants.NewDoors(h.DB.Control(t), "localhost").ByHost(t.Context(), host)
	if err != nil {
		return ""
	}
	if got.Host == host {
		return got.Name + " main"
	}
	return got.Name
}

func (h *house) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := h.DB.Super(t).QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
