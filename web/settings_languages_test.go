package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
	"pitdesk/web"
)

// pack sends a file of texts as the form of a language does.
func (b *browser) pack(lang, content string) *answer {
	b.t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreateFormFile("file", "texts.json")
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write([]byte(content))
	_ = form.Close()
	return b.Do("POST", "/settings/languages/"+lang+"/file", form.FormDataContentType(), &out)
}

func TestACasinosWordsAreSaidEverywhereAndNowhereElse(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	ieva := sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	admin := h.SignedIn(ctx, t, fox, ieva)
	player, stranger := h.Browser(t, fox), h.Browser(t, reel)
	path := "/settings/languages/ru"
	for id, text := range map[string]string{
		"chat.title": "Консьерж", "chat.write": "Спросите & мы ответим", "mail.reset_subject": "Свежий пароль",
		"There is nothing here.": "Пусто.", "common.sign_in": "Войти к нам",
	} {
		if a := admin.Post(path+"/texts", "id", id, "form_", text); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", id, a.StatusCode, a.Text)
		}
	}
	box := mail.NewBox()
	letter := staff.Letter{Occasion: staff.LetterReset, Casino: fox, To: "mara@people.example", Name: "Mara", Language: "ru", Path: "/reset/x"}
	if err := (web.Postman{Config: web.Config{Scheme: "http"}, Mailer: box}).Mail(ctx, letter); err != nil {
		t.Fatal(err)
	}
	if got := box.All()[0].Message.Subject; got != "Свежий пароль" {
		t.Errorf("a letter is called %q", got)
	}
	for _, b := range []*browser{player, stranger} {
		b.Header.Set("Accept-Language", "ru")
		for path, want := range map[string]string{"/chat": "Консьерж", "/chat.js": "Консьерж", "/chat/api/config": "Консьерж", "/no-such-page": "Пусто.",
			"/chat.js?words=ru": "Консьерж", "/chat/api/conversations/x/entries": "", "/sign-in": "Войти к нам"} {
			if got := strings.Contains(b.Get(path).Text, want); want != "" && got != (b == player) {
				t.Errorf("%s of %s says %q: %v", path, b.host, want, got)
			}
		}
	}
	// What could be markup in a page and in a script stays text in both.
	if got := player.Get("/chat.js").Text; !strings.Contains(got, `Спросите \u0026 мы`) {
		t.Errorf("the loader's words aren't written for a script: %s", got[len(got)-600:])
	}
	// Another process, or this one after a restart, says the same.
	other, elsewhere := sample.Over(t, h.DB)
	again, err := languages.Speak(tenants.With(other.Context(elsewhere), fox))
	if err != nil || i18n.T(i18n.With(again, "ru"), "chat.title") != "Консьерж" {
		t.Errorf("after a restart: %v", err)
	}
}

func TestAFileOfTextsIsCheckedShownAndUsed(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Vera", authz.Admin))

	if a := admin.Post("/settings/languages/add", "language", "fi"); a.Location() != "/settings/languages/fi?done=added" {
		t.Fatalf("%d %s", a.StatusCode, a.Text)
	}
	if a := admin.Post("/settings/languages/add", "language", "<b>"); a.StatusCode != 422 || a.Doc(t).Find("#add .field-fault").Length() != 1 {
		t.Errorf("a language that is none: %d", a.StatusCode)
	}
	bad := admin.pack("fi", "{\n\"common.save\": \"<b>Tallenna</b>\",\n\"common.nobody\": \"x\"\n}")
	if lines := bad.Doc(t).Find(".problems > li"); bad.StatusCode != 422 || lines.Length() != 2 || !strings.Contains(lines.First().Text(), "Line 2") {
		t.Errorf("%d, problems %q", bad.StatusCode, lines.Text())
	}
	if a := admin.Get("/settings/languages/fi/draft"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a bad file waits: %d", a.StatusCode)
	}
	file := admin.Get("/settings/languages/fi/file")
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, "lucky-fox.fi.json") || !strings.Contains(file.Text, `"common.save": "Save"`) {
		t.Errorf("%s %s", got, file.Text[:200])
	}
	filled := strings.Replace(file.Text, `"common.save": "Save"`, `"common.save": "Tallenna"`, 1)
	if a := admin.pack("fi", filled); a.Location() != "/settings/languages/fi/draft" {
		t.Fatalf("%d %s", a.StatusCode, plainText(a.Doc(t).Find(".problems")))
	}
	preview := lead.Get("/settings/languages/fi/draft").Doc(t)
	if n := preview.Find("#draft li.line").Length(); n != 1 || preview.Find("#draft form").Length() != 0 {
		t.Errorf("a lead sees %d changes and %d forms", n, preview.Find("#draft form").Length())
	}
	id, _ := admin.Get("/settings/languages/fi/draft").Doc(t).Find("input[name=draft]").Attr("value")
	if a := lead.Post("/settings/languages/fi/draft", "draft", id); a.StatusCode != http.StatusForbidden {
		t.Errorf("a lead uses it: %d", a.StatusCode)
	}
	if a := stranger.Post("/settings/languages/fi/draft", "draft", id); a.StatusCode != http.StatusNotFound {
		t.Errorf("another casino uses it: %d", a.StatusCode)
	}
	if a := admin.Post("/settings/languages/fi/draft", "draft", id); a.Location() != "/settings/languages/fi?done=saved" {
		t.Fatalf("%d %s", a.StatusCode, a.Text)
	}
	b := h.Browser(t, fox)
	b.Header.Set("Accept-Language", "fi")
	if page := b.Get("/sign-in").Doc(t); page.Find("html").AttrOr("lang", "") != "fi" {
		t.Errorf("a Finn reads %s", page.Find("html").AttrOr("lang", ""))
	}
	if a := admin.Post("/settings/languages", "fallback", "lt", "players", "lt", "players", "fi", "agents", "en"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.Text)
	}
	b.Header.Set("Accept-Language", "ru")
	for path, want := range map[string]string{"/chat": "lt", "/sign-in": "lt", "/chat?language=fi": "fi", "/sign-in?lang=en": "en", "/chat?language=en": "lt"} {
		if got := b.Get(path).Doc(t).Find("html").AttrOr("lang", ""); got != want {
			t.Errorf("%s is in %s, want %s", path, got, want)
		}
	}
}
