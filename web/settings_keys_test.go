package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

func TestAKeyIsBoundAndRotatedOnItsPage(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Rasa", authz.Admin))

	made := admin.Post("/settings/api", "name", "CRM", "role", "lead", "scopes", "conversations:read", "scopes", "players:read", "networks", "203.0.113.0/24\n2001:db8::7").Doc(t)
	first := made.Find("#made .secret").Text()
	k, err := h.Pools.Doors.ByAPIKey(ctx, first)
	if err != nil || strings.Join(k.Scopes, " ") != "conversations:read players:read" || len(k.Networks) != 2 || !k.AllowsFrom("203.0.113.4") || k.AllowsFrom("198.51.100.4") {
		t.Fatalf("made: %+v, %v", k, err)
	}
	line := made.Find("#keys li.line")
	if got := line.Text(); !strings.Contains(got, "players:read") || !strings.Contains(got, "203.0.113.0/24") {
		t.Errorf("the list says %q", got)
	}
	rotate, _ := line.Find(`form[action$="/rotate"]`).Attr("action")
	if a := stranger.Post(rotate); a.StatusCode != http.StatusNotFound {
		t.Errorf("Golden Reel rotates Lucky Fox's key: %d", a.StatusCode)
	}
	rotated := admin.Post(rotate).Doc(t)
	second := rotated.Find("#made .secret").Text()
	for _, secret := range []string{first, second} {
		if same, err := h.Pools.Doors.ByAPIKey(ctx, secret); err != nil || same.ID != k.ID {
			t.Errorf("%.9s… opens %+v, %v", secret, same, err)
		}
	}
	end, ok := rotated.Find(`#keys form[action$="/end-old"]`).Attr("action")
	if !ok || rotated.Find(`#keys form[action$="/rotate"]`).Length() != 0 {
		t.Fatal("while there are two secrets a third is offered, or there is no way to end the old one")
	}
	if a := admin.Post(end); a.StatusCode != http.StatusSeeOther {
		t.Errorf("ended: %d", a.StatusCode)
	}
	if _, err := h.Pools.Doors.ByAPIKey(ctx, first); err == nil {
		t.Error("the old secret still opens")
	}
	for field, value := range map[string]string{"networks": "here", "scopes": "tenants:write"} {
		a := admin.Post("/settings/api", "name", "CRM", "role", "lead", field, value)
		if a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find("#new details[open] .field-fault").Length() != 1 {
			t.Errorf("%s %q: %d", field, value, a.StatusCode)
		}
	}
}
