package pg_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

// keeperFolder makes this binary a supervisor of the cluster there, so that tests can kill a real process.
const keeperFolder = "PITDESK_TEST_KEEPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(keeperFolder); dir != "" {
		os.Exit(keep(dir))
	}
	// Everything goes into one folder with a held lock: pgtest clears it in a later run when this one is killed.
	home, err := os.MkdirTemp(pgtest.Root(), pgtest.Prefix)
	if err != nil {
		panic(err)
	}
	lock, err := os.Create(filepath.Join(home, "lock"))
	if err != nil || syscall.Flock(int(lock.Fd()), syscall.LOCK_EX) != nil {
		panic("no lock")
	}
	os.Setenv("TMPDIR", home) // t.TempDir follows
	code := m.Run()
	if err := pgtest.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.RemoveAll(home)
	os.Exit(code)
}

// keep starts the cluster, says where it is, and stops it when its input ends.
func keep(dir string) int {
	c, err := pg.Start(context.Background(), pg.Options{Dir: dir, Durable: true, Restart: true,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		fmt.Println("refused", err)
		return 1
	}
	fmt.Println("ready", c.URL(pg.Superuser, "postgres"))
	io.Copy(io.Discard, os.Stdin)
	if err := c.Stop(context.Background()); err != nil {
		fmt.Println("refused", err)
		return 1
	}
	return 0
}

// keeper is such a process.
type keeper struct {
	t      *testing.T
	dir    string
	cmd    *exec.Cmd
	stdin  io.Closer
	answer *bufio.Reader
	url    string
	log    string // the file with its log lines
}

// begin starts a supervisor without waiting for its server.
func begin(t *testing.T, dir string, change ...func(*exec.Cmd)) *keeper {
	t.Helper()
	k := &keeper{t: t, dir: dir, cmd: exec.Command(os.Args[0])}
	k.cmd.Env = append(os.Environ(), keeperFolder+"="+dir)
	for _, f := range change {
		f(k.cmd)
	}
	stdin, err1 := k.cmd.StdinPipe()
	stdout, err2 := k.cmd.StdoutPipe()
	k.log = filepath.Join(t.TempDir(), "log")
	log, err3 := os.Create(k.log)
	k.cmd.Stderr = log
	defer log.Close()
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	k.stdin, k.answer = stdin, bufio.NewReader(stdout)
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		k.cmd.Process.Kill()
		k.cmd.Wait()
	})
	return k
}

// start starts a supervisor and waits until its server is ready.
func start(t *testing.T, dir string, change ...func(*exec.Cmd)) *keeper {
	t.Helper()
	k := begin(t, dir, change...)
	word, rest := k.says()
	if word != "ready" {
		t.Fatalf("the supervisor says %q %q", word, rest)
	}
	k.url = rest
	return k
}

func (k *keeper) says() (word, rest string) {
	line, _ := k.answer.ReadString('\n')
	word, rest, _ = strings.Cut(strings.TrimSpace(line), " ")
	return word, rest
}

// logged tells whether the supervisor has written text to its log.
func (k *keeper) logged(text string) bool {
	lines, _ := os.ReadFile(k.log)
	return strings.Contains(string(lines), text)
}

// stop ends the supervisor in order.
func (k *keeper) stop() {
	k.t.Helper()
	k.stdin.Close()
	if err := k.cmd.Wait(); err != nil {
		k.t.Fatalf("stop: %v", err)
	}
}

// kill ends the supervisor like a crash.
func (k *keeper) kill() {
	k.cmd.Process.Kill()
	k.cmd.Wait()
}

// postmaster is the server's process, from its own book.
func (k *keeper) postmaster() int {
	k.t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "data/postmaster.pid"))
	if err != nil {
		k.t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		k.t.Fatal(err)
	}
	return pid
}

// child is the server's process with that title.
func (k *keeper) child(title string) int {
	k.t.Helper()
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		cwd, _ := os.Readlink(link)
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
		if cwd == filepath.Join(k.dir, "data") && strings.HasPrefix(string(line), title) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			return pid
		}
	}
	k.t.Fatalf("no process %q", title)
	return 0
}

func (k *keeper) do(statement string) {
	k.t.Helper()
	if err := try(k.url, statement); err != nil {
		k.t.Fatalf("%s: %v", statement, err)
	}
}

func (k *keeper) count() int {
	k.t.Helper()
	conn, err := pgx.Connect(context.Background(), k.url)
	if err != nil {
		k.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var n int
	if err := conn.QueryRow(context.Background(), "select count(*) from kept").Scan(&n); err != nil {
		k.t.Fatal(err)
	}
	return n
}

func try(url, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// until waits for a condition, and fails when half a minute has not brought it.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); !condition(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// serversBelow lists processes that stand in dir.
func serversBelow(dir string) []string {
	var found []string
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir+"/") {
			found = append(found, cwd)
		}
	}
	return found
}

// empty is a folder for a cluster, removed once its servers are gone. The folder above is closed to other accounts, so
// every test by root shows that the server reaches its own all the same.
func empty(t *testing.T) string {
	above, err := os.MkdirTemp("", "pitdesk-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(above) })
	dir := filepath.Join(above, "pg")
	t.Cleanup(func() {
		until(t, "the server is gone", func() bool { return len(serversBelow(dir)) == 0 })
		// After a kill the next start would clear it; here there is none.
		if short, err := os.Readlink(filepath.Join(dir, "socket")); err == nil {
			os.RemoveAll(short)
		}
	})
	return dir
}

// made is a folder with a cluster that was stopped in order and keeps one row. Copies of the first save time.
func made(t *testing.T) string {
	t.Helper()
	dir := empty(t)
	if err := exec.Command("cp", "-a", first(t), dir).Run(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
