package domains

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// A lost proof switches a name off when checks agree, far enough apart that one mistake in somebody's DNS isn't all of them.
const (
	apart       = 6 * time.Hour       // between two checks that count
	goneAfter   = 2                   // checks that find the name gone or pointing elsewhere
	lostAfter   = 3                   // checks that find no proof
	silentAfter = 14 * 24 * time.Hour // of nobody answering
)

// NoticeArgs are the job that tells a casino's admins that a domain was switched off.
type NoticeArgs struct {
	Tenant uuid.UUID `json:"tenant"`
	Domain uuid.UUID `json:"domain"`
}

// Kind names the job.
func (NoticeArgs) Kind() string { return "domain_notice" }

// Settle draws the conclusion from a look at the DNS: a claim whose proof is there is served, one that has lost its proof for
// good is switched off and the admins are told. A proof for a name that another casino serves changes nothing and is found
// Taken. again lets a suspended claim serve once more, which only a person may ask for.
func Settle(ctx context.Context, tx bun.Tx, id uuid.UUID, e Evidence, again bool) (Domain, error) {
	d, err := hold(ctx, tx, id)
	if err != nil {
		return d, err
	}
	switch {
	case d.Proof == Vouched:
		return d, nil
	case e.Finding == Held && (d.State() == Pending || d.State() == Suspended && again):
		return serve(ctx, tx, d, e)
	case d.State() != Proven:
		return noted(ctx, tx, d, e, 0)
	case e.Finding == Held:
		return noted(ctx, tx, d, e, 0)
	}
	return lost(ctx, tx, d, e)
}

// serve makes a claim the casino's, unless somebody else was first.
func serve(ctx context.Context, tx bun.Tx, d Domain, e Evidence) (Domain, error) {
	// Of two casinos that prove one name at once, the second waits in ServeHost until the first has committed, and is refused.
	if _, err := tx.NewRaw(`update domains set proven_at = now(), proof = ?, suspended_at = null, failures = 0, failed_at = null
		where tenant_id = current_tenant() and id = ?`, string(e.Proof), d.ID).Exec(ctx); err != nil {
		return d, fmt.Errorf("prove %s: %w", d.Host, err)
	}
	free, err := tenants.ServeHost(ctx, tx, d.Host)
	if err != nil {
		return d, fmt.Errorf("prove %s: %w", d.Host, err)
	}
	if !free {
		if _, err := tx.NewRaw(`update domains set proven_at = ?, proof = nullif(?, ''), suspended_at = ?
			where tenant_id = current_tenant() and id = ?`, d.ProvenAt, string(d.Proof), d.SuspendedAt, d.ID).Exec(ctx); err != nil {
			return d, fmt.Errorf("prove %s: %w", d.Host, err)
		}
		return noted(ctx, tx, d, Evidence{Finding: Taken}, 0)
	}
	if d, err = noted(ctx, tx, d, e, 0); err != nil {
		return d, err
	}
	return d, record(ctx, tx, "proven", d, map[string]any{"by": string(e.Proof)})
}

// lost counts a check that found no proof of a name that is served, and switches it off when enough agree.
func lost(ctx context.Context, tx bun.Tx, d Domain, e Evidence) (Domain, error) {
	now := time.Now()
	if e.Finding == Silent {
		if d.CheckedAt == nil || now.Sub(*d.CheckedAt) < silentAfter {
			return noted(ctx, tx, d, e, d.Failures)
		}
		return suspend(ctx, tx, d, e)
	}
	failures := d.Failures
	if d.FailedAt == nil || now.Sub(*d.FailedAt) >= apart {
		failures++
	}
	limit := goneAfter
	if e.Finding == Missing {
		limit = lostAfter
	}
	if failures >= limit {
		return suspend(ctx, tx, d, e)
	}
	return noted(ctx, tx, d, e, failures)
}

func suspend(ctx context.Context, tx bun.Tx, d Domain, e Evidence) (Domain, error) {
	if _, err := tx.NewRaw(`update domains set suspended_at = now() where tenant_id = current_tenant() and id = ?`, d.ID).Exec(ctx); err != nil {
		return d, fmt.Errorf("suspend %s: %w", d.Host, err)
	}
	if err := tenants.ReleaseHost(ctx, tx, d.Host); err != nil {
		return d, fmt.Errorf("suspend %s: %w", d.Host, err)
	}
	if err := record(ctx, tx, "switched_off", d, map[string]any{"by": string(e.Finding)}); err != nil {
		return d, err
	}
	if err := jobs.Insert(ctx, tx, NoticeArgs{Tenant: tenants.Current(ctx).ID, Domain: d.ID}, nil); err != nil {
		return d, err
	}
	return noted(ctx, tx, d, e, 0)
}

// noted keeps what a check found, and returns the claim as it is now. Where nobody answered, checked_at stays at the last answer.
func noted(ctx context.Context, tx bun.Tx, d Domain, e Evidence, failures int) (Domain, error) {
	_, err := tx.NewRaw(`update domains set finding = ?, found = nullif(?, ''), failures = ?,
			checked_at = case when ? then checked_at else now() end,
			failed_at = case when ? = 0 then null when ? > failures then now() else failed_at end,
			proof = case when proven_at is not null and suspended_at is null then coalesce(nullif(?, ''), proof) else proof end
		where tenant_id = current_tenant() and id = ?`, string(e.Finding), e.Found, failures,
		e.Finding == Silent, failures, failures, string(e.Proof), d.ID).Exec(ctx)
	if err != nil {
		return d, fmt.Errorf("check %s: %w", d.Host, err)
	}
	return Get(ctx, tx, d.ID)
}

// Refusal is what to tell whoever asked for a check that didn't end in a proof; nil where it did.
func Refusal(d Domain) error {
	if d.Finding == Taken {
		return fault.New(fault.Conflict, "%s isn't free: it is served for somebody else. If it is yours, write to us.", d.Spoken())
	}
	return nil
}
