package main

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
)

var privateAddress = regexp.MustCompile(`"msg":"watched","address":"[^"]*:(\d+)"`)

// watched waits for the private address and returns it.
func (p *program) watched() string {
	p.Helper()
	p.await("the private address", func() bool { return privateAddress.MatchString(p.err.String()) })
	return "http://127.0.0.1:" + privateAddress.FindStringSubmatch(p.err.String())[1]
}

// metrics is what a private address tells, a line each.
func metrics(t *testing.T, at string) []string {
	t.Helper()
	status, text := askAt(t, "GET", at+"/metrics", "", nil)
	if status != http.StatusOK {
		t.Fatalf("/metrics: %d %s", status, text)
	}
	return strings.Split(text, "\n")
}

// told says whether a line of metrics has all the parts.
func told(lines []string, parts ...string) bool {
	for _, line := range lines {
		all := !strings.HasPrefix(line, "#")
		for _, part := range parts {
			all = all && strings.Contains(line, part)
		}
		if all {
			return true
		}
	}
	return false
}

// external are the settings of a process on a database of the test's own.
func external(t *testing.T, more map[string]string) map[string]string {
	t.Helper()
	db := pgtest.New(t)
	all := map[string]string{"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": t.TempDir(), "PITDESK_DATABASE_URL": db.AppURL,
		"PITDESK_CONTROL_DATABASE_URL": db.ControlURL, "PITDESK_PRIVATE_ADDR": "127.0.0.1:0"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

func TestServeAndWorkAreWatchedAtAPortOfTheirOwn(t *testing.T) {
	t.Parallel()
	settings := external(t, nil)
	serve, work := start(t, settings, "serve", "--no-jobs"), start(t, settings, "work")
	public, private, worker := serve.served(), serve.watched(), work.watched()
	for _, at := range []string{private, worker} {
		for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
			if status, text := askAt(t, "GET", at+path, "", nil); status != http.StatusOK || text != want {
				t.Errorf("%s%s: %d %q", at, path, status, text)
			}
		}
		if status, _ := askAt(t, "GET", at+"/debug/pprof/", "", nil); status != http.StatusNotFound {
			t.Errorf("profiles that nobody asked for: %d", status)
		}
	}
	if !told(metrics(t, worker), "desk_build_info", `role="work"`) || !told(metrics(t, private), "desk_build_info", `role="serve"`) {
		t.Error("a process doesn't tell what it does")
	}
	if !told(metrics(t, worker), "desk_db_conns_most", `pool="jobs"`, "} 8") || !told(metrics(t, private), "desk_db_conns_most", `pool="app"`, "} 32") {
		t.Error("a pool isn't told of")
	}
	// Nothing of this is at the public address.
	if status, text := askAt(t, "GET", public+"/metrics", "", nil); status == http.StatusOK || strings.Contains(text, "desk_") {
		t.Errorf("/metrics at the public address: %d %s", status, text)
	}
	serve.stop()
	work.stop()
}

func TestRequestsAreCountedByRouteAndNeverByPath(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, map[string]string{"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": data, "PITDESK_PRIVATE_ADDR": "127.0.0.1:0",
		"PITDESK_PROFILES": "true", "PITDESK_TOP_CASINOS": "5"}, "demo")
	facts := p.demo(data)
	private, fox := p.watched(), facts.Casinos[0]
	for path, key := range map[string]string{"/help/en/no-such-article": "", "/no/such/page": "", "/v1/conversations": fox.APIKey, "/v1/conversations/cnv_x": fox.APIKey} {
		askAt(t, "GET", fox.URL+path, key, nil)
	}
	askAt(t, "GET", facts.BaseURL+"/", "", nil)
	askAt(t, "GET", facts.Console.URL+"/sign-in", "", nil)
	stream := send(t, "GET", fox.URL+"/v1/stream", fox.APIKey, nil)
	if line, err := bufio.NewReader(stream.Body).ReadString('\n'); err != nil {
		t.Fatalf("the stream began with %q, %v", line, err)
	}
	lines := metrics(t, private)
	for _, want := range [][]string{
		{"desk_http_duration_seconds_count", `route="GET /help/{language}/{slug}"`, `status="4xx"`, `surface="casino"`, "} 1"},
		{"desk_http_duration_seconds_count", `route="none"`, `status="4xx"`, `surface="casino"`, "} 1"},
		{"desk_http_duration_seconds_count", `route="GET /v1/conversations"`, `status="2xx"`, `surface="api"`, "} 1"},
		{"desk_http_duration_seconds_count", `route="GET /v1/conversations/{conversation}"`, `status="4xx"`, `surface="api"`, "} 1"},
		{"desk_http_duration_seconds_count", `surface="site"`, `status="`},
		{"desk_http_duration_seconds_count", `route="GET /sign-in"`, `surface="console"`},
		{"desk_streams_open", `route="GET /v1/stream"`, "} 1"},
		{"desk_streams_begun_total", `route="GET /v1/stream"`, "} 1"},
		{"desk_db_query_duration_seconds_count", `pool="app"`, `verb="select"`},
		{"go_goroutines"}, {"process_resident_memory_bytes"},
	} {
		if !told(lines, want...) {
			t.Errorf("nothing tells of %q", want)
		}
	}
	for _, line := range lines {
		if strings.Contains(line, "no-such-article") || strings.Contains(line, "cnv_x") || strings.Contains(line, fox.Host) || strings.Contains(line, "/no/such") {
			t.Errorf("a path or host is told: %s", line)
		}
	}
	stream.Body.Close()
	p.await("the stream's end", func() bool { return told(metrics(t, private), "desk_streams_open", `route="GET /v1/stream"`, "} 0") })
	if status, _ := askAt(t, "GET", private+"/debug/pprof/cmdline", "", nil); status != http.StatusOK {
		t.Errorf("profiles that were asked for: %d", status)
	}
}

func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	p := start(t, external(t, map[string]string{"PITDESK_OTLP_URL": gone.URL, "PITDESK_TRACE_SHARE": "1", "OTEL_METRIC_EXPORT_INTERVAL": "100"}), "serve")
	at := p.served()
	p.await("a complaint in the log", func() bool { return strings.Contains(p.err.String(), "telemetry can't be sent") })
	began := time.Now()
	if status, _ := askAt(t, "GET", at+"/readyz", "", nil); status != http.StatusOK {
		t.Errorf("/readyz: %d", status)
	}
	t.Logf("answered in %s, stopped in %s", time.Since(began), p.stop())
	if n := strings.Count(p.err.String(), "telemetry can't be sent"); n > 2 {
		t.Errorf("the log complains %d times", n)
	}
}
