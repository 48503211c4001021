package web_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// opened is a stream that stays open until close is called; other answers are returned with their status and Retry-After.
func (b *browser) opened(path string) (status, after int, closed func()) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	b.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Host, r.Header = b.host, b.Header.Clone()
	r.Header.Set("Accept", "text/event-stream")
	for name, value := range b.Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.t.Fatal(err)
	}
	after, _ = strconv.Atoi(res.Header.Get("Retry-After"))
	return res.StatusCode, after, func() {
		cancel()
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}

func TestACasinosStreamsHaveAnEndThatOthersDontFeel(t *testing.T) {
	t.Parallel()
	h, ctx, at := openChat(t, "Lucky Fox", "Golden Reel")
	h.Server.MostStreams = 2
	fox, reel := at[0], at[1]
	ask := func(p *player) (int, int, func()) {
		c, _ := p.Start("Hello")
		return p.opened("/chat/api/stream?after=0&conversation=" + c.ID)
	}
	var mara, tom, ann = h.Player(t, fox, "mara"), h.Player(t, fox, "tom"), h.Player(t, fox, "ann")
	status, _, close := ask(mara)
	if status != 200 {
		t.Fatalf("the first player's stream: %d", status)
	}
	if status, _, _ := ask(tom); status != 200 {
		t.Fatalf("the second player's stream: %d", status)
	}
	status, after, _ := ask(ann)
	if status != 429 || after < 5 || after > 15 {
		t.Errorf("the third player's stream: %d, Retry-After %d", status, after)
	}
	// Neither the desk's own staff nor another casino's players feel it.
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Lead))
	if status, _, _ := lead.opened("/stream"); status != 200 {
		t.Errorf("the lead's stream: %d", status)
	}
	if status, _, _ := ask(h.Player(t, reel, "mara")); status != 200 {
		t.Errorf("the other casino's stream: %d", status)
	}
	// A page that goes away leaves its place.
	close()
	for i := 0; status != 200; i++ {
		if status, _, _ = ask(ann); i > 1000 {
			t.Fatal("the place of a stream that has ended isn't free")
		}
	}
	second, third := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Jonas", authz.Operator)), h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Eva", authz.Operator))
	if status, _, _ := second.opened("/stream"); status != 200 {
		t.Errorf("the second agent's stream: %d", status)
	}
	if status, after, _ := third.opened("/stream"); status != 429 || after < 5 {
		t.Errorf("the third agent's stream: %d, Retry-After %d", status, after)
	}
}
