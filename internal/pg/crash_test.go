package pg_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pitdesk/internal/pg"
)

// firstCluster is made once; made copies it.
var firstCluster struct {
	sync.Once
	dir string
}

func first(t *testing.T) string {
	t.Helper()
	firstCluster.Do(func() {
		dir, err := os.MkdirTemp("", "pitdesk-first-")
		if err != nil {
			t.Fatal(err)
		}
		k := start(t, filepath.Join(dir, "pg"))
		k.do("create table kept (n int); insert into kept values (1)")
		k.stop()
		firstCluster.dir = k.dir
	})
	return firstCluster.dir
}

func TestStopAndStartKeepsData(t *testing.T) {
	t.Parallel()
	dir := made(t)
	k := start(t, dir)
	k.do("insert into kept values (2)")
	k.stop()
	if left := serversBelow(dir); len(left) != 0 {
		t.Errorf("still there after Stop: %v", left)
	}
	if _, err := os.Stat(filepath.Join(dir, "socket")); !os.IsNotExist(err) {
		t.Errorf("the socket's folder is left behind: %v", err)
	}
	if n := start(t, dir).count(); n != 2 {
		t.Errorf("%d rows after a restart, want 2", n)
	}
}

func TestKilledSupervisorTakesItsServerAlong(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	k.do("insert into kept values (2)")
	pid := k.postmaster()
	k.kill()
	until(t, "the postmaster has shut down", func() bool { return !alive(pid) })
}

func TestKilledSupervisorsSuccessorWaitsForTheOldServer(t *testing.T) {
	t.Parallel()
	dir := made(t)
	k := start(t, dir)
	k.do("insert into kept values (2)")
	pid := k.postmaster()
	// Without its checkpointer the old server can't finish shutting down. (Stopping the postmaster itself would not hold
	// it: the kernel continues the stopped members of a process group that loses its last parent.)
	checkpointer := k.child("postgres: checkpointer")
	syscall.Kill(checkpointer, syscall.SIGSTOP)
	k.kill()
	next := begin(t, dir)
	until(t, "the successor waits", func() bool { return next.logged("waiting for an earlier Postgres to end") })
	if !alive(pid) || k.postmaster() != pid {
		t.Fatal("the successor did not respect a living server")
	}
	syscall.Kill(checkpointer, syscall.SIGCONT)
	word, rest := next.says()
	if next.url = rest; word != "ready" {
		t.Fatalf("the successor says %q %q", word, rest)
	}
	if n := next.count(); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
	until(t, "the old server is gone for good", func() bool { return !alive(pid) })
}

func TestEverythingKilledAtOnceRecovers(t *testing.T) {
	t.Parallel()
	dir := made(t)
	k := start(t, dir)
	k.do("insert into kept values (2)")
	pid := k.postmaster()
	syscall.Kill(pid, syscall.SIGKILL)
	k.kill()
	if n := start(t, dir).count(); n != 2 {
		t.Errorf("%d rows after a crash, want 2", n)
	}
}

func TestKilledPostgresComesBackUnderTheSameAddress(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	for want := 2; want < 4; want++ {
		k.do("insert into kept values (0)")
		pid := k.postmaster()
		syscall.Kill(pid, syscall.SIGKILL)
		until(t, "the server is back", func() bool { return try(k.url, "select 1") == nil })
		if n := k.count(); n != want {
			t.Errorf("%d rows, want %d", n, want)
		}
		if k.postmaster() == pid {
			t.Error("the old postmaster is still in the book")
		}
	}
	k.stop()
}

func TestKilledBackendRecovers(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	pid := k.postmaster()
	// Postgres restarts itself within the same process when one of its children is killed.
	try(k.url, "copy (select 1) to program 'kill -9 $PPID'")
	until(t, "the server is back", func() bool { return try(k.url, "select 1") == nil })
	if got := k.postmaster(); got != pid {
		t.Errorf("postmaster %d, want %d all along", got, pid)
	}
}

func TestKilledDuringInitdbStartsAfresh(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"data.new", "data.new/PG_VERSION", "data.new/global/pg_control", "data.new/base/1/PG_VERSION"} {
		t.Run(filepath.Base(at), func(t *testing.T) {
			t.Parallel()
			dir := empty(t)
			k := begin(t, dir)
			until(t, "initdb has come to "+at, func() bool {
				_, err := os.Stat(filepath.Join(dir, at))
				return err == nil
			})
			k.kill()
			if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
				t.Fatal("half a database was moved into its place")
			}
			start(t, dir).do("create table kept (n int)")
		})
	}
}

func TestKilledDuringRecoveryRecovers(t *testing.T) {
	t.Parallel()
	dir := made(t)
	k := start(t, dir)
	k.do("checkpoint; insert into kept select generate_series(1, 300000)")
	syscall.Kill(k.postmaster(), syscall.SIGKILL)
	k.kill()
	until(t, "the killed server's processes are gone", func() bool { return len(serversBelow(dir)) == 0 })
	for range 3 {
		os.Remove(filepath.Join(dir, "data/postmaster.pid"))
		k := begin(t, dir)
		until(t, "the next server has begun", func() bool {
			text, err := os.ReadFile(filepath.Join(dir, "data/postmaster.pid"))
			return err == nil && strings.Contains(string(text), "starting")
		})
		syscall.Kill(k.postmaster(), syscall.SIGKILL)
		k.kill()
	}
	if n := start(t, dir).count(); n != 300001 {
		t.Errorf("%d rows after recovery, want 300001", n)
	}
}

func TestSecondProcessIsTurnedAwayButMayBeAGuest(t *testing.T) {
	t.Parallel()
	k := start(t, made(t))
	word, rest := begin(t, k.dir).says()
	if want := "in use by another process (pid " + strconv.Itoa(k.cmd.Process.Pid) + ")"; word != "refused" || !strings.Contains(rest, want) {
		t.Errorf("the second process says %q %q, want %q", word, rest, want)
	}
	guest, err := pg.Attach(context.Background(), k.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := try(guest.URL(pg.Superuser, "postgres"), "insert into kept values (2)"); err != nil {
		t.Errorf("a guest can't work: %v", err)
	}
	if err := guest.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	if n := k.count(); n != 2 {
		t.Errorf("after the guest has left there are %d rows, want 2", n)
	}
}

func TestLeftoversOfTheDeadAreCleared(t *testing.T) {
	t.Parallel()
	dir := made(t)
	// A book that names a living process of somebody else is how a server looks that died before a reboot.
	book := strconv.Itoa(os.Getpid()) + "\n" + dir + "/data\n1\n5432\n" + dir + "/socket\n\n 1 1\nready   \n"
	for path, text := range map[string]string{"data/postmaster.pid": book, "data.new/base/1/PG_VERSION": "15\n",
		"socket/.s.PGSQL.5432": "", "socket/.s.PGSQL.5432.lock": book} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k := start(t, dir)
	if n := k.count(); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	if _, err := os.Stat(filepath.Join(dir, "data.new")); !os.IsNotExist(err) {
		t.Errorf("data.new is still there: %v", err)
	}
}
