package billing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// Step is what a casino's admins are told about its bill.
type Step string

// The steps, in the order in which they come.
const (
	TrialEnds    Step = "trial_ends"     // in three days, and no plan is chosen
	TrialOver    Step = "trial_over"     // or a cancelled plan has ended
	UnpaidStep   Step = "unpaid"         // a card was declined, or a bill is past its date
	ReadOnlySoon Step = "read_only_soon" // tomorrow
	ReadOnlyNow  Step = "read_only"      // nothing new can be written; everything can be read
	ClosedNow    Step = "closed"         // nothing is deleted; the data can be taken along
)

// NoticeArgs is the job that tells a casino's admins of a step. Whether it still holds is looked at when the letter is written.
type NoticeArgs struct {
	Tenant uuid.UUID `json:"tenant"`
	Step   Step      `json:"step"`
}

// Kind names the job.
func (NoticeArgs) Kind() string { return "billing_notice" }

// trialNotice is how long before a trial's end admins are told; soon, before reading only.
const (
	trialNotice = 3 * day
	soon        = day
)

// course is what follows from how a casino is billed: how it stands, and what has to have been said by now.
type course struct {
	standing tenants.Standing
	why      string
	since    time.Time // the debt's, or the trial's, beginning: each step is told once for each
	said     []Step
}

// follow works out the course of r at a moment. It is a function of its arguments alone.
func (r row) follow(now time.Time) course {
	c := course{standing: tenants.Open}
	if r.OwedSince == nil {
		if r.State == Trial && r.Way == NoWay && r.TrialEnds != nil && !now.Before(r.TrialEnds.Add(-trialNotice)) {
			c.since, c.said = *r.TrialEnds, []Step{TrialEnds}
		}
		return c
	}
	f := after(r.State, *r.OwedSince)
	c.since, c.why = *r.OwedSince, "A bill is unpaid."
	first := UnpaidStep
	if r.State == Ended {
		first, c.why = TrialOver, "There is no plan."
	}
	if now.Before(*r.OwedSince) {
		return course{standing: tenants.Open}
	}
	c.said = []Step{first}
	if !now.Before(f.readOnly.Add(-soon)) {
		c.said = append(c.said, ReadOnlySoon)
	}
	if !now.Before(f.readOnly) {
		c.standing, c.said = tenants.ReadOnly, append(c.said, ReadOnlyNow)
	}
	if !now.Before(f.closed) {
		c.standing, c.said = tenants.Closed, append(c.said, ClosedNow)
	}
	return c
}

// settle lets a casino stand as its bill has it and has its admins told, in tx of Above. Paying heals at once: nothing owed
// opens it in the same transaction. It returns how the casino stands.
func (o *Office) settle(ctx context.Context, tx bun.Tx, tenant uuid.UUID) (tenants.Standing, error) {
	var r row
	if err := tx.NewRaw(`select `+rowColumns+` from control.subscriptions where tenant_id = ? for update`, tenant).Scan(ctx, &r); err != nil {
		return "", err
	}
	now := o.now()
	if r.State == Trial && r.Way == NoWay && o.On() && r.TrialEnds != nil && !now.Before(*r.TrialEnds) {
		r.State, r.OwedSince = Ended, r.TrialEnds
		if _, err := tx.NewRaw(`update control.subscriptions set state = 'ended', owed_since = trial_ends where tenant_id = ?`, tenant).Exec(ctx); err != nil {
			return "", err
		}
		if err := memory.ChangedAbove(ctx, tx, tenant); err != nil {
			return "", err
		}
	}
	c := course{standing: tenants.Open}
	if o.On() || r.Way == ByHand { // where billing is off, nobody owes anything
		c = r.follow(now)
	}
	var held sql.NullString
	if err := tx.NewRaw(`select standing from control.holds where tenant_id = ? and source = 'billing'`, tenant).Scan(ctx, &held); err != nil && !noRows(err) {
		return "", err
	}
	is := tenants.Open
	if held.Valid {
		is = tenants.Standing(held.String)
	}
	if c.standing != is {
		if _, err := tenants.Hold(ctx, tx, tenant, tenants.ByBilling, c.standing, c.why); err != nil {
			return "", err
		}
		if err := authz.RecordAbove(ctx, tx, authz.SystemAbove(), "hold", "tenant", authz.Whose{Tenant: tenant, Object: tenant},
			map[string]any{"by": "billing", "standing": string(c.standing), "before": string(is)}); err != nil {
			return "", err
		}
	}
	return c.standing, tell(ctx, tx, tenant, c)
}

// tell has the newest step told that wasn't yet. Steps that were missed are over, and told of no more.
func tell(ctx context.Context, tx bun.Tx, tenant uuid.UUID, c course) error {
	for i, step := range c.said {
		res, err := tx.NewRaw(`insert into control.notices (tenant_id, since, step) values (?, ?, ?) on conflict do nothing`, tenant, c.since, string(step)).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 || i < len(c.said)-1 {
			continue
		}
		if err := jobs.Insert(ctx, tx, NoticeArgs{Tenant: tenant, Step: step}, nil); err != nil {
			return fmt.Errorf("notice: %w", err)
		}
	}
	return nil
}

// Holds says whether a step is still true of a casino: letters that are late say nothing wrong.
func (o *Office) Holds(ctx context.Context, n NoticeArgs) (bool, error) {
	r, err := o.rowOf(ctx, n.Tenant)
	if err != nil {
		return false, err
	}
	c := course{}
	if o.On() || r.Way == ByHand {
		c = r.follow(o.now())
	}
	return len(c.said) > 0 && c.said[len(c.said)-1] == n.Step, nil
}

func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
