package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

func TestAnInvitationMakesAMember(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	page := admin.Get("/settings/people").Doc(t)
	team, _ := page.Find(`input[name=team]`).First().Attr("value")
	a := admin.Post("/settings/people/invitations", "email", "Mara@Agency.example", "name", "Mara", "role", "lead", "language", "lt", "team", team)
	if a.Location() != "/settings/people?done=invited" {
		t.Fatalf("invited: %d %s", a.StatusCode, a.Text)
	}
	if a := admin.Post("/settings/people/invitations", "email", "mara@agency.example", "name", "Mara", "role", "lead", "language", "lt"); a.StatusCode != http.StatusConflict {
		t.Errorf("invited twice: %d", a.StatusCode)
	}
	mails := h.Letters(ctx, t)
	if len(mails) != 1 || mails[0].To.Email != "mara@agency.example" || !strings.Contains(mails[0].Text, "Ieva kviečia jus") {
		t.Fatalf("mails: %+v", mails)
	}
	path := link(t, mails[0], fox)
	guest := h.Browser(t, fox)
	doc := guest.Get(path).Doc(t)
	if lang, _ := doc.Find("html").Attr("lang"); lang != "lt" {
		t.Errorf("the invitation is in %s", lang)
	}
	for _, bad := range []struct{ name, password string }{{"", nextPassword}, {"Mara", "Mara"}, {"Mara", "1234567890"}, {"Mara Maraite Mar", "mara@agency.example"},
		{strings.Repeat("M", 121), nextPassword}, {"Mara\nBcc: x", nextPassword}} {
		if a := guest.Post(path, "name", bad.name, "password", bad.password); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("name %.20q, password %q: %d", bad.name, bad.password, a.StatusCode)
		}
	}
	if a := guest.Post(path, "name", "Mara M.", "password", nextPassword); a.Location() != "/inbox" || guest.Cookies["__Host-session"] == "" {
		t.Fatalf("accepted: %d to %q", a.StatusCode, a.Location())
	}
	if a := guest.Get("/account"); a.StatusCode != 200 || !strings.Contains(a.Text, "Mara M.") {
		t.Errorf("the new member's account: %d", a.StatusCode)
	}
	if a := guest.Get("/settings/people"); a.StatusCode != 200 || a.Doc(t).Find("#invite").Length() != 0 {
		t.Errorf("a lead reads the list and invites nobody: %d", a.StatusCode)
	}
	if a := h.Browser(t, fox).Post(path, "name", "Eve", "password", nextPassword); a.StatusCode != http.StatusNotFound {
		t.Errorf("the link worked twice: %d", a.StatusCode)
	}
	if h.audited(ctx, t, fox, "invitation_accepted") != 1 || h.audited(ctx, t, fox, "invite") == 0 {
		t.Error("the audit log doesn't say who came how")
	}
	var teams int
	if err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from membership_teams t join memberships m on m.tenant_id = t.tenant_id
		and m.id = t.membership_id where m.email = 'mara@agency.example' and m.role = 'lead'`).Scan(&teams); err != nil || teams != 1 {
		t.Errorf("in %d teams, %v", teams, err)
	}
}

func TestAnInvitationEndsAndIsSentAgain(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	invite := func(email string) {
		t.Helper()
		if a := admin.Post("/settings/people/invitations", "email", email, "name", "Mara", "role", "operator", "language", "en"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("invited: %d", a.StatusCode)
		}
	}
	deed := func(name string) string {
		t.Helper()
		action, ok := admin.Get("/settings/people").Doc(t).Find(`form[action$="/` + name + `"]`).First().Attr("action")
		if !ok {
			t.Fatalf("no way to %s", name)
		}
		return action
	}
	invite("mara@agency.example")
	first := link(t, h.Letters(ctx, t)[0], fox)
	h.set(ctx, t, `update invitations set expires_at = now() - interval '1 second'`)
	if a := h.Browser(t, fox).Get(first); a.StatusCode != http.StatusNotFound {
		t.Errorf("after seven days: %d", a.StatusCode)
	}
	admin.Post(deed("resend"))
	second := link(t, h.Letters(ctx, t)[0], fox)
	if h.Browser(t, fox).Get(first).StatusCode != http.StatusNotFound || h.Browser(t, fox).Get(second).StatusCode != 200 {
		t.Error("sending again doesn't end the first link, or the second doesn't work")
	}
	a := admin.Post(deed("link"))
	shown := strings.TrimSpace(a.Doc(t).Find("#link .secret").Text())
	if !strings.HasPrefix(shown, "http://"+fox.Host+"/invitation/") || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the link shown is %q", shown)
	}
	third := strings.TrimPrefix(shown, "http://"+fox.Host)
	if h.Browser(t, fox).Get(second).StatusCode != http.StatusNotFound || h.Browser(t, fox).Get(third).StatusCode != 200 {
		t.Error("a new link doesn't end the one before, or doesn't work")
	}
	admin.Post(deed("revoke"))
	if a := h.Browser(t, fox).Get(third); a.StatusCode != http.StatusNotFound {
		t.Errorf("taken back: %d", a.StatusCode)
	}
	invite("mara@agency.example") // there is room again
	if mails := h.Letters(ctx, t); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
}

// One person serves two casinos. Neither learns of the other from an invitation, a password, a reset or a second factor.
func TestOnePersonServesTwoCasinosUnknownToBoth(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	const email = "mara@agency.example"
	join := func(at *browser, path, password string) {
		t.Helper()
		if a := at.Post(path, "name", "Mara", "password", password); a.Location() != "/inbox" {
			t.Fatalf("accept: %d", a.StatusCode)
		}
	}
	foxAdmin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	reelAdmin := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ieva", authz.Admin))
	fields := func(email string) []string {
		return []string{"email", email, "name", "Mara", "role", "operator", "language", "en"}
	}
	foxAdmin.Post("/settings/people/invitations", fields(email)...)
	join(h.Browser(t, fox), link(t, h.Letters(ctx, t)[0], fox), rightPassword)

	// Golden Reel invites the one who works elsewhere and one who doesn't: the answers and pages are the same.
	elsewhere := reelAdmin.Post("/settings/people/invitations", fields(email)...)
	nowhere := reelAdmin.Post("/settings/people/invitations", fields("nora@agency.example")...)
	if elsewhere.StatusCode != nowhere.StatusCode || elsewhere.Location() != nowhere.Location() || elsewhere.StatusCode != http.StatusSeeOther {
		t.Errorf("somebody from elsewhere: %d, from nowhere: %d", elsewhere.StatusCode, nowhere.StatusCode)
	}
	paths := map[string]string{}
	for _, m := range h.Letters(ctx, t) {
		paths[m.To.Email] = link(t, m, reel)
	}
	pages := map[string]string{}
	for who, path := range paths {
		a := h.Browser(t, reel).Get(path)
		pages[who] = strings.NewReplacer(who, "x", path, "y").Replace(a.Text)
	}
	if pages[email] != pages["nora@agency.example"] || pages[email] == "" {
		t.Error("the invitation's page tells who works elsewhere")
	}
	join(h.Browser(t, reel), paths[email], nextPassword)

	// Each casino has its own password, and the other's opens nothing.
	for _, try := range []struct {
		at    *browser
		right string
		wrong string
	}{{h.Browser(t, fox), rightPassword, nextPassword}, {h.Browser(t, reel), nextPassword, rightPassword}} {
		if a := try.at.Post("/sign-in", "email", email, "password", try.wrong); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s takes the other's password: %d", try.at.host, a.StatusCode)
		}
		if a := try.at.Post("/sign-in", "email", email, "password", try.right); a.Location() != "/inbox" {
			t.Errorf("%s refuses its own password: %d", try.at.host, a.StatusCode)
		}
	}
	var people, memberships int
	if err := h.DB.Super(t).QueryRowContext(ctx, `select (select count(*) from control.people where email = $1),
		(select count(*) from memberships m join control.people p on p.id = m.person_id where p.email = $1)`, email).Scan(&people, &memberships); err != nil {
		t.Fatal(err)
	}
	if people != 1 || memberships != 2 {
		t.Errorf("%d people with %d memberships, want 1 and 2", people, memberships)
	}
	// A reset at one leaves the other alone.
	h.Letters(ctx, t)
	h.Browser(t, fox).Post("/forgot", "email", email)
	h.Browser(t, fox).Post(link(t, h.Letters(ctx, t)[0], fox), "password", "thirteen calm otters")
	if a := h.Browser(t, reel).Post("/sign-in", "email", email, "password", nextPassword); a.Location() != "/inbox" {
		t.Errorf("a reset at Lucky Fox reached Golden Reel: %d", a.StatusCode)
	}
	for _, a := range []*answer{foxAdmin.Get("/settings/people"), foxAdmin.Get("/settings/audit?reads=1")} {
		if strings.Contains(a.Text, "Golden Reel") || strings.Contains(a.Text, "nora@") {
			t.Error("Lucky Fox reads of Golden Reel")
		}
	}
}
