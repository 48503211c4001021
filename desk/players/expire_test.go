package players_test

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/desk/players"
	"pitdesk/desk/staff"
	"pitdesk/internal/sample"
)

func TestWhatHasExpiredIsCleared(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox, reel := newCasino(ctx, t, "Lucky Fox"), newCasino(ctx, t, "Golden Reel")
	super := d.DB.Super(t)
	for _, c := range []casino{fox, reel} {
		mara := sample.Player(ctx, t, c.Tenant, "Mara")
		ruta := sample.Agent(ctx, t, c.Tenant, "Ruta", "operator")
		for name, old := range map[string]string{"old": "now() - interval '90 days'", "new": "now() + interval '1 hour'"} {
			if _, err := super.Exec(`with c as (select $1::uuid as tenant, $2::uuid as player, $3::uuid as member, sha256($4::bytea) as hash, gen_random_uuid() as id, `+old+` as at),
				a as (insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at) select tenant, hash, player, true, at from c),
				b as (insert into identity_tokens_used select tenant, hash::text, at from c),
				d as (insert into staff_sessions (tenant_id, token_hash, id, membership_id, expires_at, address, browser) select tenant, hash, id, member, at, '', '' from c),
				e as (insert into password_resets (tenant_id, id, token_hash, membership_id, expires_at) select tenant, id, hash, member, at from c),
				f as (insert into invitations (tenant_id, id, token_hash, email, name, role, expires_at) select tenant, id, hash, id || '@b.example', '', 'lead', at from c)
				insert into sign_in_attempts select tenant, id, 'a', 'b', at, false from c`,
				c.ID.String(), mara.String(), ruta.ID.String(), c.Name+name); err != nil {
				t.Fatal(err)
			}
		}
	}
	fox.in(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		mine, err := players.ClearExpired(ctx, tx)
		if err != nil {
			return err
		}
		theirs, err := staff.ClearExpired(ctx, tx)
		if mine != 2 || theirs != 4 {
			t.Errorf("cleared %d rows of players and %d of staff, want 2 and 4", mine, theirs)
		}
		return err
	})
	for _, table := range []string{"player_sessions", "identity_tokens_used", "staff_sessions", "password_resets", "invitations", "sign_in_attempts"} {
		var kept, others int
		if err := super.QueryRow("select count(*) filter (where tenant_id = $1), count(*) filter (where tenant_id = $2) from "+table,
			fox.ID.String(), reel.ID.String()).Scan(&kept, &others); err != nil || kept != 1 || others != 2 {
			t.Errorf("%s keeps %d rows of Lucky Fox and %d of Golden Reel, %v; want 1 and 2", table, kept, others, err)
		}
	}
}
