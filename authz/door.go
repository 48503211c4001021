package authz

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	stringadapter "github.com/casbin/casbin/v2/persist/string-adapter"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

//go:embed model.conf
var modelText string

//go:embed policy.csv
var policyText string

var enforcer = sync.OnceValue(func() *casbin.SyncedCachedEnforcer {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		panic("authz: model.conf: " + err.Error())
	}
	var lines []string
	for line := range strings.Lines(policyText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	e, err := casbin.NewSyncedCachedEnforcer(m, stringadapter.NewAdapter(strings.Join(lines, "\n")))
	if err != nil {
		panic("authz: policy.csv: " + err.Error())
	}
	return e
})

// Permits says whether a role has a permission, whatever the thing.
func Permits(role Role, p Permission) bool {
	ok, err := enforcer().Enforce(string(role), p.Object, p.Action)
	return err == nil && ok
}

var (
	errSignIn    = fault.New(fault.Unauthenticated, "Please sign in.")
	errForbidden = fault.New(fault.Forbidden, "Your role doesn't allow this.")
)

// Ask decides whether the actor of ctx may do p to the thing that f describes, and writes the audit line with tx's commit. What the actor
// can't see answers NotFound, as an unknown id does; what they see but may not do answers Forbidden. Nobody signed in
// answers Unauthenticated. A player's or visitor's deeds stand in the conversation's log and get no audit line.
func Ask(ctx context.Context, tx bun.IDB, p Permission, f Facts) error {
	note(ctx, p)
	a, ok := From(ctx)
	if !ok {
		return errSignIn
	}
	if a.Kind != KindPlayer && !ScopeFor(a).Sees(f) {
		refused(ctx, a, p, f)
		return tenants.ErrNotFound
	}
	if !Permits(a.Role, p) {
		refused(ctx, a, p, f)
		return errForbidden
	}
	if !a.scoped(p) {
		refused(ctx, a, p, f)
		return lacks(p)
	}
	if err := visits(a, p, f); err != nil {
		refused(ctx, a, p, f)
		return err
	}
	if err := stands(ctx, a, p); err != nil {
		return err
	}
	if a.Kind == KindPlayer {
		return nil
	}
	return write(ctx, tx, a, p, f, "allowed")
}

// ScopeOf decides whether the actor of ctx may do p at all and returns which conversations it then reaches.
func ScopeOf(ctx context.Context, tx bun.IDB, p Permission) (Scope, error) {
	if err := Ask(ctx, tx, p, Facts{}); err != nil {
		return Scope{}, err
	}
	a, _ := From(ctx)
	return ScopeFor(a), nil
}

func refused(ctx context.Context, a Actor, p Permission, f Facts) {
	if a.Kind == KindPlayer {
		return
	}
	tenants.AfterRollback(ctx, func(ctx context.Context) {
		_ = tenants.In(ctx, a.Tenant, func(ctx context.Context, tx bun.Tx) error {
			return write(ctx, tx, a, p, f, "refused")
		})
	})
}

func write(ctx context.Context, tx bun.IDB, a Actor, p Permission, f Facts, outcome string) error {
	var id, object any
	if a.ID != tenants.Nobody {
		id = a.ID
	}
	if f.Object != tenants.Nobody {
		object = f.Object
	}
	return tenants.WithCommit(ctx, tx, `insert into audit_log
			(tenant_id, id, actor_kind, actor_id, role, action, object, object_id, outcome, facts, address, request_id, read_during)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, jsonb_strip_nulls(jsonb_build_object('about', nullif(?::text, ''))), ?, ?,
			case when ? then date_bin('5 minutes', now(), 'epoch') end)
		on conflict do nothing`,
		a.Tenant, tenants.NewID(), string(a.Kind), id, string(a.Role), p.Action, p.Object, object, outcome, f.About,
		a.Address, a.RequestID, p.Read && outcome == "allowed")
}

// Record writes an audit line for a deed that no handler asked for: a sign-in, a sign-out, an accepted invitation.
func Record(ctx context.Context, tx bun.IDB, a Actor, deed, object string, facts map[string]any) error {
	if facts == nil {
		facts = map[string]any{}
	}
	text, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	var id any
	if a.ID != tenants.Nobody {
		id = a.ID
	}
	_, err = tx.ExecContext(ctx, `insert into audit_log
			(tenant_id, id, actor_kind, actor_id, role, action, object, facts, address, request_id)
		values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)`,
		a.Tenant, tenants.NewID(), string(a.Kind), id, string(a.Role), deed, object, string(text), a.Address, a.RequestID)
	return err
}

// Asked collects the permissions a request asked for. The routes' wrapper puts one into ctx and compares it with what the
// route declares, so that a handler that forgot to ask is found.
type Asked struct {
	mu   sync.Mutex
	list []Permission
}

type askedKey struct{}

// Collect returns a ctx in which Ask and ScopeOf note what they were asked.
func Collect(ctx context.Context) (context.Context, *Asked) {
	a := &Asked{}
	return context.WithValue(ctx, askedKey{}, a), a
}

func note(ctx context.Context, p Permission) {
	if a, ok := ctx.Value(askedKey{}).(*Asked); ok {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.list = append(a.list, p)
	}
}

// Only says whether p was asked, and nothing else but what is named as also allowed.
func (a *Asked) Only(p Permission, also ...Permission) bool {
	all := a.All()
	return slices.Contains(all, p) && !slices.ContainsFunc(all, func(q Permission) bool { return q != p && !slices.Contains(also, q) })
}

// All returns what was asked, in order.
func (a *Asked) All() []Permission {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list
}
