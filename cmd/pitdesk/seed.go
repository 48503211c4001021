package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/players"
	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

// demoPlan is one demo casino. Everybody in it is plainly made up.
type demoPlan struct {
	slug, name, language string
	domain, claims       string // served without a proof; claimed and not proven yet
	player               demoPlayer
	staff                []demoMember
	helps                []string // the languages of its help centre, the first being the original's
	words                demoWords
	chats                []demoChat
	licences             []demoLicence
}

type demoMember struct {
	role     authz.Role
	name     string
	teams    []string
	language string
}

type demoChat struct {
	player, language, topic, status, vip string
	team, assignee                       string
	resolved                             bool
	lines                                []demoLine
}

// demoLine is what a player (by is empty) or a member said.
type demoLine struct{ by, text string }

// seedDemo makes what isn't there yet of the demo casinos and returns how to reach them.
func (a *app) seedDemo(ctx context.Context) (*demoFacts, error) {
	var earlier, facts demoFacts
	if text, err := os.ReadFile(filepath.Join(a.settings.Data, "demo.json")); err == nil {
		_ = json.Unmarshal(text, &earlier)
	}
	for _, plan := range demoPlans {
		t, err := a.pools.Doors.ByHost(ctx, plan.slug+"."+a.pools.Doors.Base())
		made := fault.CodeOf(err) == fault.NotFound
		if made {
			t, err = a.pools.Doors.Create(ctx, tenants.New{Slug: plan.slug, Name: plan.name, Language: plan.language})
		}
		if err != nil {
			return nil, err
		}
		c := demoCasino{ID: tenants.PublicID(tenants.TenantPrefix, t.ID), Name: t.Name, Host: t.Host, Player: plan.player, slug: t.Slug}
		i := slices.IndexFunc(earlier.Casinos, func(e demoCasino) bool { return e.ID == c.ID })
		if i >= 0 {
			c.APIKey = earlier.Casinos[i].APIKey
		}
		if _, err := a.pools.Doors.ByAPIKey(ctx, c.APIKey); err != nil {
			if _, c.APIKey, err = a.pools.Doors.NewAPIKey(ctx, t.ID, tenants.NewKey{Name: "Demo", Role: string(authz.Admin)}); err != nil {
				return nil, err
			}
		}
		ctx := authz.With(tenants.With(ctx, t), authz.System(t.ID))
		if err := plan.seed(ctx, t, &c, made, a.pools.Doors, a.files); err != nil {
			return nil, err
		}
		if err := a.seedBilling(ctx, t, len(facts.Casinos) == 0); err != nil {
			return nil, err
		}
		if err := seedWebhook(ctx, t); err != nil {
			return nil, err
		}
		if err := a.seedLicences(ctx, t, plan); err != nil {
			return nil, err
		}
		facts.Casinos = append(facts.Casinos, c)
	}
	facts.earlier = earlier.Console
	return &facts, nil
}

func (p demoPlan) seed(ctx context.Context, t tenants.Tenant, c *demoCasino, made bool, doors *tenants.Doors, files blob.Store) error {
	for _, m := range p.staff {
		c.Staff = append(c.Staff, demoStaff{string(m.role), m.email(p.slug), p.password(m)})
	}
	ctx = tenants.With(ctx, t)
	if !made {
		return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error { return p.recall(ctx, tx, c) })
	}
	people := map[string]uuid.UUID{}
	for _, m := range p.staff {
		id, err := doors.PersonByEmail(ctx, m.email(p.slug))
		if err != nil {
			return err
		}
		people[m.name] = id
	}
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		s := &seeding{plan: p, tx: tx, files: files, people: people, teams: map[string]uuid.UUID{}, members: map[string]authz.Actor{}, topics: map[string]uuid.UUID{}}
		if err := s.house(ctx, t); err != nil {
			return err
		}
		if err := s.macros(ctx); err != nil {
			return err
		}
		for i, chat := range p.chats {
			id, err := s.chat(ctx, t, chat)
			if err != nil {
				return err
			}
			if i == 0 {
				c.Conversation = tenants.PublicID(tenants.ConversationPrefix, id)
			}
		}
		if err := s.answers(ctx, t); err != nil {
			return err
		}
		if err := s.atDesk(ctx); err != nil {
			return err
		}
		return p.recall(ctx, tx, c)
	})
}

// recall finds the key and the conversation that were made earlier.
func (p demoPlan) recall(ctx context.Context, tx bun.Tx, c *demoCasino) error {
	var key, sealed []byte
	if err := tx.NewRaw(`select id, alg, key, key_sealed from chat_keys where tenant_id = current_tenant() and id = 'demo'`).
		Scan(ctx, &c.ChatKey.ID, &c.ChatKey.Alg, &key, &sealed); err != nil {
		return err
	}
	key, err := players.Secrets.Open(ctx, key, sealed, tenants.Inside(ctx).String(), c.ChatKey.ID)
	if err != nil {
		return err
	}
	c.ChatKey.Secret = string(key)
	var id uuid.UUID
	if err := tx.NewRaw(`select c.id from conversations c where tenant_id = current_tenant() order by created_at, id limit 1`).Scan(ctx, &id); err != nil {
		return err
	}
	c.Conversation = tenants.PublicID(tenants.ConversationPrefix, id)
	return nil
}

func (m demoMember) email(slug string) string { return string(m.role) + "@" + slug + ".example" }

func (p demoPlan) password(m demoMember) string { return p.slug + "-" + string(m.role) + "-demo" }

type seeding struct {
	plan    demoPlan
	tx      bun.Tx
	files   blob.Store
	people  map[string]uuid.UUID
	teams   map[string]uuid.UUID
	members map[string]authz.Actor
	topics  map[string]uuid.UUID
}

// house makes what a casino's desk stands on: brand, key, teams, topics, staff.
func (s *seeding) house(ctx context.Context, t tenants.Tenant) error {
	if s.plan.domain != "" {
		if _, err := domains.Vouch(ctx, s.tx, s.plan.domain); err != nil {
			return err
		}
	}
	if s.plan.claims != "" {
		if _, err := domains.Add(ctx, s.tx, s.plan.claims); err != nil {
			return err
		}
	}
	if err := demoFace(ctx, s.tx, s.files, s.plan.slug); err != nil {
		return err
	}
	if err := s.speak(ctx); err != nil {
		return err
	}
	if err := players.AddKey(ctx, s.tx, players.Key{ID: "demo", Alg: players.HS256, Key: []byte(players.NewSecret())}); err != nil {
		return err
	}
	for _, name := range []string{"Leads", "Payments", "VIP"} {
		s.teams[name] = tenants.NewID()
		if _, err := s.tx.NewRaw(`insert into teams (tenant_id, id, name, for_leads) values (current_tenant(), ?, ?, ?)`,
			s.teams[name], name, name == "Leads").Exec(ctx); err != nil {
			return err
		}
	}
	if err := desk.SeedTopics(ctx, s.tx); err != nil {
		return err
	}
	topics, err := desk.Topics(ctx, s.tx)
	if err != nil {
		return err
	}
	for _, topic := range topics {
		s.topics[topic.Key] = topic.ID
	}
	for _, m := range s.plan.staff {
		a := authz.Actor{Kind: authz.KindAgent, Tenant: t.ID, ID: tenants.NewID(), Role: m.role, Name: m.name}
		if _, err := s.tx.NewRaw(`insert into memberships (tenant_id, id, person_id, email, name, role, language) values (current_tenant(), ?, ?, ?, ?, ?, ?)`,
			a.ID, s.people[m.name], m.email(s.plan.slug), m.name, string(m.role), m.language).Exec(ctx); err != nil {
			return err
		}
		if err := staff.SetPassword(ctx, s.tx, a.ID, s.plan.password(m)); err != nil {
			return err
		}
		for _, team := range m.teams {
			if _, err := s.tx.NewRaw(`insert into membership_teams (tenant_id, membership_id, team_id) values (current_tenant(), ?, ?)`,
				a.ID, s.teams[team]).Exec(ctx); err != nil {
				return err
			}
		}
		s.members[m.name] = a
	}
	return nil
}

// chat plays one demo conversation.
func (s *seeding) chat(ctx context.Context, t tenants.Tenant, d demoChat) (uuid.UUID, error) {
	player := tenants.NewID()
	if _, err := s.tx.NewRaw(`insert into players (tenant_id, id, sub, name, email, language, status, vip, proven_at, country)
		values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, now(), 'LT')`, player, "demo-"+d.player, d.player+" (demo)",
		d.player+"@players.example", d.language, d.status, null(d.vip)).Exec(ctx); err != nil {
		return uuid.Nil, err
	}
	as := authz.With(ctx, authz.Actor{Kind: authz.KindPlayer, Tenant: t.ID, ID: player, Role: authz.Player})
	topic := s.topics[d.topic]
	c, _, err := desk.Start(as, s.tx, desk.Opening{Player: player, Channel: desk.Chat, Topic: &topic,
		Words: desk.Words{Text: d.lines[0].text, Language: d.language}})
	if err != nil {
		return uuid.Nil, err
	}
	if d.team != "" || d.assignee != "" {
		var to desk.Holder
		if team, ok := s.teams[d.team]; ok {
			to.Team = &team
		}
		if m, ok := s.members[d.assignee]; ok {
			to.Agent = &m.ID
		}
		if _, err := desk.Assign(ctx, s.tx, &c, to, c.AssigneeID); err != nil {
			return uuid.Nil, err
		}
	}
	for _, line := range d.lines[1:] {
		by := as
		if m, ok := s.members[line.by]; ok {
			by = authz.With(ctx, m)
		}
		if _, err := desk.Reply(by, s.tx, &c, desk.Words{Text: line.text, Language: d.language}); err != nil {
			return uuid.Nil, err
		}
	}
	if d.resolved {
		if _, err := desk.Resolve(authz.With(ctx, s.members[d.assignee]), s.tx, &c); err != nil {
			return uuid.Nil, err
		}
	}
	return c.ID, nil
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
