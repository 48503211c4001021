package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
)

// poolerPort names the pooler's socket; it listens to no network.
const poolerPort = 6432

// Pooled is db by way of a PgBouncer that shares out server connections by transaction, so many for each role and no more. It
// ends with t. The superuser's way stays straight. more are lines of its settings besides ours.
func (db *DB) Pooled(t testing.TB, connections int, more ...string) *DB {
	t.Helper()
	program, err := findPooler()
	if err != nil {
		t.Fatal(err)
	}
	to, err := pgx.ParseConfig(db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(to.Host, "pooler") // beside the server's own socket, which its account reaches
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	var names strings.Builder
	for _, role := range []string{pg.RoleApp, pg.RoleControl, pg.RoleOwner} {
		fmt.Fprintf(&names, "%q \"\"\n", role)
	}
	settings := fmt.Sprintf(`[databases]
%s = host=%s port=%d dbname=%s
[pgbouncer]
listen_addr =
listen_port = %d
unix_socket_dir = %s
auth_type = trust
auth_file = %s/users
pool_mode = transaction
default_pool_size = %d
max_client_conn = 500
server_reset_query =
server_round_robin = 1
log_connections = 0
log_disconnections = 0
%s
`, db.Name, to.Host, to.Port, db.Name, poolerPort, folder, folder, connections,
		strings.Join(more, "\n"))
	for name, text := range map[string]string{"users": names.String(), "pgbouncer.ini": settings} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var as *syscall.Credential
	if os.Geteuid() == 0 {
		// PgBouncer doesn't run as root. Its account is the server's.
		owner, err := ownerOf(to.Host)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{folder, filepath.Join(folder, "users"), filepath.Join(folder, "pgbouncer.ini")} {
			if err := os.Chown(path, owner.uid, owner.gid); err != nil {
				t.Fatal(err)
			}
		}
		as = &syscall.Credential{Uid: uint32(owner.uid), Gid: uint32(owner.gid)}
	}
	over := *db
	for _, address := range []*string{&over.AppURL, &over.ControlURL, &over.OwnerURL} {
		u, err := url.Parse(*address)
		if err != nil {
			t.Fatal(err)
		}
		u.RawQuery = url.Values{"host": {folder}, "port": {strconv.Itoa(poolerPort)}, "sslmode": {"disable"}}.Encode()
		*address = u.String()
	}
	pool(t, exec.Command(program, filepath.Join(folder, "pgbouncer.ini")), as, over.AppURL)
	return &over
}

// pool runs the pooler until t ends, and returns once it lets somebody through.
func pool(t testing.TB, cmd *exec.Cmd, as *syscall.Credential, url string) {
	t.Helper()
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: as}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // the pooler ends with the thread that has started it, should the tests be killed
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			_ = conn.Close(ctx)
			return
		}
		select {
		case <-ended:
			t.Fatalf("the pooler ended: %v\n%s", cmd.ProcessState, said.String())
		case <-ctx.Done():
			t.Fatalf("the pooler lets nobody through: %v", err)
		case <-tick.C:
		}
	}
}

func findPooler() (string, error) {
	// Debian keeps it where only root looks.
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("PgBouncer is missing: sh .ci/install pgbouncer")
}

type owner struct{ uid, gid int }

func ownerOf(path string) (owner, error) {
	info, err := os.Stat(path)
	if err != nil {
		return owner{}, err
	}
	is := info.Sys().(*syscall.Stat_t)
	return owner{int(is.Uid), int(is.Gid)}, nil
}
