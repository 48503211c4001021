package web_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/desk/steps"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// linkFor makes a sign-in link for a member.
func linkFor(ctx context.Context, t *testing.T, at tenants.Tenant, member uuid.UUID) (path string) {
	t.Helper()
	sample.As(ctx, t, at, authz.System(at.ID), func(ctx context.Context, tx bun.Tx) (err error) {
		path, _, err = staff.MakeLink(ctx, tx, member, "test")
		return err
	})
	return path
}

func TestASignInLinkWorksOnceAndAtItsOwnCasino(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ruta, bea := sample.Agent(ctx, t, fox, "Ruta", authz.Operator), sample.Agent(ctx, t, reel, "Bea", authz.Operator)

	path := linkFor(ctx, t, fox, ruta.ID)
	if a := h.Browser(t, reel).Get(path); a.StatusCode != http.StatusNotFound || len(a.Cookies()) > 0 {
		t.Errorf("at another casino: %d", a.StatusCode)
	}
	b := h.Browser(t, fox)
	if a := b.Get(path + "?next=/account"); a.Location() != "/account" || b.Get("/account").StatusCode != 200 {
		t.Errorf("the link leads to %d %s", a.StatusCode, a.Location())
	}
	if a := h.Browser(t, fox).Get(path); a.StatusCode != http.StatusNotFound {
		t.Errorf("a second time: %d", a.StatusCode)
	}
	if a := h.Browser(t, fox).Get(linkFor(ctx, t, fox, ruta.ID) + "?next=//evil.example"); a.Location() != "/inbox" {
		t.Errorf("another site: %s", a.Location())
	}

	old := linkFor(ctx, t, fox, ruta.ID)
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update sign_in_links set expires_at = now() - interval '1 second' where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
	if a := h.Browser(t, fox).Get(old); a.StatusCode != http.StatusNotFound {
		t.Errorf("after five minutes: %d", a.StatusCode)
	}
	err := sample.Try(ctx, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, _, err := staff.MakeLink(ctx, tx, bea.ID, "test")
		return err
	})
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a link for another casino's member: %v", err)
	}
}

func TestTheListOfFirstSteps(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ieva := sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	admin, other := h.SignedIn(ctx, t, fox, ieva), h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Gita", authz.Admin))
	listed := func(b *browser) bool { return b.Get("/settings").Doc(t).Find(`.rail a[href="/start"]`).Length() > 0 }
	if listed(admin) {
		t.Error("the list stands in the rail of a casino that came another way")
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), steps.Begin)
	if !listed(admin) || listed(other) {
		t.Error("the list doesn't stand in the new casino's rail, or in another's")
	}
	behind := func(b *browser) int { return b.Get("/start").Doc(t).Find(".start-behind").Length() }
	if n := behind(admin); n != 0 {
		t.Errorf("%d steps are behind at first", n)
	}
	admin.Post("/start/skip", "step", "licence")
	admin.Post("/settings/chat/origins", "origin", "https://www.lucky-fox.example")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	mara := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello?")
	if n := behind(admin); n != 3 { // the licence, the chat, a colleague
		t.Errorf("%d steps are behind, want 3", n)
	}
	operator := h.SignedIn(ctx, t, fox, ruta)
	operator.Post(address(mara)+"/reply", "text", "Hello!")
	if page := admin.Get("/start").Doc(t); page.Find(".start-good").Length() != 3 || page.Find(".start-open h2").Length() != 1 {
		t.Errorf("done: %d", page.Find(".start-good").Length())
	}
	if n := behind(other); n != 0 {
		t.Errorf("%d of another casino's steps are behind", n)
	}
	admin.Post("/start/resume", "step", "licence")
	if n := behind(admin); n != 3 {
		t.Errorf("%d steps are behind after one was taken up again, want 3", n)
	}
	if a := operator.Post("/start/away"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator puts the list away: %d", a.StatusCode)
	}
	if a := admin.Post("/start/away"); a.Location() != "/inbox" || listed(admin) {
		t.Error("the list is still there")
	}
	if a := admin.Post("/start/bring"); a.Location() != "/start" || !listed(admin) {
		t.Error("the list doesn't come back")
	}
}

func TestTheChatMayStandOnTheDesksOwnTestPage(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	page := admin.Get("/start/chat").Doc(t)
	if src, _ := page.Find(`script[async]`).Attr("src"); src != "/chat.js" {
		t.Errorf("the page loads %q", src)
	}
	b := h.Browser(t, fox)
	if a := b.Get("/chat?origin=http://" + fox.Host); a.StatusCode != 200 || a.Header.Get("Content-Security-Policy")[len(a.Header.Get("Content-Security-Policy"))-len("frame-ancestors 'self'"):] != "frame-ancestors 'self'" {
		t.Errorf("on its own host: %d %s", a.StatusCode, a.Header.Get("Content-Security-Policy"))
	}
	if a := b.Get("/chat?origin=http://golden-reel.localhost"); a.StatusCode != http.StatusForbidden {
		t.Errorf("on another casino's host: %d", a.StatusCode)
	}
}
