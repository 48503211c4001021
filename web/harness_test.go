package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/web"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a served deployment with a database of its own.
type house struct {
	*sample.Desk
	Server *web.Server
	Office atomic.Pointer[billing.Office] // nil: billing is off
	base   string
}

// open serves a new deployment until t ends.
func open(t testing.TB) (*house, context.Context) {
	t.Helper()
	d, ctx := sample.New(t)
	files, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{Desk: d, Server: &web.Server{
		Config: web.Config{Scheme: "http"}, Pools: d.Pools, Hub: d.Hub, Sessions: staff.NewSessions(),
		Files: files, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}}
	listening := httptest.NewUnstartedServer(h.Server.Handler())
	listening.Config.BaseContext = func(net.Listener) context.Context {
		return staff.WithSeats(context.WithoutCancel(ctx), billing.SeatLimit{})
	}
	listening.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return billing.With(ctx, h.Office.Load()) }
	listening.Start()
	t.Cleanup(listening.Close)
	t.Cleanup(h.Server.Drain)
	h.base = listening.URL
	return h, ctx
}

// browser is somebody at one casino's host, with the cookies that host gave.
type browser struct {
	t       testing.TB
	base    string
	host    string
	Cookies map[string]string
	Header  http.Header // sent with every request
}

// Browser opens a browser without cookies at a casino.
func (h *house) Browser(t testing.TB, at tenants.Tenant) *browser {
	return &browser{t: t, base: h.base, host: at.Host, Cookies: map[string]string{}, Header: http.Header{}}
}

// SignedIn is a browser in which a member is signed in already.
func (h *house) SignedIn(ctx context.Context, t testing.TB, at tenants.Tenant, who authz.Actor) *browser {
	t.Helper()
	b := h.Browser(t, at)
	sample.As(ctx, t, at, who, func(ctx context.Context, tx bun.Tx) error {
		token, err := h.Server.Sessions.Begin(ctx, tx, who.ID, true, "127.0.0.1", "test")
		b.Cookies["__Host-session"] = token
		return err
	})
	return b
}

// Password gives a member a password.
func (h *house) Password(ctx context.Context, t testing.TB, at tenants.Tenant, who authz.Actor, password string) {
	t.Helper()
	sample.As(ctx, t, at, who, func(ctx context.Context, tx bun.Tx) error {
		return staff.SetPassword(ctx, tx, who.ID, password)
	})
}

// answer is a whole response, read.
type answer struct {
	*http.Response
	Text string
}

// Doc is the answer as HTML.
func (a *answer) Doc(t testing.TB) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(a.Text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Location is where the answer sends the browser, "" when nowhere.
func (a *answer) Location() string { return a.Header.Get("Location") }

// Get asks for a page; redirects aren't followed.
func (b *browser) Get(path string) *answer { b.t.Helper(); return b.Do("GET", path, "", nil) }

// Post sends a form, as a page of the same host would. Fields are name, value, name, value.
func (b *browser) Post(path string, fields ...string) *answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.Do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// Do sends a request with the browser's cookies and keeps those that come back.
func (b *browser) Do(method, path, kind string, body io.Reader) *answer {
	b.t.Helper()
	a, err := b.try(method, path, kind, body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (b *browser) try(method, path, kind string, body io.Reader) (*answer, error) {
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		return nil, err
	}
	r.Host = b.host
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, values := range b.Header {
		r.Header[name] = values
	}
	for name, value := range b.Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
		} else {
			b.Cookies[c.Name] = c.Value
		}
	}
	return &answer{res, string(text)}, nil
}
