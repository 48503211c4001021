package web_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// hold makes a casino stand as its biller says.
func hold(ctx context.Context, t testing.TB, at tenants.Tenant, s tenants.Standing) {
	t.Helper()
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tenants.Hold(ctx, tx, at.ID, tenants.ByBilling, s, "Not paid")
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestAReadOnlyDeskShowsAllAndTakesNothing holds one of two casinos back: its people and players read on and are told why they
// can't write; the other's notice nothing.
func TestAReadOnlyDeskShowsAllAndTakesNothing(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	anna, ruta := sample.Agent(ctx, t, fox, "Anna", authz.Admin), sample.Agent(ctx, t, reel, "Ruta", authz.Admin)
	mara, igor := h.Player(t, fox, "mara"), h.Player(t, reel, "igor")
	hers, _ := mara.Start("Where is my payout?")
	his, _ := igor.Start("Hello")
	hold(ctx, t, fox, tenants.ReadOnly)

	desk := h.SignedIn(ctx, t, fox, anna)
	page := htmlcheck.Parse(t, desk.Get("/inbox/"+hers.ID).Text)
	page.Rules()
	page.Says("#bar", "This desk is read-only")
	page.Says("#entries", "Where is my payout?")
	page.Says("#held", "nothing new can be written")
	page.Lacks("#composer")
	page.Lacks("form[action$='/resolve']")
	page.Has("#erase") // what a player wants erased can't wait for a bill
	for path, fields := range map[string][]string{
		"/inbox/" + hers.ID + "/reply":   {"text", "It left today.", "client_id", "one"},
		"/inbox/" + hers.ID + "/resolve": nil,
		"/settings/teams":                {"name", "Night"},
		"/settings/people/invitations":   {"email", "new@agency.example", "name", "New", "role", "operator", "language", "en"},
	} {
		if a := desk.Post(path, fields...); a.StatusCode != 403 || !strings.Contains(a.Text, "read-only at present") {
			t.Errorf("%s: %d %.200s", path, a.StatusCode, a.Text)
		}
	}
	if a := desk.Post("/account/profile", "name", "Anna", "language", "en"); a.StatusCode != 303 {
		t.Errorf("her own account: %d", a.StatusCode)
	}

	const quiet = "New messages can't be sent here at present."
	if a := mara.call("POST", "/conversations/"+hers.ID+"/messages", map[string]any{"client_id": "abcdefgh-1", "text": "Anybody?"}); a.StatusCode != 403 || !strings.Contains(a.Text, quiet) {
		t.Errorf("a message: %d %s", a.StatusCode, a.Text)
	}
	if a := mara.call("POST", "/conversations", map[string]any{"client_id": "abcdefgh-2", "text": "Anybody?"}); a.StatusCode != 403 || !strings.Contains(a.Text, quiet) {
		t.Errorf("a new conversation: %d %s", a.StatusCode, a.Text)
	}
	var list struct{ Conversations []conversation }
	mara.want(200, "GET", "/conversations", nil, &list)
	if len(list.Conversations) != 1 {
		t.Errorf("she reads %d conversations", len(list.Conversations))
	}
	await(t, mara.Stream(hers, 0), "the notice", func(e event) bool { return e.Name == "standing" && strings.Contains(e.Data, "New messages") })
	chat := htmlcheck.Parse(t, h.Browser(t, fox).Get("/chat").Text)
	chat.Says("body.held #held", quiet)
	if a := h.Browser(t, fox).Get("/chat/api/config?language=ru"); !strings.Contains(a.Text, `"held":"Сейчас отправить сюда`) || !strings.Contains(a.Text, `"agents":false`) {
		t.Errorf("the facts: %.300s", a.Text)
	}
	if a := h.Browser(t, fox).Get("/help/en"); a.StatusCode != 200 {
		t.Errorf("the help centre: %d", a.StatusCode)
	}

	other := htmlcheck.Parse(t, h.SignedIn(ctx, t, reel, ruta).Get("/inbox/"+his.ID).Text)
	other.Lacks("#bar")
	other.Has("#composer")
	igor.Say(his, "Still open")
	htmlcheck.Parse(t, h.Browser(t, reel).Get("/chat").Text).Lacks("body.held")

	// What heals it heals it at once.
	hold(ctx, t, fox, tenants.Open)
	mara.Say(hers, "Anybody?")
	if a := desk.Post("/inbox/"+hers.ID+"/reply", "text", "It left today.", "client_id", "one"); a.StatusCode != http.StatusNoContent {
		t.Errorf("healed: %d", a.StatusCode)
	}
	htmlcheck.Parse(t, desk.Get("/inbox").Text).Lacks("#bar")
}

// TestAShutDeskAnswersNobody shuts one of two casinos, for a while and for good.
func TestAShutDeskAnswersNobody(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	anna, olga := sample.Agent(ctx, t, fox, "Anna", authz.Admin), sample.Agent(ctx, t, fox, "Olga", authz.Operator)
	h.Password(ctx, t, fox, olga, "seven quiet herons")
	mara := h.Player(t, fox, "mara")
	hers, _ := mara.Start("Where is my payout?")
	for standing, status := range map[tenants.Standing]int{tenants.Suspended: 503, tenants.Closed: 410} {
		hold(ctx, t, fox, standing)
		for _, path := range []string{"/help/en", "/help/en/search?q=payout", "/help", "/sitemap.xml"} {
			a := h.Browser(t, fox).Get(path)
			if a.StatusCode != status || strings.Contains(a.Text, "Not paid") || !strings.Contains(a.Text, "Nothing you wrote has been deleted") {
				t.Errorf("%s: %s answers %d", standing, path, a.StatusCode)
			}
			htmlcheck.Parse(t, a.Text).Rules()
		}
		if a := h.Browser(t, fox).Get("/help/ru"); !strings.Contains(a.Text, `lang="ru"`) || a.StatusCode != status {
			t.Errorf("%s in Russian: %d %.200s", standing, a.StatusCode, a.Text)
		}
		for _, call := range []func() *answer{
			func() *answer { return mara.call("GET", "/conversations", nil) },
			func() *answer { return mara.call("POST", "/session", map[string]any{"visitor": ""}) },
			func() *answer {
				return mara.call("POST", "/conversations/"+hers.ID+"/messages", map[string]any{"client_id": "abcdefgh-1", "text": "Anybody?"})
			},
		} {
			if a := call(); a.StatusCode != 403 || !strings.Contains(a.Text, `"/problems/suspended"`) || !strings.Contains(a.Text, "Support is closed here") {
				t.Errorf("%s: the chat answers %d %s", standing, a.StatusCode, a.Text)
			}
		}
		htmlcheck.Parse(t, h.Browser(t, fox).Get("/chat").Text).Says("body.held #held", "Support is closed here")

		// Operators come in and learn that they should ask; their account is theirs.
		b := h.Browser(t, fox)
		b.Post("/sign-in", "email", "olga@lucky-fox.example", "password", "seven quiet herons")
		inbox := b.Get("/inbox")
		page := htmlcheck.Parse(t, inbox.Text)
		page.Rules()
		page.Says("main", "Your admins know more")
		if inbox.StatusCode != 403 || strings.Contains(inbox.Text, "Not paid") {
			t.Errorf("%s: an operator's inbox answers %d", standing, inbox.StatusCode)
		}
		if a := b.Get("/account"); a.StatusCode != 200 {
			t.Errorf("%s: her account answers %d", standing, a.StatusCode)
		}
		admin := h.SignedIn(ctx, t, fox, anna)
		admin.Header.Set("HX-Request", "true")
		if a := admin.Get("/inbox/boxes"); a.Header.Get("HX-Refresh") != "true" {
			t.Errorf("%s: an open page isn't drawn anew", standing)
		}
		if a := h.Browser(t, reel).Get("/help/en"); a.StatusCode != 200 {
			t.Errorf("%s: Golden Reel's help centre answers %d", standing, a.StatusCode)
		}
		h.Player(t, reel, string("igor-"+standing)).Start("Hello")
	}
	hold(ctx, t, fox, tenants.Open)
	mara.Say(hers, "Anybody?")
}

// TestOpenStreamsLearnHowTheDeskStands while they are open: a player's says that nothing can be sent, and both end when it shuts.
func TestOpenStreamsLearnHowTheDeskStands(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox := casinos[0]
	anna := sample.Agent(ctx, t, fox, "Anna", authz.Admin)
	mara, igor := h.Player(t, fox, "mara"), h.Player(t, casinos[1], "igor")
	hers, _ := mara.Start("Hello")
	his, _ := igor.Start("Hello")
	events, elsewhere := mara.Stream(hers, 0), igor.Stream(his, 0)
	open := func(e event) bool { return e.Name == "standing" && e.Data == `{"held":""}` }
	await(t, events, "an open desk", open)
	await(t, elsewhere, "an open desk", open)
	hold(ctx, t, fox, tenants.ReadOnly)
	await(t, events, "the notice", func(e event) bool { return e.Name == "standing" && strings.Contains(e.Data, "New messages") })
	hold(ctx, t, fox, tenants.Open)
	await(t, events, "an open desk again", open)

	staff := h.SignedIn(ctx, t, fox, anna)
	hints := staff.listen(ctx, t)
	hold(ctx, t, fox, tenants.Suspended)
	for range events { // until it is closed
	}
	told := false
	for hint := range hints {
		told = told || strings.Contains(hint, `"standing"`)
	}
	if !told {
		t.Error("the staff's stream ended without a word")
	}
	if a := staff.Get("/stream"); a.StatusCode != 403 {
		t.Errorf("a stream begins in a desk that is shut: %d", a.StatusCode)
	}
	igor.Say(his, "Still here")
	await(t, elsewhere, "his words", func(e event) bool { return e.ID == "2" })
}

// listen opens the staff's stream and returns its lines until it ends.
func (b *browser) listen(ctx context.Context, t testing.TB) <-chan string {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", b.base+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = b.host
	r.AddCookie(&http.Cookie{Name: "__Host-session", Value: b.Cookies["__Host-session"]})
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("stream: %v %v", res, err)
	}
	all := make(chan string, 100)
	go func() {
		defer close(all)
		defer res.Body.Close()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			all <- lines.Text()
		}
	}()
	return all
}

// TestNobodyJoinsAReadOnlyDesk opens an invitation that was sent before.
func TestNobodyJoinsAReadOnlyDesk(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	anna := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Anna", authz.Admin))
	anna.Post("/settings/people/invitations", "email", "mara@agency.example", "name", "Mara", "role", "operator", "language", "en")
	path := link(t, h.Letters(ctx, t)[0], fox)
	hold(ctx, t, fox, tenants.ReadOnly)
	b := h.Browser(t, fox)
	if a := b.Post(path, "name", "Mara", "password", "seven quiet herons"); a.StatusCode != 403 || b.Cookies["__Host-session"] != "" {
		t.Errorf("accepted: %d", a.StatusCode)
	}
	hold(ctx, t, fox, tenants.Open)
	if a := b.Post(path, "name", "Mara", "password", "seven quiet herons"); a.StatusCode != 303 {
		t.Errorf("the invitation was used up: %d", a.StatusCode)
	}
}
