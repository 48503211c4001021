package main

import (
	"context"
	"crypto/sha256"
	"net/http"
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) {
	if os.Getenv(runsMain) != "" {
		main()
	}
	pgtest.Main(m)
}

// world is one casino with one of everything that a path or a body can name.
type world struct {
	tenants.Tenant
	agents  map[authz.Role]authz.Actor
	ids     map[string]string // a path's placeholder → the public id that stands there
	cookies map[authz.Role]string
	keys    map[authz.Role]string
	views   map[authz.Role]string // each role's own saved view
	bearer  string                // Mara's chat
	written []string              // what people of this casino wrote on its pages
}

// testApp is the program as serve runs it, over a database of the test's own.
func testApp(t testing.TB) (*app, context.Context, http.Handler) {
	t.Helper()
	db := pgtest.New(t)
	s := &Settings{Addr: "127.0.0.1:0", Data: t.TempDir(), DatabaseURL: db.AppURL, ControlDatabaseURL: db.ControlURL,
		OwnerDatabaseURL: db.OwnerURL, DatabaseConns: 16, LogLevel: "error",
		DNSServers: []string{"127.0.0.1:1"}} // nobody answers there
	if err := s.resolve(os.Getenv); err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return a, a.context(t.Context()), a.server().Handler()
}

// populate makes a casino with one of everything.
func populate(ctx context.Context, t *testing.T, a *app, name string) *world {
	t.Helper()
	w := &world{Tenant: sample.Tenant(ctx, t, name), agents: map[authz.Role]authz.Actor{}, ids: map[string]string{}, cookies: map[authz.Role]string{}, keys: map[authz.Role]string{}}
	for role, person := range map[authz.Role]string{authz.Operator: "Ruta", authz.Lead: "Lena", authz.Admin: "Ieva"} {
		w.agents[role] = sample.Agent(ctx, t, w.Tenant, person, role, "Payments")
		var err error
		if _, w.keys[role], err = a.pools.Doors.NewAPIKey(ctx, w.ID, tenants.NewKey{Name: "probe", Role: string(role)}); err != nil {
			t.Fatal(err)
		}
	}
	id, _, err := a.pools.Doors.NewAPIKey(ctx, w.ID, tenants.NewKey{Name: "probe", Role: string(authz.Operator)})
	if err != nil {
		t.Fatal(err)
	}
	w.ids["apikey"] = tenants.PublicID(tenants.KeyPrefix, id)
	w.ids["keyid"] = w.ids["apikey"]
	w.written = append(w.written, "probe")
	w.refresh(ctx, t)
	return w
}

// refresh makes a new one of everything, so that what an earlier request did to the old ones doesn't matter.
func (w *world) refresh(ctx context.Context, t *testing.T) {
	t.Helper()
	w.reopen(ctx, t)
	n := uuid.NewString()[:8]
	colleague := sample.Agent(ctx, t, w.Tenant, "Colleague "+n, authz.Operator, "Payments")
	player := sample.Player(ctx, t, w.Tenant, "Mara"+n)
	c := sample.Conversation(ctx, t, w.Tenant, player, "Where is my withdrawal?")
	w.bearer = "probe-" + uuid.NewString()
	hash := sha256.Sum256([]byte(w.bearer))
	made := map[string]uuid.UUID{}
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		for role, agent := range w.agents { // some ways sign out
			var err error
			if w.cookies[role], err = staff.NewSessions().Begin(ctx, tx, agent.ID, true, "127.0.0.1", "probe"); err != nil {
				return err
			}
		}
		if err := desk.Tag(ctx, tx, &c, "tag "+n); err != nil {
			return err
		}
		tags, err := desk.TagsOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		made["tag"] = tags[0].ID
		// Earlier colleagues are many by now, and lists of people end somewhere.
		if _, err := tx.NewRaw(`update memberships set disabled_at = now() where tenant_id = current_tenant() and name like 'Colleague %' and id <> ?
			and disabled_at is null`, colleague.ID).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`update answer_categories set retired_at = now() where tenant_id = current_tenant()`).Exec(ctx); err != nil {
			return err
		}
		if made["category"], made["article"], err = published(ctx, tx, n); err != nil {
			return err
		}
		for _, name := range []string{"team", "topic", "file", "invitation", "session", "domain", "licence", "visit"} {
			made[name] = tenants.NewID()
		}
		for _, statement := range []struct {
			sql  string
			args []any
		}{
			{`insert into domains (tenant_id, id, host, token) values (current_tenant(), ?, ?, ?)`, []any{made["domain"], n + ".invalid", "probe-" + uuid.NewString()}},
			{`insert into teams (tenant_id, id, name) values (current_tenant(), ?, ?)`, []any{made["team"], "Team " + n}},
			{`insert into topics (tenant_id, id, key) values (current_tenant(), ?, ?)`, []any{made["topic"], "topic_" + n}},
			{`insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at)
				values (current_tenant(), ?, ?, true, now() + interval '1 hour')`, []any{hash[:], player}},
			{`insert into invitations (tenant_id, id, token_hash, email, name, role, expires_at)
				values (current_tenant(), ?, ?, ?, 'New', 'operator', now() + interval '1 day')`, []any{made["invitation"], hash[:], n + "@new.example"}},
			{`insert into chat_keys (tenant_id, id, alg, key) values (current_tenant(), ?, 'HS256', ?)`, []any{"key-" + n, hash[:]}},
			{`insert into files (tenant_id, id, conversation_id, uploader_kind, uploader_id, name, media_type, size, digest, blob)
				values (current_tenant(), ?, ?, 'player', ?, 'a.txt', 'text/plain', 13, ?, ?)`,
				[]any{made["file"], c.ID, player, hash[:], fileKey(w.ID, made["file"])}},
			{`insert into licences (tenant_id, id, regulator, number, licensee, country, domains, link, position)
				values (current_tenant(), ?, 'isleofman', ?, 'Demo', 'IM', '{play.example}',
				'https://www.isleofmangsc.com/gambling/supervision/online-gambling-licensee-register/', 1)`, []any{made["licence"], "OGRA " + n}},
			{`insert into visits (tenant_id, id, person_id, name, side, reason, may_change, token_hash, ends_at)
				values (current_tenant(), ?, ?, ?, 'platform', 'Helping with the import', false, ?, now() + interval '30 minutes')`,
				[]any{made["visit"], made["visit"], "Visitor " + n, []byte(n + made["visit"].String())}},
			{`insert into chat_origins (tenant_id, origin) values (current_tenant(), ?)`, []any{"https://" + n + ".example"}},
		} {
			if _, err := tx.NewRaw(statement.sql, statement.args...).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	for name, prefix := range map[string]string{"tag": tenants.TagPrefix, "team": tenants.TeamPrefix, "topic": tenants.TopicPrefix,
		"file": tenants.FilePrefix, "invitation": tenants.InvitationPrefix, "session": tenants.SessionPrefix, "licence": tenants.LicencePrefix,
		"domain": tenants.DomainPrefix, "category": tenants.CategoryPrefix, "article": tenants.ArticlePrefix, "visit": tenants.VisitPrefix} {
		w.ids[name] = tenants.PublicID(prefix, made[name])
	}
	w.ids["conversation"] = tenants.PublicID(tenants.ConversationPrefix, c.ID)
	w.ids["player"] = tenants.PublicID(tenants.PlayerPrefix, player)
	w.ids["member"] = tenants.PublicID(tenants.MemberPrefix, colleague.ID)
	w.ids["key"] = "key-" + n
	w.ids["origin"] = "https://" + n + ".example"
	w.ids["seq"], w.ids["language"] = "1", "en"
	w.speak(ctx, t)
	w.equip(ctx, t, n)
	w.hook(ctx, t)
	w.ids["code"] = "000000"
	w.ids["export"] = tenants.PublicID(tenants.ExportPrefix, tenants.NewID())
	w.ids["tenant"] = tenants.PublicID(tenants.TenantPrefix, w.ID)
	w.ids["brand"] = "88117711" // a version's number: counted in each casino by itself
	w.ids["slug"], w.ids["shelf"], w.ids["part"] = "payout-"+n, "shelf-"+n, "1.xml"
	w.written = append(w.written, "Colleague "+n, "colleague."+n, "Mara"+n, "Team "+n, "topic_"+n, "tag "+n, "key-"+n, "demo-mara"+n,
		"Payout "+n, "payout-"+n, "Summary "+n, "Body anew "+n, "Body "+n, "Shelf "+n, "Empty "+n, n)
}

// reopen ends what holds the world's casino back: some ways do that.
func (w *world) reopen(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, by := range []tenants.Source{tenants.ByReseller, tenants.ByVendor, tenants.ByCasino} {
			if _, err := tenants.Hold(ctx, tx, w.ID, by, tenants.Open, ""); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// fileKey is where a file's content is kept.
func fileKey(tenant, file uuid.UUID) string { return "files/" + tenant.String() + "/" + file.String() }

// stranger is a world whose ids nobody has.
func stranger() map[string]string {
	ids := map[string]string{"key": "key-nobody", "origin": "https://nobody.example", "seq": "1", "language": "en", "code": "000000", "brand": "88117722",
		"slug": "payout-nobody", "shelf": "shelf-nobody", "part": "1.xml"}
	for name, prefix := range map[string]string{"tag": tenants.TagPrefix, "team": tenants.TeamPrefix, "topic": tenants.TopicPrefix,
		"file": tenants.FilePrefix, "invitation": tenants.InvitationPrefix, "session": tenants.SessionPrefix, "licence": tenants.LicencePrefix,
		"conversation": tenants.ConversationPrefix, "player": tenants.PlayerPrefix, "member": tenants.MemberPrefix,
		"apikey": tenants.KeyPrefix, "keyid": tenants.KeyPrefix, "category": tenants.CategoryPrefix, "article": tenants.ArticlePrefix, "domain": tenants.DomainPrefix, "visit": tenants.VisitPrefix} {
		ids[name] = tenants.PublicID(prefix, tenants.NewID())
	}
	for name, prefix := range equipment {
		ids[name] = tenants.PublicID(prefix, tenants.NewID())
	}
	ids["webhook"], ids["delivery"] = tenants.PublicID(tenants.EndpointPrefix, tenants.NewID()), tenants.PublicID(tenants.DeliveryPrefix, tenants.NewID())
	ids["pack"], ids["draft"], ids["text"] = "fil-PH", uuid.NewString(), "common.cancel"
	ids["export"] = tenants.PublicID(tenants.ExportPrefix, tenants.NewID())
	ids["tenant"] = tenants.PublicID(tenants.TenantPrefix, tenants.NewID())
	return ids
}
