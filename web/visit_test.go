package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/mail"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/web"
)

// visit announces a visit to a casino and returns its door and its id.
func visit(ctx context.Context, t *testing.T, at tenants.Tenant, reason string) (path string, v staff.Visit) {
	t.Helper()
	sample.As(ctx, t, at, authz.System(at.ID), func(ctx context.Context, tx bun.Tx) error {
		made, token, err := staff.BeginVisit(ctx, tx, staff.NewVisit{Person: tenants.NewID(), Name: "Vera Platform", Side: staff.FromPlatform, Reason: reason}, staff.From{Address: "192.0.2.1"})
		path, v = "/visit/"+token, made
		return err
	})
	return path, v
}

func TestAVisitorLooksAndChangesNothing(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	reel := sample.Tenant(ctx, t, "Golden Reel")
	ieva := sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	talk := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Where is my payout?")
	inbox := "/inbox/" + tenants.PublicID(tenants.ConversationPrefix, talk.ID)
	door, v := visit(ctx, t, fox, "The chat stays empty on your site since noon")

	b := h.Browser(t, fox)
	if a := h.Browser(t, reel).Get(door); a.StatusCode != http.StatusNotFound {
		t.Errorf("another casino's host knows the door: %d", a.StatusCode)
	}
	for range 2 { // opening it uses nothing up
		if a := b.Get(door); a.StatusCode != http.StatusOK || !strings.Contains(a.Text, "since noon") {
			t.Fatalf("the door answers %d: %s", a.StatusCode, a.Text)
		}
	}
	if a := b.Post(door); a.StatusCode != http.StatusSeeOther || a.Location() != "/inbox" {
		t.Fatalf("going in answers %d to %q", a.StatusCode, a.Location())
	}
	if a := h.Browser(t, fox).Post(door); a.StatusCode != http.StatusNotFound {
		t.Errorf("the door opens twice: %d", a.StatusCode)
	}
	for _, page := range []string{"/inbox", inbox, "/settings", "/settings/people", "/settings/brand", "/settings/audit", "/settings/visits", "/answers"} {
		a := b.Get(page)
		bar := a.Doc(t).Find("#visit")
		if a.StatusCode != http.StatusOK || bar.Length() != 1 || !strings.Contains(bar.Text(), "since noon") {
			t.Errorf("%s answers %d with %d banners", page, a.StatusCode, bar.Length())
		}
		if strings.Contains(strings.ToLower(a.Text), "pitdesk") {
			t.Errorf("%s names the vendor", page)
		}
	}
	if n := b.Get(inbox).Doc(t).Find("#held").Length(); n != 1 {
		t.Errorf("the composer isn't held: %d", n)
	}
	for _, deed := range []struct{ path, body string }{
		{inbox + "/reply", "text"}, {inbox + "/note", "text"}, {inbox + "/resolve", ""}, {inbox + "/snooze", "until"},
		{"/settings/teams", "name"}, {"/settings/people/invitations", "email"}, {"/settings/api", "name"}, {"/settings/visits", "may_change"},
		{"/settings/visits/" + tenants.PublicID(tenants.VisitPrefix, v.ID) + "/end", ""}, {"/account/profile", "name"},
	} {
		if a := b.Post(deed.path, deed.body, "yes", "client_id", "c1"); a.StatusCode != http.StatusForbidden {
			t.Errorf("a visitor's %s answers %d", deed.path, a.StatusCode)
		}
	}
	if a := b.Get("/account"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a visitor's /account answers %d", a.StatusCode)
	}

	// Every line of what they did says who they were, and the reason stands in the log.
	admin := h.SignedIn(ctx, t, fox, ieva)
	log := admin.Get("/settings/audit?reads=1").Text
	for _, want := range []string{"Vera Platform", "Visitor", "The chat stays empty on your site since noon", "Came in as a visitor", "Read a conversation"} {
		if !strings.Contains(log, want) {
			t.Errorf("the audit log doesn't say %q", want)
		}
	}
	// The casino sends them out.
	if a := admin.Post("/settings/visits/" + tenants.PublicID(tenants.VisitPrefix, v.ID) + "/end"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("ending the visit answers %d", a.StatusCode)
	}
	if a := b.Get("/inbox"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Location(), "/sign-in") {
		t.Errorf("after the end /inbox answers %d to %q", a.StatusCode, a.Location())
	}
}

func TestAVisitEndsByItself(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	door, v := visit(ctx, t, fox, "Looking after the import")
	if left := v.EndsAt.Sub(v.BegunAt); left != staff.VisitFor {
		t.Errorf("a visit lasts %s", left)
	}
	b := h.Browser(t, fox)
	b.Post(door)
	if a := b.Get("/inbox"); a.StatusCode != http.StatusOK {
		t.Fatalf("/inbox answers %d", a.StatusCode)
	}
	super := h.DB.Super(t)
	if _, err := super.ExecContext(ctx, `update visits set begun_at = begun_at - interval '61 minutes', ends_at = ends_at - interval '61 minutes'`); err != nil {
		t.Fatal(err)
	}
	h.Server.Sessions.Forget()
	if a := b.Get("/inbox"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after its time /inbox answers %d", a.StatusCode)
	}
	late, _ := visit(ctx, t, fox, "Looking after the import")
	if _, err := super.ExecContext(ctx, `update visits set begun_at = begun_at - interval '6 minutes', ends_at = ends_at - interval '6 minutes'`); err != nil {
		t.Fatal(err)
	}
	if a := h.Browser(t, fox).Post(late); a.StatusCode != http.StatusNotFound {
		t.Errorf("a door of six minutes ago answers %d", a.StatusCode)
	}
}

func TestACasinoLetsVisitorsChangeSettings(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	if a := admin.Post("/settings/visits", "may_change", "yes"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("allowing it answers %d", a.StatusCode)
	}
	door, _ := visit(ctx, t, fox, "Setting up your teams, as agreed")
	b := h.Browser(t, fox)
	b.Post(door)
	if a := b.Post("/settings/teams", "name", "Night shift"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a team isn't made: %d %s", a.StatusCode, a.Text)
	}
	for _, path := range []string{"/settings/api", "/settings/chat/keys", "/settings/chat/origins", "/settings/visits", "/settings/people/invitations"} {
		if a := b.Post(path, "name", "x", "role", "admin"); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s answers %d", path, a.StatusCode)
		}
	}
	if a := admin.Post("/settings/visits"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("taking it back answers %d", a.StatusCode)
	}
	h.Server.Sessions.Forget()
	if a := b.Post("/settings/teams", "name", "Day shift"); a.StatusCode != http.StatusForbidden {
		t.Errorf("after it was taken back a team is made: %d", a.StatusCode)
	}
}

func TestAdminsAreToldOfAVisit(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	sample.Agent(ctx, t, fox, "Ona", authz.Operator)
	visit(ctx, t, fox, "Card 4111 1111 1111 1111 is shown on your page")
	box := mail.NewBox()
	rows, err := h.DB.Super(t).QueryContext(ctx, `select args from river.river_job where kind = 'staff_letter'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text []byte
		var args staff.LetterArgs
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &args); err != nil {
			t.Fatal(err)
		}
		if err := staff.WriteLetter(ctx, web.Postman{Config: web.Config{Scheme: "https"}, Mailer: box}, args); err != nil {
			t.Fatal(err)
		}
	}
	all := box.All()
	if len(all) != 1 {
		t.Fatalf("%d letters went out, want the admin's alone", len(all))
	}
	m := all[0].Message
	if !strings.HasPrefix(m.To.Email, "ieva@") || !strings.Contains(m.Text, "Vera Platform") || !strings.Contains(m.Text, "is shown on your page") ||
		strings.Contains(m.Text, "4111 1111 1111 1111") || strings.Contains(strings.ToLower(all[0].Raw), "pitdesk") {
		t.Errorf("the letter reads %s", m.Text)
	}
}
