package web_test

import (
	"bytes"
	"context"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// codeIn is the code that an app with a secret shows some steps from now.
func codeIn(t testing.TB, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enrolled sets a second factor up in a browser and returns its secret and recovery codes.
func enrolled(t testing.TB, b *browser) (secret string, recovery []string) {
	t.Helper()
	if a := b.Post("/account/second-factor/begin"); a.Location() != "/account/second-factor" {
		t.Fatalf("begin: %d", a.StatusCode)
	}
	secret = strings.ReplaceAll(b.Get("/account/second-factor").Doc(t).Find(".secret").Text(), " ", "")
	picture := b.Get("/account/second-factor/code.png")
	if _, err := png.Decode(bytes.NewReader([]byte(picture.Text))); err != nil || picture.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the picture: %d, %v", picture.StatusCode, err)
	}
	if a := b.Post("/account/second-factor/confirm", "code", "000000"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Text, "field-fault") {
		t.Fatalf("a wrong code turns it on: %d", a.StatusCode)
	}
	code := codeIn(t, secret, -1)
	a := b.Post("/account/second-factor/confirm", "code", " "+code[:3]+" "+code[3:])
	for _, n := range a.Doc(t).Find(".codes code").EachIter() {
		recovery = append(recovery, n.Text())
	}
	if a.StatusCode != 200 || len(recovery) != 10 {
		t.Fatalf("confirmed: %d with %d recovery codes", a.StatusCode, len(recovery))
	}
	return secret, recovery
}

func TestASecondFactorIsAskedForAndEachCodeCountsOnce(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	at := h.SignedIn(ctx, t, fox, ada)
	secret, recovery := enrolled(t, at)

	half := func() *browser {
		t.Helper()
		b := h.Browser(t, fox)
		if a := b.Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword, "next", "/account"); a.Location() != "/sign-in/code?next=%2Faccount" {
			t.Fatalf("password given: %d to %q", a.StatusCode, a.Location())
		}
		if a := b.Get("/account"); !strings.HasPrefix(a.Location(), "/sign-in") {
			t.Fatalf("half a sign-in opens the account: %d", a.StatusCode)
		}
		return b
	}
	b := half()
	before := b.Cookies["__Host-session"]
	code := codeIn(t, secret, 1)
	if a := b.Post("/sign-in/code", "code", code, "next", "/account"); a.Location() != "/account" {
		t.Fatalf("the right code: %d", a.StatusCode)
	}
	if b.Cookies["__Host-session"] == before {
		t.Error("the session's token didn't change with the proof")
	}
	if a := b.Get("/account"); a.StatusCode != 200 {
		t.Errorf("signed in, the account: %d", a.StatusCode)
	}
	again := half()
	for what, code := range map[string]string{"the same again": code, "an earlier one": codeIn(t, secret, 0), "a wrong one": "000000", "nothing": "",
		"a long one": strings.Repeat("1", 500), "NUL": "\x00\x00"} {
		if a := again.Post("/sign-in/code", "code", code); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, a.StatusCode)
		}
	}
	h.Letters(ctx, t)
	if a := again.Post("/sign-in/code", "code", strings.ToUpper(recovery[3])); a.Location() != "/inbox" {
		t.Fatalf("a recovery code: %d", a.StatusCode)
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 || !strings.Contains(mails[0].Text, "9 codes are left") {
		t.Errorf("mails: %+v", mails)
	}
	if a := half().Post("/sign-in/code", "code", recovery[3]); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a recovery code counts twice: %d", a.StatusCode)
	}
	if h.audited(ctx, t, fox, "sign_in_failed") == 0 {
		t.Error("wrong codes aren't in the audit log")
	}
}

func TestASecondFactorIsTurnedOffWithThePassword(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	b := h.SignedIn(ctx, t, fox, ada)
	_, recovery := enrolled(t, b)
	if a := b.Post("/account/second-factor/begin"); a.StatusCode != http.StatusConflict {
		t.Errorf("begun again while it is on: %d", a.StatusCode)
	}
	if a := b.Get("/account/second-factor/code.png"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the secret's picture is still shown: %d", a.StatusCode)
	}
	if a := b.Post("/account/second-factor/codes", "old", "not it at all"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("new codes without the password: %d", a.StatusCode)
	}
	if a := b.Post("/account/second-factor/codes", "old", rightPassword); a.StatusCode != 200 || strings.Contains(a.Text, recovery[0]) {
		t.Errorf("new codes: %d", a.StatusCode)
	}
	if a := b.Post("/account/second-factor/off", "old", "not it at all"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("off without the password: %d", a.StatusCode)
	}
	if a := b.Post("/account/second-factor/off", "old", rightPassword); a.Location() != "/account?done=factor_off" {
		t.Errorf("off: %d", a.StatusCode)
	}
	if a := h.Browser(t, fox).Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword); a.Location() != "/inbox" {
		t.Errorf("the password alone: %d to %q", a.StatusCode, a.Location())
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 || !strings.Contains(mails[0].Subject, "turned off") {
		t.Errorf("mails: %+v", mails)
	}
}

func TestTheCodeIsThrottled(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	secret, _ := enrolled(t, h.SignedIn(ctx, t, fox, ada))
	b := h.Browser(t, fox)
	b.Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword)
	for range 10 {
		if a := b.Post("/sign-in/code", "code", "000000"); a.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong code: %d", a.StatusCode)
		}
	}
	if a := b.Post("/sign-in/code", "code", codeIn(t, secret, 1)); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the eleventh, a right one: %d", a.StatusCode)
	}
	h.elapse(ctx, t)
	if a := b.Post("/sign-in/code", "code", codeIn(t, secret, 1)); a.Location() != "/inbox" {
		t.Errorf("a quarter of an hour later: %d", a.StatusCode)
	}
}

// elapse lets a quarter of an hour pass for attempts.
func (h *house) elapse(ctx context.Context, t testing.TB) {
	t.Helper()
	h.set(ctx, t, `update sign_in_attempts set at = at - interval '15 minutes'`)
}
