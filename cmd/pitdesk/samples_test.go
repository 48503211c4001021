package main

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// example is what a way needs besides its path so that the rightful asker succeeds: a form, or JSON, with placeholders.
type example struct {
	body   string
	query  string
	kind   string // Content-Type, where it is neither a form nor JSON
	before func(ctx context.Context, t *testing.T, a *app, w *world)
}

var tomorrow = time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)

// samples are by way. A way that takes a body and has no sample here fails the permission test.
var samples = map[string]example{
	"GET /inbox":      {query: "team={team}&topic={topic}&tag={tag}"},
	"GET /inbox/list": {query: "team={team}&topic={topic}&tag={tag}"},

	"GET /inbox/{conversation}/since":     {query: "seq=0"},
	"GET /inbox/{conversation}/entries":   {query: "before=2"},
	"POST /inbox/{conversation}/reply":    {body: "text=On+its+way."},
	"POST /inbox/{conversation}/note":     {body: "text=Checked."},
	"POST /inbox/{conversation}/assign":   {body: "agent={member}"},
	"POST /inbox/{conversation}/transfer": {body: "to={member}&text=Please+look."},
	"POST /inbox/{conversation}/snooze":   {body: "until=" + tomorrow},
	"POST /inbox/{conversation}/reopen":   {before: resolved},
	"POST /inbox/{conversation}/topic":    {body: "topic={topic}"},
	"POST /inbox/{conversation}/tags":     {body: "name=urgent"},
	"POST /inbox/{conversation}/untag":    {body: "tag={tag}"},
	"POST /inbox/{conversation}/read":     {body: "seq=1"},
	"POST /inbox/{conversation}/here":     {body: "doing=look"},

	"POST /chat/api/conversations":                         {body: `{"client_id": "probe-start", "text": "Hello", "topic": "{topic}"}`},
	"POST /chat/api/conversations/{conversation}/messages": {body: `{"client_id": "probe-again", "text": "Hello again"}`},
	"POST /chat/api/conversations/{conversation}/seen":     {body: `{"seq": 1}`},
	"PUT /chat/api/conversations/{conversation}/address":   {body: `{"email": "mara@players.example"}`},
	"GET /chat/api/conversations/{conversation}/entries":   {query: "after=0"},
	"GET /chat/api/stream":                                 {query: "conversation={conversation}&after=0"},
	"POST /chat/api/files":                                 {body: "A short text.", query: "name=a.txt", kind: "text/plain"},
}

// resolved closes the world's conversation, for ways that open one again.
func resolved(ctx context.Context, t *testing.T, _ *app, w *world) {
	id, err := tenants.ParseID(tenants.ConversationPrefix, w.ids["conversation"])
	if err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Hold(ctx, tx, id)
		if err == nil {
			_, err = desk.Resolve(ctx, tx, &c)
		}
		return err
	})
}

// apiWays are the operations of /v1.
func apiWays() []way { return nil }
