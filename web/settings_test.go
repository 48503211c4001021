package web_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func adminOf(ctx context.Context, t testing.TB, h *house, name string) (tenants.Tenant, *browser) {
	t.Helper()
	at := sample.Tenant(ctx, t, name)
	return at, h.SignedIn(ctx, t, at, sample.Agent(ctx, t, at, "Ieva", authz.Admin))
}

func TestTeamsAreMadeAndRenamed(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	_, admin := adminOf(ctx, t, h, "Lucky Fox")
	_, stranger := adminOf(ctx, t, h, "Golden Reel")
	if a := admin.Post("/settings/teams", "name", " Night shift "); a.Location() != "/settings/teams?done=added" {
		t.Fatalf("added: %d", a.StatusCode)
	}
	if a := admin.Post("/settings/teams", "name", "Night shift"); a.StatusCode != http.StatusConflict || a.Doc(t).Find("#new .field-fault").Length() != 1 {
		t.Errorf("a name twice: %d", a.StatusCode)
	}
	if said := admin.Get("/settings/teams").Doc(t).Find(".sections > .section-lead").Text(); !strings.Contains(said, "Last changed by Ieva") {
		t.Errorf("the page's foot says %q", said)
	}
	if n := admin.Get("/settings/topics").Doc(t).Find(".sections > .section-lead").Length(); n != 0 {
		t.Error("topics changed with the teams")
	}
	action, _ := admin.Get("/settings/teams").Doc(t).Find(`input[value="Night shift"]`).Closest("form").Attr("action")
	if a := admin.Post(action, "name", "VIP", "for_leads", "yes"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("renamed: %d", a.StatusCode)
	}
	if a := admin.Post(action, "name", "Payments"); a.StatusCode != http.StatusConflict {
		t.Errorf("to a name that is taken: %d", a.StatusCode)
	}
	for _, bad := range []string{"", "   ", strings.Repeat("ы", 81), "a\x00b", "\xff"} {
		if a := admin.Post("/settings/teams", "name", bad); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.10q: %d", bad, a.StatusCode)
		}
	}
	if a := stranger.Post(action, "name", "Mine"); a.StatusCode != http.StatusNotFound {
		t.Errorf("Golden Reel renames Lucky Fox's team: %d", a.StatusCode)
	}
	if strings.Contains(stranger.Get("/settings/teams").Text, "VIP") {
		t.Error("Golden Reel sees Lucky Fox's team")
	}
}

func TestTopicsAreNamedMovedAndRetired(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	_, admin := adminOf(ctx, t, h, "Lucky Fox")
	_, stranger := adminOf(ctx, t, h, "Golden Reel")
	words := func() string {
		var all []string
		for _, line := range admin.Get("/settings/topics").Doc(t).Find("#topics summary").EachIter() {
			all = append(all, strings.Join(strings.Fields(line.Text()), " "))
		}
		return strings.Join(all, " | ")
	}
	if a := admin.Post("/settings/topics", "name_en", "Parking", "name_ru", "Парковка", "to_lead", "yes"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("added: %d", a.StatusCode)
	}
	if got, want := words(), "Withdrawals and payouts | Responsible gaming To a lead | Parking To a lead"; got != want {
		t.Errorf("the list reads %q, want %q", got, want)
	}
	forms := admin.Get("/settings/topics").Doc(t).Find(`#topics form.form`)
	parking, _ := forms.Last().Attr("action")
	admin.Post(parking + "/up")
	admin.Post(parking, "name_en", "Car park")
	if got, want := words(), "Withdrawals and payouts | Car park | Responsible gaming To a lead"; got != want {
		t.Errorf("moved and renamed, the list reads %q, want %q", got, want)
	}
	admin.Post(parking + "/retire")
	if got, want := words(), "Withdrawals and payouts | Responsible gaming To a lead | Car park Retired"; got != want {
		t.Errorf("retired, the list reads %q, want %q", got, want)
	}
	admin.Post(parking + "/restore")
	for _, bad := range [][]string{{}, {"name_en", strings.Repeat("x", 81)}, {"name_ru", "\x00"}} {
		if a := admin.Post(parking, bad...); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, a.StatusCode)
		}
	}
	for _, path := range []string{parking, parking + "/up", parking + "/retire", parking + "/restore"} {
		if a := stranger.Post(path, "name_en", "Mine"); a.StatusCode != http.StatusNotFound {
			t.Errorf("Golden Reel at %s: %d", path, a.StatusCode)
		}
	}
}

func TestWhereTheChatStandsAndWhoSigns(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, admin := adminOf(ctx, t, h, "Lucky Fox")
	_, stranger := adminOf(ctx, t, h, "Golden Reel")
	if a := admin.Post("/settings/chat/origins", "origin", "https://WWW.lucky-fox.example/"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("added: %d", a.StatusCode)
	}
	if policy := h.Browser(t, fox).Get("/chat").Header.Get("Content-Security-Policy"); !strings.Contains(policy, "https://www.lucky-fox.example") {
		t.Errorf("the chat's page may stand in %q", policy)
	}
	for _, bad := range []string{"", "www.lucky-fox.example", "https://a.example/x", "https://*.example", "javascript:alert(1)", "https://a_b.example",
		"https://a.example;script-src *", "https://\x00", strings.Repeat("https://a", 100)} {
		if a := admin.Post("/settings/chat/origins", "origin", bad); a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find("#origins .field-fault").Length() != 1 {
			t.Errorf("%.30q: %d", bad, a.StatusCode)
		}
	}
	stranger.Post("/settings/chat/origins/remove", "origin", "https://www.lucky-fox.example")
	if !strings.Contains(admin.Get("/settings/chat").Text, "https://www.lucky-fox.example") {
		t.Error("Golden Reel removed Lucky Fox's origin")
	}
	admin.Post("/settings/chat/origins/remove", "origin", "https://www.lucky-fox.example")
	if strings.Contains(admin.Get("/settings/chat").Text, "https://www.lucky-fox.example") {
		t.Error("the origin is still there")
	}

	a := admin.Post("/settings/chat/keys", "kind", "secret", "id", "backend")
	secret := strings.TrimSpace(a.Doc(t).Find("#made .secret").Text())
	if a.StatusCode != 200 || len(secret) != 43 || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("a secret: %d, %q", a.StatusCode, secret)
	}
	if strings.Contains(admin.Get("/settings/chat").Text, secret) {
		t.Error("the secret is shown twice")
	}
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	spelt := map[string]string{"pem": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"base64": base64.StdEncoding.EncodeToString(public), "url": base64.RawURLEncoding.EncodeToString(public)}
	for id, text := range spelt {
		if a := admin.Post("/settings/chat/keys", "kind", "public", "id", id, "public", text); a.StatusCode != http.StatusSeeOther {
			t.Errorf("a public key as %s: %d", id, a.StatusCode)
		}
	}
	if a := admin.Post("/settings/chat/keys", "kind", "secret", "id", "backend"); a.StatusCode != http.StatusConflict {
		t.Errorf("an id twice: %d", a.StatusCode)
	}
	for _, bad := range [][]string{{"kind", "public", "id", "x", "public", "nonsense"}, {"kind", "secret", "id", "a b"}, {"kind", "secret", "id", ""},
		{"kind", "public", "id", "y", "public", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}} {
		if a := admin.Post("/settings/chat/keys", bad...); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, a.StatusCode)
		}
	}
	stranger.Post("/settings/chat/keys/backend/revoke")
	if n := admin.Get("/settings/chat").Doc(t).Find(`#keys form[action$="/backend/revoke"]`).Length(); n != 1 {
		t.Error("Golden Reel revoked Lucky Fox's key")
	}
	admin.Post("/settings/chat/keys/backend/revoke")
	if n := admin.Get("/settings/chat").Doc(t).Find(`#keys form[action$="/backend/revoke"]`).Length(); n != 0 {
		t.Error("the key isn't revoked")
	}
}

func TestTheAuditLogIsReadByPages(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, admin := adminOf(ctx, t, h, "Lucky Fox")
	_, stranger := adminOf(ctx, t, h, "Golden Reel")
	h.set(ctx, t, `insert into audit_log (tenant_id, id, at, actor_kind, role, action, object)
		select $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now(), 'key', 'admin', 'reply', 'conversation' from generate_series(1, 250) n`, fox.ID.String())
	admin.Post("/settings/teams", "name", "Night shift")
	seen, path := 0, "/settings/audit?reads=1"
	for range 5 {
		a := admin.Get(path)
		doc := a.Doc(t)
		if seen == 0 && !strings.Contains(doc.Find("li.line").First().Text()+doc.Find("li.line").Eq(1).Text(), "settings") {
			t.Errorf("the newest lines are %q", doc.Find("li.line").First().Text())
		}
		seen += doc.Find("ul.panel li.line").Length()
		next, ok := doc.Find(`a[rel=next]`).Attr("href")
		if !ok {
			break
		}
		path = next
	}
	if seen < 251 || seen > 260 {
		t.Errorf("%d lines are shown over all pages", seen)
	}
	if n := stranger.Get("/settings/audit?reads=1").Doc(t).Find("ul.panel li.line").Length(); n > 3 {
		t.Errorf("Golden Reel reads %d lines", n)
	}
	for _, bad := range []string{"x", "%00", "00000000-0000-7000-8000-00000000000", "urn:uuid:00000000-0000-7000-8000-000000000001", "' or 1=1"} {
		if a := admin.Get("/settings/audit?before=" + strings.ReplaceAll(bad, " ", "+")); a.StatusCode != http.StatusNotFound {
			t.Errorf("before=%s: %d", bad, a.StatusCode)
		}
	}
}
