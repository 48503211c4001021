package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestAKeyIsMadeShownOnceAndRevoked(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Rasa", authz.Admin))

	made := admin.Post("/settings/api", "name", " Till sync ", "role", "lead", "expires", "90d")
	secret := made.Doc(t).Find("#made .secret").Text()
	k, err := h.Pools.Doors.ByAPIKey(ctx, secret)
	if made.StatusCode != http.StatusOK || err != nil || k.Tenant.ID != fox.ID || k.Name != "Till sync" || k.Role != "lead" {
		t.Fatalf("made: %d, the secret %q opens %+v, %v", made.StatusCode, secret, k, err)
	}
	if kept := made.Header.Get("Cache-Control"); kept != "no-store" {
		t.Errorf("the page with the secret may be kept: %q", kept)
	}
	page := admin.Get("/settings/api")
	if strings.Contains(page.Text, secret) {
		t.Error("the secret is shown again")
	}
	line := page.Doc(t).Find("#keys li.line")
	for _, word := range []string{"Till sync", "Lead", secret[:9] + "…", "last used now", "runs out"} {
		if got := strings.Join(strings.Fields(line.Text()), " "); !strings.Contains(got, word) {
			t.Errorf("the list says %q, without %q", got, word)
		}
	}
	all, err := h.Pools.Doors.APIKeys(ctx, fox.ID)
	if err != nil || len(all) != 1 || all[0].ExpiresAt == nil || time.Until(*all[0].ExpiresAt).Round(time.Hour) != 90*24*time.Hour {
		t.Fatalf("kept: %+v, %v", all, err)
	}

	revoke, _ := line.Find(`form[action$="/revoke"]`).Attr("action")
	if foreign, unknown := stranger.Post(revoke), stranger.Post("/settings/api/"+tenants.PublicID(tenants.KeyPrefix, tenants.NewID())+"/revoke"); foreign.StatusCode != http.StatusNotFound || foreign.Text != unknown.Text {
		t.Errorf("Golden Reel revokes Lucky Fox's key: %d", foreign.StatusCode)
	}
	if strings.Contains(stranger.Get("/settings/api").Text, "Till sync") || strings.Contains(stranger.Get("/settings/audit").Text, "Till sync") {
		t.Error("Golden Reel sees Lucky Fox's key")
	}
	if _, err := h.Pools.Doors.ByAPIKey(ctx, secret); err != nil {
		t.Fatalf("the key ended: %v", err)
	}
	if a := admin.Post(revoke); a.Location() != "/settings/api?done=revoked" {
		t.Fatalf("revoked: %d %s", a.StatusCode, a.Location())
	}
	if _, err := h.Pools.Doors.ByAPIKey(ctx, secret); err == nil {
		t.Error("a revoked key still opens")
	}
	if a := admin.Post(revoke); a.StatusCode != http.StatusNotFound {
		t.Errorf("revoked twice: %d", a.StatusCode)
	}
	line = admin.Get("/settings/api").Doc(t).Find("#keys li.line")
	if !strings.Contains(line.Text(), "Revoked") || line.Find("form").Length() != 0 {
		t.Errorf("the list says %q", line.Text())
	}
	log := admin.Get("/settings/audit").Doc(t).Find("li.line").Text()
	for _, deed := range []string{"Made an API key", "Revoked an API key"} {
		if strings.Count(log, deed) != 1 {
			t.Errorf("%q stands %d times in the audit log", deed, strings.Count(log, deed))
		}
	}
	if strings.Count(log, "Till sync") != 2 {
		t.Errorf("the audit log names the key %d times, want 2", strings.Count(log, "Till sync"))
	}
}

func TestWhatNoKeyIsMadeFrom(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	if admin.Get("/settings/api").Doc(t).Find("#keys .empty").Length() != 1 {
		t.Error("a casino without keys isn't told so")
	}
	for _, bad := range []struct{ name, role, expires, at string }{
		{"", "lead", "", "#name-fault"}, {strings.Repeat("ы", 121), "lead", "", "#name-fault"}, {"a\x00b", "lead", "", "#name-fault"},
		{"CRM", "owner", "", ".field-fault"}, {"CRM", "", "", ".field-fault"}, {"CRM", "lead", "1000y", "#expires-fault"}, {"CRM", "lead", "-1", "#expires-fault"},
	} {
		a := admin.Post("/settings/api", "name", bad.name, "role", bad.role, "expires", bad.expires)
		doc := a.Doc(t)
		_, shown := doc.Find("#new").Attr("open")
		if a.StatusCode != http.StatusUnprocessableEntity || doc.Find(bad.at).Length() != 1 || !shown {
			t.Errorf("%+.40v: %d", bad, a.StatusCode)
		}
	}
	for range tenants.MostAPIKeys {
		if _, _, err := h.Pools.Doors.NewAPIKey(ctx, fox.ID, tenants.NewKey{Name: "CRM", Role: "lead"}); err != nil {
			t.Fatal(err)
		}
	}
	if a := admin.Post("/settings/api", "name", "One more", "role", "lead"); a.StatusCode != http.StatusConflict || a.Doc(t).Find("#new .notice").Length() != 1 {
		t.Errorf("one more than there may be: %d", a.StatusCode)
	}
	if all, err := h.Pools.Doors.APIKeys(ctx, fox.ID); err != nil || len(all) != tenants.MostAPIKeys {
		t.Errorf("%d keys, %v", len(all), err)
	}
}

// TestNoKeyIsWithoutItsAuditLine takes the audit log away: what can't be written down isn't done.
func TestNoKeyIsWithoutItsAuditLine(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	made := admin.Post("/settings/api", "name", "CRM", "role", "lead").Doc(t)
	secret := made.Find("#made .secret").Text()
	revoke, ok := made.Find(`#keys form[action$="/revoke"]`).Attr("action")
	if secret == "" || !ok {
		t.Fatal("no key was made")
	}
	if _, err := h.DB.Super(t).ExecContext(ctx, `alter table audit_log add constraint no_keys check (object <> 'api_key') not valid`); err != nil {
		t.Fatal(err)
	}
	if a := admin.Post("/settings/api", "name", "Unseen", "role", "admin"); a.StatusCode != http.StatusInternalServerError || strings.Contains(a.Text, "dk_") {
		t.Errorf("made: %d", a.StatusCode)
	}
	if a := admin.Post(revoke); a.StatusCode != http.StatusInternalServerError {
		t.Errorf("revoked: %d", a.StatusCode)
	}
	if all, err := h.Pools.Doors.APIKeys(ctx, fox.ID); err != nil || len(all) != 1 || all[0].RevokedAt != nil {
		t.Errorf("the keys are %+v, %v", all, err)
	}
	if _, err := h.Pools.Doors.ByAPIKey(ctx, secret); err != nil {
		t.Errorf("the key that couldn't be revoked answers %v", err)
	}
}
