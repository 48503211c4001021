package console_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/web"
	"pitdesk/web/console"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a served console with a database of its own.
type house struct {
	*sample.Desk
	Console *console.Server
	handler http.Handler
}

func open(t testing.TB) (*house, context.Context) {
	t.Helper()
	d, ctx := sample.New(t)
	h := &house{Desk: d, Console: console.New(console.Options{Config: web.Config{Scheme: "http", Base: "localhost", Vendor: "Pitdesk"},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Address: func(*http.Request) string { return "192.0.2.7" }})}
	inner := h.Console.Handler()
	h.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(d.Context(r.Context())))
	})
	return h, ctx
}

// reseller makes a reseller.
func reseller(ctx context.Context, t testing.TB, slug, name string) uuid.UUID {
	t.Helper()
	id := tenants.NewID()
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into control.resellers (id, slug, name, email) values (?, ?, ?, ?)`, id, slug, name, "office@"+slug+".example")
		return err
	})
	return id
}

// person makes somebody above casinos; of is their reseller, or tenants.Nobody.
func person(ctx context.Context, t testing.TB, of uuid.UUID, name, email string) office.Person {
	t.Helper()
	var p office.Person
	above(ctx, t, func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = office.Add(ctx, tx, office.New{Reseller: of, Name: name, Email: email})
		return err
	})
	return p
}

// factored gives a person a second factor, as the deployment's own must have.
func factored(ctx context.Context, t testing.TB, p office.Person) {
	t.Helper()
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `update control.console_people set totp_secret = 'JBSWY3DPEHPK3PXP', totp_at = now() where id = ?`, p.ID)
		return err
	})
}

func above(ctx context.Context, t testing.TB, fn func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	if err := tenants.Above(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

// browser is somebody at the console, with the cookies it gave.
type browser struct {
	t       testing.TB
	h       *house
	cookies map[string]string
}

func (h *house) browser(t testing.TB) *browser { return &browser{t, h, map[string]string{}} }

// in is a browser in which a person is signed in already.
func (h *house) in(ctx context.Context, t testing.TB, p office.Person) *browser {
	t.Helper()
	b := h.browser(t)
	if p.Reseller == tenants.Nobody {
		factored(ctx, t, p)
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		token, err := office.Begin(ctx, tx, p.ID, office.From{Address: "192.0.2.7"})
		b.cookies["__Host-session"] = token
		return err
	})
	return b
}

type answer struct {
	status int
	header http.Header
	text   string
}

func (a answer) doc(t testing.TB) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(a.text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (b *browser) get(path string) answer { return b.do(http.MethodGet, path, nil) }

// post sends a form: name, value, name, value.
func (b *browser) post(path string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://console.localhost"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.h.handler.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return answer{rec.Code, rec.Header(), rec.Body.String()}
}

func parse(id string) (uuid.UUID, error) { return uuid.Parse(id) }
