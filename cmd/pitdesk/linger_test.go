package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
)

func TestAProcessThatLeavesServesUntilRequestsGoElsewhere(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	settings := served(t, db)
	settings["PITDESK_LINGER"] = "4s"
	p := start(t, settings, "serve")
	at := strings.Replace(p.served(), "127.0.0.1", fox.Host, 1)
	ask := func(path string) *http.Response {
		res := send(t, "GET", at+path, "", nil)
		res.Body.Close()
		return res
	}
	if got := ask("/readyz"); got.StatusCode != 200 || got.Close {
		t.Fatalf("readyz answers %d, and the connection is closed: %v", got.StatusCode, got.Close)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.await("readyz to send requests elsewhere", func() bool { return ask("/readyz").StatusCode == 503 })
	if got := ask("/sign-in"); got.StatusCode != 200 || !got.Close {
		t.Errorf("a late visitor is answered with %d, and the connection is closed: %v", got.StatusCode, got.Close)
	}
	if code := p.end(stopWithin); code != 0 {
		t.Errorf("it ends with %d", code)
	}
}

func TestAnImpatientEndIsRefused(t *testing.T) {
	t.Parallel()
	for linger, drain := range map[string]string{"21s": "1s", "-1s": "1s", "10s": "20s"} {
		p := start(t, map[string]string{"PITDESK_DATA": t.TempDir(), "PITDESK_LINGER": linger, "PITDESK_DRAIN_FOR": drain}, "serve")
		if code := p.end(time.Minute); code != 2 || !strings.Contains(p.err.String(), "PITDESK_LINGER") || !strings.Contains(p.err.String(), "27s") {
			t.Errorf("%s and %s end with %d: %s", linger, drain, code, p.err.String())
		}
	}
}
