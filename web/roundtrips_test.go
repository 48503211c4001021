package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
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
	finn := h.Player(t, fox, "finn")
	other, _ := finn.Start("And mine?")
	finn.Say(other, "The first with digits, 200, has a statement of its own.")
	who := sample.Agent(ctx, t, fox, "Ruta", authz.Lead)
	ruta := h.SignedIn(ctx, t, fox, who)
	at := "/inbox/" + c.ID
	if a := ruta.Post(at+"/assign", "agent", tenants.PublicID(tenants.MemberPrefix, who.ID)); a.StatusCode >= 400 {
		t.Fatalf("assigned: %d", a.StatusCode)
	}
	opening := *ruta // as the page's script opens one: the conversation alone
	opening.Header = http.Header{"Hx-Request": {"true"}}
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
		{"opening a conversation", func() int { return opening.Get(at).StatusCode }, 5},
		{"news of a conversation", func() int { return opening.Get(at + "/since?after=1").StatusCode }, 5},
		{"a page with a conversation", func() int { return ruta.Get(at).StatusCode }, 9},
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
