package web_test

import (
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// TestAMessageIsOneRoundTrip counts what the hot ways ask of the database. What a process remembers for seconds (sessions,
// hosts) is remembered already, as it is under load.
func TestAMessageIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox")
	fox := casinos[0]
	pool, app, counter := h.DB.Counted(t)
	h.Pools.App, h.Pools.AppPool = app, pool
	mara := h.Player(t, fox, "mara")
	c, _ := mara.Start("Where is my withdrawal?")
	mara.Say(c, "The first on this connection: its statement is prepared.")
	ruta := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Lead))
	at := "/inbox/" + c.ID
	ruta.Get(at)
	for _, way := range []struct {
		name string
		do   func() int
		most int
	}{
		{"a player's message", func() int { mara.Say(c, "Any news?"); return 200 }, 1},
		{"a message with digits after none", func() int { mara.Say(c, "It was 200 EUR."); return 200 }, 1},
		{"a message with digits after digits", func() int { mara.Say(c, "Order 200417."); return 200 }, 9},
		{"an agent's reply", func() int { return ruta.Post(at+"/reply", "text", "On its way.", "client_id", newID()).StatusCode }, 4},
		{"the inbox's list", func() int { return ruta.Get("/inbox/list").StatusCode }, 4},
		{"opening a conversation", func() int { return ruta.Get(at).StatusCode }, 13},
	} {
		counter.Taken()
		if status := way.do(); status >= 400 {
			t.Errorf("%s answers %d", way.name, status)
		}
		sent := counter.Taken()
		t.Logf("%s: %d round trips", way.name, len(sent))
		if len(sent) > way.most {
			t.Errorf("%s takes %d round trips, at most %d:\n%s", way.name, len(sent), way.most, strings.Join(sent, "\n"))
		}
	}
}
