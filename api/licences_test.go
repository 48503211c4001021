package api_test

import (
	"maps"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

func TestAProgramKeepsLicences(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox, reel := sample.Tenant(h.ctx, t, "Lucky Fox"), sample.Tenant(h.ctx, t, "Golden Reel")
	admin, lead, stranger := h.caller(t, fox, authz.Admin), h.caller(t, fox, authz.Lead), h.caller(t, reel, authz.Admin)
	body := map[string]any{"regulator": "curacao", "number": "OGL/2025/000/0000", "licensee": "Demo Fox N.V.", "domains": []string{"Play.LuckyFox.example"},
		"link": "https://cert.cga.cw/certificate?id=ZGVtbw-ZGVtbw", "until": "2035-12-31"}
	made := admin.must(t, 201, "POST", "/v1/licences", body)
	at := "/v1/licences/" + made.at("id").(string)
	if made.at("state") != "active" || made.at("country") != "CW" || made.at("domains").([]any)[0] != "play.luckyfox.example" || made.at("authority") != "Curaçao Gaming Authority" {
		t.Errorf("made %v", made)
	}
	clone := maps.Clone(body)
	clone["link"] = "https://cert.cga.mba/certificate?id=ZGVtbw-ZGVtbw"
	refused := admin.must(t, 422, "PUT", at, clone)
	if says, _ := refused.at("detail").(string); !strings.Contains(says, "it imitates cert.cga.cw") {
		t.Errorf("a clone is refused with %q", says)
	}
	admin.must(t, 409, "POST", "/v1/licences", body)
	lead.must(t, 403, "POST", "/v1/licences", body)
	if list := lead.must(t, 200, "GET", "/v1/licences", nil).list(); len(list) != 1 || list[0]["id"] != made.at("id") {
		t.Errorf("a lead's key lists %v", list)
	}
	if list := stranger.must(t, 200, "GET", "/v1/licences", nil).list(); len(list) != 0 {
		t.Errorf("Golden Reel lists %v", list)
	}
	stranger.must(t, 404, "GET", at, nil)
	stranger.must(t, 404, "PUT", at, body)
	stranger.must(t, 404, "DELETE", at, nil)
	body["status"] = "suspended"
	if got := admin.must(t, 200, "PUT", at, body); got.at("state") != "suspended" {
		t.Errorf("changed to %v", got)
	}
	if got := admin.must(t, 200, "DELETE", at, nil); got.at("state") != "retired" {
		t.Errorf("retired is %v", got)
	}
	if got := lead.must(t, 200, "GET", at, nil); got.at("state") != "retired" {
		t.Errorf("read again %v", got)
	}
}
