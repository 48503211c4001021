package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"context"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// founded is a casino that a reseller has just made: its host, and the program that works inside it.
func founded(ctx context.Context, t *testing.T, h http.Handler, slug string) (host, admin string, inside backOffice) {
	t.Helper()
	north := officeOf(ctx, t, h, "North")
	made := north.must(201, "POST", "/tenants", demoCasinoNamed(slug))
	return slug + ".localhost", made.text("admin"), north.within(made.text("id"))
}

// browse is a browser that opens a page, or sends its form.
func browse(t *testing.T, h http.Handler, method, address string, as ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, address, nil)
	for i := 0; i+1 < len(as); i += 2 {
		r.Header.Set(as[i], as[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

var goes = []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}

func TestASignInLinkLetsItsMemberInOnce(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	host, admin, inside := founded(ctx, t, h, "lucky-fox")
	link := func() string {
		t.Helper()
		u, err := url.Parse(inside.must(201, "POST", "/staff/"+admin+"/sign-in-links", nil).text("url"))
		if err != nil || u.Hostname() != host {
			t.Fatalf("the link leads to %s, %v", u, err)
		}
		return "http://" + host + u.Path
	}
	first := link()
	at := link() // ends the first
	for what, opened := range map[string]*httptest.ResponseRecorder{
		"a program that looks": browse(t, h, "GET", at),
		"a page opened ahead":  browse(t, h, "GET", at, append(goes, "Sec-Purpose", "prefetch")...),
		"a HEAD":               browse(t, h, "HEAD", at, goes...),
	} {
		if opened.Code != 200 || opened.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", what, opened.Code, opened.Header())
		}
	}
	if elsewhere := browse(t, h, "GET", strings.Replace(at, host, "nobody.localhost", 1), goes...); elsewhere.Code != 404 {
		t.Errorf("at another host: %d", elsewhere.Code)
	}
	in := browse(t, h, "GET", at+"?next=/settings/people", goes...)
	cookie, _, _ := strings.Cut(in.Header().Get("Set-Cookie"), ";")
	if in.Code != 303 || in.Header().Get("Location") != "/settings/people" || !strings.HasPrefix(cookie, "__Host-session=") {
		t.Fatalf("opened: %d %v", in.Code, in.Header())
	}
	if page := browse(t, h, "GET", "http://"+host+"/settings/audit", "Cookie", cookie); page.Code != 200 || !strings.Contains(page.Body.String(), "Made a sign-in link") {
		t.Errorf("the admin's audit log: %d", page.Code)
	}
	for what, used := range map[string]string{"used": at, "replaced by a later one": first, "made up": "http://" + host + "/enter/" + strings.Repeat("x", 43)} {
		for _, opened := range []*httptest.ResponseRecorder{browse(t, h, "GET", used, goes...), browse(t, h, "GET", used), browse(t, h, "POST", used)} {
			if opened.Code != 404 || opened.Header().Get("Set-Cookie") != "" {
				t.Errorf("a link that was %s: %d", what, opened.Code)
			}
		}
	}
	late := link()
	fox, err := tenants.PoolsOf(ctx).Doors.ByHost(ctx, host)
	if err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update sign_in_links set expires_at = now() - interval '1 second' where used_at is null`).Exec(ctx)
		return err
	})
	if opened := browse(t, h, "POST", late); opened.Code != 404 {
		t.Errorf("after its time: %d", opened.Code)
	}
}

func TestALinkIsNoSecondFactor(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	host, admin, inside := founded(ctx, t, h, "lucky-fox")
	fox, err := tenants.PoolsOf(ctx).Doors.ByHost(ctx, host)
	if err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update memberships set totp_secret = 'JBSWY3DPEHPK3PXP', totp_at = now()`).Exec(ctx)
		return err
	})
	u, _ := url.Parse(inside.must(201, "POST", "/staff/"+admin+"/sign-in-links", nil).text("url"))
	in := browse(t, h, "POST", "http://"+host+u.Path)
	cookie, _, _ := strings.Cut(in.Header().Get("Set-Cookie"), ";")
	if in.Code != 303 || !strings.HasPrefix(in.Header().Get("Location"), "/sign-in/code") {
		t.Fatalf("entered: %d %v", in.Code, in.Header())
	}
	if page := browse(t, h, "GET", "http://"+host+"/inbox", "Cookie", cookie); page.Code != 303 {
		t.Errorf("without the second factor the inbox answers %d", page.Code)
	}
}

func TestABackOfficeKeepsTheStaff(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	_, admin, inside := founded(ctx, t, h, "lucky-fox")
	ruta := inside.must(201, "POST", "/staff", map[string]any{"email": "Ruta@fox.example", "name": "Rūta", "role": "operator"})
	id := ruta.text("id")
	if ruta.text("email") != "ruta@fox.example" || ruta.text("role") != "operator" || ruta.text("second_factor") != "false" {
		t.Errorf("added: %s", ruta.raw)
	}
	if got := inside.call("POST", "/staff", map[string]any{"email": "ruta@fox.example", "name": "Rūta", "role": "operator"}); got.status != 409 {
		t.Errorf("added twice: %d", got.status)
	}
	if got := inside.must(200, "PATCH", "/staff/"+id, map[string]any{"role": "lead"}); got.text("role") != "lead" {
		t.Errorf("changed: %s", got.raw)
	}
	for _, got := range []heard{inside.call("PATCH", "/staff/"+admin, map[string]any{"role": "lead"}), inside.call("POST", "/staff/"+admin+"/disable", nil)} {
		if got.status != 409 {
			t.Errorf("the last admin: %d %s", got.status, got.raw)
		}
	}
	if got := inside.must(200, "POST", "/staff/"+id+"/disable", nil); got.text("disabled_at") == "" {
		t.Errorf("disabled: %s", got.raw)
	}
	if got := inside.call("POST", "/staff/"+id+"/sign-in-links", nil); got.status != 409 {
		t.Errorf("a link for somebody who may not sign in: %d", got.status)
	}
	inside.must(200, "POST", "/staff/"+id+"/enable", nil)
	inv := inside.must(201, "POST", "/invitations", map[string]any{"email": "new@fox.example", "name": "New", "role": "operator"}).text("id")
	inside.must(200, "POST", "/invitations/"+inv+"/resend", nil)
	if got := inside.must(200, "GET", "/invitations", nil); !strings.Contains(got.raw, inv) {
		t.Errorf("invitations: %s", got.raw)
	}
	if got := inside.call("DELETE", "/invitations/"+inv, nil); got.status != 204 {
		t.Errorf("taken back: %d", got.status)
	}
	first := inside.must(200, "GET", "/staff?limit=1", nil)
	second := inside.must(200, "GET", "/staff?limit=1&starting_after="+first.text("next"), nil)
	if !strings.Contains(first.raw, id) || !strings.Contains(second.raw, admin) || second.text("has_more") != "false" {
		t.Errorf("the list is %s, then %s", first.raw, second.raw)
	}
	if got := inside.must(200, "GET", "/roles", nil); !strings.Contains(got.raw, "conversation.reply") {
		t.Errorf("roles: %s", got.raw)
	}
}
