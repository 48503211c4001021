package brands_test

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestACasinoThatHasSetNothingHasAFace(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	err := tenants.In(tenants.With(ctx, fox), fox.ID, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`insert into brands (tenant_id, name, greeting) values (current_tenant(), 'Fox', '{"en": "Hello!"}')`).Exec(ctx); err != nil {
			return err
		}
		b, err := brands.Of(ctx)
		if b.Name != "Fox" || b.Greeting.In("en") != "Hello!" || b.Greeting.In("lt") != "" || b.Corners != brands.Soft {
			t.Errorf("%+v", b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := brands.Of(tenants.With(ctx, reel))
	if err != nil || b.Name != "Golden Reel" || b.Accent == "" || b.From() != "Golden Reel" {
		t.Errorf("%+v, %v", b, err)
	}
}
