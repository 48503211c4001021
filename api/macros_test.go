package api_test

import (
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMacrosOverTheAPI(t *testing.T) {
	t.Parallel()
	s := play(t)
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	rival, operator := s.caller(t, reel, authz.Admin), s.caller(t, s.fox, authz.Operator)
	agent := public(tenants.MemberPrefix, s.ruta.ID)

	made := s.crm.must(t, 201, "POST", "/v1/macros", map[string]any{"name": "Late", "shortcut": "late", "texts": map[string]string{
		"en": "Hello {{player.name}}, {{casino.name}} is on it.", "ru": "Здравствуйте"}, "tags": []string{"bank"}, "assign": agent, "snooze_minutes": 60})
	id := made.at("id").(string)
	s.crm.must(t, 201, "POST", "/v1/macros", map[string]any{"name": "Leads only", "texts": map[string]string{"en": "x"}, "tags": []string{}, "team": s.teams["Leads"]})
	if got := s.crm.must(t, 409, "POST", "/v1/macros", map[string]any{"name": "Late", "shortcut": "LATE", "texts": map[string]string{"en": "x"}, "tags": []string{}}); got.at("errors") == nil {
		t.Errorf("a shortcut twice: %s", got.raw)
	}
	page := s.crm.must(t, 200, "GET", "/v1/macros?limit=1", nil)
	if len(page.list()) != 1 || page.at("has_more") != true {
		t.Fatalf("the first page is %s", page.raw)
	}
	if rest := s.crm.must(t, 200, "GET", "/v1/macros?limit=1&starting_after="+page.at("next").(string), nil); rest.list()[0]["name"] != "Leads only" || rest.at("has_more") != false {
		t.Errorf("the second page is %s", rest.raw)
	}
	if got := operator.must(t, 200, "GET", "/v1/macros", nil).list(); len(got) != 1 {
		t.Errorf("an operator's key sees %d macros, want the one of everybody", len(got))
	}
	operator.must(t, 403, "DELETE", "/v1/macros/"+id, nil)
	if got := rival.must(t, 200, "GET", "/v1/macros", nil).list(); len(got) != 0 {
		t.Errorf("Golden Reel sees %d of Lucky Fox's macros", len(got))
	}
	rival.must(t, 404, "GET", "/v1/macros/"+id, nil)
	rival.must(t, 404, "PATCH", "/v1/macros/"+id, map[string]any{"name": "Ours"})

	changed := s.crm.must(t, 200, "PATCH", "/v1/macros/"+id, map[string]any{"snooze_minutes": nil, "resolve": true, "texts": map[string]any{"ru": nil, "lt": "Labas"}})
	if changed.at("name") != "Late" || changed.at("snooze_minutes") != nil || changed.at("resolve") != true || changed.at("texts", "ru") != nil ||
		changed.at("texts", "lt") != "Labas" || changed.at("assign") != agent {
		t.Errorf("after the merge patch it is %s", changed.raw)
	}
	s.crm.must(t, 422, "PATCH", "/v1/macros/"+id, map[string]any{"colour": "red"})

	if got := s.crm.must(t, 200, "GET", s.path("/macros/"+id), nil); got.at("text") != "Hello Mara, Lucky Fox is on it." {
		t.Errorf("it would say %s", got.raw)
	}
	for range 2 {
		got := s.crm.must(t, 200, "POST", s.path("/macros/"+id), map[string]any{"client_id": "crm-9"})
		if got.at("state") != "resolved" || got.at("agent", "id") != agent || got.at("last_message", "text") != "Hello Mara, Lucky Fox is on it." {
			t.Errorf("after it the conversation is %s", got.raw)
		}
	}
	if got := s.crm.must(t, 200, "GET", "/v1/macros/"+id, nil); got.at("uses") != 1.0 {
		t.Errorf("sent twice it counts %v uses", got.at("uses"))
	}
	if got := s.crm.must(t, 200, "DELETE", "/v1/macros/"+id, nil); got.at("retired_at") == nil {
		t.Errorf("out of use it is %s", got.raw)
	}
	s.crm.must(t, 409, "POST", s.path("/macros/"+id), map[string]any{})
	s.crm.must(t, 200, "POST", "/v1/macros/"+id+"/restore", nil)
}
