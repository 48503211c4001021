package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"pitdesk/internal/pg"
)

// desk is the real binary, serving on a Postgres of its own.
type desk struct {
	binary string
	folder string
	remove bool
	server *server
	super  *pgxpool.Pool
}

// server is one running `pitdesk serve`.
type server struct {
	cmd     *exec.Cmd
	address string
}

// startDesk builds the binary when it has to and starts it with the embedded database.
func startDesk(ctx context.Context, o options) (_ *desk, err error) {
	d := &desk{binary: o.binary, folder: o.data}
	defer func() {
		if err != nil {
			d.stop()
		}
	}()
	if d.folder == "" {
		d.remove = true
		if d.folder, err = os.MkdirTemp("", "pitdesk-bench-"); err != nil {
			return nil, err
		}
	}
	if d.folder, err = filepath.Abs(d.folder); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.folder, 0o755); err != nil {
		return nil, err
	}
	if d.binary == "" {
		d.binary = filepath.Join(d.folder, "pitdesk")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", d.binary, "./cmd/pitdesk")
		build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("build: %w", err)
		}
	}
	if d.server, err = d.serve(ctx, "server.log", "PITDESK_DATA="+filepath.Join(d.folder, "data")); err != nil {
		return nil, err
	}
	d.super, err = pgxpool.New(ctx, d.url(pg.Superuser))
	return d, err
}

// serve starts one `pitdesk serve` and waits until it says where it listens. Jobs are left out: at its first start the desk
// would sign the heads of everything that was seeded, while it is measured.
func (d *desk) serve(ctx context.Context, log string, env ...string) (*server, error) {
	out, err := os.Create(filepath.Join(d.folder, log))
	if err != nil {
		return nil, err
	}
	defer out.Close()
	s := &server{cmd: exec.CommandContext(ctx, d.binary, "serve")}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 30 * time.Second
	s.cmd.Env = append(append(os.Environ(), "PITDESK_ADDR=127.0.0.1:0", "PITDESK_BASE_URL=http://localhost", "PITDESK_NO_JOBS=true",
		"PITDESK_TRUSTED_PROXIES=1"), env...) // readers of the help centre come from many addresses
	s.cmd.Stderr = out
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(time.Minute); ; {
		if s.address = saidAddress(out.Name()); s.address != "" {
			return s, nil
		}
		if time.Now().After(deadline) || syscall.Kill(s.cmd.Process.Pid, 0) != nil {
			text, _ := os.ReadFile(out.Name())
			s.stop()
			return nil, fmt.Errorf("the desk doesn't serve: %s", text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// saidAddress finds where the server listens in its log.
func saidAddress(path string) string {
	in, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			return line.Address
		}
	}
	return ""
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// url is where a role finds the embedded database.
func (d *desk) url(role string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/pitdesk",
		RawQuery: url.Values{"host": {d.socket()}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

func (d *desk) socket() string {
	path, err := filepath.EvalSymlinks(filepath.Join(d.folder, "data/pg/socket"))
	if err != nil {
		return filepath.Join(d.folder, "data/pg/socket")
	}
	return path
}

func (d *desk) stop() {
	if d == nil {
		return
	}
	if d.super != nil {
		d.super.Close()
	}
	if d.server != nil {
		d.server.stop()
	}
	if d.remove {
		_ = os.RemoveAll(d.folder)
	}
}

// child runs a job in a process of its own and returns what it measured.
func child(ctx context.Context, j job) (result, error) {
	var r result
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, self, "load")
	in, err := json.Marshal(j)
	if err != nil {
		return r, err
	}
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(in)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", j.Kind, err)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return r, err
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.CPU = time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
	}
	return r, nil
}

// spent is the CPU time that the desk's process and its database have used so far, in seconds.
type spent struct{ desk, database float64 }

func (d *desk) spent() spent { return spentBy(d.server.cmd.Process.Pid, d.folder) }

func spentBy(server int, folder string) spent {
	var s spent
	postmaster := 0
	if text, err := os.ReadFile(filepath.Join(folder, "data/pg/data/postmaster.pid")); err == nil {
		line, _, _ := strings.Cut(string(text), "\n")
		postmaster, _ = strconv.Atoi(line)
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(rest)
		if len(f) < 15 {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parent, _ := strconv.Atoi(f[1])
		ticks := func(i int) float64 { n, _ := strconv.ParseFloat(f[i], 64); return n / 100 }
		switch {
		case pid == server:
			s.desk += ticks(11) + ticks(12)
		case pid == postmaster:
			s.database += ticks(11) + ticks(12) + ticks(13) + ticks(14)
		case parent == postmaster:
			s.database += ticks(11) + ticks(12)
		}
	}
	return s
}

// quiet lets the database write out what it has, so that one measurement doesn't pay for another.
func (d *desk) quiet(ctx context.Context) error {
	_, err := d.super.Exec(ctx, "checkpoint", pgx.QueryExecModeSimpleProtocol)
	return err
}

func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	model, cpus := "", 0
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if strings.TrimSpace(name) == "model name" {
			model, cpus = strings.TrimSpace(value), cpus+1
		}
	}
	loads, _ := os.ReadFile("/proc/loadavg")
	before, _, _ := strings.Cut(string(loads), " ")
	return fmt.Sprintf("%d × %s, load %s at the start", cpus, model, before)
}
