package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/live"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// event is one event of a stream.
type event struct {
	name string
	data map[string]any
}

// ear is an open stream: what it hears comes one by one, and closes when the stream ends.
type ear struct {
	t      *testing.T
	events chan event
	beats  chan struct{}
	leave  context.CancelFunc
	retry  int // ms that were named last; read it when the stream has ended
}

func (c *caller) listen(t *testing.T) *ear {
	t.Helper()
	r := c.request(t, "GET", "/v1/stream", nil)
	ctx, leave := context.WithCancel(r.Context())
	t.Cleanup(leave)
	answer, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("the stream answers %d %s", answer.StatusCode, text)
	}
	e := &ear{t: t, events: make(chan event, 100), beats: make(chan struct{}, 1), leave: leave}
	go func() {
		defer answer.Body.Close()
		defer close(e.events)
		var name string
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			line := lines.Text()
			if v, ok := strings.CutPrefix(line, "event: "); ok {
				name = v
			}
			if v, ok := strings.CutPrefix(line, "data: "); ok {
				heard := event{name: name}
				_ = json.Unmarshal([]byte(v), &heard.data)
				e.events <- heard
			}
			if v, ok := strings.CutPrefix(line, "retry: "); ok {
				e.retry, _ = strconv.Atoi(v)
			}
			if strings.HasPrefix(line, ":") {
				select {
				case e.beats <- struct{}{}:
				default:
				}
			}
		}
	}()
	e.next("ready")
	return e
}

// next is the next event, which has to be of a name.
func (e *ear) next(name string) event {
	e.t.Helper()
	select {
	case got, open := <-e.events:
		if !open {
			e.t.Fatalf("the stream ended, want %s", name)
		}
		if got.name != name {
			e.t.Fatalf("heard %s %v, want %s", got.name, got.data, name)
		}
		return got
	case <-time.After(10 * time.Second):
		e.t.Fatalf("heard nothing, want %s", name)
	}
	return event{}
}

// ended waits for the stream's end.
func (e *ear) ended() {
	e.t.Helper()
	select {
	case got, open := <-e.events:
		if open {
			e.t.Errorf("heard %s %v, want the end", got.name, got.data)
		}
	case <-time.After(10 * time.Second):
		e.t.Error("the stream goes on")
	}
}

// says lets the player say something more.
func (s *scene) says(t *testing.T, words string) {
	t.Helper()
	sample.As(s.ctx, t, s.fox, sample.AsPlayer(s.fox, s.mara), func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Hold(ctx, tx, s.c.ID)
		if err == nil {
			_, err = desk.Reply(ctx, tx, &c, desk.Words{Text: words})
		}
		return err
	})
}

func TestTheStreamTellsWhatPlayersAndAgentsSay(t *testing.T) {
	t.Parallel()
	s := play(t)
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	theirs := s.caller(t, reel, authz.Admin).listen(t)
	ours := s.crm.listen(t)

	s.says(t, "Any news?")
	got := ours.next("entry")
	if got.data["text"] != "Any news?" || got.data["conversation"] != s.id || got.data["seq"] != float64(2) ||
		got.data["author"].(map[string]any)["kind"] != "player" {
		t.Errorf("the player's words are %v", got.data)
	}
	sample.As(s.ctx, t, s.fox, s.ana, func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Hold(ctx, tx, s.c.ID)
		if err == nil {
			_, err = desk.Reply(ctx, tx, &c, desk.Words{Text: "It is on its way."})
		}
		return err
	})
	if got = ours.next("entry"); got.data["text"] != "It is on its way." || got.data["author"].(map[string]any)["name"] != "Ana" {
		t.Errorf("the agent's words are %v", got.data)
	}
	// The same entry as the list has it.
	list := s.crm.must(t, 200, "GET", s.path("/entries?after_seq=2"), nil).list()
	live, _ := json.Marshal(got.data)
	read, _ := json.Marshal(list[0])
	if string(live) != string(read) {
		t.Errorf("live %s\nread %s", live, read)
	}
	s.crm.must(t, 200, "POST", s.path("/entries/2/erase"), map[string]any{"why": "asked"})
	if got = ours.next("erased"); got.data["seq"] != float64(2) || got.data["conversation"] != s.id {
		t.Errorf("the erasure is %v", got.data)
	}
	ours.next("entry")
	s.crm.must(t, 200, "POST", s.path("/read"), map[string]any{"agent": public(tenants.MemberPrefix, s.ruta.ID), "seq": 3})
	if got = ours.next("seen"); got.data["by"] != "agent" || got.data["seq"] != float64(3) {
		t.Errorf("the mark is %v", got.data)
	}
	select {
	case <-ours.beats:
	case <-time.After(10 * time.Second):
		t.Error("the stream never shows that it lives")
	}
	theirs.leave()
	for heard := range theirs.events {
		t.Errorf("Golden Reel heard %v", heard)
	}
}

func TestAnEntryOfAnotherProcessIsReadFromTheLog(t *testing.T) {
	t.Parallel()
	s := play(t)
	ours := s.crm.listen(t)
	// As the hint arrives from elsewhere: without the entry itself.
	s.Hub.Publish(live.Change{Tenant: s.fox.ID, What: live.WhatEntry, Conversation: s.c.ID, Player: s.mara, Seq: 1})
	if got := ours.next("entry"); got.data["text"] != "Where is my withdrawal?" || got.data["seq"] != float64(1) {
		t.Errorf("the entry is %v", got.data)
	}
}

func TestAStreamKeepsToTheKeysSight(t *testing.T) {
	t.Parallel()
	s := play(t)
	operator := s.caller(t, s.fox, authz.Operator).listen(t)
	s.says(t, "I can't stop.")
	operator.next("entry")
	s.crm.must(t, 200, "PUT", s.path("/topic"), map[string]any{"topic": s.topics["responsible_gaming"]})
	operator.next("entry") // the topic
	if got := operator.next("gone"); got.data["conversation"] != s.id {
		t.Errorf("gone is %v", got.data)
	}
	s.says(t, "Please.")
	s.Hub.Publish(live.Change{Tenant: s.fox.ID, What: live.WhatPlayer, Player: s.mara})
	operator.next("player") // and nothing before it
}

func TestAStreamEndsWithItsKey(t *testing.T) {
	t.Parallel()
	s := play(t)
	ours := s.crm.listen(t)
	if err := s.Pools.Doors.RevokeAPIKey(s.ctx, s.fox.ID, s.crm.keyID); err != nil {
		t.Fatal(err)
	}
	ours.ended()
}

func TestAStreamEndsWithItsCasino(t *testing.T) {
	t.Parallel()
	s := play(t)
	reel := sample.Tenant(s.ctx, t, "Golden Reel")
	ours, theirs := s.crm.listen(t), s.caller(t, reel, authz.Admin).listen(t)
	hold := func(at tenants.Standing) {
		t.Helper()
		if err := tenants.Above(s.ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tenants.Hold(ctx, tx, s.fox.ID, tenants.ByVendor, at, "a complaint")
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	hold(tenants.ReadOnly)
	s.Hub.Publish(live.Change{Tenant: s.fox.ID, What: live.WhatSettings})
	ours.next("settings")
	hold(tenants.Suspended)
	ours.ended()
	s.Hub.Publish(live.Change{Tenant: reel.ID, What: live.WhatSettings})
	theirs.next("settings")
}

func TestStreamsEndWhenTheServerStops(t *testing.T) {
	t.Parallel()
	s := play(t)
	ours := s.crm.listen(t)
	close(s.stop)
	ours.ended()
	if ours.retry < 500 || ours.retry >= 2000 { // 2000 is what each stream begins with
		t.Errorf("the stream ends with %d ms to wait", ours.retry)
	}
}

func TestASlowListenerIsToldToReadAgain(t *testing.T) {
	t.Parallel()
	s := play(t)
	ours := s.crm.listen(t)
	// More at once than a place at the hub holds; each is read from the log, so they can't be taken as fast as they come.
	for range 2000 {
		s.Hub.Publish(live.Change{Tenant: s.fox.ID, What: live.WhatEntry, Conversation: s.c.ID, Player: s.mara, Seq: 1})
	}
	for {
		select {
		case heard, open := <-ours.events:
			if !open {
				t.Fatal("the stream ended")
			}
			if heard.name == "resync" {
				return
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nobody said that something was missed")
		}
	}
}

func TestAKeyListensInSoManyPlaces(t *testing.T) {
	t.Parallel()
	s := play(t)
	var open []*ear
	for range 20 {
		open = append(open, s.crm.listen(t))
	}
	got := s.crm.call(t, "GET", "/v1/stream", nil)
	if got.status != 429 || got.at("type") != "/problems/too_many" || got.header.Get("Retry-After") != "10" {
		t.Errorf("one too many answers %d %v %s", got.status, got.header, got.raw)
	}
	other := s.caller(t, s.fox, authz.Operator)
	other.listen(t)
	open[0].leave()
	for limit := time.Now().Add(10 * time.Second); ; {
		r := s.crm.request(t, "HEAD", "/v1/stream", nil)
		if got = s.crm.send(t, r); got.status == 200 {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("the place that was left stays taken: %d", got.status)
		}
	}
}

func TestAStreamNeedsAKey(t *testing.T) {
	t.Parallel()
	s := play(t)
	nobody := &caller{h: s.harness, at: s.fox}
	if got := nobody.call(t, "GET", "/v1/stream", nil); got.status != 401 {
		t.Errorf("without a key the stream answers %d", got.status)
	}
	if got := s.crm.send(t, s.crm.request(t, "HEAD", "/v1/stream", nil)); got.status != 200 {
		t.Errorf("HEAD answers %d", got.status)
	}
}
