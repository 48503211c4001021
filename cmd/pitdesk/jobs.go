package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"pitdesk/api"
	"pitdesk/desk"
	"pitdesk/desk/answers/deflection"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/desk/staff"
	"pitdesk/internal/jobs"
	"pitdesk/internal/pg"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
	"pitdesk/tenants/exports"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/office"
	"pitdesk/tenants/signups"
	"pitdesk/web"
	"pitdesk/web/console"
)

// wakeArgs is the round that opens snoozed conversations whose time has come.
type wakeArgs struct{}

// Kind names the job in the queue.
func (wakeArgs) Kind() string { return "wake" }

// indexArgs is the round that brings what was said into the search.
type indexArgs struct{}

// Kind names the job in the queue.
func (indexArgs) Kind() string { return "index_words" }

// sweepArgs is the round that removes files nobody sent.
type sweepArgs struct{}

// Kind names the job in the queue.
func (sweepArgs) Kind() string { return "sweep_files" }

// clearArgs is the round that removes what has expired: sessions, used tokens, links, attempts.
type clearArgs struct{}

// Kind names the job in the queue.
func (clearArgs) Kind() string { return "clear_expired" }

// watchArgs is the round that tells admins of licences that run out or don't hold.
type watchArgs struct{}

// Kind names the job in the queue.
func (watchArgs) Kind() string { return "watch_licences" }

// looksArgs is the round that looks at regulators' pages. It runs often and looks at each page once a day.
type looksArgs struct{}

// Kind names the job in the queue.
func (looksArgs) Kind() string { return "look_at_licences" }

// tellOfLicence has admins told of an alert.
func tellOfLicence(ctx context.Context, tx bun.Tx, alert uuid.UUID) error {
	tenants.AfterCommit(ctx, func() { licenceAlerts.Add(context.WithoutCancel(ctx), 1) })
	return staff.TellAdmins(ctx, tx, staff.LetterLicence, alert)
}

var licenceAlerts, _ = otel.Meter("pitdesk").Int64Counter("desk.licences.alerts", metric.WithDescription("Alerts about licences that casinos' admins were told of."))

// headsArgs is the round that signs how far conversations have come.
type headsArgs struct{}

// Kind names the job in the queue.
func (headsArgs) Kind() string { return "sign_heads" }

// linkArgs is the round that links the audit logs' lines.
type linkArgs struct{}

// Kind names the job in the queue.
func (linkArgs) Kind() string { return "link_audit_lines" }

// kinds are all jobs of a deployment, and periodic those that nobody enqueues.
func (a *app) kinds() (*jobs.Kinds, []jobs.Periodic) {
	k := jobs.NewKinds()
	jobs.Add(k, func(ctx context.Context, _ wakeArgs) error {
		return tenants.Abreast(ctx, func(ctx context.Context, _ tenants.Tenant) error {
			_, err := desk.WakeDue(ctx)
			return err
		})
	})
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ indexArgs) error {
		return tenants.Abreast(ctx, func(ctx context.Context, _ tenants.Tenant) error {
			_, err := desk.Indexed(ctx)
			return err
		})
	})
	jobs.Add(k, func(ctx context.Context, _ sweepArgs) error {
		return tenants.Abreast(ctx, func(ctx context.Context, _ tenants.Tenant) error {
			_, err := chat.Sweep(ctx, a.files, time.Now())
			return err
		})
	})
	jobs.Add(k, a.draftAnswers)
	jobs.AddLong(k, 2*time.Hour, func(ctx context.Context, args exports.Args) error { return exports.Write(ctx, a.files, args) })
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ domains.RecheckArgs) error {
		return tenants.Abreast(ctx, func(ctx context.Context, _ tenants.Tenant) error {
			return domains.Recheck(ctx, a.dns(), a.settings.DomainTarget, a.settings.log)
		})
	})
	jobs.Add(k, func(ctx context.Context, notice domains.NoticeArgs) error {
		t, err := a.pools.Doors.ByID(ctx, notice.Tenant)
		if err != nil {
			return err
		}
		return tenants.In(tenants.With(ctx, t), t.ID, func(ctx context.Context, tx bun.Tx) error {
			return staff.TellAdmins(ctx, tx, staff.LetterDomainOff, notice.Domain)
		})
	})
	jobs.Add(k, func(ctx context.Context, letter staff.LetterArgs) error {
		return staff.WriteLetter(ctx, web.Postman{Config: a.config(), Mailer: a.mailer, Files: a.files}, letter)
	})
	jobs.Add(k, func(ctx context.Context, letter office.LetterArgs) error {
		return office.WriteLetter(ctx, console.Postman{Config: a.config(), Mailer: a.mailer}, letter)
	})
	jobs.Add(k, func(ctx context.Context, letter signups.LetterArgs) error {
		return a.clerk().WriteLetter(ctx, a.siteMails(), letter)
	})
	jobs.Add(k, func(ctx context.Context, _ watchArgs) error {
		return tenants.Abreast(ctx, func(ctx context.Context, t tenants.Tenant) error {
			return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
				return licences.Watch(ctx, tx, time.Now(), tellOfLicence)
			})
		})
	})
	jobs.AddLong(k, 2*time.Hour, func(ctx context.Context, _ looksArgs) error {
		return tenants.Each(ctx, func(ctx context.Context, _ tenants.Tenant) error {
			return licences.Round(ctx, a.visitor, tellOfLicence)
		})
	})
	jobs.Add(k, func(ctx context.Context, look licences.LookArgs) error {
		t, err := a.pools.Doors.ByID(ctx, look.Tenant)
		if err != nil {
			return err
		}
		return licences.LookAt(tenants.With(ctx, t), a.visitor, look.Licence, tellOfLicence)
	})
	jobs.Add(k, func(ctx context.Context, _ clearArgs) error {
		if err := webhooks.Clear(ctx, tenants.AboveNow(ctx)); err != nil {
			return err
		}
		if err := office.Clear(ctx); err != nil {
			return err
		}
		if _, err := api.ForgetAnswers(ctx); err != nil {
			return err
		}
		return tenants.Abreast(ctx, func(ctx context.Context, t tenants.Tenant) error {
			return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
				_, err := staff.ClearExpired(ctx, tx)
				if err == nil {
					_, err = players.ClearExpired(ctx, tx)
				}
				if err == nil {
					_, err = deflection.Clear(ctx, tx, time.Now())
				}
				if err == nil {
					err = exports.Clear(ctx, tx, a.files)
				}
				return err
			})
		})
	})
	jobs.AddLong(k, 2*time.Hour, func(ctx context.Context, _ headsArgs) error {
		return errors.Join(tenants.Each(ctx, func(ctx context.Context, _ tenants.Tenant) error {
			return errors.Join(a.signHeads(ctx), a.signAudit(ctx))
		}), a.signDeeds(ctx))
	})
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ linkArgs) error { return a.linkAudit(ctx) })
	jobs.AddLong(k, time.Hour, func(ctx context.Context, _ resealArgs) error {
		_, err := reseal(ctx)
		return err
	})
	return k, append(a.addBilling(k), []jobs.Periodic{
		{Args: clearArgs{}, Every: time.Hour},
		{Args: resealArgs{}, Every: time.Hour},
		{Args: domains.RecheckArgs{}, Every: time.Hour},
		{Args: headsArgs{}, Every: 24 * time.Hour},
		{Args: linkArgs{}, Every: 5 * time.Minute},
		{Args: sweepArgs{}, Every: time.Hour},
		{Args: watchArgs{}, Every: time.Hour},
		{Args: looksArgs{}, Every: time.Hour},
		{Args: wakeArgs{}, Every: 30 * time.Second},
		{Args: indexArgs{}, Every: time.Minute},
	}...)
}

// work begins to do the jobs; a's end stops them.
func (a *app) work(ctx context.Context) error {
	pool, db, err := pg.Open(ctx, a.database.app, pg.PoolOptions{Name: "jobs", MaxConns: jobConns, Extended: true, Tracer: a.telemetry.Queries("jobs")})
	if err != nil {
		return err
	}
	a.closers = append(a.closers, func() { _ = db.Close(); pool.Close() })
	if err := a.watchPools(map[string]*pgxpool.Pool{"jobs": pool}); err != nil {
		return err
	}
	kinds, periodic := a.kinds()
	worker, err := jobs.Start(a.context(ctx), jobs.Config{Pool: pool, Log: a.settings.log, Kinds: kinds, Periodic: periodic,
		MostOfOne: a.settings.TenantJobs, Direct: a.settings.ListenDatabaseURL})
	if err != nil {
		return err
	}
	if err := a.watchQueues(ctx); err != nil {
		return err
	}
	stopWebhooks, err := a.sendWebhooks(ctx)
	if err != nil {
		return err
	}
	a.stopJobs = sync.OnceFunc(func() {
		var sent sync.WaitGroup
		sent.Go(stopWebhooks)
		defer sent.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), a.settings.DrainFor)
		defer cancel()
		if err := worker.Stop(ctx); err != nil {
			a.settings.log.Warn("jobs were cut off and will be done again", "err", err)
		}
	})
	a.closers = append(a.closers, a.stopJobs)
	return nil
}
