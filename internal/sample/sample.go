// Package sample makes casinos, people and conversations for tests, by the names tests call them.
package sample

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/live"
	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/seal"
	"pitdesk/tenants"
)

// Desk is a deployment with a database of its own.
type Desk struct {
	DB    *pgtest.DB
	Pools *tenants.Pools
	Hub   *live.Hub
	Ring  *seal.Ring // its secrets are sealed, from the start
}

// New makes a deployment for t and returns it with a ctx in which tenants.In works.
func New(t testing.TB) (*Desk, context.Context) {
	t.Helper()
	return Over(t, pgtest.New(t))
}

// keys are one set for all of a process's tests, so that a program that is started on a sample's database can be given them.
var keys = sync.OnceValues(seal.NewRing)

// Keys are what samples' secrets are sealed with, as PITDESK_SEAL_KEYS takes them.
func Keys(t testing.TB) string {
	t.Helper()
	ring, err := keys()
	if err != nil {
		t.Fatalf("sample: %v", err)
	}
	return string(ring.Text())
}

// Over is New on a database that the test has already.
func Over(t testing.TB, db *pgtest.DB) (*Desk, context.Context) {
	t.Helper()
	ctx := t.Context()
	pool, app, err := pg.Open(ctx, db.AppURL, pg.PoolOptions{})
	if err != nil {
		t.Fatalf("sample: %v", err)
	}
	t.Cleanup(func() { _ = app.Close(); pool.Close() })
	control := db.Control(t)
	d := &Desk{DB: db, Hub: live.NewHub(), Pools: &tenants.Pools{App: app, AppPool: pool, Doors: tenants.NewDoors(control, "localhost"),
		Turns: tenants.NewTurns(int(pool.Config().MaxConns), 0)}}
	if d.Ring, err = keys(); err == nil {
		_, err = seal.BeginUnused(ctx, control, d.Ring, d.Ring.Newest())
	}
	if err != nil {
		t.Fatalf("sample: %v", err)
	}
	return d, d.Context(ctx)
}

// Context puts the deployment into ctx.
func (d *Desk) Context(ctx context.Context) context.Context {
	return live.With(tenants.WithPools(seal.With(ctx, d.Ring), d.Pools), d.Hub)
}

// Tenant makes a casino with a team for leads and one for withdrawals, and topics that use them.
func Tenant(ctx context.Context, t testing.TB, name string) tenants.Tenant {
	t.Helper()
	slug := strings.ToLower(strings.ReplaceAll(name, " ", "-"))
	made, err := tenants.PoolsOf(ctx).Doors.Create(ctx, tenants.New{Slug: slug, Name: name})
	if err != nil {
		t.Fatalf("sample: tenant %s: %v", name, err)
	}
	in(ctx, t, made, func(ctx context.Context, tx bun.Tx) error {
		for _, team := range []struct {
			name  string
			leads bool
		}{{"Leads", true}, {"Payments", false}} {
			if _, err := tx.NewRaw(`insert into teams (tenant_id, id, name, for_leads) values (current_tenant(), ?, ?, ?)`,
				tenants.NewID(), team.name, team.leads).Exec(ctx); err != nil {
				return err
			}
		}
		if err := desk.AddTopic(ctx, tx, desk.Topic{ID: tenants.NewID(), Key: "withdrawals", Position: 1}); err != nil {
			return err
		}
		return desk.AddTopic(ctx, tx, desk.Topic{ID: tenants.NewID(), Key: "responsible_gaming", Position: 2, ToLead: true})
	})
	return made
}

// Agent makes a member of a casino and returns who they are. teams name teams of the casino.
func Agent(ctx context.Context, t testing.TB, at tenants.Tenant, name string, role authz.Role, teams ...string) authz.Actor {
	t.Helper()
	email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@" + at.Slug + ".example"
	person, err := tenants.PoolsOf(ctx).Doors.PersonByEmail(ctx, email)
	if err != nil {
		t.Fatalf("sample: person %s: %v", name, err)
	}
	a := authz.Actor{Kind: authz.KindAgent, Tenant: at.ID, ID: tenants.NewID(), Role: role, Name: name}
	in(ctx, t, at, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`insert into memberships (tenant_id, id, person_id, email, name, role) values (current_tenant(), ?, ?, ?, ?, ?)`,
			a.ID, person, email, name, string(role)).Exec(ctx); err != nil {
			return err
		}
		for _, team := range teams {
			var id uuid.UUID
			if err := tx.NewRaw(`insert into membership_teams (tenant_id, membership_id, team_id)
				select tenant_id, ?, id from teams where tenant_id = current_tenant() and name = ? returning team_id`, a.ID, team).Scan(ctx, &id); err != nil {
				return err
			}
			a.Teams = append(a.Teams, id)
		}
		return nil
	})
	return a
}

// Player makes a signed-in player of a casino.
func Player(ctx context.Context, t testing.TB, at tenants.Tenant, name string) uuid.UUID {
	t.Helper()
	id := tenants.NewID()
	in(ctx, t, at, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into players (tenant_id, id, sub, name, status, proven_at) values (current_tenant(), ?, ?, ?, 'active', now())`,
			id, "demo-"+strings.ToLower(name), name).Exec(ctx)
		return err
	})
	return id
}

// AsPlayer is the actor for a player of a casino.
func AsPlayer(at tenants.Tenant, id uuid.UUID) authz.Actor {
	return authz.Actor{Kind: authz.KindPlayer, Tenant: at.ID, ID: id, Role: authz.Player}
}

// Conversation opens a chat with a player's first words.
func Conversation(ctx context.Context, t testing.TB, at tenants.Tenant, player uuid.UUID, words string) desk.Conversation {
	t.Helper()
	var c desk.Conversation
	As(ctx, t, at, AsPlayer(at, player), func(ctx context.Context, tx bun.Tx) error {
		var err error
		c, _, err = desk.Start(ctx, tx, desk.Opening{Player: player, Channel: desk.Chat, Words: desk.Words{Text: words, Language: "en"}})
		return err
	})
	return c
}

// As runs fn in a casino's transaction with an actor, and fails t on any error.
func As(ctx context.Context, t testing.TB, at tenants.Tenant, who authz.Actor, fn func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	if err := Try(ctx, at, who, fn); err != nil {
		t.Fatalf("sample: as %s %s: %v", who.Kind, who.Name, err)
	}
}

// Try is As for what may fail.
func Try(ctx context.Context, at tenants.Tenant, who authz.Actor, fn func(ctx context.Context, tx bun.Tx) error) error {
	ctx = authz.With(tenants.With(ctx, at), who)
	return desk.Again(func() error { return tenants.In(ctx, at.ID, fn) })
}

func in(ctx context.Context, t testing.TB, at tenants.Tenant, fn func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	if err := tenants.In(tenants.With(ctx, at), at.ID, fn); err != nil {
		t.Fatalf("sample: in %s: %v", at.Name, err)
	}
}
