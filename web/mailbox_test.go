package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pitdesk/internal/mail"
	"pitdesk/web"
)

func TestTheMailboxShowsWhatWouldBeSent(t *testing.T) {
	t.Parallel()
	box := mail.NewBox()
	page := web.Mailbox(box)
	get := func(path string) *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		page.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://mail.localhost"+path, nil))
		return rec
	}
	if got := get("/"); got.Code != 200 || !strings.Contains(got.Body.String(), "No mail yet") {
		t.Errorf("empty: %d %s", got.Code, got.Body)
	}
	m := mail.Message{From: mail.Address{Name: "Lucky Fox", Email: "no-reply@lucky-fox.localhost"}, To: mail.Address{Name: "<Ada>", Email: "ada@people.example"},
		Subject: "<b>Hello</b>", Text: "Follow\nhttp://lucky-fox.localhost/reset/abc\n<script>", HTML: "<p>Hello</p>"}
	if err := box.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := get("/mails/1").Body.String()
	if !strings.Contains(got, `href="http://lucky-fox.localhost/reset/abc"`) || strings.Contains(got, "<b>Hello") || strings.Contains(got, "\n<script>") {
		t.Errorf("the mail's page: %s", got)
	}
	if got := get("/mails/1/html"); got.Body.String() != m.HTML || !strings.Contains(got.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("its HTML: %s", got.Body)
	}
	for _, path := range []string{"/mails/2", "/mails/x", "/mails/-1/html", "/nothing"} {
		if got := get(path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}
