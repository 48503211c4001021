package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

type session struct {
	Token     string
	ExpiresAt time.Time `json:"expires_at"`
	Player    struct {
		ID, Name string
		Verified bool
	}
	Conversations []conversation
}

func TestWhatAVisitorSaidIsThereAfterSignIn(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	fox := casinos[0]
	visitor := h.Player(t, fox, "")
	c, _ := visitor.Start("I can't sign in")

	var s session
	p := &player{browser: h.Browser(t, fox)}
	p.want(201, "POST", "/session", map[string]any{"identity": identity(t, fox, "mara", nil), "visitor": visitor.Token}, &s)
	if !s.Player.Verified || s.Player.Name != "mara" || len(s.Conversations) != 1 || s.Conversations[0].ID != c.ID || !s.Conversations[0].Linked {
		t.Errorf("signed in as %+v", s)
	}
	visitor.want(401, "GET", "/conversations", nil, nil)
	p.Token = s.Token
	if e := p.Say(c, "Now I can"); e.Seq == 0 {
		t.Error("the player can't go on with the visitor's conversation")
	}
	// On another device the player finds it again.
	elsewhere := h.Player(t, fox, "mara")
	var list struct{ Conversations []conversation }
	elsewhere.want(200, "GET", "/conversations", nil, &list)
	if len(list.Conversations) != 1 || list.Conversations[0].ID != c.ID {
		t.Errorf("elsewhere: %+v", list)
	}

	p.want(204, "DELETE", "/session", nil, nil)
	p.want(401, "GET", "/conversations", nil, nil)
	p.want(204, "DELETE", "/session", nil, nil)
}

func TestARefusedIdentityIsToldWhy(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	p := &player{browser: h.Browser(t, casinos[0])}
	token := identity(t, casinos[0], "mara", nil)
	p.want(201, "POST", "/session", map[string]any{"identity": token}, nil)
	for says, token := range map[string]string{
		"before":      token,
		"doesn't fit": identity(t, casinos[1], "mara", nil),
		"expired":     identity(t, casinos[0], "mara", map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}),
	} {
		a := p.call("POST", "/session", map[string]any{"identity": token})
		if a.StatusCode != 401 || !strings.Contains(a.Text, says) || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", says, a.StatusCode, a.Text)
		}
	}
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	c, _ := mara.Start("Hello")
	events := mara.Stream(c, 0)
	await(t, events, "the first words", func(e event) bool { return e.Name == "entry" })
	other := h.Player(t, casinos[0], "igor")
	other.want(204, "DELETE", "/session", nil, nil)
	mara.Say(c, "Still here")
	await(t, events, "the second words", func(e event) bool { return e.ID == "2" })
	mara.want(204, "DELETE", "/session", nil, nil)
	for range events { // until it is closed
	}
}

func TestAPlayerSeesARepliesTypingAndNoNotes(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox")
	fox := casinos[0]
	ada, bob := sample.Agent(ctx, t, fox, "Ada", authz.Operator), sample.Agent(ctx, t, fox, "Bob", authz.Operator)
	mara := h.Player(t, fox, "mara")
	c, _ := mara.Start("Hello")
	events := mara.Stream(c, 0)
	await(t, events, "the first words", func(e event) bool { return e.Name == "entry" })
	h.SignedIn(ctx, t, fox, ada).Post("/inbox/"+c.ID+"/here", "doing", "note")
	h.SignedIn(ctx, t, fox, bob).Post("/inbox/"+c.ID+"/here", "doing", "reply")
	if e := await(t, events, "somebody typing", func(e event) bool { return e.Name == "typing" }); !strings.Contains(e.Data, "Bob") {
		t.Errorf("first came %s", e.Data)
	}
}

func TestTheLineIsHonest(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox")
	fox := casinos[0]
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Lead)
	first, _ := h.Player(t, fox, "one").Start("I was first")
	h.Player(t, fox, "two").Start("I was second")
	third := h.Player(t, fox, "three")
	mine, _ := third.Start("I was third")
	events := third.Stream(mine, 0)
	await(t, events, "two ahead", func(e event) bool { return e.Name == "queue" && strings.Contains(e.Data, `"ahead":2`) })
	id, _ := tenants.ParseID(tenants.ConversationPrefix, first.ID)
	sample.As(ctx, t, fox, ada, func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, id)
		if err != nil {
			return err
		}
		_, err = desk.Reply(ctx, tx, &held, desk.Words{Text: "Here I am"})
		return err
	})
	await(t, events, "one ahead", func(e event) bool { return e.Name == "queue" && strings.Contains(e.Data, `"ahead":1`) })
	h.SignedIn(ctx, t, fox, ada).Get("/inbox")
	await(t, events, "somebody there", func(e event) bool { return e.Name == "queue" && strings.Contains(e.Data, `"agents":true`) })
}

func TestFilesTravel(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	mara := h.Player(t, casinos[0], "mara")
	var up struct {
		File struct{ ID, Name, Type, URL string }
	}
	upload := func(p *player, kind, body string) *answer {
		p.Header.Set("Authorization", "Bearer "+p.Token)
		return p.Do("POST", "/chat/api/files?name=letter.txt", kind, strings.NewReader(body))
	}
	a := upload(mara, "text/html", "Здравствуйте")
	if err := json.Unmarshal([]byte(a.Text), &up); err != nil || a.StatusCode != 201 || up.File.Type != "text/plain" {
		t.Fatalf("%d %s", a.StatusCode, a.Text)
	}
	form := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"note.txt\"\r\n\r\nhello\r\n--x--\r\n"
	if a := upload(mara, "multipart/form-data; boundary=x", form); a.StatusCode != 201 || !strings.Contains(a.Text, "note.txt") {
		t.Errorf("as a form: %d %s", a.StatusCode, a.Text)
	}
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"a page":         {"text/plain", "<!doctype html><script>alert(1)</script>", 415},
		"nothing":        {"text/plain", "", 422},
		"too much":       {"text/plain", strings.Repeat("a", 11<<20), 413},
		"half a form":    {"multipart/form-data; boundary=x", form[:60], 400},
		"an empty form":  {"multipart/form-data; boundary=x", "--x--\r\n", 400},
		"no boundary":    {"multipart/form-data", form, 400},
		"a broken image": {"image/png", "\x89PNG\r\n\x1a\n", 422},
	} {
		if a := upload(mara, c.kind, c.body); a.StatusCode != c.status || !strings.Contains(a.Text, `"detail"`) {
			t.Errorf("%s: %d %s, want %d", name, a.StatusCode, a.Text, c.status)
		}
	}

	// Only who uploaded it can send it; sent, it is in the timeline at an address that needs no token.
	other := h.Player(t, casinos[0], "igor")
	theirs, _ := other.Start("Hello")
	other.want(404, "POST", "/conversations/"+theirs.ID+"/messages", map[string]any{"client_id": newID(), "files": []string{up.File.ID}}, nil)
	var made struct {
		Conversation conversation
		Entry        entry
	}
	mara.want(201, "POST", "/conversations", map[string]any{"client_id": newID(), "files": []string{up.File.ID}}, &made)
	if len(made.Entry.Files) != 1 || made.Entry.Files[0].Name != "letter.txt" {
		t.Fatalf("sent as %+v", made.Entry)
	}
	url := made.Entry.Files[0].URL
	got := h.Browser(t, casinos[0]).Get(url)
	if got.StatusCode != 200 || got.Text != "Здравствуйте" {
		t.Errorf("%d %q", got.StatusCode, got.Text)
	}
	for name, want := range map[string]string{
		"Content-Disposition": "attachment; filename*=UTF-8''letter.txt", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox", "Content-Type": "text/plain; charset=utf-8",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	for name, c := range map[string]struct {
		at  tenants.Tenant
		url string
	}{
		"another casino's host": {casinos[1], url}, "without its signature": {casinos[0], strings.Split(url, "?")[0]},
		"another signature": {casinos[0], url + "x"}, "nothing": {casinos[0], "/files/x/y"},
	} {
		if a := h.Browser(t, c.at).Get(c.url); a.StatusCode != 404 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
}

func TestThePageIsForTheCasinosOwn(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	b := h.Browser(t, casinos[0])
	a := b.Get("/chat?origin=https://www.lucky-fox.example&language=ru")
	if a.StatusCode != 200 || !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors https://www.lucky-fox.example") {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	doc := a.Doc(t)
	if lang, _ := doc.Find("html").Attr("lang"); lang != "ru" || doc.Find("textarea#text").Length() != 1 || !strings.Contains(doc.Find(".notice").Text(), "единственный") {
		t.Errorf("the page: %s", a.Text)
	}
	for _, origin := range []string{"https://www.golden-reel.example", "https://evil.example", "null", "https://www.lucky-fox.example.evil.example"} {
		if a := b.Get("/chat?origin=" + origin); a.StatusCode != 403 {
			t.Errorf("in a page of %s: %d", origin, a.StatusCode)
		}
	}
	for _, path := range []string{"/chat", "/chat.js", "/chat/api/config", "/chat?origin=https://evil.example"} {
		a := b.Get(path)
		for name, values := range a.Header {
			if strings.Contains(strings.ToLower(name+strings.Join(values, " ")), "pitdesk") {
				t.Errorf("%s names the vendor in %s", path, name)
			}
		}
		if strings.Contains(strings.ToLower(a.Text), "pitdesk") {
			t.Errorf("%s names the vendor", path)
		}
	}
}

// A body that never ends is told so and let go of.
func TestABodyThatNeverEnds(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	r, _ := http.NewRequestWithContext(t.Context(), "POST", h.base+"/chat/api/session", &endless{})
	r.Host = casinos[0].Host
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode != 413 {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// With a neutral host for files, addresses lead there and nothing else is served on it.
func TestFilesOnAHostOfTheirOwn(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	mara.Header.Set("Authorization", "Bearer "+mara.Token)
	var up struct{ File struct{ URL string } }
	a := mara.Do("POST", "/chat/api/files?name=a.txt", "text/plain", strings.NewReader("hello"))
	if err := json.Unmarshal([]byte(a.Text), &up); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{up.File.URL: 200, up.File.URL + "x": 404, "/chat": 404, "/inbox": 404} {
		r, _ := http.NewRequestWithContext(h.Context(t.Context()), "GET", path, nil)
		w := httptest.NewRecorder()
		h.Server.FilesHandler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	h.Server.Config.FilesURL = "https://files.example/"
	ctx := tenants.With(t.Context(), casinos[0])
	if url := h.Server.FileURL(ctx, "fil_x"); !strings.HasPrefix(url, "https://files.example/files/") {
		t.Errorf("the address is %s", url)
	}
}
