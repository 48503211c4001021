package main

import (
	"context"
	"crypto/sha256"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/api"
	"pitdesk/authz"
	"pitdesk/tenants"
)

// firm is a reseller with a casino, and somebody who can make it keys.
type firm struct {
	*world
	reseller uuid.UUID
	app      *app
	secrets  map[string]string
}

func newFirm(ctx context.Context, t *testing.T, a *app, casino, slug string) *firm {
	t.Helper()
	h := &firm{world: populate(ctx, t, a, casino), reseller: tenants.NewID(), app: a, secrets: map[string]string{}}
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{`insert into control.resellers (id, slug, name, email) values (?, ?, ?, ?)`, []any{h.reseller, slug, "Firm " + slug, slug + "@firm.example"}},
		{`update control.tenants set reseller_id = ? where id = ?`, []any{h.reseller, h.ID}},
	} {
		if _, err := a.control.NewRaw(statement.sql, statement.args...).Exec(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// key is a secret of the firm's: its casino's with a role, or the reseller's own. nil scopes are all there are.
func (h *firm) key(ctx context.Context, t *testing.T, role authz.Role, scopes []string) string {
	t.Helper()
	name := string(role) + strings.Join(scopes, ",")
	if scopes == nil {
		name = string(role) + "*"
	}
	if s, ok := h.secrets[name]; ok {
		return s
	}
	secret := "dk_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	var tenant, reseller any = h.ID, nil
	if role == authz.Reseller {
		secret, tenant, reseller = "rk_"+secret[3:], nil, h.reseller
	}
	var bound any
	if scopes != nil {
		bound = pgdialect.Array(scopes)
	}
	hash := sha256.Sum256([]byte(secret))
	if _, err := h.app.control.NewRaw(`insert into control.api_keys (id, tenant_id, reseller_id, name, role, hint, hash, scopes)
		values (?, ?, ?, 'probe', ?, ?, ?, ?)`, tenants.NewID(), tenant, reseller, string(role), secret[:9], hash[:], bound).Exec(ctx); err != nil {
		t.Fatal(err)
	}
	h.secrets[name] = secret
	return secret
}

// by is a caller: a key, the host it goes to ("" is the casino's own), and the casino it names.
type by struct{ secret, host, tenant, idempotency, match string }

func (b by) credential(r *http.Request) {
	r.Header.Set("Authorization", "Bearer "+b.secret)
	if b.host != "" {
		r.Host = b.host
	}
	for name, value := range map[string]string{"Desk-Tenant": b.tenant, "Idempotency-Key": b.idempotency, "If-Match": b.match} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
}

// serves says whether a key with one scope may do what needs another.
func serves(scope string, p authz.Permission) bool {
	return scope == p.Scope() || p.Read && scope == strings.TrimSuffix(p.Scope(), ":read")+":write"
}

// TestEveryOperationByEveryKindOfKey asks every operation of the API at a casino's host and at the API's own, with a casino's keys and
// with resellers', with every scope there is, naming its casino, another's, nobody's and none. What succeeds with an
// Idempotency-Key is sent again.
func TestEveryOperationByEveryKindOfKey(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	fox, reel := newFirm(ctx, t, a, "Lucky Fox", "north"), newFirm(ctx, t, a, "Golden Reel", "south")
	host := "api." + a.pools.Doors.Base()
	id := func(w *firm) string { return tenants.PublicID(tenants.TenantPrefix, w.ID) }
	nobody := tenants.PublicID(tenants.TenantPrefix, tenants.NewID())
	levels, byID, asked := map[string]api.Level{}, api.Levels(), 0
	for _, o := range api.Operations() {
		levels[o.Method+" "+o.Path] = byID[o.ID]
	}
	for _, w := range apiWays() {
		p, level := w.permission, levels[w.String()]
		send := func(b by, ids map[string]string) answer {
			asked++
			return ask(ctx, h, w, fox.world, ids, b.credential)
		}
		only := []string{p.Scope()}
		if p.Scope() == "" {
			only = []string{"players:read"}
		}
		inside, above := level != api.OfReseller, level != api.OfCasino

		// Whoever it is for succeeds, with nothing but the scope it needs.
		var rightful []by
		if inside {
			rightful = append(rightful, by{secret: fox.key(ctx, t, authz.Admin, only), host: host},
				by{secret: fox.key(ctx, t, authz.Reseller, only), host: host, tenant: id(fox)}, by{secret: fox.key(ctx, t, authz.Reseller, nil)})
		}
		if above && (!inside || len(w.names()) == 0) { // what the ids name is the casino's here: above it, it isn't there
			rightful = append(rightful, by{secret: fox.key(ctx, t, authz.Reseller, only), host: host})
		}
		for i, b := range rightful {
			fox.refresh(ctx, t)
			if s, ok := samples[w.String()]; ok && s.before != nil {
				s.before(ctx, t, a, fox.world)
			}
			if w.method == http.MethodPost {
				b.idempotency = uuid.NewString()
			}
			ids := maps.Clone(fox.ids)
			first := send(b, ids)
			if first.status < 200 || first.status >= 300 {
				t.Errorf("%s by rightful key %d answers %d: %s", w, i, first.status, first.body)
				continue
			}
			if w.method != http.MethodPost {
				continue
			}
			again := send(b, ids)
			if again.status != first.status || again.body != first.body || !strings.Contains(again.header, "Idempotent-Replayed: [true]") {
				t.Errorf("%s sent again under its Idempotency-Key answers %d %s%s, first %d %s", w, again.status, again.header, again.body, first.status, first.body)
			}
		}

		// Every scope that isn't its own is refused, and changes nothing.
		for _, scope := range authz.Scopes(authz.Reseller) {
			if p.Scope() == "" || serves(scope, p) {
				continue
			}
			var wrongful []by
			if inside {
				wrongful = []by{{secret: fox.key(ctx, t, authz.Admin, []string{scope})}, {secret: fox.key(ctx, t, authz.Reseller, []string{scope}), host: host, tenant: id(fox)}}
			} else {
				wrongful = []by{{secret: fox.key(ctx, t, authz.Reseller, []string{scope}), host: host}}
			}
			for _, b := range wrongful {
				if got := send(b, fox.ids); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
					t.Errorf("%s with the scope %s alone answers %d: %s", w, scope, got.status, got.body)
				}
			}
		}

		// A casino that isn't the caller's answers as one that nobody has.
		for name, b := range map[string]by{
			"another's casino, by the casino's key":     {secret: fox.key(ctx, t, authz.Admin, nil), host: host, tenant: id(reel)},
			"another's casino, by the reseller's key":   {secret: fox.key(ctx, t, authz.Reseller, nil), host: host, tenant: id(reel)},
			"a casino, by another reseller's key":       {secret: reel.key(ctx, t, authz.Reseller, nil), host: host, tenant: id(fox)},
			"a casino, by another casino's key":         {secret: reel.key(ctx, t, authz.Admin, nil), host: host, tenant: id(fox)},
			"another's casino, at the casino's address": {secret: fox.key(ctx, t, authz.Admin, nil), tenant: id(reel)},
		} {
			unknown := b
			unknown.tenant = nobody
			got, want := send(b, fox.ids), send(unknown, fox.ids)
			if got != want || got.status != http.StatusNotFound {
				t.Errorf("%s, %s: %d %s%s, an unknown one %d %s%s", w, name, got.status, got.header, got.body, want.status, want.header, want.body)
			}
		}
		strange := send(by{secret: "dk_" + strings.Repeat("0", 32)}, fox.ids)
		for name, b := range map[string]by{
			"another casino's key":           {secret: reel.key(ctx, t, authz.Admin, nil)},
			"another reseller's key":         {secret: reel.key(ctx, t, authz.Reseller, nil)},
			"another reseller's unknown key": {secret: "rk_" + strings.Repeat("0", 32)},
		} {
			if got := send(b, fox.ids); got != strange || got.status != http.StatusUnauthorized {
				t.Errorf("%s at the casino's address with %s answers %d %s%s", w, name, got.status, got.header, got.body)
			}
		}

		// A reseller's key that names no casino, where one must be named; and one that names one, where none may be.
		if level == api.OfCasino {
			if got := send(by{secret: fox.key(ctx, t, authz.Reseller, nil), host: host}, fox.ids); got.status != http.StatusBadRequest {
				t.Errorf("%s without Desk-Tenant answers %d: %s", w, got.status, got.body)
			}
		}
		if level == api.OfReseller {
			for _, b := range []by{{secret: fox.key(ctx, t, authz.Reseller, nil), host: host, tenant: id(fox)}, {secret: fox.key(ctx, t, authz.Reseller, nil)},
				{secret: fox.key(ctx, t, authz.Admin, nil)}, {secret: fox.key(ctx, t, authz.Admin, nil), host: host}} {
				if got := send(b, fox.ids); got.status != http.StatusForbidden {
					t.Errorf("%s within a casino answers %d: %s", w, got.status, got.body)
				}
			}
		}

		// Ids of another reseller's things answer like ids that nobody has.
		for _, name := range w.names() {
			if plainWords[name] {
				continue
			}
			if _, ok := reel.ids[name]; !ok || stranger()[name] == "" {
				t.Errorf("%s: say in world_test.go what {%s} is", w, name)
				continue
			}
			foreign, unknown := maps.Clone(fox.ids), maps.Clone(fox.ids)
			foreign[name], unknown[name] = reel.ids[name], stranger()[name]
			b := by{secret: fox.key(ctx, t, authz.Reseller, nil), host: host}
			if inside {
				b.tenant = id(fox)
			}
			if got, want := send(b, foreign), send(b, unknown); got != want || got.status >= 500 {
				t.Errorf("%s: another's %s answers\n%d %s%s\nan unknown one\n%d %s%s", w, name, got.status, got.header, got.body, want.status, want.header, want.body)
			}
		}

		// What was read long ago changes nothing.
		if w.method != http.MethodGet && inside {
			fox.refresh(ctx, t)
			got := send(by{secret: fox.key(ctx, t, authz.Admin, nil), match: `"stale"`}, fox.ids)
			if !slices.Contains([]int{http.StatusPreconditionFailed, http.StatusBadRequest}, got.status) {
				t.Errorf("%s with an old If-Match answers %d: %s", w, got.status, got.body)
			}
		}
	}
	t.Logf("%d requests", asked)
}
