package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/nameserver"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

// proving is a deployment that asks a name server of the test's own.
func proving(t *testing.T) (*house, context.Context, *nameserver.Server) {
	h, ctx := open(t)
	names := nameserver.New(t)
	h.Server.DNS = domains.DNS{Servers: []string{names.Addr}}
	return h, ctx, names
}

// at is the same person's browser at another host of the casino, without the cookies of the first.
func (b *browser) at(host string) *browser {
	return &browser{t: b.t, base: b.base, host: host, Cookies: map[string]string{}, Header: http.Header{}}
}

func TestADomainIsAddedProvenAndMadeMain(t *testing.T) {
	t.Parallel()
	h, ctx, names := proving(t)
	fox, admin := adminOf(ctx, t, h, "Lucky Fox")
	_, stranger := adminOf(ctx, t, h, "Golden Reel")
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	operator := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Operator))

	if got := admin.Get("/settings/domains").Doc(t).Find("#domains .empty").Length(); got != 1 {
		t.Error("without a domain the page doesn't say so")
	}
	added := admin.Post("/settings/domains", "domain", "https://Помощь.LuckyFox.example/")
	to := added.Location()
	if added.StatusCode != http.StatusSeeOther || !strings.Contains(to, "done=domain_added") {
		t.Fatalf("added: %d %s", added.StatusCode, added.Text)
	}
	doc := admin.Get(to).Doc(t)
	id, _ := doc.Find("#domains li.domain:not(#given)").Attr("id")
	if text := doc.Find("#" + id + " .line-name").Text(); !strings.Contains(text, "помощь.luckyfox.example") || !strings.Contains(text, "Waiting for its record") {
		t.Errorf("the line says %q", text)
	}
	var records []string
	for _, code := range doc.Find("#" + id + " .record code").EachIter() {
		records = append(records, code.Text())
	}
	const host = "xn--l1adbb7cs.luckyfox.example"
	if len(records) != 4 || records[0] != host || records[1] != "lucky-fox.localhost" || records[2] != "_desk-verify."+host {
		t.Fatalf("the records are %q", records)
	}
	if n := doc.Find("#"+id+" details.records-fold[open]").Length() + doc.Find("#"+id+" [data-copy]").Length(); n != 5 {
		t.Errorf("%d: the records are folded or can't be copied", n)
	}
	for _, reader := range []*browser{lead} {
		a := reader.Get("/settings/domains")
		if a.StatusCode != http.StatusOK || a.Doc(t).Find("main form").Length() != 0 || !strings.Contains(a.Text, records[3]) {
			t.Errorf("a lead reads the page and changes nothing: %d", a.StatusCode)
		}
		if a := reader.Post("/settings/domains/" + id + "/check"); a.StatusCode != http.StatusForbidden {
			t.Errorf("a lead checks: %d", a.StatusCode)
		}
	}
	if a := operator.Get("/settings/domains"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator: %d", a.StatusCode)
	}
	if a := admin.Post("/settings/domains/" + id + "/main"); a.StatusCode != http.StatusConflict {
		t.Errorf("made main before its proof: %d", a.StatusCode)
	}
	if text := admin.Get(admin.Post("/settings/domains/" + id + "/check").Location()).Doc(t).Find("#" + id).Text(); !strings.Contains(text, "doesn't know this name") {
		t.Errorf("checked in vain: %q", text)
	}
	names.Set(t, records[2]+`. 60 IN TXT "`+records[3]+`"`)
	if a := admin.Post("/settings/domains/" + id + "/check"); !strings.Contains(a.Location(), "done=domain_proven") {
		t.Errorf("proven: %s", a.Location())
	}
	if a := admin.Post("/settings/domains/" + id + "/main"); !strings.Contains(a.Location(), "done=domain_main") {
		t.Errorf("made main: %s", a.Text)
	}
	if a := admin.Get("/settings/chat").Doc(t).Find("#snippet code").Text(); a != `<script async src="http://`+host+`/chat.js"></script>` {
		t.Errorf("the chat's line is %s", a)
	}
	if link := h.Server.Config.URL(mustHost(ctx, t, h, "lucky-fox.localhost"), "/help"); link != "http://"+host+"/help" {
		t.Errorf("links lead to %s", link)
	}
	for _, path := range []string{"/check", "/main", "/remove"} {
		if a := stranger.Post("/settings/domains/" + id + path); a.StatusCode != http.StatusNotFound {
			t.Errorf("Golden Reel at %s: %d", path, a.StatusCode)
		}
	}
	if strings.Contains(stranger.Get("/settings/domains").Text, "luckyfox") {
		t.Error("Golden Reel reads of Lucky Fox's domain")
	}

	there := admin.at(host)
	there.Cookies = map[string]string{"__Host-session": admin.Cookies["__Host-session"]}
	removed := there.Post("/settings/domains/" + id + "/remove")
	if removed.Location() != "http://lucky-fox.localhost/settings/domains?done=removed" {
		t.Errorf("removed while standing on it: leads to %q", removed.Location())
	}
	if a := there.Get("/sign-in"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the removed host answers %d", a.StatusCode)
	}
	if got := mustHost(ctx, t, h, "lucky-fox.localhost").Host; got != "lucky-fox.localhost" {
		t.Errorf("links now lead to %s", got)
	}
	audit := admin.Get("/settings/audit").Doc(t).Find("main").Text()
	for _, deed := range []string{"Added a domain", "A domain was proven", "Made a domain the main one", "Removed a domain"} {
		if !strings.Contains(audit, deed) {
			t.Errorf("the audit log has no %q", deed)
		}
	}
}

func mustHost(ctx context.Context, t *testing.T, h *house, host string) tenants.Tenant {
	t.Helper()
	at, err := h.Pools.Doors.ByHost(ctx, host)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDomainsThatAreRefusedKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	h, ctx, _ := proving(t)
	_, admin := adminOf(ctx, t, h, "Lucky Fox")
	for _, typed := range []string{"", "help", "192.0.2.1", "x.example:80", "golden-reel.localhost", "co.uk", "luсky.example", strings.Repeat("a", 2000), "\x00", "<b>.example"} {
		a := admin.Post("/settings/domains", "domain", typed)
		doc := a.Doc(t)
		if value, _ := doc.Find("#domain").Attr("value"); a.StatusCode != http.StatusUnprocessableEntity || doc.Find("#new .field-fault").Length() != 1 || value != strings.ReplaceAll(typed, "\x00", "\ufffd") && typed != "\x00" {
			t.Errorf("%.20q: %d, %.30q", typed, a.StatusCode, value)
		}
	}
	admin.Post("/settings/domains", "domain", "help.luckyfox.example")
	if a := admin.Post("/settings/domains", "domain", "HELP.luckyfox.example."); a.StatusCode != http.StatusConflict {
		t.Errorf("twice: %d", a.StatusCode)
	}
	for _, path := range []string{"/settings/domains/dom_x/check", "/settings/domains/" + tenants.PublicID(tenants.DomainPrefix, tenants.NewID()) + "/remove"} {
		if a := admin.Post(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

func TestAdminsAreToldOfASwitchedOffDomain(t *testing.T) {
	t.Parallel()
	h, ctx, _ := proving(t)
	fox, admin := adminOf(ctx, t, h, "Lucky Fox")
	sample.Agent(ctx, t, fox, "Lena", authz.Lead)
	var d domains.Domain
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) (err error) {
		if d, err = domains.Add(ctx, tx, "help.luckyfox.example"); err != nil {
			return err
		}
		if _, err = domains.Settle(ctx, tx, d.ID, domains.Evidence{Finding: domains.Held, Proof: domains.ByTXT}, true); err != nil {
			return err
		}
		if _, err = domains.MakeMain(ctx, tx, d.ID); err != nil {
			return err
		}
		if _, err = tx.NewRaw(`update domains set failures = 1, failed_at = now() - interval '1 day' where tenant_id = current_tenant()`).Exec(ctx); err != nil {
			return err
		}
		if d, err = domains.Settle(ctx, tx, d.ID, domains.Evidence{Finding: domains.Elsewhere, Found: "parking.example"}, false); err != nil {
			return err
		}
		return staff.TellAdmins(ctx, tx, staff.LetterDomainOff, d.ID) // as the job of its notice does
	})
	all := h.Letters(ctx, t)
	if len(all) != 1 || all[0].To.Email != "ieva@lucky-fox.example" || all[0].From.Email != "no-reply@lucky-fox.localhost" ||
		all[0].Subject != "help.luckyfox.example was switched off" || !strings.Contains(all[0].Text, "https://lucky-fox.localhost/settings/domains") {
		t.Errorf("the letters are %+v", all)
	}
	said := admin.Get("/settings/domains").Doc(t).Find(".notice-bad").Text()
	if !strings.Contains(said, "stays open at lucky-fox.localhost") || !strings.Contains(said, "parking.example") {
		t.Errorf("the page says %q", said)
	}
}
