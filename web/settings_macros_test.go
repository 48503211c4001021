package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestALeadWritesAMacroAndAnAgentSendsIt(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	agent, stranger := h.SignedIn(ctx, t, fox, ruta), h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ben", authz.Admin))
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Where is my withdrawal?")
	talk := "/inbox/" + tenants.PublicID(tenants.ConversationPrefix, c.ID)

	if a := lead.Post("/settings/macros", "name", "Late", "text_en", "Dear {{player.balance}}"); a.StatusCode != http.StatusUnprocessableEntity ||
		a.Doc(t).Find("#text-en-fault").Length() != 1 || a.Doc(t).Find("#text-en").Text() != "Dear {{player.balance}}" {
		t.Errorf("a blank that nothing fills: %d", a.StatusCode)
	}
	if a := lead.Post("/settings/macros", "name", "Late", "shortcut", "late", "text_en", "Hello {{player.name}}, {{agent.name}} is on it.", "tags", "bank, slow",
		"assign", "me", "after", "resolve"); a.Location() != "/settings/macros?done=added" {
		t.Fatalf("added: %d %s", a.StatusCode, a.Text)
	}
	if a := agent.Post("/settings/macros", "name", "Mine", "text_en", "x"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator writes a macro: %d", a.StatusCode)
	}
	link := lead.Get("/settings/macros").Doc(t).Find(".line-name a")
	if link.Text() != "Late" {
		t.Fatalf("the list shows %q", link.Text())
	}
	page, _ := link.Attr("href")
	if a := agent.Get(page); a.StatusCode != 200 || a.Doc(t).Find("fieldset[disabled]").Length() != 1 {
		t.Errorf("an operator reads a macro: %d", a.StatusCode)
	}
	if a := stranger.Get(page); a.StatusCode != http.StatusNotFound {
		t.Errorf("Golden Reel reads Lucky Fox's macro: %d", a.StatusCode)
	}
	if strings.Contains(stranger.Get("/settings/macros").Text, "Late") {
		t.Error("Golden Reel's list has Lucky Fox's macro")
	}

	offer := agent.Get(talk + "/answers?q=late").Doc(t).Find(".insert-macro")
	words, _ := offer.Attr("data-words")
	if words != "Hello Mara, Ruta is on it." {
		t.Fatalf("the composer is offered %q", words)
	}
	id, _ := offer.Attr("data-macro")
	for range 2 { // sent twice, done once
		if a := agent.Post(talk+"/reply", "text", words, "client_id", "one", "macro", id); a.StatusCode != http.StatusNoContent {
			t.Fatalf("sent: %d %s", a.StatusCode, a.Text)
		}
	}
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		row, err := desk.Look(ctx, tx, c.ID, ruta.ID)
		if err != nil {
			return err
		}
		tags, _ := row.Tags()
		if row.State != desk.Resolved || row.AssigneeID == nil || *row.AssigneeID != ruta.ID || len(tags) != 2 || *row.LastWords != words {
			t.Errorf("after the macro: %+v with %v", row, tags)
		}
		all, err := desk.Macros(ctx, tx, authz.Scope{All: true}, desk.MacroFilter{})
		if err == nil && all[0].Uses != 1 {
			t.Errorf("it counts %d uses of one", all[0].Uses)
		}
		return err
	})
	if a := stranger.Post(talk+"/macros/"+id, "x", "y"); a.StatusCode != http.StatusNotFound {
		t.Errorf("Golden Reel uses it: %d", a.StatusCode)
	}

	if a := lead.Post(page + "/retire"); a.Location() != "/settings/macros?done=retired" {
		t.Errorf("retired: %d", a.StatusCode)
	}
	if n := agent.Get(talk + "/answers?q=late").Doc(t).Find(".insert-macro").Length(); n != 0 {
		t.Error("a macro out of use is still offered")
	}
	if a := agent.Post(talk+"/macros/"+id, "x", "y"); a.StatusCode != http.StatusConflict {
		t.Errorf("a macro out of use is used: %d", a.StatusCode)
	}
}
