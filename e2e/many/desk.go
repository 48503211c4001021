package many

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
)

// quiet is for what proxies and servers grumble about when processes are killed on purpose.
var quiet = log.New(io.Discard, "", 0)

// Options shape a deployment. Zero values give the usual one: three processes serve, two do the jobs, all of this tree.
type Options struct {
	Serve, Work int
	Binary      string            // the program that makes the database, fills it and runs; empty: Present
	Settings    map[string]string // besides those that every deployment here has
	CheckEvery  time.Duration     // how often the balancer looks; 0: CheckEvery
	// Database, which may be nil, is told the database's addresses and returns those that serving and working processes get:
	// to lead them through a pooler, say. They listen to each other the straight way.
	Database func(*pgtest.DB) *pgtest.DB
}

// Desk is a running deployment.
type Desk struct {
	Facts
	DB       *pgtest.DB // straight, whatever the processes go through
	Data     string     // the folder that all processes share
	Serving  []*Process
	Working  []*Process
	Balancer *Balancer

	mu       sync.Mutex // guards Serving and Working while processes are added
	binary   string
	settings map[string]string
}

// Facts are what a stranger needs to use the demo casinos.
type Facts struct {
	BaseURL string   `json:"base_url"`
	Casinos []Casino `json:"casinos"`
}

// Casino is one demo casino.
type Casino struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Host         string `json:"host"`
	APIKey       string `json:"api_key"`
	Conversation string `json:"conversation"`
	Staff        []struct {
		Role     string `json:"role"`
		Email    string `json:"email"`
		Password string `json:"password"`
	} `json:"staff"`
}

// Start makes a database with the demo's casinos in it and starts processes on it, all of which end with t.
func Start(t testing.TB, o Options) *Desk {
	t.Helper()
	d := &Desk{DB: pgtest.New(t), binary: o.Binary}
	var err error
	if d.Data, err = os.MkdirTemp("", "many-data"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d.Data) })
	if o.CheckEvery == 0 {
		o.CheckEvery = CheckEvery
	}
	d.Balancer = balance(t, o.CheckEvery, d.addresses)
	if d.binary == "" {
		d.binary = Present(t)
	}
	d.settings = map[string]string{
		"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": d.Data, "PITDESK_BASE_URL": "http://localhost:" + d.Balancer.Port(),
		"PITDESK_TRUSTED_PROXIES": "1", "PITDESK_API_LIMIT": "0", "PITDESK_DATABASE_CONNS": "8", "PITDESK_LOG_LEVEL": "info",
	}
	maps.Copy(d.settings, o.Settings)
	if o.Binary == "" {
		d.reach(d.DB)
	} else {
		super := d.DB.SuperURL
		d.DB = fresh(t, d.DB)
		d.reach(d.DB)
		d.Run(t, d.binary, map[string]string{"PITDESK_BOOTSTRAP_URL": super}, "migrate")
	}
	d.seed(t)
	if o.Database != nil {
		d.settings["PITDESK_LISTEN_DATABASE_URL"] = d.DB.AppURL
		d.reach(o.Database(d.DB))
	}
	if o.Serve == 0 && o.Work == 0 {
		o.Serve, o.Work = 3, 2
	}
	d.Add(t, o.Serve, o.Work)
	return d
}

// fresh names a database that isn't there yet, on the same server.
func fresh(t testing.TB, db *pgtest.DB) *pgtest.DB {
	made := *db
	made.Name += "_fresh"
	for _, address := range []*string{&made.AppURL, &made.ControlURL, &made.OwnerURL, &made.SuperURL} {
		u, err := url.Parse(*address)
		if err != nil {
			t.Fatal(err)
		}
		u.Path = "/" + made.Name
		*address = u.String()
	}
	super := db.Super(t)
	t.Cleanup(func() { _, _ = super.Exec("drop database if exists " + made.Name + " with (force)") })
	return &made
}

// reach has processes go to a database from their next start on.
func (d *Desk) reach(db *pgtest.DB) {
	d.settings["PITDESK_DATABASE_URL"], d.settings["PITDESK_CONTROL_DATABASE_URL"] = db.AppURL, db.ControlURL
	d.settings["PITDESK_OWNER_DATABASE_URL"] = db.OwnerURL
}

// seed fills the database with the demo's casinos and reads how to reach them.
func (d *Desk) seed(t testing.TB) {
	t.Helper()
	p := d.process("demo", "demo")
	if err := p.run(); err != nil {
		t.Fatal(err)
	}
	facts := filepath.Join(d.Data, "demo.json")
	Until(t, 2*time.Minute, "demo.json is there", func() bool {
		select {
		case <-p.ended():
			t.Fatalf("the demo ended:\n%s", tail(p.Log()))
		default:
		}
		text, err := os.ReadFile(facts)
		return err == nil && json.Unmarshal(text, &d.Facts) == nil && len(d.Casinos) == 2
	})
	p.Stop(t)
}

func (d *Desk) process(name string, args ...string) *Process {
	return &Process{Name: name, Binary: d.binary, Args: args, Settings: maps.Clone(d.settings)}
}

// Add starts more processes and waits until requests go to all that serve.
func (d *Desk) Add(t testing.TB, serve, work int) {
	t.Helper()
	var added []*Process
	d.mu.Lock()
	for range serve {
		p := d.process(fmt.Sprintf("serve %d", len(d.Serving)), "serve", "--no-jobs")
		d.Serving, added = append(d.Serving, p), append(added, p)
	}
	for range work {
		p := d.process(fmt.Sprintf("work %d", len(d.Working)), "work")
		d.Working, added = append(d.Working, p), append(added, p)
	}
	d.mu.Unlock()
	for _, p := range added {
		if err := p.run(); err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		t.Cleanup(func() {
			p.Kill()
			if t.Failed() {
				t.Logf("%s said:\n%s", p.Name, tail(p.Log()))
			}
		})
	}
	for _, p := range added {
		if err := p.up(2 * time.Minute); err != nil {
			t.Fatalf("%s: %v\n%s", p.Name, err, tail(p.Log()))
		}
	}
	d.AwaitReady(t, len(d.Serving))
}

// AwaitReady waits until requests go to n processes.
func (d *Desk) AwaitReady(t testing.TB, n int) {
	t.Helper()
	Until(t, time.Minute, fmt.Sprintf("%d processes are ready", n), func() bool { return len(d.Balancer.Ready()) == n })
}

// Processes are all of them, those that serve first.
func (d *Desk) Processes() []*Process {
	return append(append([]*Process{}, d.Serving...), d.Working...)
}

func (d *Desk) addresses() []string {
	d.mu.Lock()
	serving := slices.Clone(d.Serving)
	d.mu.Unlock()
	var all []string
	for _, p := range serving {
		if at := p.Address(); at != "" {
			all = append(all, at)
		}
	}
	return all
}

// Run runs a command of a program on the deployment's database to its end, and returns what it said.
func (d *Desk) Run(t testing.TB, binary string, settings map[string]string, args ...string) string {
	t.Helper()
	p := d.process(args[0], args...)
	p.Binary = binary
	maps.Copy(p.Settings, settings)
	if err := p.run(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended():
	case <-time.After(5 * time.Minute):
		p.Kill()
		t.Fatalf("%v did not end within 5 min:\n%s", args, tail(p.Log()))
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Fatalf("%v ended with %d:\n%s", args, code, tail(p.Log()))
	}
	return p.Log()
}

// Until asks again and again whether something is so, and fails t when it isn't in time.
func Until(t testing.TB, limit time.Duration, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", limit, what)
		case <-tick.C:
		}
	}
}
