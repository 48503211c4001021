package main

import (
	"context"
	"net/http"
	"regexp"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
)

func init() {
	const text, pack = "/v1/articles/{article}/texts/{language}", "/v1/language-packs/{pack}"
	for way, s := range map[string]example{
		"POST /v1/articles":                       {body: `{"category": "{category}", "topic": "{topic}", "language": "en", "title": "Bonuses"}`},
		"PATCH /v1/articles/{article}":            {body: `{"category": "{category}", "topic": "{topic}", "audience": "staff"}`},
		"POST /v1/articles/{article}/unarchive":   {before: archived},
		"PUT " + text:                             {seen: true, body: `{"title": "Payouts", "body": "Two days."}`},
		"POST " + text + "/send-back":             {before: askedFor, body: `{"note": "Say which bank."}`},
		"POST /v1/article-categories":             {body: `{"names": {"en": {"name": "Bonuses"}}, "icon": "gift"}`},
		"PATCH /v1/article-categories/{category}": {body: `{"names": {"en": {"name": "Bonuses"}}}`},
		"POST /v1/topics":                         {body: `{"names": {"en": "Jackpots"}}`, before: fewTopics},
		"PATCH /v1/topics/{topic}":                {body: `{"names": {"en": "Jackpots"}, "to_lead": true}`},
		"POST /v1/topics/{topic}/move":            {body: `{"to": "up"}`},
		"POST /v1/tags":                           {body: `{"name": "brand new"}`, before: noTag},
		"PATCH /v1/tags/{tag}":                    {body: `{"name": "renamed"}`, before: noTag},
		"PATCH /v1/language-settings":             {body: `{"fallback": "en", "players": ["en", "lt"], "agents": null}`},
		"POST /v1/language-packs":                 {before: few, body: `{"language": "sv"}`},
		"PATCH " + pack:                           {body: `{"checked_by": "Mara"}`},
		"GET " + pack + "/texts":                  {query: "surface=common&q=cancel&limit=5"},
		"PUT " + pack + "/texts/{text}":           {body: `{"forms": {"other": "Peruuta"}}`},
		"POST " + pack + "/texts/{text}/keep":     {before: ownText},
		"PUT " + pack + "/file":                   {kind: "application/octet-stream", body: `{"common.close": "Sulje"}`},
		"POST /v1/tenants/{tenant}/resume":        {before: heldBack},
		"POST " + pack + "/file/apply":            {body: `{"file": "{draft}"}`},
	} {
		samples[way] = s
	}
	plainWords["text"] = true // an id of the product's, the same in every casino
}

var etagOf = regexp.MustCompile(`Etag: \[([^\]]+)\]`)

// read asks what a way is about as it is now, and returns its ETag; empty where it can't be read.
func read(ctx context.Context, h http.Handler, w way, at *world, ids map[string]string, credential func(*http.Request)) string {
	w.method = http.MethodGet
	found := etagOf.FindStringSubmatch(ask(ctx, h, w, at, ids, credential).header)
	if found == nil {
		return ""
	}
	return found[1]
}

// fewTopics retires what earlier requests have added, so that the list has room.
func fewTopics(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update topics set retired_at = now() where tenant_id = current_tenant() and key like 'topic%'`).Exec(ctx)
		return err
	})
}

// noTag takes a name back that an earlier request has given.
func noTag(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update tags set name = 'was ' || id where tenant_id = current_tenant() and name in ('brand new', 'renamed')`).Exec(ctx)
		return err
	})
}

// ownText says a text the casino's own way, so that it can be kept.
func ownText(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		return languages.Set(ctx, tx, w.ids["pack"], w.ids["text"], map[string]string{"other": "Peruuta"})
	})
}

// heldBack has the reseller suspend the casino.
func heldBack(ctx context.Context, t *testing.T, _ *app, w *world) {
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tenants.Hold(ctx, tx, w.ID, tenants.ByReseller, tenants.Suspended, "Not paid.")
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
