package resellers

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
)

// Deed is one line of what was done, or seen, above casinos.
type Deed struct {
	ID        uuid.UUID      `bun:"id"`
	At        time.Time      `bun:"at"`
	ActorKind authz.Kind     `bun:"actor_kind"`
	ActorID   *uuid.UUID     `bun:"actor_id"`
	Actor     string         `bun:"actor_name"` // as it was called then
	Role      authz.Role     `bun:"role"`
	Reseller  *uuid.UUID     `bun:"reseller_id"` // whose things it was about
	Tenant    *uuid.UUID     `bun:"tenant_id"`
	Action    string         `bun:"action"`
	Object    string         `bun:"object"`
	ObjectID  *uuid.UUID     `bun:"object_id"`
	Refused   bool           `bun:"refused"`
	Address   string         `bun:"address"`
	Request   string         `bun:"request_id"`
	Facts     map[string]any `bun:"facts,type:jsonb"`
}

// DeedFilter narrows a list of deeds. Zero values don't.
type DeedFilter struct {
	Reseller uuid.UUID // about whose things; Nobody: everybody's, for the deployment's own people
	Tenant   uuid.UUID
	Reads    bool // those that only looked, too
	Before   uuid.UUID
	Limit    int
}

// Deeds are those of a filter, the newest first.
func Deeds(ctx context.Context, tx bun.IDB, f DeedFilter) ([]Deed, error) {
	var all []Deed
	q := tx.NewSelect().TableExpr("control.deeds").ColumnExpr(`id, at, actor_kind, actor_id, actor_name, role, reseller_id, tenant_id, action,
		object, object_id, outcome = 'refused' as refused, coalesce(address, '') as address, coalesce(request_id, '') as request_id, facts`).
		OrderExpr("id desc").Limit(int64(f.Limit))
	if f.Reseller != tenants.Nobody {
		q = q.Where("reseller_id = ?", f.Reseller)
	}
	if f.Tenant != tenants.Nobody {
		q = q.Where("tenant_id = ?", f.Tenant)
	}
	if !f.Reads {
		q = q.Where("read_during is null")
	}
	if f.Before != tenants.Nobody {
		q = q.Where("id < ?", f.Before)
	}
	if err := q.Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("deeds: %w", err)
	}
	return all, nil
}
