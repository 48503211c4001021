package authz

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Whose are the things that AskAbove decides about.
type Whose struct {
	Reseller uuid.UUID // whose it is; Nobody where it is the deployment's own
	Tenant   uuid.UUID // which casino it is about, for the line
	Object   uuid.UUID // its id, for the line
	About    string    // what is done to it, for the line
}

var errScope = fault.New(fault.Forbidden, "This key wasn't made for that. It lacks the scope %s.", "")

func lacks(p Permission) error {
	e := *errScope
	e.Args = []any{p.Scope()}
	return &e
}

// AskAbove is Ask for what lies across casinos: a reseller's things, and the deployment's. A reseller's people and keys reach
// what is the reseller's; what is another's answers NotFound. The deployment's own people reach everything their role names.
// The line is written in tx, which is one of tenants.Above.
func AskAbove(ctx context.Context, tx bun.IDB, p Permission, w Whose) error {
	note(ctx, p)
	a, ok := From(ctx)
	if !ok {
		return errSignIn
	}
	refuse := func(err error) error {
		tenants.AfterRollback(ctx, func(ctx context.Context) {
			_ = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { return deed(ctx, tx, a, p, w, "refused") })
		})
		return err
	}
	switch {
	case a.Role == Reseller && (w.Reseller != a.Reseller || a.Reseller == tenants.Nobody):
		// For the deployment's own people alone: whose it is must not read who tried, and who tried not that it is there.
		w.Reseller = tenants.Nobody
		return refuse(tenants.ErrNotFound)
	case !Permits(a.Role, p):
		return refuse(errForbidden)
	case !a.scoped(p):
		return refuse(lacks(p))
	}
	return deed(ctx, tx, a, p, w, "allowed")
}

func deed(ctx context.Context, tx bun.IDB, a Actor, p Permission, w Whose, outcome string) error {
	return line(ctx, tx, a, p.Action, p.Object, w, outcome, map[string]any{"about": w.About}, p.Read && outcome == "allowed")
}

// RecordAbove writes a line for a deed that no handler asked for: a sign-in, a payment, a casino that was closed by a job.
func RecordAbove(ctx context.Context, tx bun.IDB, a Actor, action, object string, w Whose, facts map[string]any) error {
	if facts == nil {
		facts = map[string]any{}
	}
	if w.About != "" {
		facts["about"] = w.About
	}
	return line(ctx, tx, a, action, object, w, "allowed", facts, false)
}

func line(ctx context.Context, tx bun.IDB, a Actor, action, object string, w Whose, outcome string, facts map[string]any, read bool) error {
	for k, v := range facts {
		if v == "" {
			delete(facts, k)
		}
	}
	text, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	id := func(u uuid.UUID) any {
		if u == tenants.Nobody {
			return nil
		}
		return u
	}
	_, err = tx.ExecContext(ctx, `insert into control.deeds
			(id, actor_kind, actor_id, actor_name, role, reseller_id, tenant_id, action, object, object_id, outcome, facts, address, request_id, read_during)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, case when ? then date_bin('5 minutes', now(), 'epoch') end)
		on conflict do nothing`,
		tenants.NewID(), string(a.Kind), id(a.ID), a.Name, string(a.Role), id(w.Reseller), id(w.Tenant), action, object, id(w.Object), outcome,
		string(text), a.Address, a.RequestID, read)
	return err
}

// SystemAbove is the actor of jobs that work across casinos.
func SystemAbove() Actor { return Actor{Kind: KindSystem, Role: Vendor, Name: "system"} }
