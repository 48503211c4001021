package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

const nextPassword = "eleven quick herons"

func TestAPasswordIsResetByMail(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	working := h.SignedIn(ctx, t, fox, ada)

	b := h.Browser(t, fox)
	b.Header.Set("X-Forwarded-Host", "evil.example")
	if a := b.Post("/forgot", "email", "Ada@lucky-fox.example"); a.StatusCode != 200 {
		t.Fatalf("asked: %d", a.StatusCode)
	}
	var stored int
	if err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from password_resets where token_hash is not null`).Scan(&stored); err != nil || stored != 0 {
		t.Errorf("%d tokens are stored before the mail is written, %v", stored, err)
	}
	mails := h.Letters(ctx, t)
	if len(mails) != 1 || mails[0].To.Email != "ada@lucky-fox.example" || mails[0].From.Name != "Lucky Fox" {
		t.Fatalf("mails: %+v", mails)
	}
	path := link(t, mails[0], fox)
	for range 2 { // a mail scanner looks first
		if a := b.Get(path); a.StatusCode != 200 || a.Doc(t).Find(`input[name=password]`).Length() != 1 {
			t.Fatalf("the link's page: %d", a.StatusCode)
		}
	}
	if a := b.Post(path, "password", "short"); a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find(".field-fault").Length() != 1 {
		t.Errorf("a short one: %d", a.StatusCode)
	}
	if a := b.Post(path, "password", nextPassword); a.Location() != "/sign-in?done=reset" {
		t.Fatalf("a good one: %d to %s", a.StatusCode, a.Location())
	}
	if a := b.Post(path, "password", nextPassword+" more"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the link worked twice: %d", a.StatusCode)
	}
	if a := working.Get("/account"); a.Location() == "" {
		t.Error("a session outlived the reset")
	}
	if a := h.Browser(t, fox).Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the old password still works: %d", a.StatusCode)
	}
	if a := h.Browser(t, fox).Post("/sign-in", "email", "ada@lucky-fox.example", "password", nextPassword); a.Location() != "/inbox" {
		t.Errorf("the new password doesn't: %d", a.StatusCode)
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 || !strings.Contains(mails[0].Subject, "changed") {
		t.Errorf("mails after the reset: %+v", mails)
	}
	if h.audited(ctx, t, fox, "password_reset") != 1 {
		t.Error("the reset isn't in the audit log")
	}
}

func TestAResetTellsNobodyWhoWorksHere(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	blank := func(a *answer, email string) string { return strings.ReplaceAll(a.Text, email, "x") }
	known := h.Browser(t, fox).Post("/forgot", "email", "ada@lucky-fox.example")
	unknown := h.Browser(t, fox).Post("/forgot", "email", "nobody@lucky-fox.example")
	if known.StatusCode != 200 || unknown.StatusCode != 200 || blank(known, "ada@lucky-fox.example") != blank(unknown, "nobody@lucky-fox.example") {
		t.Errorf("known: %d, unknown: %d, or the pages differ", known.StatusCode, unknown.StatusCode)
	}
	if a := h.Browser(t, reel).Post("/forgot", "email", "ada@lucky-fox.example"); a.StatusCode != 200 {
		t.Errorf("at Golden Reel: %d", a.StatusCode)
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 || mails[0].From.Name != "Lucky Fox" {
		t.Errorf("mails: %+v", mails)
	}
	// The fourth within a quarter of an hour is refused, whoever it is for.
	for _, email := range []string{"ada@lucky-fox.example", "nobody@lucky-fox.example"} {
		b := h.Browser(t, fox)
		b.Post("/forgot", "email", email)
		b.Post("/forgot", "email", email)
		if a := b.Post("/forgot", "email", email); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
			t.Errorf("the fourth for %s: %d", email, a.StatusCode)
		}
	}
}

func TestAResetsLinkRunsOut(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Browser(t, fox).Post("/forgot", "email", "ada@lucky-fox.example")
	path := link(t, h.Letters(ctx, t)[0], fox)
	if a := h.Browser(t, reel).Get(path); a.StatusCode != http.StatusNotFound {
		t.Errorf("Lucky Fox's link at Golden Reel: %d", a.StatusCode)
	}
	h.set(ctx, t, `update password_resets set expires_at = now() - interval '1 second'`)
	for _, path := range []string{path, "/reset/" + strings.Repeat("x", 43), "/reset/%00", "/reset/" + strings.Repeat("a", 3000)} {
		if a := h.Browser(t, fox).Get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("GET %.40s: %d", path, a.StatusCode)
		}
		if a := h.Browser(t, fox).Post(path, "password", nextPassword); a.StatusCode != http.StatusNotFound {
			t.Errorf("POST %.40s: %d", path, a.StatusCode)
		}
	}
}
