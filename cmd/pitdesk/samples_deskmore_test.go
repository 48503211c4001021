package main

import (
	"context"
	"maps"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/web"
)

func init() {
	for way, s := range map[string]example{
		"POST /settings/macros":         {body: "name=Late&text_en=On+its+way&team={team}&topic={topic}&assign={member}&tags=late"},
		"GET /v1/conversation-search":   {query: "q=withdrawal"},
		"GET /numbers":                  {query: "days=7"},
		"GET /v1/statistics":            {query: "zone=Europe/Vilnius"},
		"GET /views/new":                {query: "team={team}&topic={topic}&tag={tag}"},
		"POST /views":                   {body: "name=Late&state=open&holder={member}&team={team}&topic={topic}&tag={tag}&order=waiting"},
		"POST /views/{view}":            {body: "name=Later&holder={member}&team={team}&topic={topic}&tag={tag}"},
		"POST /views/{view}/drop":       {body: "x=y"},
		"POST /v1/views":                {body: `{"name": "Late", "holder": "{member}", "team": "{team}", "topic": "{topic}", "tag": "{tag}"}`},
		"PATCH /v1/views/{view}":        {body: `{"name": "Later", "team": "{team}", "tag": "{tag}"}`},
		"GET /settings/macros":          {query: "q=late"},
		"POST /settings/macros/{macro}": {body: "name=Late&text_en=On+its+way&team=&topic={topic}&assign={team}"},
		"POST /v1/macros":               {body: `{"name": "Late", "texts": {"en": "On its way"}, "tags": [], "team": "{team}", "topic": "{topic}", "assign": "{member}"}`},
		"PATCH /v1/macros/{macro}":      {body: `{"name": "Later", "topic": "{topic}", "assign": "{team}"}`},
		"POST /v1/conversations/{conversation}/macros/{macro}": {body: `{"client_id": "probe-macro"}`},
	} {
		samples[way] = s
	}
}

// equipment is what equip makes, by the prefix of its ids.
var equipment = map[string]string{"macro": tenants.MacroPrefix, "view": tenants.ViewPrefix}

// theirs are the ids that a role names on a surface: at the desk the view is its own.
func (w *world) theirs(surface web.Surface, role authz.Role) map[string]string {
	ids := maps.Clone(w.ids)
	if own, ok := w.views[role]; ok && surface == web.Staff {
		ids["view"] = own
	}
	return ids
}

// equip makes what a desk of a world's casino has besides conversations: a macro, and views.
func (w *world) equip(ctx context.Context, t *testing.T, n string) {
	t.Helper()
	sample.As(ctx, t, w.Tenant, w.agents["admin"], func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`update macros set retired_at = now() where tenant_id = current_tenant()`).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`delete from inbox_views where tenant_id = current_tenant()`).Exec(ctx); err != nil {
			return err
		}
		v := desk.View{Name: "View " + n}
		if err := desk.AddView(ctx, tx, &v); err != nil {
			return err
		}
		w.ids["view"] = tenants.PublicID(tenants.ViewPrefix, v.ID)
		m := desk.Macro{Name: "Macro " + n, Texts: map[string]string{"en": "Said " + n}}
		err := desk.AddMacro(ctx, tx, &m)
		w.ids["macro"] = tenants.PublicID(tenants.MacroPrefix, m.ID)
		return err
	})
	w.views = map[authz.Role]string{}
	for role, who := range w.agents {
		sample.As(ctx, t, w.Tenant, who, func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewRaw(`delete from inbox_views where tenant_id = current_tenant() and owner_id = ?`, who.ID).Exec(ctx); err != nil {
				return err
			}
			v := desk.View{Name: "View " + n}.Own(ctx, false)
			err := desk.AddView(ctx, tx, &v)
			w.views[role] = tenants.PublicID(tenants.ViewPrefix, v.ID)
			return err
		})
	}
	w.written = append(w.written, "View "+n, "Macro "+n, "Said "+n)
}
