package authz

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Line is one line of a casino's audit log: who did or saw what, and whether they were let.
type Line struct {
	ID        uuid.UUID  `bun:"id"`
	At        time.Time  `bun:"at"`
	ActorKind Kind       `bun:"actor_kind"`
	ActorID   *uuid.UUID `bun:"actor_id"`
	Actor     string     `bun:"actor"` // the member's name as it is now, or the visitor's; empty for keys, jobs and strangers
	Role      Role       `bun:"role"`
	Action    string     `bun:"action"`
	Object    string     `bun:"object"`
	ObjectID  *uuid.UUID `bun:"object_id"`
	Refused   bool       `bun:"refused"`
	Address   string     `bun:"address"`
	By        string     `bun:"by"`   // how: code, recovery_code; empty where nothing is to be said
	Name      string     `bun:"name"` // what the thing was called then, where the deed wrote it down
}

// Lines are the casino's audit lines before one of them, newest first; uuid.Nil begins at the newest. Reads may be left out.
func Lines(ctx context.Context, tx bun.IDB, before uuid.UUID, reads bool, limit int) ([]Line, error) {
	var all []Line
	err := tx.NewRaw(`select l.id, l.at, l.actor_kind, l.actor_id, coalesce(m.name, v.name, '') as actor, l.role, l.action, l.object, l.object_id,
			l.outcome = 'refused' as refused, coalesce(l.address, '') as address, coalesce(l.facts->>'by', '') as by,
			coalesce(l.facts->>'name', '') as name
		from audit_log l left join memberships m on m.tenant_id = l.tenant_id and m.id = l.actor_id
		left join visits v on l.actor_kind = 'visitor' and v.tenant_id = l.tenant_id and v.id = l.actor_id
		where l.tenant_id = current_tenant() and (? or l.read_during is null)
		and (? = '00000000-0000-0000-0000-000000000000' or l.id < ?) order by l.id desc limit ?`,
		reads, before, before, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("audit lines: %w", err)
	}
	return all, nil
}

// LastChange is the latest change of a part of the settings; ok is false where there was none yet.
func LastChange(ctx context.Context, tx bun.IDB, about string) (l Line, ok bool, err error) {
	err = tx.NewRaw(`select l.at, l.actor_kind, coalesce(m.name, v.name, '') as actor from audit_log l
		left join memberships m on m.tenant_id = l.tenant_id and m.id = l.actor_id
		left join visits v on l.actor_kind = 'visitor' and v.tenant_id = l.tenant_id and v.id = l.actor_id
		where l.tenant_id = current_tenant() and l.facts->>'about' = ? and l.outcome = 'allowed' order by l.id desc limit 1`, about).Scan(ctx, &l)
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	if err != nil {
		return l, false, fmt.Errorf("last change: %w", err)
	}
	return l, true, nil
}
