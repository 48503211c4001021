package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/jobs"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
	"pitdesk/web"
)

// mark stands in everything secret that the test below makes up. No name of ours holds it.
const mark = "zq7secret"

// collector is an OpenTelemetry collector that keeps what it is sent. Protocol Buffers hold texts as they are, so they can be looked for.
type collector struct {
	mu   sync.Mutex
	text map[string]*bytes.Buffer // by path
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.text[r.URL.Path] == nil {
		c.text[r.URL.Path] = &bytes.Buffer{}
	}
	c.text[r.URL.Path].Write(body)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (c *collector) at(path string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.text[path] == nil {
		return ""
	}
	return c.text[path].String()
}

// refusingRelay is an SMTP server that refuses every recipient, by name.
func refusingRelay(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				fmt.Fprint(conn, "220 relay.example\r\n")
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					switch verb, rest, _ := strings.Cut(lines.Text(), ":"); {
					case strings.HasPrefix(verb, "RCPT"):
						fmt.Fprintf(conn, "550 5.1.1 %s is unknown here\r\n", rest)
					case strings.HasPrefix(verb, "QUIT"):
						return
					default:
						fmt.Fprint(conn, "250 fine\r\n")
					}
				}
			}()
		}
	}()
	return "smtp://" + listener.Addr().String()
}

// TestNothingOfAnybodyIsLogged drives every way there is through processes of the program that log and trace as much as they
// can, with passwords, tokens, card numbers, names, addresses and words that would be known again, mails that the relay refuses
// and webhooks that fail. None of it is in a log line, a trace or a metric. By the way it sees to it that all metrics are told
// that the chart's alerts and its dashboard ask for.
func TestNothingOfAnybodyIsLogged(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	a.office = payments(t)
	fox := populate(ctx, t, a, "Lucky Fox")
	got := &collector{text: map[string]*bytes.Buffer{}}
	collects := httptest.NewServer(got)
	t.Cleanup(collects.Close)
	var hookSecret string
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		_, hookSecret, err = webhooks.Make(ctx, tx, webhooks.Owner{Tenant: &fox.ID}, webhooks.Draft{URL: "https://hooks.invalid/" + mark + "hook"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": t.TempDir(), "PITDESK_DATABASE_URL": a.settings.DatabaseURL,
		"PITDESK_CONTROL_DATABASE_URL": a.settings.ControlDatabaseURL, "PITDESK_PRIVATE_ADDR": "127.0.0.1:0", "PITDESK_LOG_LEVEL": "debug",
		"PITDESK_OTLP_URL": collects.URL, "PITDESK_TRACE_SHARE": "1", "OTEL_METRIC_EXPORT_INTERVAL": "500", "OTEL_BSP_SCHEDULE_DELAY": "200",
		"PITDESK_SMTP_URL": refusingRelay(t), "PITDESK_LINK_KEY": strings.Repeat("k", 40),
		"PITDESK_DNS_SERVERS": "127.0.0.1:1", "PITDESK_TOP_CASINOS": "5", "PITDESK_API_LIMIT": "0", "PITDESK_DRAIN_FOR": "1s"}
	serve, work := start(t, settings, "serve", "--no-jobs"), start(t, settings, "work")
	at := serve.served()
	serving, working := serve.watched(), work.watched()

	through, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(through); r.Out.Host = r.In.Host }, FlushInterval: -1, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {}}
	well, all, named := 0, 0, map[string]bool{}
	for i, w := range ways(a) {
		roles := credentials(w.surface, fox)
		role := authz.Admin
		if w.surface == web.Chat {
			role = authz.Player
		}
		if i%15 == 0 {
			fox.refresh(ctx, t)
			roles = credentials(w.surface, fox)
			for _, id := range fox.ids { // what addresses are made of
				named[id] = true
			}
		}
		all++
		if answered := ask(ctx, proxy, w, fox, fox.theirs(w.surface, role), roles[role]); answered.status < 400 {
			well++
		}
	}
	if well < all*2/3 {
		t.Errorf("%d of %d ways answered well", well, all)
	}

	// What people do, and what strangers try.
	home := "http://" + fox.Host + ":" + through.Port()
	const card = "4111 1111 1111 1111"
	token, conversation := chatWords(t, home, "my "+mark+"words and "+card)
	askAt(t, "POST", home+"/chat/api/conversations/"+conversation+"/messages", token, map[string]any{"client_id": mark + "client", "text": "again " + mark + "words 4242424242424242"})
	askAt(t, "POST", home+"/chat/api/conversations/"+conversation+"/messages", token, mark+"no message")
	askAt(t, "PUT", home+"/chat/api/conversations/"+conversation+"/address", token, map[string]any{"email": mark + "@people.example"})
	askAt(t, "POST", home+"/chat/api/session", mark+"bearer", map[string]any{"token": "eyJ" + mark + ".e30.x"})
	form := func(path string, values ...string) int {
		t.Helper()
		v := url.Values{}
		for i := 0; i < len(values); i += 2 {
			v.Set(values[i], values[i+1])
		}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, at+path, strings.NewReader(v.Encode()))
		r.Host = strings.TrimPrefix(home, "http://")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: fox.cookies[authz.Admin]})
		r.AddCookie(&http.Cookie{Name: mark, Value: mark + "cookie"})
		r.Header.Set("X-Forwarded-For", mark)
		r.Header.Set("Referer", home+"/"+mark)
		r.Header.Set("User-Agent", mark+"agent")
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	form("/sign-in?next=/"+mark, "email", mark+"@lucky-fox.example", "password", mark+"password")
	form("/forgot", "email", "ieva@lucky-fox.example")
	if status := form("/settings/people/invitations", "email", mark+"invited@lucky-fox.example", "name", mark+"name", "role", "operator", "language", "en", "team", fox.ids["team"]); status >= 400 {
		t.Errorf("the invitation answers %d", status)
	}
	for _, path := range []string{"/" + mark + "@people.example", "/reset/" + mark, "/enter/" + mark, "/visit/" + mark, "/invitation/" + mark, "/help/en/" + mark,
		"/help/en/search?q=" + mark, "/inbox?q=" + mark, "/v1/conversations?cursor=" + mark, "/v1/players/" + mark, "/files/" + mark + "/" + mark + "?signature=" + mark} {
		askAt(t, "GET", home+path, fox.keys[authz.Admin], nil)
	}
	askAt(t, "GET", "http://"+mark+".localhost:"+through.Port()+"/"+mark, mark+"key", nil)

	// Mails and webhooks fail, hints have gone both ways; then everything has been told.
	if err := tenants.In(tenants.With(ctx, fox.Tenant), fox.ID, func(ctx context.Context, tx bun.Tx) error {
		return jobs.Insert(ctx, tx, staff.LetterArgs{Tenant: fox.ID, ID: tenants.NewID(), Occasion: "nothing " + mark}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	for what, parts := range map[string][]string{
		"mail":     {"desk_mail_duration_seconds_count", `outcome="failed"`},
		"webhooks": {"desk_webhooks_tries_seconds_count", `outcome="`},
		"queues":   {"desk_jobs_oldest_seconds", `kind="`},
		"heads":    {"desk_jobs_succeeded_time_seconds", `kind="sign_heads"`},
		"hints":    {"desk_live_lag_seconds_count"},
	} {
		work.await(what, func() bool { return told(metrics(t, working), parts...) })
	}
	lines := append(metrics(t, serving), metrics(t, working)...)
	theChartAsksForWhatIsTold(t, lines)
	serve.stop() // which sends the last of it
	work.stop()
	traces := got.at("/v1/traces")
	for _, want := range []string{"POST /chat/api/conversations/{conversation}/messages", "GET /v1/conversations", "db select", "http.route", "job staff_letter"} {
		if !strings.Contains(traces, want) {
			t.Errorf("no trace tells of %q", want)
		}
	}
	if !strings.Contains(got.at("/v1/metrics"), "desk.http.duration") {
		t.Error("the collector was sent no metrics")
	}
	if n := strings.Count(serve.err.String(), `"trace_id"`); n < 100 {
		t.Errorf("%d lines of the log name their trace", n)
	}

	secrets := []string{mark, card, "4111111111111111", "4242424242424242", "4242 4242", hookSecret, token, fox.bearer, "ieva@", "ruta@", "lena@"}
	for _, each := range []map[authz.Role]string{fox.cookies, fox.keys} {
		for _, secret := range each {
			secrets = append(secrets, secret)
		}
	}
	for _, words := range fox.written {
		if len(words) > 8 && !named[words] {
			secrets = append(secrets, words)
		}
	}
	where := map[string]string{"serve's log": serve.err.String(), "work's log": work.err.String(), "traces": traces,
		"metrics": strings.Join(lines, "\n"), "metrics sent": got.at("/v1/metrics")}
	for place, text := range where {
		for _, secret := range secrets {
			if at := strings.Index(text, secret); secret != "" && at >= 0 {
				t.Errorf("%s: %q stands there: …%s…", place, secret, text[max(0, at-300):min(len(text), at+100)])
			}
		}
	}
	t.Logf("%d of %d ways answered well; %d secrets looked for in %d lines of logs, %d KB of traces and %d lines of metrics",
		well, all, len(secrets), strings.Count(where["serve's log"]+where["work's log"], "\n"), len(traces)>>10, len(lines))
}

// elsewhere are the metrics that a deployment tells only when something is as it isn't in this test, and what shows them.
var elsewhere = map[string]string{
	"desk_casinos_busiest":             "told after five minutes; internal/telemetry: TestTheBusiestAreFoundAmongThousands",
	"desk_certificates_first_seconds":  "there is no certificate; tenants/certificates: TestCertificatesThatAreLateAreCounted",
	"desk_licences_alerts_total":       "no alert is raised",
	"desk_live_lost_total":             "no stream misses anything; internal/live: TestABurstBecomesAWordToLookAgain",
	"desk_webhooks_lag_seconds_bucket": "no receiver takes anything; internal/webhooks: TestTriesAreCountedByOutcome",
}

// theChartAsksForWhatIsTold holds the names in the chart's rules and dashboard against the metrics that are told.
func theChartAsksForWhatIsTold(t *testing.T, lines []string) {
	t.Helper()
	asked := map[string]bool{}
	for _, file := range []string{"alerts.yaml", "dashboard.json"} {
		text, err := os.ReadFile("../../charts/pitdesk/files/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\b(desk|process|go)_[a-z_]+\b`).FindAllString(string(text), -1) {
			asked[name] = true
		}
	}
	if len(asked) < 25 {
		t.Errorf("%d metrics are asked for", len(asked))
	}
	for name := range asked {
		if _, ok := elsewhere[name]; !ok && !told(lines, name+"{") && !told(lines, name+" ") {
			t.Errorf("%s is asked for and isn't told", name)
		}
	}
}
