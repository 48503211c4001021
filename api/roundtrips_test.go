package api_test

import (
	"strings"
	"testing"

	"pitdesk/tenants"
)

func TestHotOperationsCostFewRoundTrips(t *testing.T) {
	t.Parallel()
	s := play(t)
	pool, app, counter := s.DB.Counted(t)
	s.Pools.App, s.Pools.AppPool = app, pool
	player := public(tenants.PlayerPrefix, s.mara)
	s.crm.must(t, 201, "POST", s.path("/notes"), map[string]any{"text": "The first on this connection."})
	for _, c := range []struct {
		method, path string
		body         any
		most         int
	}{
		{"POST", s.path("/replies"), map[string]any{"text": "On its way.", "client_id": "a"}, 4}, // begin, hold, append, audit and commit
		{"POST", s.path("/replies"), map[string]any{"text": "On its way.", "client_id": "a"}, 5}, // sent again: the log is read too
		{"POST", s.path("/notes"), map[string]any{"text": "Checked."}, 4},
		{"GET", "/v1/conversations", nil, 3}, // begin, list, audit and commit
		{"GET", "/v1/conversations?state=any&team=" + s.teams["Payments"], nil, 3},
		{"GET", s.path(""), nil, 3},
		{"GET", s.path("/entries"), nil, 4},
		{"GET", "/v1/players/" + player, nil, 4},
		{"GET", "/v1/topics", nil, 3},
		{"POST", s.path("/resolve"), nil, 6},
	} {
		counter.Taken()
		if got := s.crm.call(t, c.method, c.path, c.body); got.status >= 300 {
			t.Fatalf("%s %s answers %d %s", c.method, c.path, got.status, got.raw)
		}
		sent := counter.Taken()
		statements := 0
		for _, m := range sent {
			statements += 1 + strings.Count(m, "; ")
		}
		t.Logf("%s %s: %d round trips, %d statements", c.method, strings.ReplaceAll(c.path, s.id, "{conversation}"), len(sent), statements)
		if len(sent) > c.most {
			t.Errorf("%s %s takes %d round trips, at most %d:\n%s", c.method, c.path, len(sent), c.most, strings.Join(sent, "\n"))
		}
	}
}
