package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestAPlayerAsksAndAnAgentAnswersLive(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox")
	fox := casinos[0]
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	mara := h.Player(t, fox, "mara")
	c, first := mara.Start("Почему вывод задерживается?")
	if first.Seq != 1 || first.Author != "player" || c.Queue.Ahead == nil || *c.Queue.Ahead != 0 || c.Queue.Agents {
		t.Errorf("started as %+v with %+v", c, first)
	}
	events := mara.Stream(c, 0)
	await(t, events, "the first words", func(e event) bool { return e.Name == "entry" && e.ID == "1" })

	id, _ := tenants.ParseID(tenants.ConversationPrefix, c.ID)
	sample.As(ctx, t, fox, ada, func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := desk.Note(ctx, tx, &held, desk.Words{Text: "Only we read this."}); err != nil {
			return err
		}
		_, err = desk.Reply(ctx, tx, &held, desk.Words{Text: "Одну минуту."})
		return err
	})
	reply := await(t, events, "the reply", func(e event) bool { return e.Name == "entry" })
	if strings.Contains(reply.Data, "Only we") || !strings.Contains(reply.Data, "Одну минуту.") || !strings.Contains(reply.Data, `"name":"Ada"`) {
		t.Errorf("the reply arrived as %s", reply.Data)
	}
	await(t, events, "nobody ahead", func(e event) bool { return e.Name == "queue" && strings.Contains(e.Data, `"ahead":null`) })

	// From the number the player has, the rest comes once.
	var rest struct{ Entries []entry }
	mara.want(200, "GET", "/conversations/"+c.ID+"/entries?after=1", nil, &rest)
	if len(rest.Entries) != 1 || rest.Entries[0].Text != "Одну минуту." {
		t.Errorf("after 1: %+v", rest.Entries)
	}

	mara.want(204, "POST", "/conversations/"+c.ID+"/seen", map[string]any{"seq": rest.Entries[0].Seq}, nil)
	var list struct{ Conversations []conversation }
	mara.want(200, "GET", "/conversations", nil, &list)
	if len(list.Conversations) != 1 || list.Conversations[0].Unread != 0 || list.Conversations[0].Seen.Player != rest.Entries[0].Seq {
		t.Errorf("after reading: %+v", list.Conversations)
	}
}

func TestRepeatingIsSafe(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	start := map[string]any{"client_id": newID(), "text": "Hello"}
	one := mara.want(201, "POST", "/conversations", start, nil)
	two := mara.want(201, "POST", "/conversations", start, nil)
	if one.Text != two.Text {
		t.Errorf("two answers to one start:\n%s\n%s", one.Text, two.Text)
	}
	var made struct{ Conversation conversation }
	_ = json.Unmarshal([]byte(one.Text), &made)
	path := "/conversations/" + made.Conversation.ID + "/messages"

	say := map[string]any{"client_id": newID(), "text": "Are you there?"}
	var answers sync.Map
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			answers.Store((&player{h.Browser(t, casinos[0]), mara.Token}).call("POST", path, say).Text, true)
		})
	}
	all.Wait()
	n := 0
	answers.Range(func(text, _ any) bool { n++; t.Log(text); return true })
	if n != 1 {
		t.Errorf("%d different answers to one message", n)
	}
	say["text"] = "Something else"
	mara.want(409, "POST", path, say, nil)
	mara.want(409, "POST", "/conversations", map[string]any{"client_id": start["client_id"], "text": "Another"}, nil)
	var rest struct{ Entries []entry }
	mara.want(200, "GET", "/conversations/"+made.Conversation.ID+"/entries", nil, &rest)
	if len(rest.Entries) != 2 {
		t.Errorf("%d entries, want 2", len(rest.Entries))
	}
}

func TestAStrangerFindsNothing(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	mara := h.Player(t, casinos[0], "mara")
	c, _ := mara.Start("Mine alone")
	unknown := tenants.PublicID(tenants.ConversationPrefix, tenants.NewID())
	for name, other := range map[string]*player{
		"another player": h.Player(t, casinos[0], "igor"), "a visitor": h.Player(t, casinos[0], ""),
		"another casino's player": h.Player(t, casinos[1], "mara"),
	} {
		for _, call := range []struct {
			method, path string
			body         any
		}{
			{"GET", "/conversations/%s/entries", nil},
			{"POST", "/conversations/%s/messages", map[string]any{"client_id": newID(), "text": "Let me in"}},
			{"POST", "/conversations/%s/typing", nil}, {"POST", "/conversations/%s/seen", map[string]any{"seq": 1}},
			{"PUT", "/conversations/%s/address", map[string]any{"email": "x@y.example"}}, {"GET", "/stream?conversation=%s", nil},
		} {
			his := other.call(call.method, fmt.Sprintf(call.path, c.ID), call.body)
			nobodys := other.call(call.method, fmt.Sprintf(call.path, unknown), call.body)
			if his.StatusCode != 404 || his.StatusCode != nobodys.StatusCode || his.Text != nobodys.Text {
				t.Errorf("%s: %s %s: %d %s\nof an unknown id: %d %s", name, call.method, call.path, his.StatusCode, his.Text, nobodys.StatusCode, nobodys.Text)
			}
		}
	}
	abroad := &player{h.Browser(t, casinos[1]), mara.Token}
	abroad.want(401, "GET", "/conversations", nil, nil)
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	c, _ := mara.Start("Hello")
	say := "/conversations/" + c.ID + "/messages"
	id := func() string { return newID() }
	for name, call := range map[string]struct {
		path, body string
		status     int
		says       string
	}{
		"not JSON":             {say, `{"client_id"`, 400, "JSON"},
		"a list":               {say, `[]`, 400, "JSON"},
		"two bodies":           {say, `{}{}`, 400, "JSON"},
		"Latin-1":              {say, "{\"client_id\":\"" + id() + "\",\"text\":\"caf\xe9\"}", 400, "UTF-8"},
		"NUL":                  {say, `{"client_id":"` + id() + `","text":"a\u0000b"}`, 422, "NUL"},
		"too long":             {say, `{"client_id":"` + id() + `","text":"` + strings.Repeat("я", 5001) + `"}`, 413, "5000"},
		"far too long":         {say, `{"client_id":"` + id() + `","text":"` + strings.Repeat("a", 70_000) + `"}`, 413, ""},
		"nothing":              {say, `{"client_id":"` + id() + `","text":"  \n"}`, 422, ""},
		"no client id":         {say, `{"text":"hi"}`, 422, "client_id"},
		"a short client id":    {say, `{"client_id":"1","text":"hi"}`, 422, "client_id"},
		"text that is none":    {say, `{"client_id":"` + id() + `","text":7}`, 400, "JSON"},
		"a forged file":        {say, `{"client_id":"` + id() + `","files":["fil_nonsense"]}`, 404, ""},
		"an unknown file":      {say, `{"client_id":"` + id() + `","files":["` + tenants.PublicID("fil", tenants.NewID()) + `"]}`, 404, ""},
		"a forged id":          {"/conversations/cnv_x/messages", `{"client_id":"` + id() + `","text":"hi"}`, 404, ""},
		"another kind of id":   {"/conversations/" + tenants.PublicID("ply", tenants.NewID()) + "/messages", `{"client_id":"` + id() + `","text":"hi"}`, 404, ""},
		"an unknown topic":     {"/conversations", `{"client_id":"` + id() + `","text":"hi","topic":"top_x"}`, 422, ""},
		"a mark that is none":  {"/conversations/" + c.ID + "/seen", `{"seq":"x"}`, 400, "JSON"},
		"a mark out of bounds": {"/conversations/" + c.ID + "/seen", `{"seq":99999999999999999999}`, 400, "JSON"},
	} {
		a := mara.call("POST", call.path, call.body)
		var problem struct{ Type, Detail string }
		err := json.Unmarshal([]byte(a.Text), &problem)
		if a.StatusCode != call.status || err != nil || problem.Detail == "" || !strings.HasPrefix(problem.Type, "/problems/") || !strings.Contains(problem.Detail, call.says) {
			t.Errorf("%s: %d %s, want %d and %q", name, a.StatusCode, a.Text, call.status, call.says)
		}
	}
	for _, after := range []string{"x", "-1", "99999999999999999999"} {
		mara.want(422, "GET", "/conversations/"+c.ID+"/entries?after="+after, nil, nil)
	}
	mara.Header.Set("Accept-Language", "ru")
	if a := mara.call("POST", say, `{`); !strings.Contains(a.Text, "JSON") || strings.Contains(a.Text, "belongs") {
		t.Errorf("in Russian: %s", a.Text)
	}
	var rest struct{ Entries []entry }
	mara.want(200, "GET", "/conversations/"+c.ID+"/entries", nil, &rest)
	if len(rest.Entries) != 1 {
		t.Errorf("something was half-written: %+v", rest.Entries)
	}
}

func TestAPlayerInAHurryIsTold(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	c, _ := mara.Start("Hello")
	kept, refused := 1, 0
	for i := range 100 {
		a := mara.call("POST", "/conversations/"+c.ID+"/messages", map[string]any{"client_id": newID(), "text": fmt.Sprint("Hurry ", i)})
		switch a.StatusCode {
		case http.StatusCreated:
			kept++
		case http.StatusTooManyRequests:
			if refused++; a.Header.Get("Retry-After") == "" || !strings.Contains(a.Text, "faster") {
				t.Fatalf("refused without saying so: %v %s", a.Header, a.Text)
			}
		default:
			t.Fatalf("%d %s", a.StatusCode, a.Text)
		}
	}
	if refused == 0 {
		t.Error("nobody slowed a hundred messages down")
	}
	var rest struct{ Entries []entry }
	mara.want(200, "GET", "/conversations/"+c.ID+"/entries", nil, &rest)
	if len(rest.Entries) != kept {
		t.Errorf("%d entries, %d were accepted", len(rest.Entries), kept)
	}
}
