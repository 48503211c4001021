package web_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

// vouched gives a casino a host without asking the DNS.
func vouched(ctx context.Context, t *testing.T, at tenants.Tenant, host string) {
	t.Helper()
	sample.As(ctx, t, at, authz.System(at.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := domains.Vouch(ctx, tx, host)
		return err
	})
}

func TestACookieStaysAtItsHost(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	vouched(ctx, t, fox, "help.luckyfox.example")
	vouched(ctx, t, fox, "luckyfox.example")
	who := sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	h.Password(ctx, t, fox, who, "seven slow owls")
	signIn := func(host string) *http.Response {
		t.Helper()
		b := h.Browser(t, fox).at(host)
		a := b.Post("/sign-in", "email", "ieva@lucky-fox.example", "password", "seven slow owls")
		if a.StatusCode != http.StatusSeeOther || a.Location() != "/inbox" && a.Location() != "/" {
			t.Fatalf("sign in at %s: %d %s", host, a.StatusCode, a.Location())
		}
		return a.Response
	}
	for _, host := range []string{"lucky-fox.localhost", "luckyfox.example"} {
		res := signIn(host)
		for _, line := range res.Header.Values("Set-Cookie") {
			// RFC 6265bis, section 4.1.3.2: with the prefix, a browser takes it only when it is Secure, without Domain, for all paths.
			if !strings.HasPrefix(line, "__Host-") || !strings.Contains(line, "; Secure") || !strings.Contains(line, "; HttpOnly") ||
				!strings.Contains(line, "; Path=/;") || strings.Contains(strings.ToLower(line), "domain=") {
				t.Errorf("%s sets %q", host, line)
			}
		}
		// A jar as browsers keep them: what one host set goes back to that host alone, not to those under it or beside it.
		jar, _ := cookiejar.New(nil)
		jar.SetCookies(&url.URL{Scheme: "https", Host: host}, res.Cookies())
		for _, other := range []string{"lucky-fox.localhost", "golden-reel.localhost", "help.luckyfox.example", "luckyfox.example", "localhost", "example"} {
			if n := len(jar.Cookies(&url.URL{Scheme: "https", Host: other})); (n > 0) != (other == host) {
				t.Errorf("%s is sent %d cookies of %s", other, n, host)
			}
		}
	}

	// Who carries a session over by hand gets nowhere with another casino, whichever of its hosts.
	session := signIn("help.luckyfox.example").Cookies()[0].Value
	vouched(ctx, t, reel, "help.golden-reel.example")
	for _, host := range []string{reel.Host, "help.golden-reel.example"} {
		b := h.Browser(t, reel).at(host)
		b.Cookies["__Host-session"] = session
		if a := b.Get("/inbox"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Location(), "/sign-in") {
			t.Errorf("Lucky Fox's session at %s: %d %s", host, a.StatusCode, a.Location())
		}
	}
}

// Whatever a proxy or a stranger says of the host, the request's own is believed, and links lead to the main one.
func TestOtherHeadersNameNoHost(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	sample.Tenant(ctx, t, "Golden Reel")
	h.Server.Config.TrustedProxies = 1
	who := sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	h.Password(ctx, t, fox, who, "seven slow owls")
	b := h.Browser(t, fox)
	b.Header.Set("X-Forwarded-Host", "golden-reel.localhost")
	b.Header.Set("Forwarded", `host="golden-reel.localhost";proto=https`)
	b.Header.Set("X-Forwarded-Proto", "https")
	if a := b.Get("/sign-in"); !strings.Contains(a.Text, "Lucky Fox") || strings.Contains(a.Text, "Golden Reel") {
		t.Error("another header chose the casino")
	}
	b.Post("/forgot", "email", "ieva@lucky-fox.example")
	mails := h.Letters(ctx, t)
	if len(mails) != 1 || strings.Contains(mails[0].Text, "golden-reel") {
		t.Errorf("the link's mail is %+v", mails)
	}
	stranger := h.Browser(t, fox).at("golden-reel.localhost.evil.example")
	if a := stranger.Get("/sign-in"); a.StatusCode != http.StatusNotFound || strings.Contains(a.Text, "Golden Reel") {
		t.Errorf("a host that is nobody's: %d", a.StatusCode)
	}
}

// At whichever host a page is read, it names its address at the main one.
func TestPagesNameTheirAddressAtTheMainHost(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	vouched(ctx, t, fox, "help.luckyfox.example")
	sample.Article(ctx, t, fox, "", sample.Text{Language: "en", Title: "How to withdraw"})
	canonical := func(host string) string {
		t.Helper()
		a := h.Browser(t, fox).at(host).Get("/help/en")
		address, _ := a.Doc(t).Find(`link[rel="canonical"]`).Attr("href")
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", host, a.StatusCode)
		}
		return address
	}
	for _, main := range []string{"lucky-fox.localhost", "help.luckyfox.example"} {
		sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
			_, err := tenants.MainHost(ctx, tx, strings.TrimPrefix(main, "lucky-fox.localhost"))
			return err
		})
		for _, host := range []string{"lucky-fox.localhost", "help.luckyfox.example"} {
			if got := canonical(host); got != "http://"+main+"/help/en" {
				t.Errorf("read at %s with %s as main: %q", host, main, got)
			}
		}
	}
}
