package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

func TestAReceiversLifeOnItsPage(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Rasa", authz.Admin))
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))

	if a := admin.Post("/settings/webhooks", "url", "http://crm.example/", "all", "1"); a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find("#new .field-fault").Length() != 1 {
		t.Errorf("a plain HTTP address answers %d", a.StatusCode)
	}
	if a := admin.Post("/settings/webhooks", "url", "https://crm.example/"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing to be told answers %d", a.StatusCode)
	}
	made := admin.Post("/settings/webhooks", "url", "https://crm.example/events", "description", "Our CRM", "event", "message.received")
	secret := made.Doc(t).Find("#made .secret").Text()
	if made.StatusCode != http.StatusOK || !strings.HasPrefix(secret, "whsec_") || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("made: %d, secret %q", made.StatusCode, secret)
	}
	owner := webhooks.Owner{Tenant: &fox.ID}
	all, err := webhooks.All(ctx, tenants.AboveNow(ctx), owner)
	if err != nil || len(all) != 1 || len(all[0].Events) != 1 || all[0].Description != "Our CRM" {
		t.Fatalf("kept: %+v, %v", all, err)
	}
	at := "/settings/webhooks/" + tenants.PublicID(tenants.EndpointPrefix, all[0].ID)
	for _, page := range []string{"/settings/webhooks", at} {
		if text := admin.Get(page).Text; strings.Contains(text, secret) || !strings.Contains(text, "crm.example") {
			t.Errorf("%s shows the secret again, or no receiver", page)
		}
		if a := stranger.Get(page); strings.Contains(a.Text, "crm.example") {
			t.Errorf("Golden Reel sees it on %s", page)
		}
		if a := lead.Get(page); a.StatusCode != http.StatusForbidden {
			t.Errorf("a lead gets %d of %s", a.StatusCode, page)
		}
	}
	for _, deed := range []string{"", "/on", "/test", "/secret", "/remove", "/replay"} {
		if a := stranger.Post(at+deed, "url", "https://evil.example/", "all", "1"); a.StatusCode != http.StatusNotFound {
			t.Errorf("Golden Reel does %q and gets %d", deed, a.StatusCode)
		}
	}
	if a := admin.Post(at + "/test"); a.Location() != at+"?done=webhook_sent" {
		t.Fatalf("test: %d %s", a.StatusCode, a.Location())
	}
	list, err := webhooks.Deliveries(ctx, tenants.AboveNow(ctx), owner, all[0].ID, "", uuid.Nil, 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("deliveries: %+v, %v", list, err)
	}
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.webhook_deliveries set state = 'failed', ended_at = now(), tries = 10`).Exec(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	failed := admin.Get(at + "?state=failed").Doc(t)
	replay, _ := failed.Find("#deliveries li.line form").Attr("action")
	if a := stranger.Post(replay); a.StatusCode != http.StatusNotFound {
		t.Errorf("Golden Reel replays and gets %d", a.StatusCode)
	}
	if a := admin.Post(replay); a.Location() != at+"?done=webhook_sent" {
		t.Fatalf("replay: %d", a.StatusCode)
	}
	if admin.Get(at+"?state=failed").Doc(t).Find("#deliveries .empty").Length() != 1 {
		t.Error("what is sent again still counts as failed")
	}
	second := admin.Post(at + "/secret").Doc(t).Find("#made .secret").Text()
	if second == "" || second == secret || admin.Get(at).Doc(t).Find("#secrets li.line").Length() != 2 {
		t.Errorf("rotated to %q", second)
	}
	if a := admin.Post(at + "/on"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("switched off: %d", a.StatusCode)
	}
	if a := admin.Post(at + "/test"); a.StatusCode != http.StatusConflict || a.Doc(t).Find(".notice").Length() == 0 {
		t.Errorf("a test of one that is off answers %d", a.StatusCode)
	}
	admin.Post(at+"/on", "on", "1")
	admin.Post(at, "url", "https://crm.example/other", "all", "1")
	if now, err := webhooks.Get(ctx, tenants.AboveNow(ctx), owner, all[0].ID); err != nil || now.DisabledAt != nil || now.Events != nil || now.URL != "https://crm.example/other" {
		t.Errorf("afterwards it is %+v, %v", now, err)
	}
	if a := admin.Post(at + "/remove"); a.Location() != "/settings/webhooks?done=removed" {
		t.Errorf("removed: %d", a.StatusCode)
	}
}
