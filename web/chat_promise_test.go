package web_test

import (
	"os"
	"strings"
	"testing"
)

// TestTheChatsProtocolIsWrittenDown holds docs/chat.md to the doors there are, and the doors to the page.
func TestTheChatsProtocolIsWrittenDown(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	page, err := os.ReadFile("../docs/chat.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	there := map[string]bool{}
	for _, route := range h.Server.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if !strings.HasPrefix(path, "/chat/api/") {
			continue
		}
		path = strings.ReplaceAll(path, "{conversation}", "{id}")
		there[method+" "+path] = true
		if !strings.Contains(text, "| `"+method+" "+path+"` |") {
			t.Errorf("docs/chat.md doesn't tell of %s %s", method, path)
		}
	}
	for line := range strings.Lines(text) {
		if door, _, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "` |"); ok && strings.HasPrefix(line, "| `") && strings.Contains(door, "/chat/api/") && !there[door] {
			t.Errorf("docs/chat.md tells of %s, which isn't there", door)
		}
	}
	if len(there) < 12 {
		t.Errorf("only %d doors found", len(there))
	}
}

// TestTheDatabaseGone: a client is told to keep its words and come again, at every door.
func TestTheDatabaseGone(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	c, _ := mara.Start("Hello")
	h.Pools.AppPool.Close()
	_ = h.Pools.App.Close()
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"POST", "/session", map[string]any{}}, {"GET", "/config", nil}, {"GET", "/conversations", nil}, {"GET", "/stream?conversation=" + c.ID, nil},
		{"POST", "/conversations", map[string]any{"client_id": newID(), "text": "Are you there?"}},
		{"POST", "/conversations/" + c.ID + "/messages", map[string]any{"client_id": newID(), "text": "Are you there?"}},
		{"GET", "/conversations/" + c.ID + "/entries", nil},
	} {
		a := mara.call(call.method, call.path, call.body)
		if a.StatusCode != 503 || a.Header.Get("Retry-After") == "" || !strings.Contains(a.Text, `"/problems/unavailable"`) {
			t.Errorf("%s %s: %d %v %s", call.method, call.path, a.StatusCode, a.Header, a.Text)
		}
	}
}
