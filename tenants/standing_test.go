package tenants_test

import (
	"context"
	"errors"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestTheWorstHoldCounts(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	hold := func(from tenants.Source, s, want tenants.Standing) {
		t.Helper()
		if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			got, err := tenants.Hold(ctx, tx, fox.ID, from, s, "because")
			if got != want {
				t.Errorf("%s says %s: it stands %s, want %s", from, s, got, want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		now, err := d.Pools.Doors.ByHost(ctx, fox.Host)
		if err != nil || now.Standing != want {
			t.Errorf("its host says %s %v, want %s", now.Standing, err, want)
		}
	}
	hold(tenants.ByBilling, tenants.ReadOnly, tenants.ReadOnly)
	hold(tenants.ByReseller, tenants.Suspended, tenants.Suspended)
	hold(tenants.ByBilling, tenants.Open, tenants.Suspended)
	hold(tenants.ByVendor, tenants.Closed, tenants.Closed)
	hold(tenants.ByVendor, tenants.Open, tenants.Suspended)
	hold(tenants.ByReseller, tenants.Open, tenants.Open)
	if other, err := d.Pools.Doors.ByHost(ctx, reel.Host); err != nil || other.Standing != tenants.Open {
		t.Errorf("Golden Reel stands %s %v", other.Standing, err)
	}
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tenants.Hold(ctx, tx, tenants.NewID(), tenants.ByVendor, tenants.Closed, "nobody")
		return err
	})
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a casino that isn't there: %v", err)
	}
}

func TestACasinoIsFoundedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	broken := errors.New("broken")
	found := func(slug string, with error) (tenants.Tenant, error) {
		return d.Pools.Doors.Found(ctx, tenants.New{Slug: slug, Name: "Demo Casino"}, func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewRaw(`insert into teams (tenant_id, id, name) values (current_tenant(), ?, 'Leads')`, tenants.NewID()).Exec(ctx); err != nil {
				return err
			}
			return with
		})
	}
	if _, err := found("demo-casino", broken); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := d.Pools.Doors.ByHost(ctx, "demo-casino.localhost"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("half a casino is there: %v", err)
	}
	made, err := found("demo-casino", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := d.Pools.Doors.ByHost(ctx, "demo-casino.localhost"); err != nil || got != made {
		t.Errorf("its host leads to %+v %v, want %+v", got, err, made)
	}
	if _, err := found("demo-casino", nil); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the same slug again: %v", err)
	}
}

func TestInIsRefusedInsideAbove(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	nothing := func(context.Context, bun.Tx) error { return nil }
	if err := tenants.Above(ctx, func(ctx context.Context, _ bun.Tx) error { return tenants.In(ctx, fox.ID, nothing) }); err == nil {
		t.Error("In works inside Above")
	}
	if err := tenants.In(ctx, fox.ID, func(ctx context.Context, _ bun.Tx) error { return tenants.Above(ctx, nothing) }); err != nil {
		t.Errorf("Above inside In: %v", err)
	}
}
