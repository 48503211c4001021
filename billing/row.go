package billing

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// row is a casino's subscription as the control table has it.
type row struct {
	TenantID     uuid.UUID      `bun:"tenant_id"`
	PlanID       string         `bun:"plan_id"`
	Currency     string         `bun:"currency"`
	Cycle        Cycle          `bun:"cycle"`
	Audience     Audience       `bun:"audience"`
	State        State          `bun:"state"`
	Way          Way            `bun:"way"`
	Seats        sql.NullInt64  `bun:"seats"`
	TrialEnds    *time.Time     `bun:"trial_ends"`
	PeriodFrom   *time.Time     `bun:"period_from"`
	PeriodTill   *time.Time     `bun:"period_till"`
	CancelsAt    *time.Time     `bun:"cancels_at"`
	OwedSince    *time.Time     `bun:"owed_since"`
	CountedTill  time.Time      `bun:"counted_till"`
	Customer     sql.NullString `bun:"customer"`
	Subscription sql.NullString `bun:"subscription"`
	Checkout     sql.NullString `bun:"checkout"`
	Coupon       sql.NullString `bun:"coupon"`
	Asked        int64          `bun:"asked"`
	AskedAt      *time.Time     `bun:"asked_at"`
	Told         int64          `bun:"told"`
}

const rowColumns = `tenant_id, plan_id, currency, cycle, audience, state, way, seats, trial_ends, period_from, period_till, cancels_at, owed_since,
	counted_till, customer, subscription, checkout, coupon, asked, asked_at, told`

// rowOf reads how a casino is billed. A casino that nobody has begun to bill begins its trial now.
func (o *Office) rowOf(ctx context.Context, tenant uuid.UUID) (r row, err error) {
	read := func() error {
		return tenants.AboveNow(ctx).NewRaw(`select `+rowColumns+` from control.subscriptions where tenant_id = ?`, tenant).Scan(ctx, &r)
	}
	if err = read(); !errors.Is(err, sql.ErrNoRows) {
		return r, err
	}
	if err := o.beginMissing(ctx); err != nil {
		return r, err
	}
	if err = read(); errors.Is(err, sql.ErrNoRows) {
		err = tenants.ErrNotFound
	}
	return r, err
}

// beginMissing gives casinos that aren't billed yet their trial.
func (o *Office) beginMissing(ctx context.Context) error {
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		var begun []uuid.UUID
		err := tx.NewRaw(`insert into control.subscriptions (tenant_id, plan_id, currency, audience, trial_ends)
			select t.id, ?, ?, case when r.pays = 'reseller' then 'wholesale' else 'public' end, ?::timestamptz
			from control.tenants t left join control.resellers r on r.id = t.reseller_id
			where not exists (select from control.subscriptions s where s.tenant_id = t.id)
			on conflict do nothing returning tenant_id`, TrialPlan, Currencies()[0], o.now().Add(TrialDays*day)).Scan(ctx, &begun)
		if err != nil {
			return fmt.Errorf("begin billing: %w", err)
		}
		for _, id := range begun {
			if err := memory.ChangedAbove(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// set writes one column of a casino's row, unless it is what it was.
func set(ctx context.Context, tenant uuid.UUID, column string, value any) error {
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.subscriptions set ? = ? where tenant_id = ?`, bun.Ident(column), value, tenant).Exec(ctx)
		return err
	})
}

// once names a deed by what it is made of, so that doing it again is the same deed.
func once(what string, parts ...any) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%v\x00", p)
	}
	return what + "-" + hex.EncodeToString(h.Sum(nil))[:40]
}
