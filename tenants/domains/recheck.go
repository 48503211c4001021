package domains

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// RecheckArgs are the round that looks whether names still are their casinos'. It comes every hour, and each name's turn once
// a day, so that a restart of the deployment doesn't ask for all of them at once.
type RecheckArgs struct{}

// Kind names the job.
func (RecheckArgs) Kind() string { return "recheck_domains" }

// Recheck looks at those names of the casino of ctx whose turn it is: proven ones once a day, sooner while their proof is
// missing; claimed ones every hour for a week, so that a proof that was set is found without anybody asking.
func Recheck(ctx context.Context, dns Resolver, under string, log *slog.Logger) error {
	t := tenants.Current(ctx)
	var due []Domain
	err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(columns+`and suspended_at is null and (
				proven_at is null and added_at > now() - interval '7 days'
				or proof <> 'vouched' and (checked_at < now() - interval '23 hours' or finding = 'silent'
					or failures > 0 and failed_at < now() - interval '6 hours'))
			order by checked_at nulls first`).Scan(ctx, &due)
	})
	if err != nil {
		return fmt.Errorf("recheck: %w", err)
	}
	for _, d := range due {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := recheck(ctx, dns, d, under, log); err != nil {
			return err
		}
	}
	return nil
}

func recheck(ctx context.Context, dns Resolver, d Domain, under string, log *slog.Logger) error {
	e := Look(ctx, dns, d, Target(ctx, under))
	var now Domain
	err := tenants.In(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) (err error) {
		now, err = Settle(ctx, tx, d.ID, e, false)
		return err
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil // removed meanwhile
	}
	if err != nil {
		return err
	}
	switch {
	case now.State() == Suspended:
		log.WarnContext(ctx, "domain switched off", "tenant", tenants.Current(ctx).ID, "domain", now.Host, "finding", e.Finding, "found", e.Found)
	case now.State() == Proven && d.State() == Pending:
		log.InfoContext(ctx, "domain proven", "tenant", tenants.Current(ctx).ID, "domain", now.Host, "proof", now.Proof)
	case now.Failures > d.Failures:
		log.WarnContext(ctx, "domain's proof isn't there", "tenant", tenants.Current(ctx).ID, "domain", now.Host, "finding", e.Finding, "checks", now.Failures)
	}
	return nil
}
