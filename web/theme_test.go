package web_test

import (
	"context"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
)

// paint changes a casino's brand and shows it.
func paint(ctx context.Context, t testing.TB, at tenants.Tenant, change func(b *brands.Brand)) {
	t.Helper()
	err := tenants.In(tenants.With(ctx, at), at.ID, func(ctx context.Context, tx bun.Tx) error {
		b, err := brands.Get(ctx, tx)
		if err != nil {
			return err
		}
		change(&b)
		return brands.Set(ctx, tx, b)
	})
	if err != nil {
		t.Fatal(err)
	}
}

var themeLink = regexp.MustCompile(`href="(/theme\.css\?v=[\w-]+)"`)

// themeOf is the address of the theme that a page asks for.
func themeOf(t testing.TB, b *browser, page string) string {
	t.Helper()
	m := themeLink.FindStringSubmatch(b.Get(page).Text)
	if m == nil {
		t.Fatalf("%s asks for no theme", page)
	}
	return m[1]
}

func TestAThemeIsKeptByWhatItHolds(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	paint(ctx, t, fox, func(b *brands.Brand) { b.Accent = "#c2410c" })
	at := h.Browser(t, fox)
	address := themeOf(t, at, "/sign-in")
	a := at.Get(address)
	if !strings.Contains(a.Text, "--color-primary:#c2410c") || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %v\n%s", address, a.Header, a.Text)
	}
	at.Header.Set("If-None-Match", a.Header.Get("ETag"))
	for _, other := range []string{"/theme.css", "/theme.css?v=other"} {
		if b := at.Get(other); b.StatusCode != 304 || strings.Contains(b.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", other, b.StatusCode, b.Header)
		}
	}
	at.Header.Del("If-None-Match")

	// Warm, it costs no query; changed, it is another one at once.
	pool, app, counter := h.DB.Counted(t)
	h.Pools.App, h.Pools.AppPool = app, pool
	counter.Taken()
	at.Get(address)
	at.Get("/sign-in")
	if sent := counter.Taken(); len(sent) > 0 {
		t.Errorf("a warm theme asks the database:\n%s", strings.Join(sent, "\n"))
	}
	paint(ctx, t, fox, func(b *brands.Brand) { b.Accent, b.Corners = "#0f766e", brands.Square })
	next := themeOf(t, at, "/sign-in")
	if css := at.Get(next).Text; next == address || !strings.Contains(css, "#0f766e") || !strings.Contains(css, "--radius-box:0;") {
		t.Errorf("%s after the change:\n%s", next, css)
	}
	if themeOf(t, h.Browser(t, reel), "/sign-in") == next {
		t.Error("another casino has the same theme")
	}
}

// TestABrandIsSeenInEveryProcess changes a brand in one process and looks at pages and launcher of another.
func TestABrandIsSeenInEveryProcess(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	_, elsewhere := sample.Over(t, h.DB)
	watching, stop := context.WithCancel(elsewhere)
	defer stop()
	go h.Pools.Doors.Watch(h.Context(watching), slog.New(slog.NewTextHandler(io.Discard, nil)))
	at := h.Browser(t, fox)
	before := themeOf(t, at, "/sign-in")
	at.Get("/chat.js")
	began := time.Now()
	paint(elsewhere, t, fox, func(b *brands.Brand) { b.Accent, b.Bottom = "#c2410c", 77 })
	for themeOf(t, at, "/sign-in") == before || !strings.Contains(at.Get("/chat.js").Text, `"bottom":77`) {
		if time.Since(began) > 5*time.Second {
			t.Fatal("after five seconds another process still shows the old brand")
		}
	}
	t.Logf("seen after %s", time.Since(began).Round(time.Millisecond))
}
