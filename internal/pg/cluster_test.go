package pg_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"pitdesk/internal/pg"
)

func TestAnotherVersionsDataIsRefused(t *testing.T) {
	t.Parallel()
	dir := empty(t)
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(dir, "data/PG_VERSION")
	if err := os.WriteFile(version, []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := pg.Start(context.Background(), pg.Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "made by Postgres 9, but") || !strings.Contains(err.Error(), "install postgresql-9") {
		t.Errorf("Start = %v", err)
	}
	if text, _ := os.ReadFile(version); string(text) != "9\n" {
		t.Error("the other version's data was touched")
	}
}

func TestWhatIsNoDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := empty(t)
	letter := filepath.Join(dir, "data/letter")
	if err := os.MkdirAll(filepath.Dir(letter), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(letter, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := pg.Start(context.Background(), pg.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "it is no database") {
		t.Errorf("Start = %v", err)
	}
	if _, err := os.Stat(letter); err != nil {
		t.Error(err)
	}
}

func TestMissingPostgresNamesThePackage(t *testing.T) {
	k := begin(t, empty(t), func(c *exec.Cmd) { c.Env = append(c.Env, pg.EnvBin+"="+t.TempDir()) })
	if word, rest := k.says(); word != "refused" || !strings.Contains(rest, pg.EnvBin) {
		t.Errorf("with an empty %s: %q %q", pg.EnvBin, word, rest)
	}
	if !strings.Contains(pg.ErrNoBinaries.Error(), "apt-get install postgresql") {
		t.Errorf("%v", pg.ErrNoBinaries)
	}
}

func TestLongPathStillHasASocket(t *testing.T) {
	t.Parallel()
	long := filepath.Join(empty(t), strings.Repeat("long/", 30), "pg")
	var before string
	for range 2 {
		k := start(t, long)
		u, err := url.Parse(k.url)
		if err != nil {
			t.Fatal(err)
		}
		socket := u.Query().Get("host")
		if len(socket) > 80 {
			t.Errorf("the socket stands in %s", socket)
		}
		if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the socket's folder: %v, %v", info.Mode(), err)
		}
		k.do("select 1")
		if _, err := os.Stat(before); before != "" && !os.IsNotExist(err) {
			t.Errorf("what the killed first one left in the temporary folder is still there: %v", err)
		}
		before = socket
		k.kill()
	}
	start(t, long).stop()
}

func TestServerIsOutOfReachOfTheTerminalAndTheNetwork(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	pid := k.postmaster()
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("the server is in process group %d (%v): a Ctrl-C would stop it before us", group, err)
	}
	k.do("do $$ begin assert current_setting('listen_addresses') = ''; end $$")
	if os.Geteuid() == 0 {
		var info syscall.Stat_t
		if err := syscall.Stat(filepath.Join(k.dir, "data"), &info); err != nil || info.Uid == 0 {
			t.Errorf("data belongs to uid %d, %v", info.Uid, err)
		}
	}
}

func TestSettingsOfADurableServer(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	for name, want := range map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on",
		"log_min_error_statement": "panic", "log_statement": "none", "log_error_verbosity": "terse"} {
		k.do("do $$ begin assert current_setting('" + name + "') = '" + want + "', '" + name + "'; end $$")
	}
}

// A player's words reach Postgres in every failing statement; its log must not repeat them.
func TestServersLogKeepsPlayersWordsToItself(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	for _, statement := range []string{"select 'secretive'::int", "insert into kept values (secretive)", "raise secretive",
		"do $$ begin raise exception 'secretive'; end $$", "create table u (t text primary key); insert into u values ('secretive'), ('secretive')"} {
		if err := try(k.url, statement); err == nil {
			t.Errorf("%s passed", statement)
		}
	}
	k.stop()
	if !k.logged("postgres: LOG") {
		t.Error("the server's log does not reach ours")
	}
	if k.logged("secretive") {
		t.Error("the log repeats what a player wrote")
	}
}

func TestServerThatDiesWithoutRestartIsReported(t *testing.T) {
	t.Parallel()
	dir := made(t)
	c, err := pg.Start(context.Background(), pg.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Err(); err != nil {
		t.Errorf("a living server has ended with %v", err)
	}
	syscall.Kill((&keeper{t: t, dir: dir}).postmaster(), syscall.SIGKILL)
	<-c.Done()
	if c.Err() == nil || c.Stop(context.Background()) == nil {
		t.Error("nobody says that the server died")
	}
}

func TestImpatientStopStillEnds(t *testing.T) {
	t.Parallel()
	dir := made(t)
	c, err := pg.Start(context.Background(), pg.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Stop = %v", err)
	}
	if left := serversBelow(dir); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
	if n := start(t, dir).count(); n != 1 {
		t.Errorf("%d rows after an immediate shutdown", n)
	}
}

func TestCancelledStartLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := made(t)
	if c, err := pg.Start(ctx, pg.Options{Dir: dir}); err == nil {
		c.Stop(context.Background())
		t.Error("started in spite of the cancelled context")
	}
	if left := serversBelow(dir); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
	start(t, dir)
}

// Whoever runs the tests as root also sees what everybody else sees.
func TestUnprivilegedProcessRunsItsOwnServer(t *testing.T) {
	t.Parallel()
	dir := empty(t)
	if os.Geteuid() != 0 {
		start(t, dir).stop()
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	home, err := os.MkdirTemp("/tmp", "pitdesk-nobody-") // memory may forbid to execute
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	program := filepath.Join(home, "keeper")
	if err := exec.Command("cp", os.Args[0], program).Run(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{home, program} {
		if err := os.Chown(path, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	dir = filepath.Join(home, "pg")
	k := start(t, dir, func(c *exec.Cmd) {
		c.Path, c.Args, c.Dir = program, []string{program}, home
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	})
	k.do("create table kept (n int); insert into kept values (1)")
	k.stop()
	// Root takes the folder over as its owner, not as the machine's postgres.
	if n := start(t, dir).count(); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	var info syscall.Stat_t
	if err := syscall.Stat(filepath.Join(dir, "data"), &info); err != nil || int(info.Uid) != uid {
		t.Errorf("data belongs to uid %d, want %d, %v", info.Uid, uid, err)
	}
}
