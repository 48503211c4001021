package image

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
)

// enter makes a root read-only but for /data and /tmp, steps into it and becomes the image's program. Its user is the image's
// where root runs the tests; anybody else stays who he is, seen as root in a user namespace that may nothing outside it.
const enter = `set -eu
root=$1 data=$2 secrets=$3 user=$4; shift 4
mount --bind "$root" "$root"
mount --bind "$data" "$root/data"
mount --bind "$secrets" "$root/run/secrets/desk"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -o remount,bind,ro "$root"
if [ -n "$user" ]; then exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" /pitdesk "$@"; fi
exec setpriv --no-new-privs chroot "$root" /pitdesk "$@"`

// imageUser is who the image's program runs as.
const imageUser = 65532

// process is the image's program, running in its root.
type process struct {
	cmd      *exec.Cmd
	out, err said
	exited   chan struct{}
}

// said collects what a process writes.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// inside starts the program with settings and nothing else in its environment.
func inside(t *testing.T, top string, settings []string, args ...string) *process {
	t.Helper()
	return insideWith(t, top, t.TempDir(), settings, args...)
}

// insideWith is inside with a folder of secrets mounted where the chart mounts them.
func insideWith(t *testing.T, top, secrets string, settings []string, args ...string) *process {
	t.Helper()
	data, user, way := t.TempDir(), "", []string{"--mount"}
	if os.Getuid() == 0 {
		user = fmt.Sprintf("%d:%d", imageUser, imageUser)
		if err := os.Chown(data, imageUser, imageUser); err != nil {
			t.Fatal(err)
		}
	} else {
		way = append(way, "--user", "--map-root-user")
	}
	way = append(way, "sh", "-c", enter, "enter", top, data, secrets, user)
	p := &process{cmd: exec.Command("unshare", append(way, args...)...), exited: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, settings...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.exited) }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("%v said:\n%s%s", args, p.out.String(), p.err.String())
		}
	})
	return p
}

func (p *process) await(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for deadline := time.After(time.Minute); !ready(); {
		select {
		case <-p.exited:
			t.Fatalf("ended (%v) before: %s", p.cmd.ProcessState, what)
		case <-deadline:
			t.Fatalf("not within a minute: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// end waits for the process to end and returns its exit code.
func (p *process) end(t *testing.T) int {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(time.Minute):
		t.Fatal("still running after a minute")
	}
	return p.cmd.ProcessState.ExitCode()
}

// isConfined looks from outside at who the process is and what it may: proc(5).
func (p *process) isConfined(t *testing.T) {
	t.Helper()
	proc := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		t.Fatal(err)
	}
	who := imageUser
	if os.Getuid() != 0 {
		who = os.Getuid()
	}
	for _, want := range []string{fmt.Sprintf("Uid:\t%d\t%d\t%d\t%d\n", who, who, who, who), "NoNewPrivs:\t1\n"} {
		if !strings.Contains(string(status), want) {
			t.Errorf("the process's status lacks %q:\n%s", want, status)
		}
	}
	if none := "CapEff:\t0000000000000000\n"; os.Getuid() == 0 && !strings.Contains(string(status), none) {
		t.Errorf("the process has capabilities left:\n%s", status)
	}
	mounts, err := os.ReadFile(filepath.Join(proc, "mountinfo"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(mounts), "\n") {
		if fields := strings.Fields(line); len(fields) > 5 && fields[4] == "/" && !strings.HasPrefix(fields[5], "ro") {
			t.Errorf("its root can be written: %s", line)
		}
	}
}

// lay leads a local port to the socket of db's server, which lies outside the image's root, and returns how a URL goes that way.
func lay(t *testing.T, db *pgtest.DB) func(string) string {
	t.Helper()
	u, err := url.Parse(db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", socket)
			if err != nil {
				near.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
				go func() {
					_, _ = io.Copy(way[0], way[1])
					way[0].Close()
					way[1].Close()
				}()
			}
		}
	}()
	return func(database string) string {
		u, err := url.Parse(database)
		if err != nil {
			t.Fatal(err)
		}
		u.Host = listener.Addr().String()
		query := u.Query()
		query.Del("host")
		query.Del("port")
		u.RawQuery = query.Encode()
		return u.String()
	}
}
