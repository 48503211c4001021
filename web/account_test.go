package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/live"
	"pitdesk/internal/sample"
)

func TestTheAccountPage(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	b := h.SignedIn(ctx, t, fox, ada)
	if a := b.Post("/account/profile", "name", "Ada Ž.", "language", "ru"); a.Location() != "/account?done=saved" {
		t.Fatalf("saved: %d", a.StatusCode)
	}
	doc := b.Get("/account?done=saved").Doc(t)
	name, _ := doc.Find("#name").Attr("value")
	if lang, _ := doc.Find("html").Attr("lang"); name != "Ada Ž." || lang != "ru" || !strings.Contains(doc.Find("#flash").Text(), "Сохранено") {
		t.Errorf("%q in %q, said %q", name, lang, doc.Find("#flash").Text())
	}
	for _, bad := range [][2]string{{"", "en"}, {"Ada", "xx"}, {"Ada\x00", "en"}, {"\xff", "en"}, {strings.Repeat("A", 5000), "en"}} {
		if a := b.Post("/account/profile", "name", bad[0], "language", bad[1]); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.20q, %q: %d", bad[0], bad[1], a.StatusCode)
		}
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada, bea := sample.Agent(ctx, t, fox, "Ada", authz.Operator), sample.Agent(ctx, t, fox, "Bea", authz.Operator)
	desk, phone, beas := h.SignedIn(ctx, t, fox, ada), h.SignedIn(ctx, t, fox, ada), h.SignedIn(ctx, t, fox, bea)
	stream := h.Hub.Listen(fox.ID, func(c live.Change) bool { return c.What == live.WhatSignOut })
	defer stream.Close()

	doc := desk.Get("/account").Doc(t)
	if n := doc.Find("#sessions li").Length(); n != 2 {
		t.Fatalf("%d sessions are listed, want 2", n)
	}
	end, ok := doc.Find(`#sessions form[action$="/end"]`).Attr("action")
	if !ok || doc.Find(`#sessions form[action$="/end"]`).Length() != 1 {
		t.Fatal("the other session can't be ended, or this one can")
	}
	if a := beas.Post(end); a.StatusCode != http.StatusSeeOther || phone.Get("/account").StatusCode != 200 {
		t.Error("Bea ended Ada's session")
	}
	if a := desk.Post(end); a.StatusCode != http.StatusSeeOther {
		t.Errorf("ended: %d", a.StatusCode)
	}
	select {
	case <-stream.C:
	default:
		t.Error("no stream was told that the session ended")
	}
	if a := phone.Get("/account"); !strings.HasPrefix(a.Location(), "/sign-in") {
		t.Errorf("the phone is still in: %d", a.StatusCode)
	}
	phone = h.SignedIn(ctx, t, fox, ada)
	if a := desk.Post("/account/sessions/end-all"); a.StatusCode != 200 || desk.Cookies["__Host-session"] != "" {
		t.Errorf("out everywhere: %d", a.StatusCode)
	}
	for who, b := range map[string]*browser{"phone": phone, "desk": desk} {
		if a := b.Get("/account"); !strings.HasPrefix(a.Location(), "/sign-in") {
			t.Errorf("the %s is still in: %d", who, a.StatusCode)
		}
	}
	if a := beas.Get("/account"); a.StatusCode != 200 {
		t.Errorf("Bea was signed out too: %d", a.StatusCode)
	}
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	desk, phone := h.SignedIn(ctx, t, fox, ada), h.SignedIn(ctx, t, fox, ada)
	for _, bad := range [][2]string{{"not it at all", nextPassword}, {rightPassword, "short"}, {rightPassword, "Butterfly2026!"},
		{rightPassword, "ada@lucky-fox.example"}, {strings.Repeat("x", 5000), nextPassword}} {
		if a := desk.Post("/account/password", "old", bad[0], "password", bad[1]); a.StatusCode != http.StatusUnprocessableEntity ||
			a.Doc(t).Find("#change-password .field-fault").Length() != 1 {
			t.Errorf("%.20q to %q: %d", bad[0], bad[1], a.StatusCode)
		}
	}
	if a := desk.Post("/account/password", "old", rightPassword, "password", nextPassword); a.Location() != "/account?done=password" {
		t.Fatalf("changed: %d", a.StatusCode)
	}
	if a := desk.Get("/account"); a.StatusCode != 200 {
		t.Errorf("the browser that changed it was signed out: %d", a.StatusCode)
	}
	if a := phone.Get("/account"); !strings.HasPrefix(a.Location(), "/sign-in") {
		t.Errorf("the other is still in: %d", a.StatusCode)
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
	if h.audited(ctx, t, fox, "password_changed") != 1 {
		t.Error("it isn't in the audit log")
	}
}

func TestSessionsRunOut(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	for what, statement := range map[string]string{
		"after fourteen days":  `update staff_sessions set expires_at = now() - interval '1 second'`,
		"unused for a day":     `update staff_sessions set seen_at = now() - interval '25 hours'`,
		"of a disabled member": `update memberships set disabled_at = now()`,
		"of a deleted one":     `delete from memberships`,
	} {
		ada := sample.Agent(ctx, t, fox, "Ada "+strings.Fields(what)[2], authz.Operator) // the last one may be gone
		b := h.SignedIn(ctx, t, fox, ada)
		h.set(ctx, t, statement)
		if a := b.Get("/account"); !strings.HasPrefix(a.Location(), "/sign-in") {
			t.Errorf("a session %s still counts: %d", what, a.StatusCode)
		}
	}
}
