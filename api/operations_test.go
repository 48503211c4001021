package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// scene is Lucky Fox with Mara's conversation, two agents and a key.
type scene struct {
	*harness
	fox       tenants.Tenant
	mara      uuid.UUID
	ruta, ana authz.Actor
	c         desk.Conversation
	id        string // of the conversation
	crm       *caller
	teams     map[string]string
	topics    map[string]string
}

func play(t *testing.T) *scene {
	t.Helper()
	s := &scene{harness: serve(t), teams: map[string]string{}, topics: map[string]string{}}
	s.fox = sample.Tenant(s.ctx, t, "Lucky Fox")
	s.mara = sample.Player(s.ctx, t, s.fox, "Mara")
	s.ruta, s.ana = sample.Agent(s.ctx, t, s.fox, "Ruta", authz.Operator, "Payments"), sample.Agent(s.ctx, t, s.fox, "Ana", authz.Lead)
	s.c = sample.Conversation(s.ctx, t, s.fox, s.mara, "Where is my withdrawal?")
	s.id = public(tenants.ConversationPrefix, s.c.ID)
	s.crm = s.caller(t, s.fox, authz.Lead)
	for _, team := range s.crm.must(t, 200, "GET", "/v1/teams", nil).list() {
		s.teams[team["name"].(string)] = team["id"].(string)
	}
	for _, topic := range s.crm.must(t, 200, "GET", "/v1/topics", nil).list() {
		s.topics[topic["key"].(string)] = topic["id"].(string)
	}
	return s
}

func (s *scene) path(rest string) string { return "/v1/conversations/" + s.id + rest }

func TestAProgramWorksThroughAConversation(t *testing.T) {
	t.Parallel()
	s := play(t)
	agent := public(tenants.MemberPrefix, s.ruta.ID)

	got := s.crm.must(t, 200, "GET", s.path(""), nil)
	if got.at("id") != s.id || got.at("state") != "open" || got.at("player", "name") != "Mara" || got.at("player", "verified") != true ||
		got.at("last_message", "text") != "Where is my withdrawal?" || got.at("waiting_since") == nil || got.at("agent") != nil {
		t.Errorf("the conversation is %s", got.raw)
	}
	got = s.crm.must(t, 201, "POST", s.path("/replies"), map[string]any{"text": "It is on its way.", "language": "en", "client_id": "crm-1"})
	if got.at("kind") != "message" || got.at("text") != "It is on its way." || got.at("author", "name") != "CRM" ||
		got.at("author", "id") != public(tenants.KeyPrefix, s.crm.keyID) || got.at("visibility") != "player" || got.at("client_id") != "crm-1" {
		t.Errorf("the reply is %s", got.raw)
	}
	again := s.crm.must(t, 201, "POST", s.path("/replies"), map[string]any{"text": "It is on its way.", "language": "en", "client_id": "crm-1"})
	if again.raw != got.raw {
		t.Errorf("sent again it is %s, first %s", again.raw, got.raw)
	}
	if other := s.crm.call(t, "POST", s.path("/replies"), map[string]any{"text": "Another.", "client_id": "crm-1"}); other.status != 409 {
		t.Errorf("other words under the same client id answer %d", other.status)
	}
	if got = s.crm.must(t, 201, "POST", s.path("/notes"), map[string]any{"text": "Called the bank."}); got.at("visibility") != "staff" {
		t.Errorf("the note is %s", got.raw)
	}
	got = s.crm.must(t, 200, "POST", s.path("/assign"), map[string]any{"agent": agent, "expected_agent": "none"})
	if got.at("agent", "id") != agent || got.at("agent", "name") != "Ruta" || got.at("team") != nil {
		t.Errorf("after assign: %s", got.raw)
	}
	got = s.crm.call(t, "POST", s.path("/assign"), map[string]any{"agent": public(tenants.MemberPrefix, s.ana.ID), "expected_agent": "none"})
	if got.status != 409 || !strings.Contains(got.raw, "Ruta") {
		t.Errorf("a late assign answers %d %s", got.status, got.raw)
	}
	before := s.crm.must(t, 200, "GET", s.path(""), nil).at("last_seq")
	if after := s.crm.must(t, 200, "POST", s.path("/assign"), map[string]any{"agent": agent}).at("last_seq"); after != before {
		t.Errorf("assigning what is so already moved the log from %v to %v", before, after)
	}
	got = s.crm.must(t, 200, "POST", s.path("/transfer"), map[string]any{"team": s.teams["Payments"], "note": "A statement is missing.", "client_id": "crm-2"})
	if got.at("team", "name") != "Payments" || got.at("agent") != nil {
		t.Errorf("after transfer: %s", got.raw)
	}
	if got = s.crm.must(t, 200, "POST", s.path("/unassign"), nil); got.at("team") != nil || got.at("agent") != nil {
		t.Errorf("after unassign: %s", got.raw)
	}
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
	if got = s.crm.must(t, 200, "POST", s.path("/snooze"), map[string]any{"until": until}); got.at("state") != "snoozed" || got.at("snoozed_until") != until {
		t.Errorf("after snooze: %s", got.raw)
	}
	if got = s.crm.must(t, 200, "POST", s.path("/reopen"), nil); got.at("state") != "open" {
		t.Errorf("after reopen: %s", got.raw)
	}
	if got = s.crm.must(t, 200, "PUT", s.path("/topic"), map[string]any{"topic": s.topics["withdrawals"]}); got.at("topic", "key") != "withdrawals" {
		t.Errorf("with a topic: %s", got.raw)
	}
	if got = s.crm.must(t, 200, "DELETE", s.path("/topic"), nil); got.at("topic") != nil {
		t.Errorf("without a topic: %s", got.raw)
	}
	got = s.crm.must(t, 200, "POST", s.path("/tags"), map[string]any{"name": "bank's side"})
	tags, _ := got.at("tags").([]any)
	if len(tags) != 1 || tags[0].(map[string]any)["name"] != "bank's side" {
		t.Fatalf("with a tag: %s", got.raw)
	}
	tag := tags[0].(map[string]any)["id"].(string)
	if list := s.crm.must(t, 200, "GET", "/v1/conversations?tag="+tag, nil).list(); len(list) != 1 || list[0]["id"] != s.id {
		t.Errorf("by tag there are %v", list)
	}
	if got = s.crm.must(t, 200, "DELETE", s.path("/tags/"+tag), nil); len(got.at("tags").([]any)) != 0 {
		t.Errorf("without the tag: %s", got.raw)
	}
	s.crm.must(t, 200, "POST", s.path("/read"), map[string]any{"agent": agent, "seq": 2})
	if got = s.crm.must(t, 200, "POST", s.path("/resolve"), nil); got.at("state") != "resolved" || got.at("waiting_since") != nil {
		t.Errorf("after resolve: %s", got.raw)
	}
	if got = s.crm.call(t, "POST", s.path("/resolve"), nil); got.status != 409 || got.at("type") != "/problems/conflict" {
		t.Errorf("resolved twice: %d %s", got.status, got.raw)
	}
	if list := s.crm.must(t, 200, "GET", "/v1/conversations", nil).list(); len(list) != 0 {
		t.Errorf("%d are open after resolve", len(list))
	}
	s.crm.must(t, 200, "POST", s.path("/entries/2/erase"), map[string]any{"why": "The player asked."})

	var kinds []string
	for i, e := range s.crm.must(t, 200, "GET", s.path("/entries"), nil).list() {
		if e["seq"] != float64(i+1) {
			t.Errorf("entry %d has number %v", i+1, e["seq"])
		}
		kinds = append(kinds, e["kind"].(string))
		switch {
		case e["seq"] == float64(2) && (e["erased"] != true || e["text"] != nil):
			t.Errorf("the erased entry is %v", e)
		case e["kind"] == "tag" && e["tag"] == nil, e["kind"] == "topic" && e["topic"] == nil, e["kind"] == "state" && e["state"] == nil,
			e["kind"] == "assignment" && e["assignment"] == nil, e["kind"] == "erasure" && e["erasure"] == nil:
			t.Errorf("an entry without its facts: %v", e)
		}
	}
	want := "message message note assignment note assignment assignment state state topic topic tag tag state erasure"
	if strings.Join(kinds, " ") != want {
		t.Errorf("the log holds %v, want %v", kinds, want)
	}
}

func TestListsComePageByPage(t *testing.T) {
	t.Parallel()
	s := play(t)
	want := []string{s.id}
	for i := range 4 {
		p := sample.Player(s.ctx, t, s.fox, fmt.Sprintf("Player%d", i))
		want = append(want, public(tenants.ConversationPrefix, sample.Conversation(s.ctx, t, s.fox, p, "Hello").ID))
	}
	for i := range 6 {
		s.crm.must(t, 201, "POST", s.path("/notes"), map[string]any{"text": fmt.Sprintf("Note %d", i)})
	}
	walk := func(path string, take func(map[string]any) string) []string {
		t.Helper()
		var got []string
		for next, pages := "", 0; ; pages++ {
			r := s.crm.must(t, 200, "GET", path+next, nil)
			for _, v := range r.list() {
				got = append(got, take(v))
			}
			if r.at("has_more") != true {
				if pages == 0 || r.at("next") != nil {
					t.Errorf("%s ended after %d pages with %v", path, pages+1, r.at("next"))
				}
				return got
			}
			next = "&starting_after=" + r.at("next").(string)
		}
	}
	id := func(v map[string]any) string { return v["id"].(string) }
	seq := func(v map[string]any) string { return fmt.Sprint(v["seq"]) }
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	for _, order := range []string{"newest", "waiting"} {
		if got := walk("/v1/conversations?limit=2&order="+order, id); !slices.Equal(sorted(got), sorted(want)) {
			t.Errorf("by %s the pages hold %v, want %v", order, got, want)
		}
	}
	if got := walk(s.path("/entries?limit=3"), seq); strings.Join(got, " ") != "1 2 3 4 5 6 7" {
		t.Errorf("entries from the beginning: %v", got)
	}
	if got := walk(s.path("/entries?limit=3&order=newest"), seq); strings.Join(got, " ") != "7 6 5 4 3 2 1" {
		t.Errorf("entries from the end: %v", got)
	}
	if got := walk(s.path("/entries?limit=2&after_seq=3"), seq); strings.Join(got, " ") != "4 5 6 7" {
		t.Errorf("entries after the third: %v", got)
	}
	if got := walk("/v1/players?limit=2", id); len(got) != 5 || len(slices.Compact(sorted(got))) != 5 {
		t.Errorf("players: %v", got)
	}
}

func TestListsTakeTheInboxsFilters(t *testing.T) {
	t.Parallel()
	s := play(t)
	other := sample.Conversation(s.ctx, t, s.fox, sample.Player(s.ctx, t, s.fox, "Jonas"), "Hello")
	agent := public(tenants.MemberPrefix, s.ruta.ID)
	s.crm.must(t, 200, "POST", s.path("/assign"), map[string]any{"agent": agent, "team": s.teams["Payments"]})
	s.crm.must(t, 200, "PUT", s.path("/topic"), map[string]any{"topic": s.topics["withdrawals"]})
	otherID := public(tenants.ConversationPrefix, other.ID)
	s.crm.must(t, 200, "POST", "/v1/conversations/"+otherID+"/snooze", map[string]any{"until": time.Now().Add(time.Hour)})
	for query, want := range map[string]string{
		"": s.id, "state=snoozed": otherID, "state=resolved": "", "agent=" + agent: s.id, "agent=none&state=any": otherID,
		"team=" + s.teams["Payments"]: s.id, "team=" + s.teams["Leads"]: "", "topic=" + s.topics["withdrawals"]: s.id,
		"channel=email": "", "channel=chat": s.id, "player=" + public(tenants.PlayerPrefix, s.mara): s.id,
		"player=" + public(tenants.PlayerPrefix, uuid.New()): "", "tag=" + public(tenants.TagPrefix, uuid.New()): "",
	} {
		var got []string
		for _, v := range s.crm.must(t, 200, "GET", "/v1/conversations?"+query, nil).list() {
			got = append(got, v["id"].(string))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q gives %v, want %q", query, got, want)
		}
	}
}

func TestPlayersAreFound(t *testing.T) {
	t.Parallel()
	s := play(t)
	sample.As(s.ctx, t, s.fox, authz.System(s.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update players set email = 'Mara@Players.example' where tenant_id = current_tenant() and id = ?`, s.mara).Exec(ctx)
		return err
	})
	mara := public(tenants.PlayerPrefix, s.mara)
	for _, query := range []string{"sub=demo-mara", "email=mara@players.EXAMPLE"} {
		if list := s.crm.must(t, 200, "GET", "/v1/players?"+query, nil).list(); len(list) != 1 || list[0]["id"] != mara {
			t.Errorf("%s finds %v", query, list)
		}
	}
	if list := s.crm.must(t, 200, "GET", "/v1/players?sub=nobody", nil).list(); len(list) != 0 {
		t.Errorf("nobody is %v", list)
	}
	if got := s.crm.must(t, 200, "GET", "/v1/players/"+mara, nil); got.at("name") != "Mara" || got.at("status") != "active" || got.at("sub") != "demo-mara" {
		t.Errorf("Mara is %s", got.raw)
	}
	s.crm.must(t, 200, "POST", s.path("/resolve"), nil)
	if list := s.crm.must(t, 200, "GET", "/v1/players/"+mara+"/conversations", nil).list(); len(list) != 1 || list[0]["id"] != s.id {
		t.Errorf("Mara's conversations are %v", list)
	}
}

func TestTheDeskTellsWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	s := play(t)
	if len(s.teams) != 2 || len(s.topics) != 2 {
		t.Errorf("teams %v, topics %v", s.teams, s.topics)
	}
	agents := s.crm.must(t, 200, "GET", "/v1/agents", nil).list()
	if len(agents) != 2 || agents[1]["name"] != "Ruta" || agents[1]["role"] != "operator" {
		t.Errorf("agents are %v", agents)
	}
	s.crm.must(t, 200, "POST", s.path("/tags"), map[string]any{"name": "urgent"})
	if tags := s.crm.must(t, 200, "GET", "/v1/tags", nil).list(); len(tags) != 1 || tags[0]["name"] != "urgent" {
		t.Errorf("tags are %v", tags)
	}
	if got := s.crm.must(t, 200, "GET", "/v1/key", nil); got.at("role") != "lead" || got.at("name") != "CRM" || got.at("casino", "name") != "Lucky Fox" {
		t.Errorf("the key is %s", got.raw)
	}
}

func TestAFileTravelsWithAReply(t *testing.T) {
	t.Parallel()
	s := play(t)
	content := "A statement in plain words.\n"
	r := s.crm.request(t, "POST", "/v1/files?name=statement.txt", []byte(content))
	r.Header.Set("Content-Type", "text/plain")
	up := s.crm.send(t, r)
	if up.status != 201 || up.at("name") != "statement.txt" || up.at("type") != "text/plain" {
		t.Fatalf("the upload answers %d %s", up.status, up.raw)
	}
	file := up.at("id").(string)
	if early := s.crm.call(t, "GET", "/v1/files/"+file, nil); early.status != 404 {
		t.Errorf("a file that no message carries answers %d", early.status)
	}
	got := s.crm.must(t, 201, "POST", s.path("/replies"), map[string]any{"files": []string{file}})
	files, _ := got.at("files").([]any)
	if len(files) != 1 || files[0].(map[string]any)["id"] != file {
		t.Errorf("the reply carries %s", got.raw)
	}
	down := s.crm.must(t, 200, "GET", "/v1/files/"+file, nil)
	if down.raw != content || !strings.HasPrefix(down.header.Get("Content-Disposition"), "attachment") ||
		down.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the download is %q with %v", down.raw, down.header)
	}
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	stranger := s.caller(t, reel, authz.Admin)
	if theirs, nobodys := stranger.call(t, "GET", "/v1/files/"+file, nil), stranger.call(t, "GET", "/v1/files/"+public(tenants.FilePrefix, uuid.New()), nil); theirs.status != 404 || theirs.raw != nobodys.raw {
		t.Errorf("another casino's file answers %d %s, nobody's %s", theirs.status, theirs.raw, nobodys.raw)
	}
	for name, body := range map[string][]byte{"empty": {}, "program": []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff")} {
		if bad := s.crm.call(t, "POST", "/v1/files?name=x", body); bad.status < 400 || bad.status >= 500 {
			t.Errorf("an %s file answers %d", name, bad.status)
		}
	}
}
