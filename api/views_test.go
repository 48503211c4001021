package api_test

import (
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

func TestViewsOverTheAPI(t *testing.T) {
	t.Parallel()
	s := play(t)
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	rival, operator := s.caller(t, reel, authz.Admin), s.caller(t, s.fox, authz.Operator)
	made := s.crm.must(t, 201, "POST", "/v1/views", map[string]any{"name": "Late", "holder": "nobody", "topic": s.topics["withdrawals"], "order": "waiting"})
	id := made.at("id").(string)
	if made.at("state") != "open" || made.at("holder") != "nobody" {
		t.Errorf("made is %s", made.raw)
	}
	if got := operator.must(t, 200, "GET", "/v1/views", nil).list(); len(got) != 1 {
		t.Errorf("an operator's key sees %d views", len(got))
	}
	operator.must(t, 403, "POST", "/v1/views", map[string]any{"name": "Mine"})
	operator.must(t, 403, "DELETE", "/v1/views/"+id, nil)
	if got := rival.must(t, 200, "GET", "/v1/views", nil).list(); len(got) != 0 {
		t.Errorf("Golden Reel sees %d of Lucky Fox's views", len(got))
	}
	rival.must(t, 404, "PATCH", "/v1/views/"+id, map[string]any{"name": "Ours"})
	rival.must(t, 422, "POST", "/v1/views", map[string]any{"name": "Theirs", "topic": s.topics["withdrawals"]})
	if got := s.crm.must(t, 200, "PATCH", "/v1/views/"+id, map[string]any{"topic": nil, "state": "any"}); got.at("topic") != nil || got.at("state") != "any" || got.at("name") != "Late" {
		t.Errorf("after the merge patch it is %s", got.raw)
	}
	s.crm.must(t, 422, "PATCH", "/v1/views/"+id, map[string]any{"state": "asleep"})
	s.crm.must(t, 200, "DELETE", "/v1/views/"+id, nil)
	s.crm.must(t, 404, "GET", "/v1/views/"+id, nil)
}

func TestConversationsAreFoundOverTheAPI(t *testing.T) {
	t.Parallel()
	s := play(t)
	rival := s.caller(t, sample.Tenant(s.ctx, t, "Golden Reel"), authz.Admin)
	got := s.crm.must(t, 200, "GET", "/v1/conversation-search?q=withdraw", nil).list()
	if len(got) != 1 || got[0]["by"] != "words" || got[0]["seq"] != 1.0 || !strings.Contains(got[0]["excerpt"].(string), "withdrawal") ||
		got[0]["conversation"].(map[string]any)["id"] != s.id {
		t.Errorf("found are %v", got)
	}
	if got := s.crm.must(t, 200, "GET", "/v1/conversation-search?q=demo-mara", nil).list(); len(got) != 1 || got[0]["by"] != "player" {
		t.Errorf("by the player's id found are %v", got)
	}
	if got := rival.must(t, 200, "GET", "/v1/conversation-search?q=withdraw", nil).list(); len(got) != 0 {
		t.Errorf("Golden Reel finds %v", got)
	}
	s.crm.must(t, 200, "POST", s.path("/entries/1/erase"), map[string]any{"why": "The player asked for it."})
	if got := s.crm.must(t, 200, "GET", "/v1/conversation-search?q=withdraw", nil).list(); len(got) != 0 {
		t.Errorf("erased, found are %v", got)
	}
	s.crm.must(t, 422, "GET", "/v1/conversation-search", nil)
}

func TestStatisticsOverTheAPI(t *testing.T) {
	t.Parallel()
	s := play(t)
	rival, operator := s.caller(t, sample.Tenant(s.ctx, t, "Golden Reel"), authz.Admin), s.caller(t, s.fox, authz.Operator)
	s.crm.must(t, 201, "POST", s.path("/replies"), map[string]any{"text": "On its way."})
	s.crm.must(t, 200, "POST", s.path("/resolve"), nil)
	got := s.crm.must(t, 200, "GET", "/v1/statistics?zone=Europe/Vilnius", nil)
	if got.at("opened") != 1.0 || got.at("answered") != 1.0 || got.at("resolved") != 1.0 || got.at("backlog") != 0.0 || got.at("first_reply") == nil {
		t.Errorf("the numbers are %s", got.raw)
	}
	if days, _ := got.at("days").([]any); len(days) != 30 {
		t.Errorf("%d days are counted, want 30", len(days))
	}
	if got := rival.must(t, 200, "GET", "/v1/statistics", nil); got.at("opened") != 0.0 || got.at("first_reply") != nil {
		t.Errorf("Golden Reel's are %s", got.raw)
	}
	operator.must(t, 403, "GET", "/v1/statistics", nil)
	for _, bad := range []string{"?from=2026-03-02&to=2026-03-01", "?from=2020-01-01&to=2026-03-01", "?zone=Mars/Olympus", "?from=yesterday"} {
		s.crm.must(t, 422, "GET", "/v1/statistics"+bad, nil)
	}
}
