package tenants_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// colours counts how often the database was asked.
func colours(reads *int) *tenants.Memory[string] {
	return tenants.Remember("colour", func(ctx context.Context, tx bun.Tx) (colour string, err error) {
		*reads++
		err = tx.NewRaw(`select coalesce(max(accent), 'none') from brands`).Scan(ctx, &colour)
		return colour, err
	})
}

func paint(ctx context.Context, t *testing.T, at tenants.Tenant, m *tenants.Memory[string], colour string, fails error) {
	t.Helper()
	err := tenants.In(ctx, at.ID, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`insert into brands (tenant_id, name, accent) values (current_tenant(), 'x', ?)
			on conflict (tenant_id) do update set accent = excluded.accent`, colour).Exec(ctx); err != nil {
			return err
		}
		if err := m.Changed(ctx, tx); err != nil {
			return err
		}
		if got, err := m.Of(ctx); err != nil || got != colour {
			t.Errorf("inside its own transaction: %q, %v", got, err)
		}
		return fails
	})
	if !errors.Is(err, fails) {
		t.Fatal(err)
	}
}

func TestAMemoryHoldsOneCasinosSubject(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	reads := 0
	m := colours(&reads)
	of := func(at tenants.Tenant) string {
		got, err := m.Of(tenants.With(ctx, at))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	foxes := tenants.With(ctx, fox)
	paint(foxes, t, fox, m, "#ff6600", nil)
	reads = 0
	for range 3 {
		if of(fox) != "#ff6600" || of(reel) != "none" {
			t.Fatalf("fox %q, reel %q", of(fox), of(reel))
		}
	}
	if reads != 2 {
		t.Errorf("%d reads for two casinos", reads)
	}
	paint(foxes, t, fox, m, "#000000", errors.New("no"))
	if got := of(fox); got != "#ff6600" {
		t.Errorf("what was rolled back is remembered: %q", got)
	}
	paint(foxes, t, fox, m, "#00aa00", nil)
	if got := of(fox); got != "#00aa00" {
		t.Errorf("after the change: %q", got)
	}
}

func TestAnotherProcessHearsOfAChange(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	other, elsewhere := sample.Over(t, d.DB)
	watching, stop := context.WithCancel(elsewhere)
	defer stop()
	go other.Pools.Doors.Watch(watching, slog.New(slog.DiscardHandler))
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	reads := 0
	m := colours(&reads)
	there := tenants.With(elsewhere, fox)
	if got, err := m.Of(there); err != nil || got != "none" {
		t.Fatalf("%q, %v", got, err)
	}
	paint(tenants.With(ctx, fox), t, fox, colours(new(int)), "#ff6600", nil)
	for deadline := time.Now().Add(10 * time.Second); ; {
		got, err := m.Of(there)
		if err != nil {
			t.Fatal(err)
		}
		if got == "#ff6600" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %q", got)
		}
	}
}
