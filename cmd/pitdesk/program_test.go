package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// runsMain makes the test's own binary the program: TestMain calls main when it is set.
const runsMain = "PITDESK_TEST_RUNS_MAIN"

// program is pitdesk as a process of its own.
type program struct {
	*testing.T
	cmd    *exec.Cmd
	out    log // what it prints for people
	err    log // its JSON log, and complaints
	exited chan struct{}
}

// log collects what a process writes, and can be waited on.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs a command of pitdesk with settings and nothing else in its environment, and kills it after t.
func start(t *testing.T, settings map[string]string, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{T: t, cmd: exec.Command(self, args...), exited: make(chan struct{})}
	p.cmd.Env = []string{runsMain + "=1", "PITDESK_LINGER=0s", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR")}
	for name, value := range settings {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.exited) }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("%v said:\n%s%s", args, p.out.String(), tail(p.err.String()))
		}
	})
	return p
}

func tail(s string) string { return s[max(0, len(s)-4000):] }

// await waits until ready, and fails when the process ends before.
func (p *program) await(what string, ready func() bool) {
	p.Helper()
	for deadline := time.After(2 * time.Minute); !ready(); {
		select {
		case <-p.exited:
			p.Fatalf("ended (%v) before: %s", p.cmd.ProcessState, what)
		case <-deadline:
			p.Fatalf("not within two minutes: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// end waits for the process to end and returns its exit code.
func (p *program) end(within time.Duration) int {
	p.Helper()
	select {
	case <-p.exited:
	case <-time.After(within):
		p.Fatalf("still running after %s", within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// stop asks the process to end as a supervisor does, and wants it to succeed within the limit.
func (p *program) stop() time.Duration {
	p.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	if code := p.end(stopWithin); code != 0 {
		p.Errorf("SIGTERM ended it with %d", code)
	}
	return time.Since(began)
}

var address = regexp.MustCompile(`"msg":"serving","address":"[^"]*:(\d+)"`)

// served waits for serve to listen and returns its address.
func (p *program) served() string {
	p.Helper()
	p.await("serving", func() bool { return address.MatchString(p.err.String()) })
	return "http://127.0.0.1:" + address.FindStringSubmatch(p.err.String())[1]
}

// demo waits for the demo to print its sign-ins and returns its demo.json.
func (p *program) demo(data string) demoFacts {
	p.Helper()
	p.await("the demo's sign-ins", func() bool { return strings.Contains(p.out.String(), "golden-reel-admin-demo") })
	text, err := os.ReadFile(filepath.Join(data, "demo.json"))
	if err != nil {
		p.Fatal(err)
	}
	var facts demoFacts
	if err := json.Unmarshal(text, &facts); err != nil {
		p.Fatal(err)
	}
	return facts
}

// askAt sends a request to a casino's host and returns the answer's status and body.
func askAt(t *testing.T, method, url, bearer string, body any) (int, string) {
	t.Helper()
	res := send(t, method, url, bearer, body)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func send(t *testing.T, method, url, bearer string, body any) *http.Response {
	t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, content)
	if err != nil {
		t.Fatal(err)
	}
	// *.localhost is this machine (RFC 6761, section 6.3), though not every resolver knows it.
	r.Host = r.URL.Host
	r.URL.Host = "127.0.0.1:" + r.URL.Port()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// chatWords opens a visitor's chat and returns its token and conversation.
func chatWords(t *testing.T, url, words string) (token, conversation string) {
	t.Helper()
	status, body := askAt(t, "POST", url+"/chat/api/session", "", map[string]any{})
	var session struct{ Token string }
	if err := json.Unmarshal([]byte(body), &session); err != nil || status != 201 {
		t.Fatalf("session: %d %s", status, body)
	}
	status, body = askAt(t, "POST", url+"/chat/api/conversations", session.Token, map[string]any{"client_id": fmt.Sprintf("test-%d", time.Now().UnixNano()), "text": words})
	var started struct{ Conversation struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &started); err != nil || status != 201 {
		t.Fatalf("start: %d %s", status, body)
	}
	return session.Token, started.Conversation.ID
}
