package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

const rightPassword = "seven slow owls"

func TestAMemberSignsInAndOut(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	b := h.Browser(t, fox)

	if a := b.Get("/sign-in"); a.StatusCode != 200 || a.Doc(t).Find(`form[action="/sign-in"] input[type=password]`).Length() != 1 {
		t.Fatalf("the sign-in page: %d", a.StatusCode)
	}
	a := b.Post("/sign-in", "email", " Ada@Lucky-Fox.example ", "password", rightPassword, "next", "/inbox?view=mine")
	if a.StatusCode != http.StatusSeeOther || a.Location() != "/inbox?view=mine" {
		t.Fatalf("signed in: %d to %q", a.StatusCode, a.Location())
	}
	cookie := a.Header.Get("Set-Cookie")
	for _, part := range []string{"__Host-session=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie lacks %s: %s", part, cookie)
		}
	}
	if a := b.Get("/sign-in"); a.Location() != "/inbox" {
		t.Errorf("the sign-in page of a member who is signed in leads to %q", a.Location())
	}
	earlier := b.Cookies["__Host-session"]
	b.Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword)
	second := h.Browser(t, fox)
	second.Cookies["__Host-session"] = earlier
	if a := second.Get("/sign-in"); a.StatusCode != 200 {
		t.Errorf("signing in again leaves the earlier session open: %d", a.StatusCode)
	}
	kept := b.Cookies["__Host-session"]
	if a := b.Post("/sign-out"); a.Location() != "/sign-in" || b.Cookies["__Host-session"] != "" {
		t.Errorf("signed out: to %q, cookie %q", a.Location(), b.Cookies["__Host-session"])
	}
	b.Cookies["__Host-session"] = kept
	if a := b.Get("/sign-in"); a.StatusCode != 200 {
		t.Errorf("an ended session still counts: %d", a.StatusCode)
	}
}

func TestWhoeverCannotSignInLearnsNothing(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	gone := sample.Agent(ctx, t, fox, "Gone", authz.Operator)
	h.Password(ctx, t, fox, gone, rightPassword)
	if _, err := h.DB.Super(t).ExecContext(ctx, `update memberships set disabled_at = now() where name = 'Gone'`); err != nil {
		t.Fatal(err)
	}
	var first string
	for _, try := range []struct{ what, email, password string }{
		{"unknown", "nobody@lucky-fox.example", rightPassword},
		{"wrong", "ada@lucky-fox.example", "seven slow oxen"},
		{"disabled", "gone@lucky-fox.example", rightPassword},
		{"malformed", "ada\x00", rightPassword},
		{"empty", "", ""},
	} {
		a := h.Browser(t, fox).Post("/sign-in", "email", try.email, "password", try.password)
		if a.StatusCode != http.StatusUnprocessableEntity || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, cookie %q", try.what, a.StatusCode, a.Header.Get("Set-Cookie"))
		}
		said := a.Doc(t).Find(".notice-bad").Text()
		if first == "" {
			first = said
		}
		if said != first || said == "" {
			t.Errorf("%s is answered %q, others %q", try.what, said, first)
		}
	}
	if a := h.Browser(t, reel).Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("Lucky Fox's member got %d at Golden Reel", a.StatusCode)
	}
}

func TestACookieOpensOneCasinoAlone(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ada", authz.Admin))
	if a := b.Get("/sign-in"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("at home: %d", a.StatusCode)
	}
	elsewhere := h.Browser(t, reel)
	elsewhere.Cookies = b.Cookies
	if a := elsewhere.Get("/sign-in"); a.StatusCode != http.StatusOK {
		t.Errorf("Lucky Fox's cookie counts at Golden Reel: %d", a.StatusCode)
	}
}

func TestTheWayOnStaysOnTheHost(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ada", authz.Operator))
	for next, want := range map[string]string{
		"/inbox/cnv_1?x=1": "/inbox/cnv_1?x=1", "//evil.example": "/inbox", `/\evil.example`: "/inbox", "https://evil.example": "/inbox",
		"/\t/evil.example": "/inbox", "javascript:alert(1)": "/inbox", "": "/inbox", "/sign-out": "/inbox",
	} {
		a := b.Get("/sign-in?next=" + strings.NewReplacer("/", "%2F", `\`, "%5C", "\t", "%09", "?", "%3F", "=", "%3D").Replace(next))
		if a.Location() != want {
			t.Errorf("next %q leads to %q, want %q", next, a.Location(), want)
		}
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ada", authz.Operator))
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		b.Header = http.Header{header[0]: {header[1]}}
		if header[0] == "Origin" {
			b.Header["Sec-Fetch-Site"] = nil
		}
		if a := b.Post("/sign-out"); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %d", header[0], header[1], a.StatusCode)
		}
	}
	b.Header = nil
	if a := b.Get("/sign-in"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another site's form signed Ada out: %d", a.StatusCode)
	}
}
