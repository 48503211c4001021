package api_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// told is all of an answer that a stranger could tell from another.
func told(r reply) string {
	var b strings.Builder
	for _, name := range []string{"Content-Type", "Www-Authenticate", "Cache-Control", "Retry-After", "Allow", "Content-Length"} {
		b.WriteString(name + ": " + strings.Join(r.header.Values(name), ", ") + "\n")
	}
	return b.String() + r.raw
}

func TestAnotherCasinosKeyIsNobodysKey(t *testing.T) {
	t.Parallel()
	s := play(t)
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	theirs := s.caller(t, reel, authz.Admin)
	theirs.at = s.fox // at Lucky Fox's door
	foreign := theirs.call(t, "GET", s.path(""), nil)
	theirs.secret = "dk_" + strings.Repeat("0", len(theirs.secret)-3)
	unknown := theirs.call(t, "GET", s.path(""), nil)
	if foreign.status != 401 || told(foreign) != told(unknown) {
		t.Errorf("another casino's key answers %d %s, an unknown one %s", foreign.status, told(foreign), told(unknown))
	}
	for _, secret := range []string{"", "dk_", "x", strings.Repeat("y", 5000)} {
		theirs.secret = secret
		if got := theirs.call(t, "GET", s.path(""), nil); got.status != 401 || told(got) != told(unknown) {
			t.Errorf("the key %.10q… answers %d %s", secret, got.status, got.raw)
		}
	}
	r := s.crm.request(t, "GET", s.path(""), nil)
	r.Header.Set("Authorization", "Basic "+s.crm.secret)
	if got := s.crm.send(t, r); got.status != 401 || got.header.Get("Www-Authenticate") != "Bearer" {
		t.Errorf("another scheme answers %d %v", got.status, got.header)
	}
}

func TestTwoCasinosNeverMeet(t *testing.T) {
	t.Parallel()
	s := play(t)
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	theirs := s.caller(t, reel, authz.Admin)
	for _, path := range []string{"/v1/conversations?state=any", "/v1/players", "/v1/agents", "/v1/tags"} {
		if list := theirs.must(t, 200, "GET", path, nil).list(); len(list) != 0 {
			t.Errorf("Golden Reel's %s shows %v", path, list)
		}
	}
	nobodys := public(tenants.ConversationPrefix, uuid.New())
	for _, c := range []struct {
		method, rest string
		body         any
	}{
		{"GET", "", nil}, {"GET", "/entries", nil}, {"POST", "/replies", map[string]any{"text": "Hello"}}, {"POST", "/resolve", nil},
		{"POST", "/assign", map[string]any{"agent": public(tenants.MemberPrefix, s.ruta.ID)}}, {"DELETE", "/topic", nil},
		{"POST", "/entries/1/erase", map[string]any{"why": "because"}},
	} {
		got := theirs.call(t, c.method, s.path(c.rest), c.body)
		unknown := theirs.call(t, c.method, "/v1/conversations/"+nobodys+c.rest, c.body)
		malformed := theirs.call(t, c.method, "/v1/conversations/cnv_x"+c.rest, c.body)
		if got.status != 404 || told(got) != told(unknown) || told(got) != told(malformed) {
			t.Errorf("%s %s: a foreign id answers %s, an unknown one %s, a malformed one %s", c.method, c.rest, told(got), told(unknown), told(malformed))
		}
	}
	// Things of the other casino that a body names are unknown too.
	mine := sample.Conversation(s.ctx, t, reel, sample.Player(s.ctx, t, reel, "Finn"), "Hello")
	at := "/v1/conversations/" + public(tenants.ConversationPrefix, mine.ID)
	for _, pair := range [][2]map[string]any{
		{{"agent": public(tenants.MemberPrefix, s.ruta.ID)}, {"agent": public(tenants.MemberPrefix, uuid.New())}},
		{{"team": s.teams["Payments"]}, {"team": public(tenants.TeamPrefix, uuid.New())}},
	} {
		got, unknown := theirs.call(t, "POST", at+"/assign", pair[0]), theirs.call(t, "POST", at+"/assign", pair[1])
		if got.status != 422 || told(got) != told(unknown) {
			t.Errorf("assign to Lucky Fox's %v answers %s, to nobody %s", pair[0], told(got), told(unknown))
		}
	}
	if got := theirs.must(t, 200, "GET", at, nil); got.at("last_seq") != float64(1) {
		t.Errorf("something was written: %s", got.raw)
	}
}

func TestARevokedKeyEnds(t *testing.T) {
	t.Parallel()
	s := play(t)
	s.crm.must(t, 200, "GET", s.path(""), nil)
	if err := s.Pools.Doors.RevokeAPIKey(s.ctx, s.fox.ID, s.crm.keyID); err != nil {
		t.Fatal(err)
	}
	if got := s.crm.call(t, "GET", s.path(""), nil); got.status != 401 {
		t.Errorf("a revoked key answers %d", got.status)
	}
}

func TestAKeySeesWhatItsRoleSees(t *testing.T) {
	t.Parallel()
	s := play(t)
	operator := s.caller(t, s.fox, authz.Operator)
	operator.must(t, 200, "GET", s.path(""), nil)
	if got := operator.call(t, "POST", s.path("/entries/1/erase"), map[string]any{"why": "because"}); got.status != 403 || got.at("type") != "/problems/forbidden" {
		t.Errorf("an operator's erasure answers %d %s", got.status, got.raw)
	}
	operator.must(t, 200, "PUT", s.path("/topic"), map[string]any{"topic": s.topics["responsible_gaming"]})
	if got := operator.call(t, "GET", s.path(""), nil); got.status != 404 {
		t.Errorf("what went to the leads answers an operator's key %d", got.status)
	}
	if list := operator.must(t, 200, "GET", "/v1/conversations?state=any", nil).list(); len(list) != 0 {
		t.Errorf("an operator's key lists %v", list)
	}
	s.crm.must(t, 200, "GET", s.path(""), nil)
}

func TestWhatAKeyDoesIsWrittenDown(t *testing.T) {
	t.Parallel()
	s := play(t)
	reply := s.crm.must(t, 201, "POST", s.path("/replies"), map[string]any{"text": "Hello"})
	operator := s.caller(t, s.fox, authz.Operator)
	operator.call(t, "POST", s.path("/entries/1/erase"), map[string]any{"why": "because"})
	sample.As(s.ctx, t, s.fox, authz.System(s.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		for _, c := range []struct {
			action, outcome string
			key             uuid.UUID
		}{{"reply", "allowed", s.crm.keyID}, {"erase", "refused", operator.keyID}} {
			var n int
			var request string
			if err := tx.NewRaw(`select count(*), max(request_id) from audit_log where tenant_id = current_tenant() and actor_kind = 'key'
				and actor_id = ? and action = ? and outcome = ? and object_id = ?`, c.key, c.action, c.outcome, s.c.ID).Scan(ctx, &n, &request); err != nil {
				return err
			}
			if n != 1 || c.action == "reply" && request != reply.header.Get("Request-Id") {
				t.Errorf("%s %s is written down %d times, with the request %q", c.action, c.outcome, n, request)
			}
		}
		return nil
	})
}

func TestAPlayerNeverReadsAKeysName(t *testing.T) {
	t.Parallel()
	s := play(t)
	s.crm.must(t, 201, "POST", s.path("/replies"), map[string]any{"text": "Hello"})
	sample.As(s.ctx, t, s.fox, sample.AsPlayer(s.fox, s.mara), func(ctx context.Context, tx bun.Tx) error {
		entries, err := desk.PlayerTimeline(ctx, tx, s.c.ID, desk.Window{})
		for _, e := range entries {
			if e.AuthorKind == desk.ByAgent && e.AuthorName != nil || e.Facts.KeyName != "" {
				t.Errorf("the player reads %+v", e)
			}
		}
		return err
	})
}
