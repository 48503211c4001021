package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"pitdesk/api"
	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/live"
	"pitdesk/internal/mail"
	"pitdesk/internal/pg"
	"pitdesk/internal/seal"
	"pitdesk/internal/telemetry"
	"pitdesk/migrations"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
	"pitdesk/tenants/licences"
	"pitdesk/web"
)

// database is where a deployment's data lives: its three ways in, and the embedded cluster when there is one.
type database struct {
	cluster             *pg.Cluster
	app, control, owner string
}

// databaseName is the embedded cluster's database.
const databaseName = "pitdesk"

// openDatabase starts the embedded Postgres, or takes the one that is configured.
func openDatabase(ctx context.Context, s *Settings) (*database, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("PITDESK_DATA: %w", err)
	}
	if s.DatabaseURL != "" {
		return &database{app: s.DatabaseURL, control: s.ControlDatabaseURL, owner: s.OwnerDatabaseURL}, nil
	}
	if err := wantRestored(s.Data); err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(s.Data)
	if err != nil {
		return nil, fmt.Errorf("PITDESK_DATA: %w", err)
	}
	cluster, err := pg.Start(ctx, pg.Options{Dir: filepath.Join(folder, "pg"), Logger: s.log, Durable: true, Restart: true})
	guest := s.guest && errors.Is(err, pg.ErrInUse)
	if guest {
		cluster, err = pg.Attach(ctx, filepath.Join(folder, "pg"))
	}
	if err != nil {
		return nil, err
	}
	d := &database{cluster: cluster, app: cluster.URL(pg.RoleApp, databaseName), control: cluster.URL(pg.RoleControl, databaseName),
		owner: cluster.URL(pg.RoleOwner, databaseName)}
	if guest {
		return d, nil // whoever supervises it has migrated it
	}
	if err := pg.Bootstrap(ctx, cluster.URL(pg.Superuser, "postgres"), databaseName, pg.Logins{}); err != nil {
		d.close()
		return nil, err
	}
	if err := pg.Migrate(ctx, d.owner, migrations.FS, s.log); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *database) close() {
	if d.cluster == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = d.cluster.Stop(ctx)
}

// controlConns is for the doors, whose answers are remembered; jobConns is for River's own queries.
const (
	controlConns = 8
	jobConns     = 8
)

// app is a running deployment: pools, hub and everything handlers and jobs share.
type app struct {
	settings *Settings
	database *database
	pools    *tenants.Pools
	control  *bun.DB
	hub      *live.Hub
	sessions *staff.Sessions
	files    blob.Store
	linkKey  []byte
	ring     *seal.Ring // what secrets in the database open with
	mailer   mail.Mailer
	closers  []func()
	visitor  *licences.Visitor // looks at regulators' pages
	office   *billing.Office   // does the business with Stripe; nil where billing is off
	listener net.Listener      // what PITDESK_ADDR names, once it is taken
	stopJobs func()            // nil where no jobs are done
	leaving  atomic.Bool       // asked to stop: requests are to go elsewhere

	telemetry *telemetry.Telemetry // nil where nobody watches
}

// openApp connects as the roles that serve, and refuses any that row policies wouldn't bind.
func openApp(ctx context.Context, s *Settings) (_ *app, err error) {
	d, err := openDatabase(ctx, s)
	if err != nil {
		return nil, err
	}
	a := &app{settings: s, database: d, hub: live.NewHub(), sessions: staff.NewSessions(), visitor: licences.NewVisitor(licences.VisitorOptions{Pause: licences.Pause}),
		closers: []func(){d.close}}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	if a.telemetry, err = s.startTelemetry(ctx); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.telemetry.Close)
	pool, db, err := pg.Open(ctx, d.app, pg.PoolOptions{Name: "app", MaxConns: s.DatabaseConns, Tracer: a.telemetry.Queries("app")})
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() { _ = db.Close(); pool.Close() })
	controlPool, control, err := pg.Open(ctx, d.control, pg.PoolOptions{Name: "control", MaxConns: controlConns, Tracer: a.telemetry.Queries("control")})
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() { _ = control.Close(); controlPool.Close() })
	if err := a.watchPools(map[string]*pgxpool.Pool{"app": pool, "control": controlPool}); err != nil {
		return nil, err
	}
	for _, each := range []*bun.DB{db, control} {
		if err := pg.CheckRole(ctx, each); err != nil {
			return nil, err
		}
	}
	missing, err := pg.Pending(ctx, db, migrations.FS)
	if err != nil {
		return nil, fmt.Errorf("the database has no schema of ours, run `pitdesk migrate`: %w", err)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the database is older than this program, run `pitdesk migrate`: it lacks %s", strings.Join(missing, ", "))
	}
	if a.files, err = s.store(); err != nil {
		return nil, err
	}
	if a.linkKey, err = s.linkKey(); err != nil {
		return nil, err
	}
	if a.mailer, err = s.mailer(); err != nil {
		return nil, err
	}
	if a.office, err = s.openOffice(); err != nil {
		return nil, err
	}
	shared, err := pg.Shared(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if shared && s.ListenDatabaseURL == "" {
		s.log.WarnContext(ctx, "the database is reached through a pooler: set PITDESK_LISTEN_DATABASE_URL to Postgres itself, or pages may not hear what other processes do")
	}
	a.control = control
	a.pools = &tenants.Pools{App: db, AppPool: pool, Doors: tenants.NewDoors(control, s.base.Hostname()),
		Turns: tenants.NewTurns(s.DatabaseConns, s.TenantConns), Shared: shared}
	return a, a.openSeal(ctx)
}

// join makes a one of the processes on its database: what happens in the others reaches a's open pages, and back.
func (a *app) join(ctx context.Context) {
	bus := live.Connect(ctx, a.hub, a.pools.AppPool, live.Options{Log: a.settings.log, Listen: a.settings.ListenDatabaseURL, NATS: a.settings.NATSURL,
		Foreign: func(c *live.Change) {
			// Somebody's rights may have changed elsewhere.
			if c == nil || c.What == live.WhatStaff || c.What == live.WhatSignOut {
				a.sessions.Forget()
			}
		}})
	a.closers = append(a.closers, bus.Close)
	if err := a.watchBus(bus.Failures); err != nil {
		a.settings.log.Warn("telemetry", "err", err)
	}
	go a.pools.Doors.Watch(ctx, a.settings.log)
}

func (a *app) close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		a.closers[i]()
	}
}

// context is ctx with what domain packages look for.
func (a *app) context(ctx context.Context) context.Context {
	return seal.With(billing.With(staff.WithSeats(live.With(tenants.WithPools(ctx, a.pools), a.hub), billing.SeatLimit{}), a.office), a.ring)
}

// config is what pages and mails need to know of the deployment.
func (a *app) config() web.Config {
	return web.Config{Base: a.settings.base.Hostname(), Vendor: a.settings.VendorName, Scheme: a.settings.base.Scheme, Port: a.settings.port(), FilesURL: a.settings.FilesURL,
		TrustedProxies: a.settings.TrustedProxies, DomainsUnder: a.settings.DomainTarget}
}

// dns is whom proofs of casinos' domains are asked of.
func (a *app) dns() domains.Resolver { return domains.DNS{Servers: a.settings.DNSServers} }

// server is the pages and streams over a.
func (a *app) server() *web.Server {
	s := &web.Server{
		Config: a.config(),
		Pools:  a.pools, Hub: a.hub, Sessions: a.sessions, Log: a.settings.log, Ready: a.ready,
		DNS: a.dns(), Files: a.files, LinkKey: a.linkKey, MostStreams: a.settings.TenantStreams, Extra: map[string]http.Handler{},
	}
	if u, err := url.Parse(a.settings.FilesURL); err == nil && u.Host != "" {
		s.Extra[tenants.CleanHost(u.Host)] = s.FilesHandler()
	}
	s.API = api.New(api.Options{Log: a.settings.log, Scheme: a.settings.base.Scheme, Draining: s.Draining, Address: s.Address, Files: a.files,
		DNS: a.dns(), DomainsUnder: a.settings.DomainTarget, OwnHosts: a.config().OwnHosts(), PerMinute: a.settings.APILimit, Begin: begin, URL: a.config().URL, Sessions: a.sessions})
	s.Extra["api."+a.pools.Doors.Base()] = s.API
	a.openSite(s)
	s.Extra["console."+a.pools.Doors.Base()] = a.console(s).Handler()
	return s
}

// bind takes the address that listen will serve. Where it leaves the port to the system, the base URL gets the one that was
// given, so bind comes before anything that reads it.
func (a *app) bind() error {
	listener, err := net.Listen("tcp", a.settings.Addr)
	if err != nil {
		return fmt.Errorf("PITDESK_ADDR: %w", err)
	}
	a.listener = listener
	a.closers = append(a.closers, func() { _ = listener.Close() })
	if a.settings.base.Port() == "0" {
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		a.settings.base.Host = a.settings.base.Hostname() + ":" + port
	}
	return nil
}

// listen serves until ctx ends, then lets streams end and requests finish.
func (a *app) listen(ctx context.Context, s *web.Server, started func(net.Addr)) error {
	if a.listener == nil {
		if err := a.bind(); err != nil {
			return err
		}
	}
	listener := a.listener
	ways, servers, err := a.servers(ctx, listener, a.parting(a.telemetry.Handler(s.Handler())))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	failed := make(chan error, len(ways))
	for _, serve := range ways {
		go func() { failed <- serve() }()
	}
	if started != nil {
		started(listener.Addr())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	a.settings.log.Info("stopping")
	if a.stopJobs != nil {
		go a.stopJobs() // beside the streams, so that the time for both is one
	}
	a.linger(failed)
	s.Drain()
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.settings.DrainFor)
	defer cancel()
	ended := make(chan error, len(servers))
	for _, server := range servers {
		go func() {
			if err := server.Shutdown(deadline); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				ended <- err
				return
			}
			ended <- server.Close()
		}()
	}
	for range servers {
		err = errors.Join(err, <-ended)
	}
	return err
}

// httpServer is how requests are taken in, whatever they come over. What clients do wrong before a request is theirs to know.
func (a *app) httpServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return a.context(context.WithoutCancel(ctx)) },
		ErrorLog:    slog.NewLogLogger(a.settings.log.Handler(), slog.LevelDebug),
	}
}
