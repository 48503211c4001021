package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/api"
	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// keyed is a request with an Idempotency-Key.
func (c *caller) keyed(t *testing.T, key, method, path string, body any) reply {
	t.Helper()
	r := c.request(t, method, path, body)
	r.Header.Set("Idempotency-Key", key)
	return c.send(t, r)
}

// count is a number that the database tells the casino.
func (s *scene) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	sample.As(s.ctx, t, s.fox, authz.System(s.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(query, args...).Scan(ctx, &n)
	})
	return n
}

func TestARequestSentAgainIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := play(t)
	body := map[string]any{"text": "Called the bank."}
	first := s.crm.keyed(t, "a-1", "POST", s.path("/notes"), body)
	again := s.crm.keyed(t, "a-1", "POST", s.path("/notes"), body)
	if first.status != 201 || again.status != 201 || again.raw != first.raw || first.header.Get("Idempotent-Replayed") != "" ||
		again.header.Get("Idempotent-Replayed") != "true" || again.header.Get("Content-Type") != first.header.Get("Content-Type") {
		t.Errorf("first %d %s, again %d %v %s", first.status, first.raw, again.status, again.header, again.raw)
	}
	if n := s.count(t, `select count(*) from entries where kind = 'note'`); n != 1 {
		t.Errorf("%d notes were written", n)
	}
	for what, got := range map[string]reply{
		"other words":   s.crm.keyed(t, "a-1", "POST", s.path("/notes"), map[string]any{"text": "Called the bank twice."}),
		"another place": s.crm.keyed(t, "a-1", "POST", s.path("/replies"), body),
		"another query": s.crm.keyed(t, "a-1", "POST", s.path("/notes?x=1"), body),
	} {
		if got.status != 422 || got.at("type") != "/problems/idempotency_key_reused" {
			t.Errorf("%s under the same key answer %d %s", what, got.status, got.raw)
		}
	}
	// The same key of another caller is another key; so it is in another casino.
	other := s.caller(t, s.fox, authz.Lead)
	if got := other.keyed(t, "a-1", "POST", s.path("/notes"), body); got.status != 201 || got.raw == first.raw {
		t.Errorf("another caller's is answered %d %s", got.status, got.raw)
	}
	for _, bad := range []string{strings.Repeat("x", 201), "a b", "ключ"} {
		if got := s.crm.keyed(t, bad, "POST", s.path("/notes"), body); got.status != 422 || got.at("type") != "/problems/invalid" {
			t.Errorf("the key %.20q answers %d %s", bad, got.status, got.raw)
		}
	}
}

func TestWhatWasRefusedMayBeSentAgain(t *testing.T) {
	t.Parallel()
	s := play(t)
	s.crm.must(t, 200, "POST", s.path("/resolve"), nil)
	if got := s.crm.keyed(t, "b-1", "POST", s.path("/resolve"), nil); got.status != 409 || got.at("type") != "/problems/conflict" {
		t.Fatalf("resolving twice answers %d %s", got.status, got.raw)
	}
	s.crm.must(t, 200, "POST", s.path("/reopen"), nil)
	if got := s.crm.keyed(t, "b-1", "POST", s.path("/resolve"), nil); got.status != 200 || got.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("the same once it can be done answers %d %s", got.status, got.raw)
	}
	if got := s.crm.keyed(t, "b-1", "POST", s.path("/resolve"), nil); got.status != 200 || got.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("and again %d %s", got.status, got.raw)
	}
	if got := s.crm.keyed(t, "b-2", "POST", s.path("/notes"), map[string]any{"text": "x", "unknown": 1}); got.status != 422 {
		t.Errorf("a member that nobody knows answers %d", got.status)
	}
	// Who may no longer do it isn't told what was answered either.
	if _, err := s.DB.Control(t).Exec(`update control.api_keys set scopes = '{players:read}' where id = ?`, s.crm.keyID); err != nil {
		t.Fatal(err)
	}
	s.Pools.Doors = tenants.NewDoors(s.DB.Control(t), "localhost")
	if got := s.crm.keyed(t, "b-1", "POST", s.path("/resolve"), nil); got.status != 403 {
		t.Errorf("without the scope the kept answer is given with %d %s", got.status, got.raw)
	}
}

// TestKeptAnswersRestUnreadable looks for what was said and by whom in what the database keeps.
func TestKeptAnswersRestUnreadable(t *testing.T) {
	t.Parallel()
	s := play(t)
	s.crm.keyed(t, "mara@players.example", "POST", s.path("/replies"), map[string]any{"text": "Your code is 114477."})
	var claim, request, answer []byte
	if err := s.DB.Owner(t).QueryRow(`select claim, request, answer from control.kept_answers`).Scan(&claim, &request, &answer); err != nil {
		t.Fatal(err)
	}
	kept := string(claim) + string(request) + string(answer)
	for _, word := range []string{"114477", "mara", s.id, s.crm.secret, "application/json"} {
		if len(kept) < 100 || strings.Contains(kept, word) {
			t.Errorf("%q can be read in %d octets", word, len(kept))
		}
	}
	var may bool
	if err := s.DB.Super(t).QueryRow(`select has_table_privilege('pitdesk_app', 'control.kept_answers', 'select, insert, update, delete')`).Scan(&may); err != nil || may {
		t.Errorf("the casinos' role reaches kept answers: %v", err)
	}
}

func TestKeptAnswersGoAfterADay(t *testing.T) {
	t.Parallel()
	s := play(t)
	body := map[string]any{"text": "Called the bank."}
	first := s.crm.keyed(t, "c-1", "POST", s.path("/notes"), body)
	s.crm.keyed(t, "c-2", "POST", s.path("/notes"), body)
	if _, err := s.DB.Owner(t).Exec(`update control.kept_answers set kept_at = now() - interval '24 hours 1 second'
		where claim = (select claim from control.kept_answers order by kept_at limit 1)`); err != nil {
		t.Fatal(err)
	}
	if got := s.crm.keyed(t, "c-1", "POST", s.path("/notes"), body); got.status != 201 || got.raw == first.raw {
		t.Errorf("a day later the same answers %d %s", got.status, got.raw)
	}
	if n, err := api.ForgetAnswers(s.ctx); n != 0 || err != nil {
		t.Errorf("%d fresh answers are forgotten, %v", n, err)
	}
	if _, err := s.DB.Owner(t).Exec(`update control.kept_answers set kept_at = now() - interval '25 hours'`); err != nil {
		t.Fatal(err)
	}
	if n, err := api.ForgetAnswers(s.ctx); n != 2 || err != nil {
		t.Errorf("%d old answers are forgotten, %v", n, err)
	}
}

// TestRacingDuplicatesHaveOneEffectEach sends 500 different requests twenty times each at once, 10,000 in all. What isn't answered
// with the one answer is told that the request is in flight; afterwards each has been done once.
func TestRacingDuplicatesHaveOneEffectEach(t *testing.T) {
	t.Parallel()
	s := play(t)
	const keys, times, senders = 500, 20, 48
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	defer client.CloseIdleConnections()
	send := func(key int) reply {
		path, body := s.path("/notes"), map[string]any{"text": fmt.Sprintf("Note %d", key)}
		if key%2 == 1 { // half of them carry a client's id too: both ways of sending again at once
			body["client_id"] = fmt.Sprintf("note-%d", key)
		}
		r := s.crm.request(t, "POST", path, body)
		r.Header.Set("Idempotency-Key", fmt.Sprintf("race-%d", key))
		return sendBy(t, client, r)
	}
	var (
		mu      sync.Mutex
		answers = make([]map[string]int, keys)
		flying  int
		queue   = make(chan int)
		all     sync.WaitGroup
	)
	begun := time.Now()
	for range senders {
		all.Go(func() {
			for key := range queue {
				got := send(key)
				mu.Lock()
				switch {
				case got.status == 201:
					if answers[key] == nil {
						answers[key] = map[string]int{}
					}
					answers[key][got.raw]++
				case got.status == 409 && got.at("type") == "/problems/in_flight" && got.header.Get("Retry-After") != "":
					flying++
				default:
					t.Errorf("key %d answers %d %s", key, got.status, got.raw)
				}
				mu.Unlock()
			}
		})
	}
	for key := range keys {
		for range times {
			queue <- key
		}
	}
	close(queue)
	all.Wait()
	took := time.Since(begun)
	for key := range keys {
		last := send(key)
		if last.status != 201 || last.header.Get("Idempotent-Replayed") != "true" || len(answers[key]) != 1 || answers[key][last.raw] == 0 {
			t.Errorf("key %d was answered %v, at last %d %s", key, answers[key], last.status, last.raw)
		}
	}
	if n := s.count(t, `select count(*) from entries where kind = 'note'`); n != keys {
		t.Errorf("%d requests had %d effects", keys, n)
	}
	if n := s.count(t, `select count(distinct body) from entries where kind = 'note'`); n != keys {
		t.Errorf("%d different notes were written, want %d", n, keys)
	}
	t.Logf("%d requests in %s, %d of them told to wait", keys*times, took.Round(time.Millisecond), flying)
	if flying == 0 {
		t.Error("nothing raced")
	}
}
