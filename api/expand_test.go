package api_test

import (
	"testing"

	"pitdesk/authz"
	"pitdesk/tenants"
)

func TestReferencesComeWhole(t *testing.T) {
	t.Parallel()
	s := play(t)
	s.crm.must(t, 200, "POST", s.path("/assign"), map[string]any{"agent": public(tenants.MemberPrefix, s.ruta.ID), "team": s.teams["Payments"]})
	s.crm.must(t, 200, "PUT", s.path("/topic"), map[string]any{"topic": s.topics["withdrawals"]})
	plain := s.crm.must(t, 200, "GET", s.path(""), nil)
	if plain.at("player", "sub") != nil || plain.at("agent", "role") != nil || plain.at("team", "for_leads") != nil || plain.at("topic", "to_lead") != nil {
		t.Errorf("without expand it is %s", plain.raw)
	}
	whole := func(c reply, v map[string]any) {
		t.Helper()
		r := reply{body: v}
		if r.at("player", "sub") != "demo-mara" || r.at("player", "name") != "Mara" || r.at("agent", "role") != "operator" || r.at("agent", "name") != "Ruta" ||
			r.at("team", "for_leads") != false || r.at("topic", "to_lead") != false || r.at("topic", "key") != "withdrawals" {
			t.Errorf("expanded it is %s", c.raw)
		}
	}
	one := s.crm.must(t, 200, "GET", s.path("?expand=player,agent,team,topic"), nil)
	whole(one, one.body)
	if one.header.Get("Etag") != "" {
		t.Error("what tells of other things has an ETag")
	}
	for _, path := range []string{"/v1/conversations?expand=player,agent,team,topic", "/v1/players/" + public(tenants.PlayerPrefix, s.mara) + "/conversations?expand=topic,team,agent,player"} {
		list := s.crm.must(t, 200, "GET", path, nil)
		whole(list, list.list()[0])
	}
	if r := s.crm.call(t, "GET", s.path("?expand=secrets"), nil); r.status != 422 {
		t.Errorf("what can't be expanded answers %d", r.status)
	}
	narrow := s.caller(t, s.fox, authz.Admin)
	if _, err := s.DB.Control(t).Exec(`update control.api_keys set scopes = '{conversations:read}' where id = ?`, narrow.keyID); err != nil {
		t.Fatal(err)
	}
	narrow.must(t, 200, "GET", s.path(""), nil)
	for _, member := range []string{"player", "agent"} {
		if r := narrow.call(t, "GET", s.path("?expand="+member), nil); r.status != 403 {
			t.Errorf("a key for conversations alone sees the whole %s: %d %s", member, r.status, r.raw)
		}
	}
}
