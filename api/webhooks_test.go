package api_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestAReceiversLifeByTheAPI(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox, reel := sample.Tenant(h.ctx, t, "Lucky Fox"), sample.Tenant(h.ctx, t, "Golden Reel")
	admin, stranger := h.caller(t, fox, authz.Admin), h.caller(t, reel, authz.Admin)
	made := admin.must(t, http.StatusCreated, "POST", "/v1/webhooks", map[string]any{"url": "https://crm.casino.example/events", "description": "CRM"})
	secret, _ := made.body["secret"].(string)
	id, _ := made.body["id"].(string)
	if !strings.HasPrefix(secret, "whsec_") || len(secret) < 40 || made.body["enabled"] != true || made.body["events"].([]any)[0] != "*" {
		t.Fatalf("made is %s", made.raw)
	}
	at := "/v1/webhooks/" + id
	for _, path := range []string{"/v1/webhooks", at} {
		if got := admin.must(t, http.StatusOK, "GET", path, nil); strings.Contains(got.raw, secret) || !strings.Contains(got.raw, id) {
			t.Errorf("%s says %s", path, got.raw)
		}
		if got := stranger.call(t, "GET", path, nil); strings.Contains(got.raw, id) || strings.Contains(got.raw, "crm.casino") {
			t.Errorf("Golden Reel gets %s of %s", got.raw, path)
		}
	}
	read := admin.must(t, http.StatusOK, "GET", at, nil)
	change := admin.request(t, "PATCH", at, map[string]any{"events": []string{"message.received"}, "enabled": false})
	change.Header.Set("Content-Type", "application/merge-patch+json")
	change.Header.Set("If-Match", read.header.Get("ETag"))
	if got := admin.send(t, change); got.status != http.StatusOK || got.body["enabled"] != false || got.body["disabled_why"] != "by_hand" || got.body["description"] != "CRM" {
		t.Errorf("after the change it is %d %s", got.status, got.raw)
	}
	stale := admin.request(t, "PATCH", at, map[string]any{"enabled": true})
	stale.Header.Set("If-Match", read.header.Get("ETag"))
	if got := admin.send(t, stale); got.status != http.StatusPreconditionFailed {
		t.Errorf("a change of what was read before answers %d %s", got.status, got.raw)
	}
	admin.must(t, http.StatusConflict, "POST", at+"/test", nil)
	admin.must(t, http.StatusOK, "PATCH", at, map[string]any{"enabled": true, "events": []string{"*"}})
	test := admin.must(t, http.StatusCreated, "POST", at+"/test", nil)
	if test.body["type"] != "webhook.test" || test.body["state"] != "pending" {
		t.Errorf("the test is %s", test.raw)
	}
	delivery := at + "/deliveries/" + test.body["id"].(string)
	admin.must(t, http.StatusOK, "GET", delivery, nil)
	admin.must(t, http.StatusOK, "POST", delivery+"/replay", nil)
	if got := admin.must(t, http.StatusOK, "POST", at+"/replay", map[string]any{"since": "2020-01-01T00:00:00Z"}); got.body["deliveries"] != 0.0 {
		t.Errorf("replayed %s", got.raw)
	}
	if got := admin.must(t, http.StatusOK, "GET", at+"/deliveries?state=pending", nil); len(got.list()) != 1 {
		t.Errorf("pending are %s", got.raw)
	}
	rotated := admin.must(t, http.StatusCreated, "POST", at+"/secret", map[string]any{})
	if len(rotated.body["secrets"].([]any)) != 2 || rotated.body["secret"] == secret {
		t.Errorf("rotated is %s", rotated.raw)
	}
	admin.must(t, http.StatusNoContent, "DELETE", at, nil)
	admin.must(t, http.StatusNotFound, "GET", at, nil)
}

func TestAddressesThatLeadNowhereGoodAreRefused(t *testing.T) {
	t.Parallel()
	h := serve(t)
	admin := h.caller(t, sample.Tenant(h.ctx, t, "Lucky Fox"), authz.Admin)
	for _, url := range []string{"http://crm.example/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://desk.localhost/", "https://me:pass@crm.example/",
		"https:///x", "ftp://crm.example", "https://crm.example/#x", "https://crm.example/a b", "https://2130706433/", "crm.example", ""} {
		if got := admin.call(t, "POST", "/v1/webhooks", map[string]any{"url": url}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q answers %d %s", url, got.status, got.raw)
		}
	}
	admin.must(t, http.StatusUnprocessableEntity, "POST", "/v1/webhooks", map[string]any{"url": "https://crm.example/", "events": []string{"player.won"}})
	admin.must(t, http.StatusUnprocessableEntity, "POST", "/v1/webhooks", map[string]any{"url": "https://crm.example/", "events": []string{}})
	for range 20 {
		admin.must(t, http.StatusCreated, "POST", "/v1/webhooks", map[string]any{"url": "https://crm.example/"})
	}
	admin.must(t, http.StatusConflict, "POST", "/v1/webhooks", map[string]any{"url": "https://crm.example/"})
}

func TestAResellersReceiversAreItsOwn(t *testing.T) {
	t.Parallel()
	h := serve(t)
	north, south := sample.Reseller(h.ctx, t, "North"), sample.Reseller(h.ctx, t, "South")
	fox := sample.Resold(h.ctx, t, north, "Lucky Fox")
	own, other := aboveCasinos(t, h, north), aboveCasinos(t, h, south)
	made := own.must(t, http.StatusCreated, "POST", "/v1/webhooks", map[string]any{"url": "https://north.example/events"})
	at := "/v1/webhooks/" + made.body["id"].(string)
	own.must(t, http.StatusOK, "GET", at, nil)
	own.must(t, http.StatusCreated, "POST", at+"/test", nil)
	other.must(t, http.StatusNotFound, "GET", at, nil)
	other.must(t, http.StatusNotFound, "DELETE", at, nil)
	within := own.request(t, "GET", at, nil)
	within.Header.Set("Desk-Tenant", public(tenants.TenantPrefix, fox.ID))
	if got := own.send(t, within); got.status != http.StatusNotFound {
		t.Errorf("the reseller's own receiver among the casino's answers %d", got.status)
	}
	h.caller(t, fox, authz.Admin).must(t, http.StatusNotFound, "GET", at, nil)
}
