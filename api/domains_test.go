package api_test

import (
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

func TestDomainsOverTheAPI(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox, reel := sample.Tenant(h.ctx, t, "Lucky Fox"), sample.Tenant(h.ctx, t, "Golden Reel")
	admin, rival := h.caller(t, fox, authz.Admin), h.caller(t, reel, authz.Admin)

	made := admin.call(t, "POST", "/v1/domains", map[string]any{"domain": "https://Help.LuckyFox.example/"})
	if made.status != 201 || made.at("host") != "help.luckyfox.example" || made.at("state") != "pending" {
		t.Fatalf("%d %s", made.status, made.raw)
	}
	path := "/v1/domains/" + made.at("id").(string)
	records := made.at("records").([]any)
	txt := records[1].(map[string]any)
	if alias := records[0].(map[string]any); alias["type"] != "CNAME" || alias["value"] != "lucky-fox.localhost" || txt["name"] != "_desk-verify.help.luckyfox.example" {
		t.Errorf("records %v", records)
	}
	claimed := rival.call(t, "POST", "/v1/domains", map[string]any{"domain": "help.luckyfox.example"})
	if claimed.status != 201 {
		t.Errorf("a rival's claim: %d %s", claimed.status, claimed.raw)
	}
	if a := admin.call(t, "POST", path+"/main", nil); a.status != 409 {
		t.Errorf("main before its proof: %d", a.status)
	}
	if a := admin.call(t, "POST", path+"/check", nil); a.status != 200 || a.at("finding") != "nowhere" {
		t.Errorf("checked in vain: %d %s", a.status, a.raw)
	}
	theirs := claimed.at("records").([]any)[1].(map[string]any)
	h.dns.Set(t, txt["name"].(string)+`. 60 IN TXT "`+txt["value"].(string)+`"`, txt["name"].(string)+`. 60 IN TXT "`+theirs["value"].(string)+`"`)
	if a := admin.call(t, "POST", path+"/check", nil); a.status != 200 || a.at("state") != "proven" || a.at("main") != false {
		t.Errorf("proven: %d %s", a.status, a.raw)
	}
	if a := rival.call(t, "POST", "/v1/domains/"+claimed.at("id").(string)+"/check", nil); a.status != 409 || !strings.Contains(a.raw, "isn't free") {
		t.Errorf("proven second: %d %s", a.status, a.raw)
	}
	if a := admin.call(t, "POST", path+"/main", nil); a.status != 200 || a.at("main") != true {
		t.Errorf("main: %d %s", a.status, a.raw)
	}
	lead, operator := h.caller(t, fox, authz.Lead), h.caller(t, fox, authz.Operator)
	if a := lead.call(t, "GET", "/v1/domains", nil); a.status != 200 || len(a.list()) != 1 || a.list()[0]["main"] != true {
		t.Errorf("a lead reads %d %s", a.status, a.raw)
	}
	for _, c := range []struct {
		who          *caller
		method, path string
		body         any
		status       int
	}{
		{operator, "GET", "/v1/domains", nil, 403}, {lead, "POST", path + "/check", nil, 403}, {lead, "DELETE", path, nil, 403},
		{rival, "DELETE", path, nil, 404}, {rival, "POST", path + "/main", nil, 404}, {admin, "POST", "/v1/domains/dom_x/check", nil, 404},
		{admin, "POST", "/v1/domains", `{"domain": "192.0.2.1"}`, 422}, {admin, "POST", "/v1/domains", `{"domain": "golden-reel.localhost"}`, 422},
		{admin, "POST", "/v1/domains", `{"domain": "\u0000"}`, 422}, {admin, "POST", "/v1/domains", `{}`, 422}, {admin, "POST", "/v1/domains", `{"domain": 7}`, 422},
		{admin, "POST", "/v1/domains", `{"domain": "help.luckyfox.example"}`, 409}, {admin, "DELETE", path, nil, 204}, {admin, "DELETE", path, nil, 404},
	} {
		if a := c.who.call(t, c.method, c.path, c.body); a.status != c.status {
			t.Errorf("%s %s %v: %d %s, want %d", c.method, c.path, c.body, a.status, a.raw, c.status)
		}
	}
	if a := admin.call(t, "GET", "/v1/domains", nil); a.status != 200 || len(a.list()) != 0 {
		t.Errorf("in the end: %s", a.raw)
	}
}
