package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func personPath(id uuid.UUID) string {
	return "/settings/people/" + tenants.PublicID(tenants.MemberPrefix, id)
}

func TestAnAdminPlacesAndDisablesPeople(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ieva, ada := sample.Agent(ctx, t, fox, "Ieva", authz.Admin), sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	admin, adas := h.SignedIn(ctx, t, fox, ieva), h.SignedIn(ctx, t, fox, ada)

	if a := adas.Get("/settings/people"); a.StatusCode != http.StatusForbidden {
		t.Fatalf("an operator reads the list: %d", a.StatusCode)
	}
	team, _ := admin.Get(personPath(ada.ID)).Doc(t).Find(`input[name=team]`).First().Attr("value")
	if a := admin.Post(personPath(ada.ID), "role", "lead", "team", team); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("placed: %d", a.StatusCode)
	}
	if a := adas.Get("/settings/people"); a.StatusCode != 200 {
		t.Errorf("the new role doesn't count at once: %d", a.StatusCode)
	}
	for _, bad := range [][]string{{"role", "owner"}, {"role", ""}, {"role", "lead", "team", "tea_x"},
		{"role", "lead", "team", tenants.PublicID(tenants.TeamPrefix, tenants.NewID())}} {
		if a := admin.Post(personPath(ada.ID), bad...); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, a.StatusCode)
		}
	}
	if a := admin.Post(personPath(ada.ID) + "/disable"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("disabled: %d", a.StatusCode)
	}
	if a := adas.Get("/account"); !strings.HasPrefix(a.Location(), "/sign-in") {
		t.Errorf("a disabled member is still in: %d", a.StatusCode)
	}
	admin.Post(personPath(ada.ID) + "/enable")
	if a := adas.Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword); a.Location() != "/inbox" {
		t.Errorf("enabled again: %d", a.StatusCode)
	}
	for _, missing := range []string{personPath(tenants.NewID()), "/settings/people/agt_x", "/settings/people/%00"} {
		if a := admin.Get(missing); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", missing, a.StatusCode)
		}
	}
}

func TestAnAdminHelpsWhoLostTheirPhone(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ieva, ada := sample.Agent(ctx, t, fox, "Ieva", authz.Admin), sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	enrolled(t, h.SignedIn(ctx, t, fox, ada))
	admin := h.SignedIn(ctx, t, fox, ieva)
	if a := admin.Post(personPath(ada.ID) + "/factor-off"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("turned off: %d", a.StatusCode)
	}
	if a := h.Browser(t, fox).Post("/sign-in", "email", "ada@lucky-fox.example", "password", rightPassword); a.Location() != "/inbox" {
		t.Errorf("Ada's password alone: %d to %q", a.StatusCode, a.Location())
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 || mails[0].To.Email != "ada@lucky-fox.example" {
		t.Errorf("Ada wasn't told: %+v", mails)
	}
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ieva, jonas := sample.Agent(ctx, t, fox, "Ieva", authz.Admin), sample.Agent(ctx, t, fox, "Jonas", authz.Admin)
	one, other := h.SignedIn(ctx, t, fox, ieva), h.SignedIn(ctx, t, fox, jonas)
	// Both demote the other at once: one wins, the other is told or no longer may.
	var answers [2]int
	var both sync.WaitGroup
	both.Go(func() { answers[0] = one.Post(personPath(jonas.ID), "role", "operator").StatusCode })
	both.Go(func() { answers[1] = other.Post(personPath(ieva.ID) + "/disable").StatusCode })
	both.Wait()
	var admins int
	if err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from memberships where role = 'admin' and disabled_at is null`).Scan(&admins); err != nil || admins != 1 {
		t.Fatalf("%d admins are left (%v), %v", admins, answers, err)
	}
	last, id := one, ieva.ID
	if one.Get("/settings").StatusCode != 200 {
		last, id = other, jonas.ID
	}
	for _, a := range []*answer{last.Post(personPath(id), "role", "lead"), last.Post(personPath(id) + "/disable")} {
		if a.StatusCode != http.StatusConflict || a.Doc(t).Find(".notice-bad").Length() != 1 {
			t.Errorf("the last admin goes: %d", a.StatusCode)
		}
	}
}
