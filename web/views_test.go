package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestAnAgentKeepsAViewAndFindsItsConversations(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	agent := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Operator))
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ben", authz.Admin))
	sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Where is my withdrawal?")

	if got, _ := agent.Get("/views/new?view=unassigned").Doc(t).Find("#holder option[selected]").Attr("value"); got != "nobody" {
		t.Errorf("a view begun at the unassigned is of %q", got)
	}
	if a := agent.Post("/views", "name", " "); a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find("#name-fault").Length() != 1 {
		t.Errorf("a view without a name: %d", a.StatusCode)
	}
	kept := agent.Post("/views", "name", "Free", "holder", "nobody", "order", "waiting")
	if kept.StatusCode != http.StatusSeeOther {
		t.Fatalf("kept: %d", kept.StatusCode)
	}
	page := agent.Get(kept.Location()).Doc(t)
	if now := page.Find("#boxes .box[aria-current]"); !strings.Contains(now.Text(), "Free") || now.Find(".box-count").Text() != "1" || page.Find(".row").Length() != 1 {
		t.Errorf("the inbox shows %q with %d rows", now.Text(), page.Find(".row").Length())
	}
	edit, _ := page.Find(`.list-head > a[href^="/views/"]`).Attr("href")
	for who, b := range map[string]*browser{"a lead": lead, "Golden Reel": stranger} {
		if a := b.Get(edit); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s opens Ruta's view: %d", who, a.StatusCode)
		}
		if a := b.Get(kept.Location()); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s looks through Ruta's view: %d", who, a.StatusCode)
		}
	}
	if a := agent.Post("/views", "name", "All", "shared", "yes"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator shares a view: %d", a.StatusCode)
	}
	shared := lead.Post("/views", "name", "Everybody's", "shared", "yes")
	if got := agent.Get(shared.Location()).Doc(t); got.Find("#boxes .box[aria-current]").Length() != 1 || got.Find(`.list-head > a[href^="/views/"]`).Length() != 0 {
		t.Error("an operator doesn't find the shared view, or may change it")
	}
	if a := agent.Post(edit+"/drop", "x", "y"); a.Location() != "/inbox" {
		t.Errorf("dropped: %d", a.StatusCode)
	}
}

func TestTheInboxFindsAndMarksWhatWasSaid(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	agent := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Operator))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Ben", authz.Admin))
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Where is my <b>withdrawal</b>?")
	page := agent.Get("/inbox?q=withdr").Doc(t)
	if got := page.Find(".row mark").Text(); got != "withdrawal" {
		t.Errorf("marked is %q", got)
	}
	if href, _ := page.Find(".row").Attr("href"); !strings.HasPrefix(href, "/inbox/"+tenants.PublicID(tenants.ConversationPrefix, c.ID)) {
		t.Errorf("it leads to %s", href)
	}
	if page.Find(".row b").Length() != 0 {
		t.Error("what a player wrote became markup")
	}
	if n := agent.Get("/inbox?q=mara").Doc(t).Find(".row").Length(); n != 1 {
		t.Errorf("by name %d are found", n)
	}
	if got := stranger.Get("/inbox?q=withdr").Doc(t); got.Find(".row").Length() != 0 || got.Find(".empty").Length() == 0 {
		t.Error("Golden Reel finds Lucky Fox's conversation")
	}
}

func TestLeadsSeeTheDesksNumbers(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	agent := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Operator))
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	if got := lead.Get("/numbers").Doc(t); got.Find(".empty").Length() != 1 || got.Find("svg[role=img]").Length() != 0 {
		t.Error("with nothing to count the page isn't empty")
	}
	sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Where is my withdrawal?")
	page := lead.Get("/numbers?days=7").Doc(t)
	if got := page.Find(".numbers-said").Text(); !strings.HasPrefix(got, "1 conversation began") || page.Find("svg[role=img] g").Length() != 7 {
		t.Errorf("it says %q over %d days", got, page.Find("svg[role=img] g").Length())
	}
	if a := agent.Get("/numbers"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator opens the numbers: %d", a.StatusCode)
	}
}
