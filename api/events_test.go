package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pitdesk/api"
	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// aboveCasinos is the API at the address that is no casino's, asked by a reseller's key.
func aboveCasinos(t *testing.T, h *harness, reseller uuid.UUID, scopes ...string) *caller {
	t.Helper()
	surface := api.New(api.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		surface.ServeHTTP(w, r.WithContext(h.Context(r.Context())))
	}))
	t.Cleanup(server.Close)
	copied := *h
	copied.url = server.URL
	return &caller{&copied, tenants.Tenant{Host: "api.localhost"}, uuid.Nil, sample.ResellerKey(h.ctx, t, reseller, scopes...)}
}

// follow reads the feed page by page until n events are there.
func (c *caller) follow(t *testing.T, tenant string, limit, n int) (types, ids []string, next string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(types) < n; {
		r := c.request(t, http.MethodGet, fmt.Sprintf("/v1/events?limit=%d&starting_after=%s", limit, url.QueryEscape(next)), nil)
		if tenant != "" {
			r.Header.Set("Desk-Tenant", tenant)
		}
		page := c.send(t, r)
		if page.status != http.StatusOK || time.Now().After(end) {
			t.Fatalf("after %d of %d events: %d %s", len(types), n, page.status, page.raw)
		}
		if len(page.list()) > limit {
			t.Fatalf("%d events on a page of %d", len(page.list()), limit)
		}
		for _, e := range page.list() {
			types, ids = append(types, e["type"].(string)), append(ids, e["id"].(string))
		}
		next = page.body["next"].(string)
	}
	return types, ids, next
}

func TestEventsTellWhatHappenedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox, reel := sample.Tenant(h.ctx, t, "Lucky Fox"), sample.Tenant(h.ctx, t, "Golden Reel")
	crm := h.caller(t, fox, authz.Lead)
	c := sample.Conversation(h.ctx, t, fox, sample.Player(h.ctx, t, fox, "Mara"), "Where is my withdrawal?")
	sample.Conversation(h.ctx, t, reel, sample.Player(h.ctx, t, reel, "Ivo"), "A foreign word")
	at := "/v1/conversations/" + public(tenants.ConversationPrefix, c.ID)
	crm.must(t, http.StatusCreated, "POST", at+"/replies", map[string]any{"text": "On its way."})
	crm.must(t, http.StatusCreated, "POST", at+"/notes", map[string]any{"text": "Called the bank."})
	crm.must(t, http.StatusOK, "POST", at+"/tags", map[string]any{"name": "bank"})
	crm.must(t, http.StatusOK, "POST", at+"/resolve", nil)
	crm.must(t, http.StatusOK, "POST", at+"/reopen", nil)

	want := []string{"conversation.opened", "message.received", "message.sent", "note.written", "conversation.tagged", "conversation.resolved",
		"conversation.reopened"}
	types, ids, next := crm.follow(t, "", 100, len(want))
	if !slices.Equal(types, want) {
		t.Fatalf("the feed tells %v, want %v", types, want)
	}
	for limit := 1; limit <= 3; limit++ {
		if _, again, end := crm.follow(t, "", limit, len(want)); !slices.Equal(again, ids) || end != next {
			t.Errorf("by pages of %d the feed tells %v, want %v", limit, again, ids)
		}
	}
	page := crm.must(t, http.StatusOK, "GET", "/v1/events?starting_after="+next, nil)
	if len(page.list()) != 0 || page.body["has_more"] != false || page.body["next"] != next {
		t.Errorf("after the last event the feed says %s", page.raw)
	}
	sent := crm.must(t, http.StatusOK, "GET", "/v1/events?limit=3", nil)
	if data := sent.list()[2]["data"].(map[string]any); data["casino"] != public(tenants.TenantPrefix, fox.ID) || data["seq"] != 2.0 ||
		data["author"].(map[string]any)["id"] != public(tenants.KeyPrefix, crm.keyID) || sent.body["has_more"] != true {
		t.Errorf("the reply is told as %s", sent.raw)
	}
	for _, word := range []string{"withdrawal", "On its way", "bank", "foreign", "Mara"} {
		if strings.Contains(page.raw+sent.raw, word) {
			t.Errorf("an event tells %q", word)
		}
	}
}

func TestEventsFromNowOn(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox := sample.Tenant(h.ctx, t, "Lucky Fox")
	crm := h.caller(t, fox, authz.Lead)
	c := sample.Conversation(h.ctx, t, fox, sample.Player(h.ctx, t, fox, "Mara"), "Before")
	crm.follow(t, "", 10, 2)
	now := crm.must(t, http.StatusOK, "GET", "/v1/events?from=now", nil)
	if len(now.list()) != 0 || now.body["has_more"] != false {
		t.Fatalf("now is %s", now.raw)
	}
	crm.must(t, http.StatusCreated, "POST", "/v1/conversations/"+public(tenants.ConversationPrefix, c.ID)+"/notes", map[string]any{"text": "After"})
	for end := time.Now().Add(time.Minute); ; {
		page := crm.must(t, http.StatusOK, "GET", "/v1/events?starting_after="+now.body["next"].(string), nil)
		if got := page.list(); len(got) == 1 && got[0]["type"] == "note.written" {
			break
		} else if len(got) > 0 || time.Now().After(end) {
			t.Fatalf("since then there is %s", page.raw)
		}
	}
	for _, bad := range []string{"starting_after=x", "starting_after=" + strings.Repeat("A", 72), "limit=0", "from=now&starting_after=" + now.body["next"].(string)} {
		crm.must(t, http.StatusUnprocessableEntity, "GET", "/v1/events?"+bad, nil)
	}
}

func TestAResellersEventsAreOfItsCasinosAlone(t *testing.T) {
	t.Parallel()
	h := serve(t)
	north, south := sample.Reseller(h.ctx, t, "North"), sample.Reseller(h.ctx, t, "South")
	fox, reel := sample.Resold(h.ctx, t, north, "Lucky Fox"), sample.Resold(h.ctx, t, north, "Golden Reel")
	blue := sample.Resold(h.ctx, t, south, "Blue Harbour")
	for _, at := range []tenants.Tenant{fox, blue, reel} {
		sample.Conversation(h.ctx, t, at, sample.Player(h.ctx, t, at, "Mara"), "Hello")
	}
	key := aboveCasinos(t, h, north, "events:read")
	types, _, next := key.follow(t, "", 1, 4)
	if want := []string{"conversation.opened", "message.received", "conversation.opened", "message.received"}; !slices.Equal(types, want) {
		t.Errorf("North is told %v, want %v", types, want)
	}
	if page := key.must(t, http.StatusOK, "GET", "/v1/events?starting_after="+next, nil); len(page.list()) != 0 {
		t.Errorf("North is told more: %s", page.raw)
	}
	key.follow(t, public(tenants.TenantPrefix, reel.ID), 10, 2)
	foreign := key.request(t, "GET", "/v1/events", nil)
	foreign.Header.Set("Desk-Tenant", public(tenants.TenantPrefix, blue.ID))
	if got := key.send(t, foreign); got.status != http.StatusNotFound {
		t.Errorf("North asks of Blue Harbour and gets %d %s", got.status, got.raw)
	}
	if got := aboveCasinos(t, h, north, "tenants:read").call(t, "GET", "/v1/events", nil); got.status != http.StatusForbidden {
		t.Errorf("a key without the scope gets %d", got.status)
	}
}
