package many

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Process is one run of the program after the other, in one place of a deployment: what is started in it anew takes its
// settings over.
type Process struct {
	Name     string
	Binary   string
	Args     []string
	Settings map[string]string

	log    journal
	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{}
	began  int // where the present run begins in the log
	addr   string
}

// journal collects what a process writes.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// Start runs the program and returns once it serves or works.
func (p *Process) Start(t testing.TB) {
	t.Helper()
	if err := p.run(); err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	if err := p.up(2 * time.Minute); err != nil {
		t.Fatalf("%s: %v\n%s", p.Name, err, tail(p.Log()))
	}
}

// run starts the process from a thread that lives as long as it does: should the tests be killed, the process goes with them
// (prctl(2), PR_SET_PDEATHSIG: the parent is the thread).
func (p *Process) run() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd := exec.Command(p.Binary, p.Args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR"), "HOME=" + os.Getenv("HOME")}
	for name, value := range p.Settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.began, p.addr = len(p.log.String()), ""
	p.exited = make(chan struct{})
	started, exited := make(chan error), p.exited
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(exited)
	}()
	p.cmd = cmd
	return <-started
}

var serving = regexp.MustCompile(`"msg":"serving","address":"([^"]+)"`)

// up waits until the process says that it serves or works.
func (p *Process) up(within time.Duration) error {
	deadline := time.After(within)
	for {
		said := p.Log()[p.began:]
		if m := serving.FindStringSubmatch(said); m != nil {
			p.mu.Lock()
			p.addr = m[1]
			p.mu.Unlock()
			return nil
		}
		if strings.Contains(said, `"msg":"working"`) {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("ended before it was up: %v", p.cmd.ProcessState)
		case <-deadline:
			return fmt.Errorf("not up within %s", within)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Address is where a serving process listens; it changes with each start.
func (p *Process) Address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addr
}

// PID is the process's id.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd.Process.Pid
}

// Log is everything that was written by all runs.
func (p *Process) Log() string { return p.log.String() }

// Kill ends the process as a machine that fails does, without a word (SIGKILL).
func (p *Process) Kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended()
}

// Stop asks the process to end, as a supervisor does, and returns how long it took. It must end with 0.
func (p *Process) Stop(t testing.TB) time.Duration {
	t.Helper()
	began := time.Now()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended():
	case <-time.After(time.Minute):
		t.Errorf("%s did not stop within a minute", p.Name)
		p.Kill()
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("%s ended with %d:\n%s", p.Name, code, tail(p.Log()))
	}
	return time.Since(began)
}

// Replace stops the process and starts another program in its place.
func (p *Process) Replace(t testing.TB, binary string) {
	t.Helper()
	p.Stop(t)
	p.Binary = binary
	p.Start(t)
}

func (p *Process) ended() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exited
}

func (p *Process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Signal(s)
}

// request lines fill a log; what went wrong stands between them.
var requests = regexp.MustCompile(`(?m)^\{[^\n]*"msg":"request"[^\n]*"status":[1-4]\d\d,[^\n]*\n`)

func tail(s string) string {
	s = requests.ReplaceAllString(s, "")
	return s[max(0, len(s)-4000):]
}
