package many_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pitdesk/e2e/many"
)

// visits are readers of pages: strangers at the help centre and an agent at the inbox.
type visits struct {
	Tally  many.Tally
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// visit begins to read pages of the first casino, one after the other, until stop.
func visit(t *testing.T, d *many.Desk) *visits {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	v := &visits{cancel: cancel}
	t.Cleanup(v.stop)
	casino := d.Casinos[0]
	reader := &visitor{t: t, base: "http://127.0.0.1:" + d.Balancer.Port(), host: casino.Host, tally: &v.Tally}
	agent := &visitor{t: t, base: reader.base, host: casino.Host, tally: &v.Tally}
	if status := agent.ask(ctx, http.MethodPost, "/sign-in", url.Values{"email": {casino.Staff[0].Email}, "password": {casino.Staff[0].Password}}); status != http.StatusSeeOther || agent.cookie == "" {
		t.Fatalf("the agent's sign-in is answered with %d", status)
	}
	v.done.Go(func() {
		reader.read(ctx, http.StatusOK, "/help/en", "/chat", "/theme.css", "/licences", "/sign-in")
	})
	v.done.Go(func() { agent.read(ctx, http.StatusOK, "/inbox", "/inbox/boxes", "/account", "/answers") })
	return v
}

func (v *visits) stop() {
	v.cancel()
	v.done.Wait()
}

type visitor struct {
	t                  *testing.T
	base, host, cookie string
	tally              *many.Tally
}

// read asks for pages in turn, each of which is to be answered so.
func (v *visitor) read(ctx context.Context, want int, paths ...string) {
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		path := paths[n%len(paths)]
		if got := v.ask(ctx, http.MethodGet, path, nil); got != want && got != 0 && got < 500 {
			v.t.Errorf("%s is answered with %d", path, got)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// ask sends a request and keeps the sign-in's cookie.
func (v *visitor) ask(ctx context.Context, method, path string, form url.Values) int {
	r, err := http.NewRequestWithContext(ctx, method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Error(err)
		return 0
	}
	r.Host = v.host
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	began := time.Now()
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	if ctx.Err() != nil {
		return 0
	}
	if err != nil {
		v.tally.Note(0, time.Since(began), method+" "+path+": "+err.Error())
		return 0
	}
	v.tally.Note(answer.StatusCode, time.Since(began), method+" "+path)
	for _, c := range answer.Cookies() {
		if method == http.MethodPost {
			v.cookie = c.Name + "=" + c.Value
		}
	}
	return answer.StatusCode
}
