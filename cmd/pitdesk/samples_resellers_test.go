package main

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/exports"
)

func init() {
	for way, s := range map[string]example{
		"GET /settings/audit/export":           {query: "format=csv"},
		"POST /v1/tenants":                     {body: `{"slug": "demo-casino", "name": "Demo Casino", "admin": {"email": "ieva@casino.example", "name": "Ieva"}}`},
		"PATCH /v1/tenants/{tenant}":           {body: `{"name": "Demo Casino"}`},
		"POST /v1/tenants/{tenant}/suspend":    {body: `{"why": "The contract is being renewed."}`},
		"POST /settings/api/{apikey}/rotate":   {before: freshKey},
		"POST /settings/api/{apikey}/end-old":  {before: rotatedKey},
		"POST /settings/export":                {before: unexported},
		"GET /settings/export/{export}":        {before: exported},
		"POST /v1/exports":                     {before: unexported},
		"GET /v1/exports/{export}":             {before: exported},
		"GET /v1/exports/{export}/file":        {before: exported},
		"POST /v1/keys":                        {body: `{"name": "probe", "role": "lead", "scopes": ["keys:write"]}`},
		"POST /v1/keys/{keyid}/rotate":         {body: `{"keep_old_for": 60}`, before: freshKey},
		"POST /v1/keys/{keyid}/end-old-secret": {before: rotatedKey},
		"DELETE /v1/keys/{keyid}":              {before: freshKey},
		"PATCH /v1/reseller":                   {body: `{"name": "Demo Resale"}`},
		"POST /v1/staff":                       {body: `{"email": "new@probe.example", "name": "New", "role": "operator", "teams": ["{team}"]}`, before: unhired},
		"PATCH /v1/staff/{member}":             {body: `{"role": "lead", "teams": ["{team}"]}`},
		"POST /v1/invitations":                 {body: `{"email": "new@probe.example", "name": "New", "role": "operator", "teams": ["{team}"]}`, before: unhired},
		"POST /v1/tenants/{tenant}/close":      {body: `{"why": "The operator has stopped."}`},
	} {
		samples[way] = s
	}
}

// unhired makes sure that whom the samples add doesn't work at the casino yet.
func unhired(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`delete from memberships where tenant_id = current_tenant() and email = 'new@probe.example'`).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewRaw(`delete from invitations where tenant_id = current_tenant() and email = 'new@probe.example'`).Exec(ctx)
		return err
	})
}

// freshKey makes a key in the place of the one that an earlier request may have ended.
func freshKey(ctx context.Context, t *testing.T, a *app, w *world) {
	id, _, err := a.pools.Doors.NewAPIKey(ctx, w.ID, tenants.NewKey{Name: "probe", Role: string(authz.Operator)})
	if err != nil {
		t.Fatal(err)
	}
	w.ids["apikey"] = tenants.PublicID(tenants.KeyPrefix, id)
	w.ids["keyid"] = w.ids["apikey"]
}

// rotatedKey is freshKey with an old secret that is still good.
func rotatedKey(ctx context.Context, t *testing.T, a *app, w *world) {
	freshKey(ctx, t, a, w)
	id, err := tenants.ParseID(tenants.KeyPrefix, w.ids["apikey"])
	if err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tenants.CasinosKeys.Rotate(ctx, tx, id, time.Hour)
		return err
	})
}

// unexported makes sure that no file is being written.
func unexported(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`delete from exports where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
}

// exported has a file written.
func exported(ctx context.Context, t *testing.T, a *app, w *world) {
	unexported(ctx, t, a, w)
	var e exports.Export
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) (err error) {
		e, err = exports.Ask(ctx, tx)
		return err
	})
	if err := exports.Write(ctx, a.files, exports.Args{Tenant: w.ID, Export: e.ID}); err != nil {
		t.Fatal(err)
	}
	w.ids["export"] = tenants.PublicID(tenants.ExportPrefix, e.ID)
}
