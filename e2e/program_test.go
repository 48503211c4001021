package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program, built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "desk")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/pitdesk").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// folder holds what the tests build and start; it goes when they end.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "e2e"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// program is a running demo.
type program struct {
	facts
	port string
	data string
	cmd  *exec.Cmd
	log  *lockedLog
}

// facts are demo.json.
type facts struct {
	BaseURL string `json:"base_url"`
	Casinos []struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Host    string `json:"host"`
		URL     string `json:"url"`
		Site    string `json:"site"`
		APIKey  string `json:"api_key"`
		ChatKey struct {
			ID     string `json:"id"`
			Secret string `json:"secret"`
			Alg    string `json:"alg"`
		} `json:"chat_key"`
		Staff []struct {
			Role     string `json:"role"`
			Email    string `json:"email"`
			Password string `json:"password"`
		} `json:"staff"`
		Player struct {
			Sub  string `json:"sub"`
			Name string `json:"name"`
		} `json:"player"`
		Conversation string `json:"conversation"`
	} `json:"casinos"`
}

type lockedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs the demo on a free port with a data folder of its own, and stops it after t.
func start(t testing.TB) *program {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	data, err := os.MkdirTemp(folder, "data")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{port: port, data: data, log: &lockedLog{}}
	p.run(t)
	t.Cleanup(func() {
		p.stop(t)
		if t.Failed() {
			text := p.log.String()
			t.Logf("the program said:\n%s", text[max(0, len(text)-6000):])
		}
	})
	return p
}

// run starts the program and waits until it serves.
func (p *program) run(t testing.TB) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(path, "demo")
	p.cmd.Env = append(os.Environ(), "PITDESK_ADDR=127.0.0.1:"+p.port, "PITDESK_DATA="+p.data, "PITDESK_LOG_LEVEL=warn")
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, 60*time.Second, "the program serves", func() bool {
		answer, err := http.Get("http://127.0.0.1:" + p.port + "/readyz")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	until(t, 10*time.Second, "demo.json is there", func() bool {
		text, err := os.ReadFile(filepath.Join(p.data, "demo.json"))
		return err == nil && json.Unmarshal(text, &p.facts) == nil && len(p.Casinos) == 2
	})
}

// stop asks the program to end and waits until it has.
func (p *program) stop(t testing.TB) {
	t.Helper()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		t.Errorf("the program did not stop within 30 s of SIGTERM")
	}
	p.cmd = nil
}

// until asks again and again whether something is so, and fails t when it isn't in time.
func until(t testing.TB, limit time.Duration, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", limit, what)
		case <-tick.C:
		}
	}
}
