package keys_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/keys"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a casino whose admin makes keys.
type house struct {
	t   *testing.T
	ctx context.Context
	at  tenants.Tenant
}

func open(t *testing.T, name string) (*sample.Desk, house) {
	t.Helper()
	d, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, name)
	return d, house{t, authz.With(tenants.With(ctx, fox), sample.Agent(ctx, t, fox, "Ieva", authz.Admin)), fox}
}

func (h house) in(fn func(ctx context.Context, tx bun.Tx) error) error {
	return tenants.In(h.ctx, h.at.ID, fn)
}

func (h house) make(n tenants.NewKey) (made tenants.MadeKey, err error) {
	err = h.in(func(ctx context.Context, tx bun.Tx) error {
		made, err = keys.Make(ctx, tx, n)
		return err
	})
	return made, err
}

func (h house) must(n tenants.NewKey) tenants.MadeKey {
	h.t.Helper()
	made, err := h.make(n)
	if err != nil {
		h.t.Fatal(err)
	}
	return made
}

func (h house) rotate(id uuid.UUID, keep time.Duration) (made tenants.MadeKey, err error) {
	err = h.in(func(ctx context.Context, tx bun.Tx) error {
		made, err = keys.Rotate(ctx, tx, id, keep)
		return err
	})
	return made, err
}

func TestARotatedKeyHasTwoSecretsAndNeverThree(t *testing.T) {
	t.Parallel()
	d, h := open(t, "Lucky Fox")
	first := h.must(tenants.NewKey{Name: "CRM", Role: "lead"})
	good := func(secret string) bool {
		t.Helper()
		k, err := d.Pools.Doors.ByAPIKey(h.ctx, secret)
		if err == nil && k.ID != first.ID {
			t.Errorf("a secret opens the key %s, want %s", k.ID, first.ID)
		}
		return err == nil
	}
	second, err := h.rotate(first.ID, time.Hour)
	if err != nil || second.ID != first.ID || second.Secret == first.Secret {
		t.Fatalf("rotated: %+v, %v", second, err)
	}
	if !good(first.Secret) || !good(second.Secret) {
		t.Error("while a key is rotated one of its secrets doesn't open")
	}
	if _, err := h.rotate(first.ID, time.Hour); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a third secret: %v", err)
	}
	if err := h.in(func(ctx context.Context, tx bun.Tx) error { return keys.EndOldSecret(ctx, tx, first.ID) }); err != nil {
		t.Fatal(err)
	}
	if good(first.Secret) || !good(second.Secret) {
		t.Error("the old secret was ended: it opens still, or the new one doesn't")
	}
	if err := h.in(func(ctx context.Context, tx bun.Tx) error { return keys.EndOldSecret(ctx, tx, first.ID) }); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("ended twice: %v", err)
	}
	for _, keep := range []time.Duration{-time.Second, tenants.MostKeepOldSecret + time.Second} {
		if _, err := h.rotate(first.ID, keep); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("keep the old one for %s: %v", keep, err)
		}
	}
	third, err := h.rotate(first.ID, 0)
	if err != nil || good(second.Secret) || !good(third.Secret) {
		t.Errorf("rotated at once: %v, the old one opens %t, the new one %t", err, good(second.Secret), good(third.Secret))
	}
	if err := h.in(func(ctx context.Context, tx bun.Tx) error { return keys.Revoke(ctx, tx, first.ID) }); err != nil || good(third.Secret) {
		t.Errorf("revoked: %v, its secret opens %t", err, good(third.Secret))
	}
	if _, err := h.rotate(first.ID, 0); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a revoked key is rotated: %v", err)
	}
}

func TestAKeyIsSeenByItsCasinoAlone(t *testing.T) {
	t.Parallel()
	d, fox := open(t, "Lucky Fox")
	reel := house{t, nil, sample.Tenant(d.Context(t.Context()), t, "Golden Reel")}
	reel.ctx = authz.With(tenants.With(d.Context(t.Context()), reel.at), authz.System(reel.at.ID))
	made := fox.must(tenants.NewKey{Name: "CRM", Role: "admin"})
	for deed, do := range map[string]func(ctx context.Context, tx bun.Tx) error{
		"rotate":                      func(ctx context.Context, tx bun.Tx) error { _, err := keys.Rotate(ctx, tx, made.ID, 0); return err },
		"end old":                     func(ctx context.Context, tx bun.Tx) error { return keys.EndOldSecret(ctx, tx, made.ID) },
		"revoke":                      func(ctx context.Context, tx bun.Tx) error { return keys.Revoke(ctx, tx, made.ID) },
		"revoke, past the first look": func(ctx context.Context, tx bun.Tx) error { return tenants.CasinosKeys.Revoke(ctx, tx, made.ID) },
		"rotate, past the first look": func(ctx context.Context, tx bun.Tx) error {
			_, err := tenants.CasinosKeys.Rotate(ctx, tx, made.ID, 0)
			return err
		},
		"list": func(ctx context.Context, tx bun.Tx) error {
			all, err := keys.All(ctx, tx)
			if len(all) != 0 {
				t.Errorf("Golden Reel lists %+v", all)
			}
			if err == nil {
				err = tenants.ErrNotFound
			}
			return err
		},
	} {
		if err := reel.in(do); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s by another casino: %v", deed, err)
		}
	}
	if _, err := d.Pools.Doors.ByAPIKey(fox.ctx, made.Secret); err != nil {
		t.Errorf("the key was touched: %v", err)
	}
}

func TestWhatNoKeyIsMadeFrom(t *testing.T) {
	t.Parallel()
	_, h := open(t, "Lucky Fox")
	for field, n := range map[string]tenants.NewKey{
		"name":     {Name: " ", Role: "lead"},
		"role":     {Name: "CRM", Role: "reseller"},
		"scopes":   {Name: "CRM", Role: "lead", Scopes: []string{"everything:write"}},
		"networks": {Name: "CRM", Role: "lead", Networks: []netip.Prefix{}},
	} {
		if _, err := h.make(n); fault.CodeOf(err) != fault.Invalid || fault.Of(err).Field != field {
			t.Errorf("%+v: %v on %q", n, err, fault.Of(err).Field)
		}
	}
	for _, scopes := range [][]string{{}, {"tenants:write"}, {"x"}} {
		if _, err := h.make(tenants.NewKey{Name: "CRM", Role: "lead", Scopes: scopes}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("the scopes %q: %v", scopes, err)
		}
	}
	for _, text := range []string{"", "fox", "203.0.113.0/33", "::ffff:203.0.113.1/120", "fe80::1%eth0"} {
		if got, err := tenants.ParseNetworks([]string{text}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("the network %q is %v, %v", text, got, err)
		}
	}
	got, err := tenants.ParseNetworks([]string{" 203.0.113.7", "203.0.113.7/32", "198.51.100.9/24", "::ffff:192.0.2.1"})
	if err != nil || len(got) != 3 {
		t.Errorf("networks are %v, %v", got, err)
	}
}

func TestAKeyMakesNoneThatMayMore(t *testing.T) {
	t.Parallel()
	_, h := open(t, "Lucky Fox")
	as := func(role authz.Role, scopes ...string) house {
		o := h
		o.ctx = authz.With(h.ctx, authz.Actor{Kind: authz.KindKey, Tenant: h.at.ID, ID: tenants.NewID(), Role: role, Scopes: scopes})
		return o
	}
	for _, c := range []struct {
		by     house
		role   string
		scopes []string
		ok     bool
	}{
		{as(authz.Admin), "admin", nil, true},
		{as(authz.Lead), "admin", nil, false},
		{as(authz.Admin, "keys:write", "staff:write"), "admin", nil, false},
		{as(authz.Admin, "keys:write", "staff:write"), "lead", []string{"staff:read", "keys:write"}, true},
		{as(authz.Admin, "keys:write", "staff:read"), "admin", []string{"staff:write"}, false},
	} {
		a, _ := authz.From(c.by.ctx)
		_, err := c.by.make(tenants.NewKey{Name: "CRM", Role: c.role, Scopes: c.scopes})
		if c.ok != (err == nil) || !c.ok && fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a %s's key of %q makes a %s's of %q: %v", a.Role, a.Scopes, c.role, c.scopes, err)
		}
	}
}

func TestThereIsRoomForSoManyKeys(t *testing.T) {
	t.Parallel()
	_, h := open(t, "Lucky Fox")
	last := h.must(tenants.NewKey{Name: "CRM", Role: "lead"})
	for range tenants.MostAPIKeys - 1 {
		h.must(tenants.NewKey{Name: "CRM", Role: "lead"})
	}
	if _, err := h.make(tenants.NewKey{Name: "One more", Role: "lead"}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("one more than there may be: %v", err)
	}
	if err := h.in(func(ctx context.Context, tx bun.Tx) error { return keys.Revoke(ctx, tx, last.ID) }); err != nil {
		t.Fatal(err)
	}
	h.must(tenants.NewKey{Name: "In its place", Role: "lead"})
}

func TestTheListTellsOfUseAndNeverOfSecrets(t *testing.T) {
	t.Parallel()
	d, h := open(t, "Lucky Fox")
	networks, err := tenants.ParseNetworks([]string{"203.0.113.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	made := h.must(tenants.NewKey{Name: "CRM", Role: "lead", Scopes: []string{"players:read", "conversations:write"}, Networks: networks})
	rotated, err := h.rotate(made.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	k, err := d.Pools.Doors.ByAPIKey(h.ctx, made.Secret)
	if err != nil || !k.AllowsFrom("203.0.113.9") || k.AllowsFrom("198.51.100.1") || k.AllowsFrom("") || len(k.Scopes) != 2 {
		t.Errorf("the key is %+v, %v", k, err)
	}
	var all []tenants.KeptKey
	if err := h.in(func(ctx context.Context, tx bun.Tx) (err error) { all, err = keys.All(ctx, tx); return err }); err != nil || len(all) != 1 {
		t.Fatalf("%d keys, %v", len(all), err)
	}
	kept := all[0]
	if kept.OldHint != made.Secret[:9] || kept.Hint != rotated.Secret[:9] || kept.OldUsedAt == nil || kept.LastUsedAt != nil ||
		strings.Join(kept.Scopes, " ") != "conversations:write players:read" || strings.Join(kept.Networks, " ") != "203.0.113.0/24" {
		t.Errorf("the list says %+v", kept)
	}
}
