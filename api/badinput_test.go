package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// written counts what a casino's tables hold of what requests could have half-written.
func (s *scene) written(t *testing.T) string {
	t.Helper()
	var n string
	sample.As(s.ctx, t, s.fox, authz.System(s.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select concat_ws(' ', (select count(*) from entries), (select count(*) from tags), (select count(*) from conversation_tags),
			(select count(*) from files), (select count(*) from conversation_reads), (select string_agg(c::text, ';' order by id) from conversations c))`).Scan(ctx, &n)
	})
	return n
}

func TestBadInputIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	s := play(t)
	before := s.written(t)
	agent := public(tenants.MemberPrefix, s.ruta.ID)
	tomorrow := time.Now().Add(24 * time.Hour).Format(time.RFC3339)
	for _, c := range []struct {
		name, method, path string
		body               any
		status             int
		says               string
	}{
		{"no body", "POST", s.path("/replies"), "", 400, "needs a body"},
		{"no JSON", "POST", s.path("/replies"), "text=Hello", 400, "isn't JSON"},
		{"half of JSON", "POST", s.path("/replies"), `{"text": "Hel`, 400, "isn't JSON"},
		{"JSON and more", "POST", s.path("/replies"), `{"text": "Hello"} {}`, 400, "isn't JSON"},
		{"deep JSON", "POST", s.path("/replies"), `{"text": ` + strings.Repeat("[", 20000), 400, "isn't JSON"},
		{"not UTF-8", "POST", s.path("/replies"), []byte("{\"text\": \"\xff\xfe\"}"), 400, "UTF-8"},
		{"UTF-16", "POST", s.path("/replies"), []byte("\xff\xfe{\x00}\x00"), 400, "UTF-8"},
		{"a list", "POST", s.path("/replies"), `["Hello"]`, 422, "expected object"},
		{"null", "POST", s.path("/replies"), `null`, 422, "expected object"},
		{"nothing said", "POST", s.path("/replies"), `{}`, 422, "Say something"},
		{"spaces", "POST", s.path("/replies"), `{"text": "  \n "}`, 422, "Say something"},
		{"NUL", "POST", s.path("/replies"), `{"text": "a\u0000b"}`, 422, "NUL"},
		{"too long", "POST", s.path("/replies"), `{"text": "` + strings.Repeat("a", 10001) + `"}`, 422, "length <= 10000"},
		{"a number", "POST", s.path("/replies"), `{"text": 7}`, 422, "text: expected string"},
		{"another member", "POST", s.path("/replies"), `{"text": "Hello", "colour": "red"}`, 422, "colour: unexpected property"},
		{"another case", "POST", s.path("/replies"), `{"Text": "Hello"}`, 422, "unexpected property"},
		{"long client id", "POST", s.path("/replies"), map[string]any{"text": "Hello", "client_id": strings.Repeat("x", 101)}, 422, "client_id"},
		{"NUL in client id", "POST", s.path("/replies"), `{"text": "Hello", "client_id": "\u0000"}`, 422, "client id"},
		{"no language", "POST", s.path("/replies"), `{"text": "Hello", "language": "!!"}`, 422, "BCP 47"},
		{"no file id", "POST", s.path("/replies"), `{"files": ["x"]}`, 422, "fil_"},
		{"nobody's file", "POST", s.path("/replies"), map[string]any{"files": []string{public(tenants.FilePrefix, uuid.New())}}, 404, "nothing here"},
		{"files, no list", "POST", s.path("/replies"), `{"files": "fil_1"}`, 422, "expected array"},
		{"eleven files", "POST", s.path("/replies"), map[string]any{"files": strings.Split(strings.Repeat("x,", 10)+"x", ",")}, 422, "array length <= 10"},
		{"assign to whom", "POST", s.path("/assign"), `{}`, 422, "Say to whom"},
		{"assign to a word", "POST", s.path("/assign"), `{"agent": "Ruta"}`, 422, "agt_"},
		{"assign to a team's id", "POST", s.path("/assign"), map[string]any{"agent": s.teams["Payments"]}, 422, "agt_"},
		{"transfer to nobody", "POST", s.path("/transfer"), `{"note": "Look."}`, 422, "Say to whom"},
		{"transfer without a word", "POST", s.path("/transfer"), map[string]any{"agent": agent, "note": ""}, 422, "Say something"},
		{"transfer without a note", "POST", s.path("/transfer"), map[string]any{"agent": agent}, 422, "required property note"},
		{"transfer to nobody's id", "POST", s.path("/transfer"), map[string]any{"agent": public(tenants.MemberPrefix, uuid.New()), "note": "Look."}, 422, "isn't there"},
		{"snooze into the past", "POST", s.path("/snooze"), `{"until": "2001-01-01T00:00:00Z"}`, 422, "must lie ahead"},
		{"snooze for long", "POST", s.path("/snooze"), `{"until": "2999-01-01T00:00:00Z"}`, 422, "a year"},
		{"snooze until a word", "POST", s.path("/snooze"), `{"until": "tomorrow"}`, 422, "RFC 3339"},
		{"snooze until a month 13", "POST", s.path("/snooze"), `{"until": "2026-13-01T00:00:00Z"}`, 422, "until"},
		{"snooze, late body", "POST", s.path("/snooze"), `{"until": "` + tomorrow + `", "why": "x"}`, 422, "why"},
		{"reopen the open", "POST", s.path("/reopen"), nil, 409, "open already"},
		{"topic of nobody", "PUT", s.path("/topic"), map[string]any{"topic": public(tenants.TopicPrefix, uuid.New())}, 422, "isn't there"},
		{"empty tag", "POST", s.path("/tags"), `{"name": " "}`, 422, "1 to 40"},
		{"long tag", "POST", s.path("/tags"), map[string]any{"name": strings.Repeat("ą", 41)}, 422, "1 to 40"},
		{"tag that isn't on it", "DELETE", s.path("/tags/" + public(tenants.TagPrefix, uuid.New())), nil, 404, "nothing here"},
		{"tag that isn't one", "DELETE", s.path("/tags/urgent"), nil, 404, "nothing here"},
		{"read by nobody", "POST", s.path("/read"), map[string]any{"agent": public(tenants.MemberPrefix, uuid.New()), "seq": 1}, 422, "isn't there"},
		{"read half an entry", "POST", s.path("/read"), map[string]any{"agent": agent, "seq": 1.5}, 422, "expected integer"},
		{"read entry 1e3", "POST", s.path("/read"), `{"agent": "` + agent + `", "seq": 1e3}`, 422, "seq"},
		{"read entry -1", "POST", s.path("/read"), map[string]any{"agent": agent, "seq": -1}, 422, ">= 1"},
		{"read far ahead", "POST", s.path("/read"), `{"agent": "` + agent + `", "seq": 1e400}`, 400, "isn't JSON"},
		{"erase what isn't", "POST", s.path("/entries/99/erase"), `{"why": "x"}`, 404, "nothing here"},
		{"erase a word", "POST", s.path("/entries/one/erase"), `{"why": "x"}`, 404, "nothing here"},
		{"erase 2^63", "POST", s.path("/entries/9223372036854775807/erase"), `{"why": "x"}`, 404, "nothing here"},
		{"erase without a reason", "POST", s.path("/entries/1/erase"), `{"why": ""}`, 422, "why"},
		{"state of mind", "GET", "/v1/conversations?state=happy", nil, 422, "state"},
		{"limit of none", "GET", "/v1/conversations?limit=0", nil, 422, "limit"},
		{"limit of many", "GET", "/v1/conversations?limit=101", nil, 422, "limit"},
		{"limit in words", "GET", "/v1/conversations?limit=ten", nil, 422, "limit"},
		{"another filter", "GET", "/v1/conversations?colour=red", nil, 422, "colour"},
		{"team that isn't an id", "GET", "/v1/conversations?team=Payments", nil, 422, "tea_"},
		{"forged cursor", "GET", "/v1/conversations?starting_after=AAAA", nil, 422, "cursor"},
		{"cursor that isn't one", "GET", "/v1/conversations?starting_after=%00%ff", nil, 422, "cursor"},
		{"players' cursor", "GET", "/v1/players?starting_after=AQAGO2n4", nil, 422, "cursor"},
		{"entries' cursor", "GET", s.path("/entries?starting_after=dQAAAAAAAAAB!"), nil, 422, "cursor"},
		{"entries' cursor the other way", "GET", s.path("/entries?order=newest&starting_after=dQAAAAAAAAAB"), nil, 422, "cursor"},
		{"after a word", "GET", s.path("/entries?after_seq=one"), nil, 422, "after_seq"},
		{"after less than nothing", "GET", s.path("/entries?after_seq=-1"), nil, 422, "after_seq"},
		{"NUL in sub", "GET", "/v1/players?sub=a%00b", nil, 422, "cannot be stored"},
		{"no UTF-8 in e-mail", "GET", "/v1/players?email=%ff%fe", nil, 422, "cannot be stored"},
		{"player that isn't one", "GET", "/v1/players/mara", nil, 404, "nothing here"},
	} {
		got := s.crm.call(t, c.method, c.path, c.body)
		detail, _ := got.at("detail").(string)
		if got.status != c.status || !strings.Contains(detail, c.says) || got.at("status") != float64(c.status) ||
			!strings.HasPrefix(fmt.Sprint(got.at("type")), "/problems/") || got.at("title") == "" {
			t.Errorf("%s: answers %d %s; want %d that says %q", c.name, got.status, got.raw, c.status, c.says)
		}
		if strings.Contains(got.raw, "api.") || strings.Contains(got.raw, "Go ") || strings.Contains(got.raw, "SQLSTATE") {
			t.Errorf("%s: the answer tells of the program: %s", c.name, got.raw)
		}
	}
	if after := s.written(t); after != before {
		t.Errorf("something was half-written:\n%s\nwas\n%s", after, before)
	}
	if log := s.log.String(); log != "" {
		t.Errorf("refusals were logged as failures: %s", log)
	}
}

func TestBodiesHaveAType(t *testing.T) {
	t.Parallel()
	s := play(t)
	for kind, status := range map[string]int{"text/plain": 415, "application/x-www-form-urlencoded": 415, "application/xml": 415,
		"a;b+c": 415, "application/json; charset=utf-8": 201, "": 201} {
		r := s.crm.request(t, "POST", s.path("/notes"), `{"text": "Hello"}`)
		r.Header.Set("Content-Type", kind)
		if kind == "" {
			r.Header.Del("Content-Type")
		}
		if got := s.crm.send(t, r); got.status != status {
			t.Errorf("as %q it answers %d %s", kind, got.status, got.raw)
		}
	}
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestABodyThatNeverEndsIsCutOff(t *testing.T) {
	t.Parallel()
	s := play(t)
	before := s.written(t)
	for path, body := range map[string]io.Reader{
		s.path("/replies"):   endless{},
		s.path("/notes"):     bytes.NewReader(bytes.Repeat([]byte(" "), 1<<20+1)),
		"/v1/files?name=big": endless{},
	} {
		r, err := http.NewRequestWithContext(s.ctx, "POST", s.url+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = s.fox.Host
		r.Header.Set("Authorization", "Bearer "+s.crm.secret)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			continue // the server hung up while we were still sending, which is an answer too
		}
		defer answer.Body.Close()
		if answer.StatusCode != 413 {
			text, _ := io.ReadAll(answer.Body)
			t.Errorf("%s answers %d %s", path, answer.StatusCode, text)
		}
	}
	if after := s.written(t); after != before {
		t.Errorf("something was half-written: %s", after)
	}
}

func TestSentencesComeInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := play(t)
	r := s.crm.request(t, "POST", s.path("/reopen"), nil)
	r.Header.Set("Accept-Language", "lt")
	lithuanian := s.crm.send(t, r)
	english := s.crm.call(t, "POST", s.path("/reopen"), nil)
	if lithuanian.at("detail") == english.at("detail") || lithuanian.at("type") != english.at("type") {
		t.Errorf("in Lithuanian %s, in English %s", lithuanian.raw, english.raw)
	}
}

func TestADatabaseThatIsAwayIsSaid(t *testing.T) {
	t.Parallel()
	s := play(t)
	s.crm.must(t, 200, "GET", s.path(""), nil)
	pool, app, _ := s.DB.Counted(t)
	app.Close()
	pool.Close()
	s.Pools.App, s.Pools.AppPool = app, pool
	for _, c := range []struct {
		method, path string
		body         any
	}{{"GET", s.path(""), nil}, {"POST", s.path("/replies"), map[string]any{"text": "Hello"}}, {"GET", "/v1/stream", nil}} {
		got := s.crm.call(t, c.method, c.path, c.body)
		if got.status != 503 || got.header.Get("Retry-After") == "" || got.at("type") != "/problems/unavailable" {
			t.Errorf("%s %s answers %d %v %s", c.method, c.path, got.status, got.header, got.raw)
		}
	}
}
