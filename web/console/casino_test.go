package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

func TestAResellerSuspendsAndResumesItsCasino(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	north := realmOf(ctx, t, "north-games", "North Games")
	b := h.in(ctx, t, north.person)
	id, _ := tenants.ParseID(tenants.TenantPrefix, north.ids["tenant"])
	standing := func() (c resellers.Casino) {
		above(ctx, t, func(ctx context.Context, tx bun.Tx) (err error) { c, err = resellers.CasinoOf(ctx, tx, id); return err })
		return c
	}
	page := "/casinos/" + north.ids["tenant"]
	if a := b.post(page+"/suspend", "why", " "); a.status != http.StatusUnprocessableEntity || standing().Standing != tenants.Open {
		t.Errorf("without a reason it answers %d", a.status)
	}
	if a := b.post(page+"/suspend", "why", "Card 4111 1111 1111 1111 was charged back"); a.status != http.StatusSeeOther {
		t.Fatalf("suspending answers %d", a.status)
	}
	c := standing()
	if c.Standing != tenants.Suspended || c.Holds[0].Source != tenants.ByReseller || strings.Contains(c.Holds[0].Why, "1111 1111 1111") {
		t.Errorf("it stands %+v", c)
	}
	if a := b.post(page+"/visit", "reason", "Looking after the import"); a.status != http.StatusConflict {
		t.Errorf("a visit to a suspended casino answers %d", a.status)
	}
	vera := h.in(ctx, t, person(ctx, t, tenants.Nobody, "Vera", "vera@vendor.example"))
	if a := vera.post(page + "/resume"); a.status == http.StatusSeeOther || standing().Standing != tenants.Suspended {
		t.Errorf("the vendor ends the reseller's hold: %d", a.status)
	}
	if a := b.post(page + "/resume"); a.status != http.StatusSeeOther || standing().Standing != tenants.Open {
		t.Errorf("resuming answers %d, it stands %s", a.status, standing().Standing)
	}
	if log := b.get("/deeds").text; !strings.Contains(log, "charged back") || strings.Contains(log, "4111 1111 1111 1111") || !strings.Contains(log, "Changed how a casino stands") {
		t.Error("the deeds don't tell of it, or tell a card's number")
	}
}

func TestHealthIsCountedAndNamesNobody(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	north := realmOf(ctx, t, "north-games", "North Games")
	id, _ := tenants.ParseID(tenants.TenantPrefix, north.ids["tenant"])
	casino, err := h.Pools.Doors.ByID(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Mara", "Finn"} {
		sample.Conversation(ctx, t, casino, sample.Player(ctx, t, casino, name), "Where is my payout, please?")
	}
	if _, err := h.DB.Super(t).ExecContext(ctx, `update conversations set waiting_since = now() - interval '3 minutes'
		where player_id = (select id from players where name = 'Mara')`); err != nil {
		t.Fatal(err)
	}
	a := h.in(ctx, t, north.person).get("/casinos")
	var cells []string
	for _, cell := range a.doc(t).Find("tbody tr td.number").EachIter() {
		cells = append(cells, strings.TrimSpace(cell.Text()))
	}
	if got := strings.Join(cells, " "); got != "2 2 1" {
		t.Errorf("open, waiting and breached are %q", got)
	}
	if strings.Contains(a.text, "Mara") || strings.Contains(a.text, "payout") {
		t.Error("the page shows what a player wrote, or a name")
	}
}

func TestAVisitFromTheConsole(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	north := realmOf(ctx, t, "north-games", "North Games")
	b := h.in(ctx, t, north.person)
	page := "/casinos/" + north.ids["tenant"]
	if a := b.post(page+"/visit", "reason", "hm"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a reason of two letters answers %d", a.status)
	}
	a := b.post(page+"/visit", "reason", "The import has stopped since noon")
	link, _ := a.doc(t).Find("#door a").Attr("href")
	if a.status != http.StatusOK || !strings.Contains(link, "north-games-casino.localhost/visit/") {
		t.Fatalf("announcing answers %d with %q", a.status, link)
	}
	if a := b.get(page); !strings.Contains(a.text, "The import has stopped since noon") {
		t.Error("the casino's page doesn't tell of the visit")
	}
	var said int
	if err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from audit_log where actor_kind = 'visitor' and action = 'begin'
		and facts->>'name' like 'The import%'`).Scan(&said); err != nil || said != 1 {
		t.Errorf("the casino's audit log has %d lines of it, %v", said, err)
	}
}

func TestAJobInTroubleIsTriedAgain(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	b := h.in(ctx, t, person(ctx, t, tenants.Nobody, "Vera", "vera@vendor.example"))
	super := h.DB.Super(t)
	if _, err := super.ExecContext(ctx, `update river.river_job set state = 'discarded', finalized_at = now(), attempt = 25, max_attempts = 25,
		errors = array[jsonb_build_object('at', now(), 'error', 'relay is down')] where kind = 'console_letter'`); err != nil {
		t.Fatal(err)
	}
	a := b.get("/jobs")
	form, ok := a.doc(t).Find(`form[action$="/again"]`).Attr("action")
	if !ok || !strings.Contains(a.text, "relay is down") {
		t.Fatalf("the page doesn't tell of it: %s", a.text)
	}
	if a := b.post(form); a.status != http.StatusSeeOther {
		t.Fatalf("again answers %d", a.status)
	}
	var state string
	if err := super.QueryRowContext(ctx, `select state from river.river_job where kind = 'console_letter'`).Scan(&state); err != nil || state != "available" {
		t.Errorf("it is %s, %v", state, err)
	}
	if a := b.post(form); a.status != http.StatusNotFound {
		t.Errorf("a job that isn't in trouble answers %d", a.status)
	}
}
