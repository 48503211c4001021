package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/uptrace/bun"

	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// player is somebody with a chat client of their own, written from docs/chat.md.
type player struct {
	*browser
	Token string
}

// openChat is open with a chat key named demo for each casino named.
func openChat(t *testing.T, casinos ...string) (*house, context.Context, []tenants.Tenant) {
	t.Helper()
	h, ctx := open(t)
	var all []tenants.Tenant
	for _, name := range casinos {
		at := sample.Tenant(ctx, t, name)
		all = append(all, at)
		err := tenants.In(tenants.With(ctx, at), at.ID, func(ctx context.Context, tx bun.Tx) error {
			if err := players.AddKey(ctx, tx, players.Key{ID: "demo", Alg: players.HS256, Key: secretOf(at)}); err != nil {
				return err
			}
			return chat.AddOrigin(ctx, tx, "https://www."+at.Slug+".example")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h, ctx, all
}

func secretOf(at tenants.Tenant) []byte {
	return []byte("the chat key of " + at.Slug + ", long enough for it")
}

// identity signs what a casino's backend says of its player.
func identity(t testing.TB, at tenants.Tenant, sub string, more map[string]any) string {
	t.Helper()
	claims := jwt.MapClaims{"sub": sub, "jti": tenants.NewID().String(), "exp": time.Now().Add(5 * time.Minute).Unix(), "name": sub}
	for name, value := range more {
		claims[name] = value
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
	token.Header["kid"] = "demo"
	text, err := token.SignedString(secretOf(at))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Player enters the chat of a casino, signed in there as sub; without sub as a visitor.
func (h *house) Player(t testing.TB, at tenants.Tenant, sub string) *player {
	t.Helper()
	p := &player{browser: h.Browser(t, at)}
	ask := map[string]any{}
	if sub != "" {
		ask["identity"] = identity(t, at, sub, nil)
	}
	var session struct{ Token string }
	p.want(201, "POST", "/session", ask, &session)
	p.Token = session.Token
	return p
}

// call speaks to the chat's endpoint. body is sent as JSON unless it is text.
func (p *player) call(method, path string, body any) *answer {
	p.t.Helper()
	var reader io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		reader, kind = strings.NewReader(b), "application/json"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			p.t.Fatal(err)
		}
		reader, kind = bytes.NewReader(raw), "application/json"
	}
	if p.Token != "" {
		p.Header.Set("Authorization", "Bearer "+p.Token)
	}
	return p.Do(method, "/chat/api"+path, kind, reader)
}

func (p *player) want(status int, method, path string, body, into any) *answer {
	p.t.Helper()
	a := p.call(method, path, body)
	if a.StatusCode != status {
		p.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.StatusCode, status, a.Text)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(a.Text), into); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, a.Text)
		}
	}
	return a
}

type entry struct {
	Conversation, Kind, Author, Name, Text string
	Seq                                    int64
	Erased                                 bool
	ClientID                               string `json:"client_id"`
	Files                                  []struct{ ID, Name, Type, URL string }
}

type conversation struct {
	ID, State string
	Linked    bool
	Unread    int
	Queue     struct {
		Ahead  *int
		Agents bool
	}
	Seen struct{ Player, Agent, Delivered int64 }
}

// Start opens a conversation.
func (p *player) Start(text string) (conversation, entry) {
	p.t.Helper()
	var made struct {
		Conversation conversation
		Entry        entry
	}
	p.want(201, "POST", "/conversations", map[string]any{"client_id": newID(), "text": text}, &made)
	return made.Conversation, made.Entry
}

// Say says something more in it.
func (p *player) Say(c conversation, text string) entry {
	p.t.Helper()
	var made struct{ Entry entry }
	p.want(201, "POST", "/conversations/"+c.ID+"/messages", map[string]any{"client_id": newID(), "text": text}, &made)
	return made.Entry
}

func newID() string { return strings.ReplaceAll(tenants.NewID().String(), "-", "_") }

// event is one of a stream.
type event struct{ ID, Name, Data string }

// Stream opens a conversation's stream; events come until t ends.
func (p *player) Stream(c conversation, after int64) <-chan event {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	p.t.Cleanup(cancel)
	r, _ := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s/chat/api/stream?conversation=%s&after=%d", p.base, c.ID, after), nil)
	r.Host = p.host
	r.Header.Set("Authorization", "Bearer "+p.Token)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != 200 {
		text, _ := io.ReadAll(res.Body)
		p.t.Fatalf("stream: %d %s", res.StatusCode, text)
	}
	events := make(chan event, 100)
	go func() {
		defer close(events)
		defer res.Body.Close()
		var e event
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.ID = value
			case "event":
				e.Name = value
			case "data":
				e.Data = value
			case "":
				events <- e
				e = event{}
			}
		}
	}()
	return events
}

// await waits for the next event that fits.
func await(t testing.TB, events <-chan event, what string, fits func(event) bool) event {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %s", what)
			}
			if fits(e) {
				return e
			}
		case <-late:
			t.Fatalf("no %s came", what)
		}
	}
}
