package pg

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// process is one server from start to end.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // how it ended, once exited is closed
	ending atomic.Bool

	mu   sync.Mutex
	said []string // the last lines, for the error that reports its end
}

// command prepares a program of Postgres: as the server's account, in its own process group so that a Ctrl-C on the
// terminal reaches us alone, with the folder's handles inherited, and with nothing of our environment that could
// configure it.
func (f *folder) command(program string, args ...string) *exec.Cmd {
	if f.account.switched && strings.HasPrefix(program, f.path+"/") {
		program = inherited + strings.TrimPrefix(program, f.path)
	}
	cmd := exec.Command(program, args...) // #nosec G204 -- the program is found by us, its arguments are ours
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC"}
	cmd.ExtraFiles = []*os.File{f.handle, f.running}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: f.account.credential()}
	return cmd
}

// run executes a short program to its end. It dies with us, and with ctx.
func (f *folder) run(ctx context.Context, program string, args ...string) error {
	cmd := f.command(program, args...)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	p, err := begin(cmd)
	if err != nil {
		return err
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-p.exited
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("%w: %s", p.err, strings.TrimSpace(out.String()))
	}
	return nil
}

// start begins the server. SIGINT is Postgres' fast shutdown; the kernel sends it when we die.
func (f *folder) start(log *slog.Logger, program string, args ...string) (*process, error) {
	cmd := f.command(program, args...)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT
	// A pipe of our own: its write end lives on in the server's children, so exec.Cmd must not wait for its end.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = write, write
	p, err := begin(cmd)
	write.Close()
	if err != nil {
		read.Close()
		return nil, err
	}
	go p.listen(read, log)
	return p, nil
}

// begin starts cmd on a thread that stays alive as long as the child: Pdeathsig (prctl(2)) fires when the thread that
// forked ends, not the process.
func begin(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.exited)
		}
	}()
	return p, <-started
}

// listen passes the server's lines on to our log.
func (p *process) listen(from *os.File, log *slog.Logger) {
	defer from.Close()
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		text := lines.Text()
		p.mu.Lock()
		p.said = append(p.said, text)
		if len(p.said) > 5 {
			p.said = p.said[1:]
		}
		p.mu.Unlock()
		level := slog.LevelDebug
		if (strings.HasPrefix(text, "FATAL") || strings.HasPrefix(text, "PANIC")) && !p.ending.Load() {
			level = slog.LevelWarn
		}
		log.Log(context.Background(), level, "postgres: "+text)
	}
}

func (p *process) lastWords() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, " | ")
}

// end shuts the server down in order, and less politely when ctx or urgent says so; it returns when it is gone.
func (p *process) end(ctx context.Context, urgent <-chan struct{}) {
	p.ending.Store(true) // from here on it is no news that connections end
	p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.exited:
		return
	case <-ctx.Done():
	case <-urgent:
	}
	p.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-p.exited:
	case <-time.After(5 * time.Second):
		p.cmd.Process.Kill()
		<-p.exited
	}
}
