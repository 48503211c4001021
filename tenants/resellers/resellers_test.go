package resellers_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func above(ctx context.Context, t *testing.T, fn func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	if err := tenants.Above(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

func add(ctx context.Context, t *testing.T, slug string, most int) (a resellers.Account) {
	t.Helper()
	above(ctx, t, func(ctx context.Context, tx bun.Tx) (err error) {
		a, err = resellers.Add(ctx, tx, resellers.New{Slug: slug, Name: "Demo " + slug, Email: "desk@" + slug + ".example", MostTenants: most})
		return err
	})
	return a
}

func found(ctx context.Context, d *sample.Desk, reseller uuid.UUID, slug, reference string) (tenants.Tenant, error) {
	return d.Pools.Doors.Found(ctx, tenants.New{Slug: slug, Name: slug, Reseller: reseller, Reference: reference},
		func(context.Context, bun.Tx) error { return nil })
}

func TestAResellerHasNoMoreCasinosThanAgreed(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	north := add(ctx, t, "north", 3)
	var wait sync.WaitGroup
	outcomes := make(chan error, 12)
	for n := range 12 {
		wait.Go(func() {
			_, err := found(ctx, d, north.ID, fmt.Sprintf("casino-%d", n), "")
			outcomes <- err
		})
	}
	wait.Wait()
	close(outcomes)
	made := 0
	for err := range outcomes {
		if err == nil {
			made++
		} else if fault.CodeOf(err) != fault.Conflict {
			t.Error(err)
		}
	}
	if made != 3 {
		t.Fatalf("%d casinos, agreed are 3", made)
	}
	// A closed one makes room.
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		all, err := resellers.Casinos(ctx, tx, resellers.Filter{Reseller: north.ID, Limit: 10})
		if err != nil || len(all) != 3 {
			t.Fatalf("%d casinos, %v", len(all), err)
		}
		_, err = resellers.Restrict(ctx, tx, all[0].ID, tenants.ByReseller, tenants.Closed, "They have stopped.")
		return err
	})
	if _, err := found(ctx, d, north.ID, "in-its-place", "contract-7"); err != nil {
		t.Error("no room after one was closed:", err)
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		most := 10
		a, err := resellers.Amend(ctx, tx, north.ID, resellers.Change{MostTenants: &most})
		if a.Tenants != 3 {
			t.Errorf("%d casinos count, want 3", a.Tenants)
		}
		return err
	})
	if _, err := found(ctx, d, north.ID, "same-contract", "contract-7"); fault.CodeOf(err) != fault.Conflict || fault.Of(err).Field != "reference" {
		t.Errorf("the same reference: %v", err)
	}
	if _, err := found(ctx, d, add(ctx, t, "south", 3).ID, "souths-contract", "contract-7"); err != nil {
		t.Errorf("another reseller's reference stands in the way: %v", err)
	}
}

func TestASuspendedResellersKeysEnd(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	north := add(ctx, t, "north", 0)
	var made tenants.MadeKey
	above(ctx, t, func(ctx context.Context, tx bun.Tx) (err error) {
		made, err = resellers.MakeKey(ctx, tx, north.ID, tenants.NewKey{Name: "Back office", Scopes: []string{"tenants:write"}})
		return err
	})
	doors := func() *tenants.Doors { return tenants.NewDoors(d.DB.Control(t), "localhost") } // which remembers nothing yet
	k, err := doors().ByAPIKey(ctx, made.Secret)
	if err != nil || k.Reseller != north.ID || k.Role != "reseller" || k.Tenant.ID != tenants.Nobody {
		t.Fatalf("the key is %+v, %v", k, err)
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		return resellers.Suspend(ctx, tx, north.ID, "They don't answer.")
	})
	if _, err := doors().ByAPIKey(ctx, made.Secret); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("suspended, its key answers %v", err)
	}
	if _, err := found(ctx, d, north.ID, "lucky-fox", ""); fault.CodeOf(err) != fault.Suspended {
		t.Errorf("suspended, it makes a casino: %v", err)
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error { return resellers.Resume(ctx, tx, north.ID) })
	if _, err := doors().ByAPIKey(ctx, made.Secret); err != nil {
		t.Errorf("resumed, its key answers %v", err)
	}
}

func TestAHoldIsItsSourcesAlone(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	north := add(ctx, t, "north", 0)
	fox, err := found(ctx, d, north.ID, "lucky-fox", "")
	if err != nil {
		t.Fatal(err)
	}
	try := func(from tenants.Source, s tenants.Standing, why string, want fault.Code, stands tenants.Standing) {
		t.Helper()
		var c resellers.Casino
		err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			c, err = resellers.Restrict(ctx, tx, fox.ID, from, s, why)
			return err
		})
		if fault.CodeOf(err) != want || err == nil && c.Standing != stands {
			t.Errorf("%s says %s: %v, it stands %s", from, s, err, c.Standing)
		}
	}
	try(tenants.ByReseller, tenants.Open, "", fault.Conflict, "")
	try(tenants.ByReseller, tenants.Suspended, " ", fault.Invalid, "")
	try(tenants.ByReseller, tenants.Suspended, "Unpaid.", "", tenants.Suspended)
	try(tenants.ByReseller, tenants.Suspended, "Unpaid.", fault.Conflict, "")
	try(tenants.ByVendor, tenants.ReadOnly, "A court says so.", "", tenants.Suspended)
	try(tenants.ByReseller, tenants.Open, "", "", tenants.ReadOnly)
	try(tenants.ByReseller, tenants.Closed, "They have stopped.", "", tenants.Closed)
	try(tenants.ByReseller, tenants.Suspended, "For a while.", fault.Conflict, "")
	try(tenants.ByReseller, tenants.Open, "", "", tenants.ReadOnly)
}

func TestDeedsAreTheirResellers(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	north, south := add(ctx, t, "north", 0), add(ctx, t, "south", 0)
	as := authz.With(ctx, authz.Actor{Kind: authz.KindKey, ID: tenants.NewID(), Role: authz.Reseller, Name: "Back office", Reseller: north.ID})
	above(as, t, func(ctx context.Context, tx bun.Tx) error {
		for _, p := range []authz.Permission{authz.ResellerRead, authz.ResellerRead, authz.ResellerChange} {
			if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: north.ID, About: "accent"}); err != nil {
				return err
			}
		}
		return nil
	})
	err := tenants.Above(as, func(ctx context.Context, tx bun.Tx) error {
		return authz.AskAbove(ctx, tx, authz.ResellerChange, authz.Whose{Reseller: south.ID})
	})
	if fault.CodeOf(err) != fault.NotFound {
		t.Fatalf("another's account: %v", err)
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		for _, c := range []struct {
			f    resellers.DeedFilter
			want int
		}{{resellers.DeedFilter{Reseller: north.ID, Limit: 10}, 1}, {resellers.DeedFilter{Reseller: north.ID, Reads: true, Limit: 10}, 2}, {resellers.DeedFilter{Limit: 10}, 2}, {resellers.DeedFilter{Reseller: south.ID, Reads: true, Limit: 10}, 0}} {
			all, err := resellers.Deeds(ctx, tx, c.f)
			if err != nil || len(all) != c.want {
				t.Errorf("%+v: %d deeds, %v, want %d", c.f, len(all), err, c.want)
			}
			for _, d := range all {
				if d.Actor != "Back office" || d.Facts["about"] != "accent" && !d.Refused {
					t.Errorf("a deed says %+v", d)
				}
			}
		}
		return nil
	})
}

func TestWhatNoAccountIsMadeFrom(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	add(ctx, t, "north", 0)
	for field, n := range map[string]resellers.New{
		"slug":         {Slug: "N", Name: "North", Email: "desk@north.example"},
		"name":         {Slug: "north-two", Name: " ", Email: "desk@north.example"},
		"email":        {Slug: "north-two", Name: "North", Email: "north"},
		"pays":         {Slug: "north-two", Name: "North", Email: "desk@north.example", Pays: "nobody"},
		"most_tenants": {Slug: "north-two", Name: "North", Email: "desk@north.example", MostTenants: -1},
	} {
		err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { _, err := resellers.Add(ctx, tx, n); return err })
		if fault.CodeOf(err) != fault.Invalid || fault.Of(err).Field != field {
			t.Errorf("%+v: %v on %q", n, err, fault.Of(err).Field)
		}
	}
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := resellers.Add(ctx, tx, resellers.New{Slug: "north", Name: "North", Email: "desk@north.example"})
		return err
	})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the same slug: %v", err)
	}
}
