package main

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"syscall"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"pitdesk/billing"
	"pitdesk/internal/jobs"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
	"pitdesk/tenants/certificates"
)

const (
	// watchEvery is how often a process that does jobs looks at what waits. Whoever fetches metrics asks the database nothing.
	watchEvery = 15 * time.Second
	// expiryEvery is how often it looks at certificates, which end in weeks.
	expiryEvery = 10 * time.Minute
)

// watch is what a process last saw of the deployment's queues. All processes that do jobs see the same.
type watch struct {
	a *app

	mu       sync.Mutex
	at       time.Time
	queues   []jobs.Queue
	webhooks webhooks.Waiting
	asked    time.Duration // how long ago the casino was asked of at Stripe whose turn is longest ago
	expiry   certificates.Expiry
	expiryAt time.Time
}

// watchQueues looks at queues until a closes, and tells of them.
func (a *app) watchQueues(ctx context.Context) error {
	if a.telemetry == nil {
		return nil
	}
	w := &watch{a: a}
	stop, err := w.tell(a.telemetry.Meter())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(a.context(context.WithoutCancel(ctx)))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if err := w.look(ctx); err != nil && ctx.Err() == nil {
				a.settings.log.WarnContext(ctx, "queues can't be looked at", "err", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(watchEvery):
			}
		}
	}()
	a.closers = append(a.closers, func() { cancel(); <-done; stop() })
	return nil
}

// look asks the database.
func (w *watch) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, watchEvery)
	defer cancel()
	now := time.Now()
	queues, err := jobs.Queues(ctx, w.a.control)
	if err != nil {
		return err
	}
	hooks, err := webhooks.Look(ctx)
	if err != nil {
		return err
	}
	var asked time.Duration
	if w.a.office.On() {
		if asked, err = billing.Asked(ctx); err != nil {
			return err
		}
	}
	expiry, expiryAt := w.expiry, w.expiryAt
	if now.Sub(expiryAt) >= expiryEvery {
		if expiry, err = certificates.NewStorage(w.a.control, w.a.ring).LookAt(ctx, w.a.ownHosts(), now); err != nil {
			return err
		}
		expiryAt = now
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.queues, w.webhooks, w.asked, w.expiry, w.expiryAt = now, queues, hooks, asked, expiry, expiryAt
	return nil
}

// ownHosts are the deployment's own: those that no casino has.
func (a *app) ownHosts() []string {
	base := a.settings.base.Hostname()
	own := []string{base, "www." + base, "api." + base, "console." + base}
	if u, err := url.Parse(a.settings.FilesURL); err == nil && u.Host != "" {
		own = append(own, tenants.CleanHost(u.Host))
	}
	return own
}

// tell makes the gauges, until stop is called.
func (w *watch) tell(m metric.Meter) (stop func(), err error) {
	var failed []error
	var all []metric.Observable
	count := func(name, says string) metric.Int64ObservableGauge {
		g, err := m.Int64ObservableGauge(name, metric.WithDescription(says))
		failed, all = append(failed, err), append(all, g)
		return g
	}
	seconds := func(name, says string) metric.Float64ObservableGauge {
		g, err := m.Float64ObservableGauge(name, metric.WithUnit("s"), metric.WithDescription(says))
		failed, all = append(failed, err), append(all, g)
		return g
	}
	age := seconds("desk.watch.age", "How long ago this process last saw the queues; it tells what it saw then.")
	due := count("desk.jobs.due", "Jobs of the deployment that are to be done now, by kind.")
	oldest := seconds("desk.jobs.oldest", "How long the job has been due that waits longest, by kind.")
	running := count("desk.jobs.running", "Jobs that are being done, by kind.")
	retrying := count("desk.jobs.retrying", "Jobs that failed and are tried again later, by kind.")
	givenUp := count("desk.jobs.given.up", "Jobs that failed as often as they may, by kind.")
	overdue := seconds("desk.webhooks.overdue", "How long the delivery has been due that waits longest.")
	receivers := count("desk.webhooks.receivers", "Receivers of webhooks that are sent to.")
	closed := count("desk.webhooks.closed", "Receivers that said that they are gone.")
	asked := seconds("desk.billing.asked", "How long ago Stripe was asked about the casino whose turn is longest ago; 0 where billing is off.")
	certificates := count("desk.certificates.count", "Certificates of hosts that serve.")
	late := count("desk.certificates.late", "Certificates that should have been renewed: less than a sixth of their life is left.")
	first := seconds("desk.certificates.first", "How long until the first certificate ends.")
	free, err := m.Int64ObservableGauge("desk.disk.free", metric.WithUnit("By"), metric.WithDescription("Room in the data folder."))
	failed, all = append(failed, err), append(all, free)
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	registration, err := m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		var disk syscall.Statfs_t
		if syscall.Statfs(w.a.settings.Data, &disk) == nil {
			o.ObserveInt64(free, int64(disk.Bavail)*disk.Bsize)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.at.IsZero() {
			return nil
		}
		o.ObserveFloat64(age, time.Since(w.at).Seconds())
		for _, q := range w.queues {
			kind := metric.WithAttributes(attribute.String("kind", q.Kind))
			o.ObserveInt64(due, q.Due, kind)
			o.ObserveFloat64(oldest, q.Oldest.Seconds(), kind)
			o.ObserveInt64(running, q.Running, kind)
			o.ObserveInt64(retrying, q.Retrying, kind)
			o.ObserveInt64(givenUp, q.GivenUp, kind)
		}
		o.ObserveFloat64(overdue, w.webhooks.Overdue.Seconds())
		o.ObserveInt64(receivers, w.webhooks.Receivers)
		o.ObserveInt64(closed, w.webhooks.Closed)
		o.ObserveFloat64(asked, w.asked.Seconds())
		o.ObserveInt64(certificates, int64(w.expiry.Count))
		o.ObserveInt64(late, int64(w.expiry.Late))
		if !w.expiry.First.IsZero() {
			o.ObserveFloat64(first, time.Until(w.expiry.First).Seconds())
		}
		return nil
	}, all...)
	if err != nil {
		return nil, err
	}
	return func() { _ = registration.Unregister() }, nil
}

// watchBus tells how often this process spoke to the others in vain.
func (a *app) watchBus(failures func() int64) error {
	if a.telemetry == nil {
		return nil
	}
	c, err := a.telemetry.Meter().Int64ObservableCounter("desk.live.failures", metric.WithDescription("How often hints couldn't be told to other processes, and became a word to look again."))
	if err != nil {
		return err
	}
	stop, err := a.telemetry.Meter().RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(c, failures())
		return nil
	}, c)
	if err == nil {
		a.closers = append(a.closers, func() { _ = stop.Unregister() })
	}
	return err
}
