package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/api"
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
	seen   bool   // it wants If-Match
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
	"POST /inbox/{conversation}/files":    {body: "A short text.", query: "name=a.txt", kind: "text/plain"},
	"POST /inbox/{conversation}/here":     {body: "doing=look"},
	"POST /inbox/{conversation}/erase":    {body: "seq=1&why=The+player+asked+for+it."},

	"POST /chat/api/conversations":                              {body: `{"client_id": "probe-start", "text": "Hello", "topic": "{topic}", "look": "probe-look", "article": "{article}"}`},
	"POST /chat/api/answers":                                    {body: `{"look": "probe-look", "text": "Where is my withdrawal?"}`},
	"POST /chat/api/answers/{article}/read":                     {body: `{"look": "probe-look"}`},
	"POST /chat/api/answers/{article}/answered":                 {body: `{"look": "probe-look"}`},
	"GET /answers/numbers":                                      {query: "article={article}&topic={topic}"},
	"GET /answers/numbers/rows":                                 {query: "what=asked&article={article}&topic={topic}"},
	"POST /chat/api/conversations/{conversation}/messages":      {body: `{"client_id": "probe-again", "text": "Hello again"}`},
	"POST /chat/api/conversations/{conversation}/seen":          {body: `{"seq": 1}`},
	"PUT /chat/api/conversations/{conversation}/address":        {body: `{"email": "mara@players.example"}`},
	"GET /chat/api/conversations/{conversation}/entries":        {query: "after=0"},
	"GET /chat/api/stream":                                      {query: "conversation={conversation}&after=0"},
	"GET /v1/conversations":                                     {query: "agent={member}&team={team}&topic={topic}&tag={tag}&player={player}"},
	"GET /v1/players/{player}/conversations":                    {query: "agent={member}&team={team}&topic={topic}&tag={tag}"},
	"POST /v1/conversations/{conversation}/assign":              {body: `{"agent": "{member}", "team": "{team}"}`},
	"POST /v1/conversations/{conversation}/transfer":            {body: `{"agent": "{member}", "team": "{team}", "note": "Please look.", "client_id": "probe-transfer"}`},
	"POST /v1/conversations/{conversation}/snooze":              {body: `{"until": "` + tomorrow + `"}`},
	"POST /v1/conversations/{conversation}/reopen":              {before: resolved},
	"PUT /v1/conversations/{conversation}/topic":                {body: `{"topic": "{topic}"}`},
	"POST /v1/conversations/{conversation}/tags":                {body: `{"name": "urgent"}`},
	"POST /v1/conversations/{conversation}/read":                {body: `{"agent": "{member}", "seq": 1}`},
	"POST /v1/conversations/{conversation}/replies":             {body: `{"text": "On its way.", "files": []}`},
	"POST /v1/conversations/{conversation}/notes":               {body: `{"text": "Checked."}`},
	"POST /v1/conversations/{conversation}/entries/{seq}/erase": {body: `{"why": "The player asked for it."}`},
	"PATCH /v1/brand":                                           {before: branded, body: `{"seen": {brand}, "publish": true, "corners": "round"}`},
	"POST /v1/brand/roll-back":                                  {before: branded, body: `{"seen": {brand}, "version": 1}`},
	"POST /v1/files":                                            {body: "A short text.", query: "name=a.txt", kind: "text/plain"},
	"GET /v1/articles":                                          {query: "category={category}&language=en&state=published"},
	"GET /v1/article-search":                                    {query: "q=payuot&audience=staff"},
	"GET /v1/files/{file}":                                      {before: filed},

	"POST /chat/api/files": {body: "A short text.", query: "name=a.txt", kind: "text/plain"},
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

// filed puts the content of the world's file where the program looks for it.
func filed(ctx context.Context, t *testing.T, a *app, w *world) {
	id, err := tenants.ParseID(tenants.FilePrefix, w.ids["file"])
	if err != nil {
		t.Fatal(err)
	}
	if err := a.files.Put(ctx, fileKey(w.ID, id), strings.NewReader("A short text.")); err != nil {
		t.Fatal(err)
	}
}

// apiWays are the operations of /v1.
func apiWays() []way {
	var all []way
	for _, o := range api.Operations() {
		all = append(all, way{apiSurface, o.Method, o.Path, o.Permission})
	}
	return all
}
