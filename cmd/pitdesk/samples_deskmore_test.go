package main

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func init() {
	for way, s := range map[string]example{
		"POST /settings/macros":                                {body: "name=Late&text_en=On+its+way&team={team}&topic={topic}&assign={member}&tags=late"},
		"GET /settings/macros":                                 {query: "q=late"},
		"POST /settings/macros/{macro}":                        {body: "name=Late&text_en=On+its+way&team=&topic={topic}&assign={team}"},
		"POST /v1/macros":                                      {body: `{"name": "Late", "texts": {"en": "On its way"}, "tags": [], "team": "{team}", "topic": "{topic}", "assign": "{member}"}`},
		"PATCH /v1/macros/{macro}":                             {body: `{"name": "Later", "topic": "{topic}", "assign": "{team}"}`},
		"POST /v1/conversations/{conversation}/macros/{macro}": {body: `{"client_id": "probe-macro"}`},
	} {
		samples[way] = s
	}
}

// equipment is what equip makes, by the prefix of its ids.
var equipment = map[string]string{"macro": tenants.MacroPrefix}

// equip makes what a desk of a world's casino has besides conversations: a macro.
func (w *world) equip(ctx context.Context, t *testing.T, n string) {
	t.Helper()
	sample.As(ctx, t, w.Tenant, w.agents["admin"], func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`update macros set retired_at = now() where tenant_id = current_tenant()`).Exec(ctx); err != nil {
			return err
		}
		m := desk.Macro{Name: "Macro " + n, Texts: map[string]string{"en": "Said " + n}}
		err := desk.AddMacro(ctx, tx, &m)
		w.ids["macro"] = tenants.PublicID(tenants.MacroPrefix, m.ID)
		return err
	})
	w.written = append(w.written, "Macro "+n, "Said "+n)
}
