package pg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options say where an embedded cluster lives and how it behaves.
type Options struct {
	Dir      string // the cluster's folder, made when missing; `<PITDESK_DATA>/pg`
	Logger   *slog.Logger
	Durable  bool              // false only for tests: a power cut may lose everything
	Restart  bool              // bring the server back when it dies by itself
	Settings map[string]string // over ours, such as shared_buffers
}

// Superuser is the role initdb makes. Only Bootstrap, tests and rescue work connect as it.
const Superuser = "postgres"

// Cluster is an embedded Postgres that lives as long as this process: when the process dies, however it dies, the
// server shuts down.
type Cluster struct {
	options  Options
	log      *slog.Logger
	folder   *folder
	binaries binaries
	socket   string

	stopping chan struct{} // closed by Stop
	urgent   chan struct{} // closed when Stop's patience has ended
	stopOnce sync.Once
	rushOnce sync.Once
	done     chan struct{} // closed when no server runs any more
	err      error         // why, once done is closed
}

// Start makes the cluster when there is none, starts it and returns when it accepts connections. Recovery after a
// crash takes as long as it takes; ctx ends the wait, and the server with it.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	c := &Cluster{options: options, log: options.Logger,
		stopping: make(chan struct{}), urgent: make(chan struct{}), done: make(chan struct{})}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if c.folder, err = openFolder(options.Dir); err != nil {
		return nil, err
	}
	if err := c.prepare(ctx); err != nil {
		c.folder.close()
		return nil, err
	}
	server, err := c.launch(ctx)
	if err != nil {
		c.folder.clearSocket()
		c.folder.close()
		return nil, err
	}
	go c.supervise(server) // #nosec G118 -- the server outlives the call that started it
	return c, nil
}

// Attach joins the server that another process supervises in dir, for work beside it. Stop leaves that server alone.
func Attach(ctx context.Context, dir string) (*Cluster, error) {
	socket := filepath.Join(dir, "socket")
	if target, err := os.Readlink(socket); err == nil {
		socket = target
	}
	c := &Cluster{socket: socket, done: make(chan struct{})}
	conn, err := pgx.Connect(ctx, c.URL(Superuser, "postgres"))
	if err != nil {
		return nil, fmt.Errorf("the server in %s does not answer: %w", dir, err)
	}
	return c, conn.Close(ctx)
}

// prepare brings the folder to where a server can start: nobody else in it, binaries that fit, data made.
func (c *Cluster) prepare(ctx context.Context) error {
	have := c.folder.version()
	var err error
	if c.binaries, err = findBinaries(c.folder.at("bin"), have); err != nil {
		return err
	}
	if have != "" && have != c.binaries.major {
		return fmt.Errorf("the database in %s was made by Postgres %s, but %s is Postgres %s: "+
			"install postgresql-%s (or point %s to it), or dump with %s and restore into a new folder with %s",
			c.folder.at("data"), have, c.binaries.folder, c.binaries.major, have, EnvBin, have, c.binaries.major)
	}
	if major, _ := strconv.Atoi(c.binaries.major); major < oldestVersion {
		return fmt.Errorf("%s is Postgres %s, which is too old: install postgresql %d or newer", c.binaries.folder, c.binaries.major, oldestVersion)
	}
	if err := c.folder.quiet(ctx, c.log); err != nil {
		return err
	}
	if have == "" {
		return c.initialise(ctx)
	}
	return nil
}

// initialise makes the data beside its place and moves it there when it is whole.
func (c *Cluster) initialise(ctx context.Context) error {
	if _, err := os.Stat(c.folder.at("data")); err == nil {
		return fmt.Errorf("%s exists but holds no PG_VERSION: it is no database; move it away", c.folder.at("data"))
	}
	c.log.Info("making a new database", "folder", c.folder.at("data"), "postgres", c.binaries.major)
	args := []string{"--pgdata", filepath.Join(inherited, "data.new"), "--username", Superuser, "--auth-local=trust",
		"--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8"}
	if !c.options.Durable {
		args = append(args, "--no-sync")
	}
	if err := c.folder.run(ctx, c.binaries.path("initdb"), args...); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	if err := os.Rename(c.folder.at("data.new"), c.folder.at("data")); err != nil {
		return err
	}
	return c.folder.handle.Sync()
}

// settings are given on the command line, so that no file of an older release contradicts them.
func (c *Cluster) settings() []string {
	set := map[string]string{
		"listen_addresses":        "",
		"unix_socket_directories": filepath.Join(inherited, "socket"), // the folders above may be closed to its account
		"unix_socket_permissions": "0700",
		"max_connections":         "200",
		"shared_buffers":          "192MB",
		"max_wal_size":            "2GB",
		"wal_compression":         "on",
		"synchronous_commit":      "on",
		"random_page_cost":        "1.1",
		"jit":                     "off",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		// What players write must never reach a log: no statements, no details with row values, no messages of errors,
		// which the client is told anyway.
		"log_statement":           "none",
		"log_min_error_statement": "panic",
		"log_min_messages":        "log",
		"log_error_verbosity":     "terse",
		"log_line_prefix":         "",
		"logging_collector":       "off",
		"log_destination":         "stderr",
	}
	if !c.options.Durable {
		maps.Copy(set, map[string]string{"fsync": "off", "full_page_writes": "off", "wal_level": "minimal",
			"max_wal_senders": "0", "max_connections": "400", "shared_buffers": "128MB", "autovacuum": "off"})
	}
	maps.Copy(set, c.options.Settings)
	var args []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		args = append(args, "-c", name+"="+set[name])
	}
	return args
}

// launch starts the server and waits until it accepts connections.
func (c *Cluster) launch(ctx context.Context) (*process, error) {
	var err error
	if c.socket == "" {
		if c.socket, err = c.folder.makeSocket(); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	args := append([]string{"-D", filepath.Join(inherited, "data")}, c.settings()...)
	server, err := c.folder.start(c.log, c.binaries.path("postgres"), args...)
	if err != nil {
		return nil, fmt.Errorf("start Postgres: %w", err)
	}
	if err := c.awaitReady(ctx, server); err != nil {
		server.end(context.WithoutCancel(ctx), c.urgent)
		return nil, err
	}
	c.log.Info("Postgres is ready", "folder", c.folder.path, "version", c.binaries.major, "ms", time.Since(began).Milliseconds())
	return server, nil
}

// awaitReady watches the last line of postmaster.pid, which the server itself keeps, then tries a connection.
func (c *Cluster) awaitReady(ctx context.Context, server *process) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	said := time.Now()
	for {
		select {
		case <-server.exited:
			return fmt.Errorf("the server ended while starting (%v): %s", server.err, server.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("wait for Postgres: %w", ctx.Err())
		case <-c.stopping:
			return errors.New("stopped while Postgres was starting")
		case <-tick.C:
		}
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			c.log.Info("Postgres is still starting or recovering", "folder", c.folder.path)
		}
		text, _ := os.ReadFile(c.folder.at("data/postmaster.pid"))
		lines := strings.Split(string(text), "\n")
		if len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready" {
			continue
		}
		conn, err := pgx.Connect(ctx, c.URL(Superuser, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		c.log.Debug("Postgres does not answer yet", "error", err)
	}
}

// supervise lives as long as the cluster.
func (c *Cluster) supervise(server *process) {
	defer func() {
		c.folder.clearSocket()
		c.folder.close()
		close(c.done)
	}()
	pause := 100 * time.Millisecond
	for {
		started := time.Now()
		select {
		case <-c.stopping:
			server.end(context.Background(), c.urgent)
			return
		case <-server.exited:
		}
		c.log.Error("Postgres ended by itself", "folder", c.folder.path, "reason", server.err, "said", server.lastWords())
		if !c.options.Restart {
			c.err = fmt.Errorf("the server ended by itself: %v", server.err)
			return
		}
		if time.Since(started) > time.Minute {
			pause = 100 * time.Millisecond
		}
		for server = nil; server == nil; pause = min(2*pause, 30*time.Second) {
			select {
			case <-c.stopping:
				return
			case <-time.After(pause):
			}
			var err error
			if server, err = c.relaunch(); err != nil {
				c.log.Error("Postgres could not be restarted", "error", err)
			}
		}
	}
}

func (c *Cluster) relaunch() (*process, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-c.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := c.folder.awaitEnd(ctx, c.log); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(c.folder.at("data/postmaster.pid")); err != nil {
		return nil, err
	}
	// The socket's path stays, and with it every URL handed out; what lies in it is the dead server's.
	left, _ := filepath.Glob(filepath.Join(c.socket, ".s.PGSQL.*"))
	for _, path := range left {
		os.Remove(path)
	}
	return c.launch(ctx)
}

// URL is where role finds database. It stays the same for the cluster's life, restarts included.
func (c *Cluster) URL(role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database,
		RawQuery: url.Values{"host": {c.socket}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// Stop shuts the server down: running transactions are rolled back, everything committed is written. When ctx ends
// first the server is made to end without a checkpoint and recovers at its next start.
func (c *Cluster) Stop(ctx context.Context) error {
	if c.folder == nil {
		return nil // attached
	}
	c.stopOnce.Do(func() { close(c.stopping) })
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
	}
	c.rushOnce.Do(func() { close(c.urgent) })
	<-c.done
	return errors.Join(c.err, ctx.Err())
}

// Done is closed when the server is gone: after Stop, or because it died and Restart was not asked for.
func (c *Cluster) Done() <-chan struct{} { return c.done }

// Err says why a server that was not stopped has ended. It is nil before Done is closed.
func (c *Cluster) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}
