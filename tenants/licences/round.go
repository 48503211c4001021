package licences

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// dailyText is how old the last look at a page is when the next one is due. The round itself runs more often, so that a process
// that was down misses no day and one that starts often bothers nobody.
const dailyText = "23 hours"

// askAgainAfter is how soon after a look an admin may ask for another.
const askAgainAfter = time.Minute

// LookArgs is the job that looks at one licence's page because an admin asked for it.
type LookArgs struct {
	Tenant  uuid.UUID `json:"tenant"`
	Licence uuid.UUID `json:"licence"`
}

// Kind names the job.
func (LookArgs) Kind() string { return "licence_look" }

// Ask has a licence's page looked at soon. Who asked a moment ago is asked to wait.
func Ask(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	l, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if l.Last != nil && time.Since(l.Last.At) < askAgainAfter {
		return fault.New(fault.TooMany, "The page was looked at a moment ago. Ask again in a minute.").After(askAgainAfter)
	}
	return jobs.Insert(ctx, tx, LookArgs{Tenant: tenants.Current(ctx).ID, Licence: id}, &river.InsertOpts{MaxAttempts: 3,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending,
			rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled}}})
}

// Due are the licences of the transaction's casino whose page wasn't looked at for a day.
func Due(ctx context.Context, tx bun.Tx) ([]Licence, error) {
	all, err := All(ctx, tx)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	if err := tx.NewRaw(`select l.id from licences l where l.tenant_id = current_tenant() and l.retired_at is null
		and not exists (select from licence_looks k where k.tenant_id = l.tenant_id and k.licence_id = l.id and k.link = l.link
			and k.at > now() - ?::interval)`, dailyText).Scan(ctx, &ids); err != nil {
		return nil, err
	}
	var due []Licence
	for _, l := range all {
		for _, id := range ids {
			if l.ID == id {
				due = append(due, l)
			}
		}
	}
	return due, nil
}

// LookAt looks at the page of one licence of the casino of ctx and writes down what was found. No transaction is open
// meanwhile. A licence that is gone or retired is left alone.
func LookAt(ctx context.Context, v *Visitor, id uuid.UUID, tell Tell) error {
	t := tenants.Current(ctx)
	ctx = authz.With(ctx, authz.System(t.ID))
	var l Licence
	err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		l, err = Get(ctx, tx, id)
		return err
	})
	if fault.CodeOf(err) == fault.NotFound || err == nil && l.RetiredAt != nil {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := v.Visit(ctx, ErrandOf(l, t.Host))
	if err != nil {
		return err
	}
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		if err := Record(ctx, tx, l, f); err != nil {
			return err
		}
		return Watch(ctx, tx, time.Now(), tell)
	})
}

// Round looks at every page of the casino of ctx that is due.
func Round(ctx context.Context, v *Visitor, tell Tell) error {
	t := tenants.Current(ctx)
	var due []Licence
	if err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		due, err = Due(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	var failed []error
	for _, l := range due {
		if ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		failed = append(failed, LookAt(ctx, v, l.ID, tell))
	}
	return errors.Join(failed...)
}
