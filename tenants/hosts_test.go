package tenants_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// claim makes a proven claim of a host, as package domains does once it has seen the proof.
func claim(ctx context.Context, t *testing.T, at tenants.Tenant, host string) (served bool) {
	t.Helper()
	ctx = tenants.With(ctx, at)
	err := tenants.In(ctx, at.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		if _, err := tx.NewRaw(`insert into domains (tenant_id, id, host, token, proven_at, proof)
			values (current_tenant(), ?, ?, 'a token of more than twenty letters', now(), 'txt')`, tenants.NewID(), host).Exec(ctx); err != nil {
			return err
		}
		served, err = tenants.ServeHost(ctx, tx, host)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return served
}

func choose(ctx context.Context, t *testing.T, at tenants.Tenant, host string) (done bool) {
	t.Helper()
	ctx = tenants.With(ctx, at)
	if err := tenants.In(ctx, at.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		done, err = tenants.MainHost(ctx, tx, host)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return done
}

func TestACasinoIsAtItsSlugAtOnceAndAtWhatItServes(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	doors := d.Pools.Doors
	if _, err := doors.ByHost(ctx, "lucky-fox.localhost"); fault.CodeOf(err) != fault.NotFound {
		t.Fatalf("before it exists: %v", err)
	}
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	at := func(host string) tenants.Tenant {
		t.Helper()
		got, err := doors.ByHost(ctx, host)
		if err != nil {
			t.Fatalf("%s: %v", host, err)
		}
		return got
	}
	if got := at("LUCKY-FOX.localhost.:8080"); got.ID != fox.ID || got.Host != "lucky-fox.localhost" {
		t.Errorf("by its slug: %+v", got)
	}
	if !claim(ctx, t, fox, "help.luckyfox.example") || claim(ctx, t, reel, "help.luckyfox.example") {
		t.Error("a host is served by whoever proves it first, and by nobody else")
	}
	if got := at("help.luckyfox.example"); got.ID != fox.ID || got.Host != "lucky-fox.localhost" {
		t.Errorf("a host that isn't main: %+v", got)
	}
	if choose(ctx, t, reel, "help.luckyfox.example") || !choose(ctx, t, fox, "help.luckyfox.example") {
		t.Error("a casino chooses among its own hosts")
	}
	for _, host := range []string{"help.luckyfox.example", "lucky-fox.localhost"} {
		if got := at(host); got.Host != "help.luckyfox.example" {
			t.Errorf("links from %s go to %s", host, got.Host)
		}
	}
	if got, err := doors.ByID(ctx, fox.ID); err != nil || got.Host != "help.luckyfox.example" {
		t.Errorf("by id: %+v, %v", got, err)
	}
	for _, other := range []tenants.Tenant{reel, fox} {
		in := tenants.With(ctx, other)
		if err := tenants.In(in, other.ID, func(ctx context.Context, tx bun.Tx) error {
			return tenants.ReleaseHost(ctx, tx, "help.luckyfox.example")
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := doors.ByHost(ctx, "help.luckyfox.example"); (err == nil) != (other.ID == reel.ID) {
			t.Errorf("after %s let go: %v", other.Name, err)
		}
	}
	if got := at("lucky-fox.localhost"); got.Host != "lucky-fox.localhost" {
		t.Errorf("without its main host links go to %s", got.Host)
	}
}

func TestWhatIsNotProvenIsNotServed(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ctx = tenants.With(ctx, fox)
	for _, row := range []string{`'x', null::timestamptz, null::timestamptz`, `'y', now(), now()`} {
		err := tenants.In(ctx, fox.ID, func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewRaw(`insert into domains (tenant_id, id, token, host, proven_at, proof, suspended_at)
				select current_tenant(), ?, 'a token of more than twenty letters', h || '.example', p, case when p is not null then 'txt' end, s
				from (values (`+row+`)) v(h, p, s)`, tenants.NewID()).Exec(ctx); err != nil {
				t.Error(err)
				return err
			}
			_, err := tenants.ServeHost(ctx, tx, row[1:2]+".example")
			return err
		})
		if err == nil {
			t.Errorf("%s is served", row)
		}
	}
}

func TestAWarmHostCostsNoQuery(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := pgtest.New(t)
	control := db.Control(t)
	doors := tenants.NewDoors(control, "desk.example")
	if _, err := doors.Create(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox"}); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"lucky-fox.desk.example", "nobody.desk.example"} {
		_, _ = doors.ByHost(ctx, host)
	}
	if err := control.Close(); err != nil {
		t.Fatal(err)
	}
	if fox, err := doors.ByHost(ctx, "lucky-fox.desk.example"); err != nil || fox.Host != "lucky-fox.desk.example" {
		t.Errorf("warm: %+v, %v", fox, err)
	}
	if _, err := doors.ByHost(ctx, "nobody.desk.example"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("nobody's host, warm: %v", err)
	}
	for _, never := range []string{"", "a host", "*.desk.example", "desk.example/x", "[::1]"} {
		if _, err := doors.ByHost(ctx, never); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%q: %v", never, err)
		}
	}
}

func TestAnotherProcessHearsOfHosts(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	other, elsewhere := sample.Over(t, d.DB)
	watching, stop := context.WithCancel(elsewhere)
	defer stop()
	go other.Pools.Doors.Watch(watching, slog.New(slog.DiscardHandler))
	soon := func(host string, want func(tenants.Tenant, error) bool) {
		t.Helper()
		limited, cancel := context.WithTimeout(elsewhere, 10*time.Second)
		defer cancel()
		for limited.Err() == nil {
			if want(other.Pools.Doors.ByHost(limited, host)) {
				return
			}
		}
		t.Errorf("%s isn't heard of elsewhere", host)
	}
	soon("lucky-fox.localhost", func(_ tenants.Tenant, err error) bool { return fault.CodeOf(err) == fault.NotFound })
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	soon("lucky-fox.localhost", func(got tenants.Tenant, err error) bool { return err == nil && got.ID == fox.ID })
	claim(ctx, t, fox, "help.luckyfox.example")
	choose(ctx, t, fox, "help.luckyfox.example")
	soon("lucky-fox.localhost", func(got tenants.Tenant, err error) bool { return err == nil && got.Host == "help.luckyfox.example" })
	soon("help.luckyfox.example", func(got tenants.Tenant, err error) bool { return err == nil && got.ID == fox.ID })
}

func TestSlugsThatAreRefused(t *testing.T) {
	t.Parallel()
	doors := tenants.NewDoors(pgtest.New(t).Control(t), "desk.example")
	for _, slug := range []string{"", "ab", "www", "mail", "xn--lucky", "Lucky", "lucky_fox", "1fox", "fox-", "a.b.c"} {
		if _, err := doors.Create(t.Context(), tenants.New{Slug: slug, Name: "x"}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %v", slug, err)
		}
	}
	for i, host := range []string{"", "help.fox.example"} {
		slug := fmt.Sprintf("lucky-fox-%d", i)
		want := host
		if want == "" {
			want = slug + ".desk.example"
		}
		if fox, err := doors.Create(t.Context(), tenants.New{Slug: slug, Name: "x", Host: host}); err != nil || fox.Host != want {
			t.Errorf("%s: %+v, %v", slug, fox, err)
		}
	}
	if _, err := doors.Create(t.Context(), tenants.New{Slug: "another", Name: "x", Host: "help.fox.example"}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a host that is taken: %v", err)
	}
}
