package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/blob"
	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func address(c desk.Conversation) string {
	return "/inbox/" + tenants.PublicID(tenants.ConversationPrefix, c.ID)
}

func TestAnAgentReadsAndAnswers(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	anna := sample.Agent(ctx, t, fox, "Anna", authz.Operator)
	mara := sample.Player(ctx, t, fox, "Mara")
	c := sample.Conversation(ctx, t, fox, mara, "Where is my payout?")
	b := h.SignedIn(ctx, t, fox, anna)

	list := htmlcheck.Parse(t, b.Get("/inbox").Text)
	list.Rules()
	list.Count("#rows .row", 1)
	list.Says("#rows .row-unread", "Where is my payout?")
	list.Says("#boxes", "Unassigned 1")
	list.Says("#boxes", "Chat 1")

	page := htmlcheck.Parse(t, b.Get(address(c)).Text)
	page.Rules()
	page.Says("#entries", "Where is my payout?")
	page.Says("#player", "Verified by sign-in")
	page.Says("#composer-to", "To Mara, by chat")

	for range 2 {
		if a := b.Post(address(c)+"/reply", "text", "It left today.", "client_id", "one"); a.StatusCode != http.StatusNoContent {
			t.Fatalf("reply: %d %s", a.StatusCode, a.Text)
		}
	}
	b.Post(address(c)+"/note", "text", "Bank confirmed.")
	b.Post(address(c)+"/tags", "name", "payout")
	b.Post(address(c)+"/assign", "agent", "me")
	b.Post(address(c) + "/resolve")
	page = htmlcheck.Parse(t, b.Get(address(c)).Text)
	page.Rules()
	page.Count("#entries .entry-message.by-agent", 1)
	page.Says("#entries .entry-note", "Note, staff only")
	page.Says("#entries", "Anna took this")
	page.Says("#entries", "Anna resolved this")
	page.Says(".talk-facts", "payout")
	page.Says(".talk-facts", "Resolved")

	news := htmlcheck.Parse(t, b.Get(address(c)+"/since?after=2&again=1").Text)
	news.Has("[data-part=entries] #e1")
	news.Lacks("[data-part=entries] #e2")
	news.Has("[data-part=entries] #e3")
	news.Says("[data-part=head]", "Resolved")
}

func TestTwoAgentsTakeTheSameConversation(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	answers := make(chan *answer, 2)
	for _, name := range []string{"Anna", "Petras"} {
		b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, name, authz.Lead))
		b.Header.Set("HX-Request", "true")
		go func() { answers <- b.Post(address(c)+"/assign", "agent", "me", "seen", "") }()
	}
	won, lost := <-answers, <-answers
	if won.StatusCode > lost.StatusCode {
		won, lost = lost, won
	}
	if won.StatusCode != http.StatusNoContent || lost.StatusCode != http.StatusConflict {
		t.Fatalf("%d and %d, want one 204 and one 409: %s", won.StatusCode, lost.StatusCode, lost.Text)
	}
	htmlcheck.Parse(t, lost.Text).Says("[data-flash]", "has just taken this conversation.")
}

func TestOperatorsSeeTheirScope(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	petras := sample.Agent(ctx, t, fox, "Petras", authz.Operator)
	b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Operator))
	taken := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Taken by another")
	free := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Oleg"), "Free for all")
	sample.As(ctx, t, fox, petras, func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, taken.ID)
		if err != nil {
			return err
		}
		_, err = desk.Assign(ctx, tx, &held, desk.Holder{Agent: &petras.ID}, nil)
		return err
	})
	list := htmlcheck.Parse(t, b.Get("/inbox").Text)
	list.Says("#rows", "Free for all")
	list.Silent("#rows", "Taken by another")
	if a := b.Get(address(free)); a.StatusCode != http.StatusOK {
		t.Errorf("one of nobody's: %d", a.StatusCode)
	}
	unseen, unknown := b.Get(address(taken)), b.Get("/inbox/"+tenants.PublicID(tenants.ConversationPrefix, tenants.NewID()))
	if unseen.StatusCode != http.StatusNotFound || unseen.Text != unknown.Text {
		t.Errorf("a colleague's answers %d, and unlike an unknown one", unseen.StatusCode)
	}
}

func TestAnotherCasinosConversationIsUnknown(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Only for the Fox")
	b := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Gita", authz.Admin))
	htmlcheck.Parse(t, b.Get("/inbox").Text).Silent("body", "Only for the Fox")
	for _, path := range []string{address(c), address(c) + "/since", address(c) + "/assign"} {
		if a := b.Get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, a.StatusCode)
		}
	}
	if a := b.Post(address(c)+"/reply", "text", "Hello"); a.StatusCode != http.StatusNotFound {
		t.Errorf("reply: %d, want 404", a.StatusCode)
	}
}

func TestBadAddressesAreRefusedClearly(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Admin))
	for path, want := range map[string]int{
		"/inbox?view=theirs":                    404,
		"/inbox?team=nonsense":                  404,
		"/inbox?channel=pigeon":                 422,
		"/inbox?limit=many":                     422,
		"/inbox/cnv_short":                      404,
		address(c) + "/since?after=-1":          422,
		address(c) + "/entries?before=x":        422,
		address(c) + "/since?again=0,x,,9999":   200,
		"/inbox?view=resolved&limit=1000000000": 200,
	} {
		if a := b.Get(path); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
	for name, fields := range map[string][]string{
		"/reply":    {"text", strings.Repeat("a", desk.MaxBody+1)},
		"/note":     {"text", "  "},
		"/snooze":   {"at", "yesterday"},
		"/transfer": {"to", "", "text", "why"},
		"/here":     {"doing", "dance"},
		"/read":     {"seq", "far"},
		"/assign":   {},
	} {
		if a := b.Post(address(c)+name, fields...); a.StatusCode < 400 || a.StatusCode >= 500 {
			t.Errorf("%s %.20v: %d, want a refusal", name, fields, a.StatusCode)
		}
	}
}

func TestAnAgentSendsAFile(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	b := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Operator))
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.Server.Files = store
	up := b.Do("POST", address(c)+"/files?name=terms.txt", "text/plain", strings.NewReader("Payouts take two days."))
	if up.StatusCode != http.StatusCreated {
		t.Fatalf("upload: %d %s", up.StatusCode, up.Text)
	}
	var got struct{ File struct{ ID string } }
	if err := json.Unmarshal([]byte(up.Text), &got); err != nil {
		t.Fatal(err)
	}
	if a := b.Post(address(c)+"/reply", "text", "", "file", got.File.ID); a.StatusCode != http.StatusNoContent {
		t.Fatalf("reply: %d %s", a.StatusCode, a.Text)
	}
	page := htmlcheck.Parse(t, b.Get(address(c)).Text)
	page.Says("#entries .file", "terms.txt")
	if a := b.Get(page.Attr("#entries .file", "href")); a.Text != "Payouts take two days." {
		t.Errorf("the file reads %d %q", a.StatusCode, a.Text)
	}
	other := sample.Tenant(ctx, t, "Golden Reel")
	gita := h.SignedIn(ctx, t, other, sample.Agent(ctx, t, other, "Gita", authz.Admin))
	if a := gita.Do("POST", address(c)+"/files?name=x.txt", "text/plain", strings.NewReader("x")); a.StatusCode != http.StatusNotFound {
		t.Errorf("another casino's upload: %d, want 404", a.StatusCode)
	}
}

func TestALeadErasesATextForAReason(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "My passport is 12345678")
	anna := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Operator))
	htmlcheck.Parse(t, anna.Get(address(c)).Text).Lacks("[data-dialog=erase], #erase")
	if a := anna.Post(address(c)+"/erase", "seq", "1", "why", "no"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator's erasure: %d, want 403", a.StatusCode)
	}
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Petras", authz.Lead))
	htmlcheck.Parse(t, lead.Get(address(c)).Text).Has("#e1 [data-dialog=erase]")
	if a := lead.Post(address(c)+"/erase", "seq", "1", "why", ""); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d, want 422", a.StatusCode)
	}
	if a := lead.Post(address(c)+"/erase", "seq", "1", "why", "another's document"); a.StatusCode != http.StatusNoContent {
		t.Fatalf("erase: %d %s", a.StatusCode, a.Text)
	}
	page := htmlcheck.Parse(t, lead.Get(address(c)).Text)
	page.Silent("body", "12345678")
	page.Says("#e1", "This text was erased.")
	page.Says("#entries", "Petras erased a text: another's document")
	page.Lacks("#e1 [data-dialog=erase]")
	htmlcheck.Parse(t, lead.Get("/inbox").Text).Silent("body", "12345678")
}
