package tenants

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Standing says how much of a casino works.
type Standing string

// The standings, best first.
const (
	Open      Standing = "open"
	ReadOnly  Standing = "read_only" // everything can be read and nothing new is taken
	Suspended Standing = "suspended" // shut for a while
	Closed    Standing = "closed"    // shut for good; nothing is deleted yet
)

// Source is who holds a casino back. Each source has one hold at a time and ends only its own.
type Source string

// The sources.
const (
	ByBilling  Source = "billing"
	ByReseller Source = "reseller"
	ByVendor   Source = "vendor"
	ByCasino   Source = "casino"
)

// Hold makes a casino stand no better than s, for a reason its admins may read; Open ends the source's hold. It returns how
// the casino stands then: another source may hold it as well. tx is one of Above. Every process knows within seconds.
func Hold(ctx context.Context, tx bun.Tx, tenant uuid.UUID, from Source, s Standing, why string) (Standing, error) {
	var now sql.NullString
	if err := tx.NewRaw(`select control.hold(?, ?, ?, ?)`, tenant, string(from), string(s), why).Scan(ctx, &now); err != nil {
		return "", fmt.Errorf("hold %s: %w", tenant, err)
	}
	if !now.Valid {
		return "", ErrNotFound
	}
	d := PoolsOf(ctx).Doors
	AfterCommit(ctx, func() {
		d.hosts.forget(tenant)
		d.keys.forget(func(k APIKey) bool { return k.Tenant.ID == tenant })
	})
	return Standing(now.String), nil
}

// Above runs fn in a transaction of the control role, which sees what lies across casinos and no casino's rows. Only packages
// that own a control table call it, each through a few named verbs. It commits on its own, also inside In; In inside Above is
// refused, since the one would be kept when the other isn't.
func Above(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok && open.tenant == Nobody {
		return fn(ctx, open.tx)
	}
	tx, err := PoolsOf(ctx).Doors.control.BeginTx(ctx, begunBy(ctx))
	if err != nil {
		return err
	}
	return finish(context.WithValue(ctx, txKey{}, &openTx{tx: tx, begun: ctx}), fn)
}

// AboveNow reads what lies across casinos without a transaction.
func AboveNow(ctx context.Context) bun.IDB {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok && open.tenant == Nobody {
		return open.tx
	}
	return PoolsOf(ctx).Doors.control
}

// finish runs fn in the transaction that ctx has just begun, commits it or rolls it back, and does what follows.
func finish(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	open := ctx.Value(txKey{}).(*openTx)
	done := false
	defer func() {
		if done {
			return
		}
		_ = open.tx.Rollback()
		open.left()
		outside := context.WithValue(context.WithoutCancel(ctx), txKey{}, nil)
		for _, f := range open.failed {
			f(outside)
		}
	}()
	if err := fn(ctx, open.tx); err != nil {
		return err
	}
	done = true
	err := open.tx.Commit()
	open.left() // what follows may want a turn of its own
	if err != nil {
		return err
	}
	for _, f := range open.after {
		f()
	}
	return nil
}

func (o *openTx) left() {
	if o.leave != nil {
		o.leave()
	}
}

var errInsideAbove = errors.New("tenants: In inside Above")

// unfounded says why a casino wasn't registered, by what the database answers.
var unfounded = map[string]error{
	"taken": errSlugTaken,
	"known": fault.New(fault.Conflict, "There is a casino with this reference already.").On("reference"),
	"full":  fault.New(fault.Conflict, "All casinos of your account are used up. Ask for more, or close one."),
	"shut":  fault.New(fault.Suspended, "This account is suspended at present."),
}

// Found registers a casino for n and lets fn give it what it begins with, in one transaction of the casino's own: both are
// there or neither is. A slug that is taken answers Conflict, and so does one casino more than its reseller may have. n.Host is
// not used.
func (d *Doors) Found(ctx context.Context, n New, fn func(ctx context.Context, tx bun.Tx) error) (Tenant, error) {
	return d.Founding(ctx, n, func(ctx context.Context, tx bun.Tx, register func() error) error {
		if err := register(); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// Founding is Found for whoever has something to look up in that transaction before the casino is registered: fn registers it by
// calling register, or leaves it.
func (d *Doors) Founding(ctx context.Context, n New, fn func(ctx context.Context, tx bun.Tx, register func() error) error) (Tenant, error) {
	if err := n.check(); err != nil {
		return Tenant{}, err
	}
	t := d.housed(Tenant{ID: NewID(), Slug: n.Slug, Name: n.Name, Language: n.Language, Reseller: n.Reseller, Standing: Open})
	var reseller any
	if n.Reseller != Nobody {
		reseller = n.Reseller
	}
	err := In(With(ctx, t), t.ID, func(ctx context.Context, tx bun.Tx) error {
		return fn(ctx, tx, func() error {
			var said string
			if err := tx.NewRaw(`select found_tenant(?, ?, ?, ?, ?)`, t.Slug, t.Name, t.Language, reseller, n.Reference).Scan(ctx, &said); err != nil {
				return fmt.Errorf("found %s: %w", t.Slug, err)
			}
			if said != "made" {
				return unfounded[said]
			}
			AfterCommit(ctx, func() { d.hosts.forget(t.ID) })
			return nil
		})
	})
	if err != nil {
		return Tenant{}, err
	}
	return t, nil
}
