package web_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// buys puts a casino on a plan that is paid by hand, which counts without an office.
func (h *house) buys(ctx context.Context, t testing.TB, at tenants.Tenant, plan string) {
	t.Helper()
	h.set(ctx, t, `insert into control.subscriptions (tenant_id, plan_id, state, way, period_from, period_till)
		values ($1, $2, 'active', 'hand', now() - interval '3 days', now() + interval '27 days')
		on conflict (tenant_id) do update set plan_id = excluded.plan_id, state = 'active', way = 'hand'`, at.ID.String(), plan)
	h.set(ctx, t, `insert into control.revisions (tenant_id, subject) values ($1, 'billing')
		on conflict (tenant_id, subject) do update set number = control.revisions.number + 1, changed_at = clock_timestamp()`, at.ID.String())
}

// TestAPlansSeatsBoundThePeople fills the three seats of a small plan by every way there is, in one of two casinos.
func TestAPlansSeatsBoundThePeople(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	h.buys(ctx, t, fox, "table")
	anna := sample.Agent(ctx, t, fox, "Anna", authz.Admin)
	olga := sample.Agent(ctx, t, fox, "Olga", authz.Operator)
	const full = "Your plan has 3 seats, and all of them are taken."
	invite := func(b *browser, name string) *answer {
		return b.Post("/settings/people/invitations", "email", name+"@agency.example", "name", name, "role", "operator", "language", "en")
	}
	b := h.SignedIn(ctx, t, fox, anna)

	// The last seat goes to one of twelve who are invited at the same moment.
	var wait sync.WaitGroup
	statuses, begin := make([]int, 12), make(chan struct{})
	for i := range statuses {
		one := h.SignedIn(ctx, t, fox, anna)
		wait.Go(func() { <-begin; statuses[i] = invite(one, "mara"+string(rune('a'+i))).StatusCode })
	}
	close(begin)
	wait.Wait()
	sum := 0
	for _, status := range statuses {
		sum += status
	}
	if sum != 303+11*403 {
		t.Fatalf("twelve for one seat: %v", statuses)
	}
	a := invite(b, "ruta")
	page := htmlcheck.Parse(t, a.Text)
	page.Rules()
	if a.StatusCode != 403 || !strings.Contains(a.Text, full) {
		t.Errorf("a fourth: %d %.300s", a.StatusCode, a.Text)
	}

	// A disabled member makes room, and can't come back once it is taken.
	b.Post("/settings/people/" + tenants.PublicID(tenants.MemberPrefix, olga.ID) + "/disable")
	if a := invite(b, "ruta"); a.StatusCode != 303 {
		t.Errorf("in the seat that was freed: %d", a.StatusCode)
	}
	if a := b.Post("/settings/people/" + tenants.PublicID(tenants.MemberPrefix, olga.ID) + "/enable"); a.StatusCode != 403 || !strings.Contains(a.Text, full) {
		t.Errorf("enabled again: %d", a.StatusCode)
	}

	// Who was invited comes in, since the seat was theirs; with fewer seats than people nobody does.
	letters := h.Letters(ctx, t)
	first := h.Browser(t, fox)
	if a := first.Post(link(t, letters[0], fox), "name", "Mara", "password", "seven quiet herons"); a.StatusCode != 303 {
		t.Errorf("accepted: %d %.200s", a.StatusCode, a.Text)
	}
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		two := 2
		return billing.SetGrant(ctx, tx, fox.ID, billing.Seats, &two, "agreed by phone")
	}); err != nil {
		t.Fatal(err)
	}
	if a := h.Browser(t, fox).Post(link(t, letters[1], fox), "name", "Ruta", "password", "seven quiet herons"); a.StatusCode != 403 || !strings.Contains(a.Text, "All seats here are taken") {
		t.Errorf("accepted without a seat: %d %.200s", a.StatusCode, a.Text)
	}

	// Golden Reel isn't billed at all.
	ruta := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ruta", authz.Admin))
	for _, name := range []string{"a1", "b2", "c3", "d4", "e5"} {
		if a := invite(ruta, name); a.StatusCode != 303 {
			t.Errorf("Golden Reel's %s: %d", name, a.StatusCode)
		}
	}
}

// TestAPlanSaysWhatItLacks asks for all that the smallest plan doesn't give, and for the same with a larger one.
func TestAPlanSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	h.buys(ctx, t, fox, "table")
	h.buys(ctx, t, reel, "house")
	small, large := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Admin)), h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ruta", authz.Admin))
	for _, each := range []struct {
		path   string
		fields []string
		says   string
	}{
		{"/settings/domains", []string{"domain", "help.casino.example"}, "Your plan has no room for another address of your own."},
		{"/settings/languages", []string{"fallback", "en", "players", "en", "players", "ru", "players", "lt", "agents", "en"}, "Your plan has 2 languages."},
		{"/settings/languages/add", []string{"language", "fi"}, "Words of your own aren’t part of your plan."},
		{"/settings/languages/en/texts", []string{"id", "chat.send", "other", "Off it goes"}, "Words of your own aren’t part of your plan."},
		{"/settings/api", []string{"name", "Bridge", "role", "operator"}, "The API isn’t part of your plan."},
	} {
		a := small.Post(each.path, each.fields...)
		if a.StatusCode != 403 || !strings.Contains(strings.ReplaceAll(a.Text, "&#39;", "’"), each.says) {
			t.Errorf("%s: %d, without %q", each.path, a.StatusCode, each.says)
		}
		htmlcheck.Parse(t, a.Text).Rules()
		if a := large.Post(each.path, each.fields...); a.StatusCode == 403 || a.StatusCode >= 500 {
			t.Errorf("%s with a larger plan: %d %.300s", each.path, a.StatusCode, a.Text)
		}
	}
	if a := small.Post("/settings/languages", "fallback", "en", "players", "en", "players", "ru", "agents", "en"); a.StatusCode != 303 {
		t.Errorf("two languages: %d", a.StatusCode)
	}
}
