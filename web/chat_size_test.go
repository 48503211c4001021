package web_test

import (
	"regexp"
	"strings"
	"testing"

	"pitdesk/internal/i18n"
)

// TestTheChatIsSmall holds the chat to its budget: what a casino's page loads before anybody asks for help, and what opening
// the chat adds, words and styles included, as it goes over the wire.
func TestTheChatIsSmall(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	plain, b := h.Browser(t, casinos[0]), h.Browser(t, casinos[0])
	b.Header.Set("Accept-Encoding", "gzip")
	size := func(path string) int {
		a := b.Get(path)
		if a.StatusCode != 200 || a.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %d, encoded %q", path, a.StatusCode, a.Header.Get("Content-Encoding"))
		}
		return len(a.Text)
	}
	loader := size("/chat.js?lang=ru")
	if loader > 5<<10 {
		t.Errorf("the loader has %d bytes, want at most 5 KB", loader)
	}
	for _, lang := range i18n.Languages() {
		path := "/chat?origin=https://www.lucky-fox.example&language=" + lang
		all := loader + size(path)
		for _, part := range regexp.MustCompile(`(?:href|src)="(/[^"]+)"`).FindAllStringSubmatch(plain.Get(path).Text, -1) {
			if strings.HasPrefix(part[1], "/pictures/") || strings.HasSuffix(part[1], ".svg") {
				continue // the casino's own, and the tab's
			}
			all += size(part[1])
		}
		t.Logf("%s: loader %d, whole chat %d bytes", lang, loader, all)
		if all > 25<<10 {
			t.Errorf("the whole chat has %d bytes in %s, want at most 25 KB", all, lang)
		}
	}
}

// TestTheLoaderBringsTheWordsOfOneLanguage beside the casino's own, and hands out the others by name.
func TestTheLoaderBringsTheWordsOfOneLanguage(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	b := h.Browser(t, casinos[0])
	says := func(path, lang string, want ...string) {
		t.Helper()
		b.Header.Set("Accept-Language", lang)
		a := b.Get(path)
		_, words, _ := strings.Cut(a.Text, `"words":`)
		if strings.HasPrefix(a.Text, "Desk(") {
			words = a.Text
		}
		var got []string
		for _, known := range []string{"en", "ru", "lt", "de", "pt-BR", "ar", "ar-XB", "pt"} {
			if strings.Contains(words, `"`+known+`":{"open":`) {
				got = append(got, known)
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s in %s brings %q, want %q", path, lang, got, want)
		}
		if vary := strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "Accept-Language"); vary == strings.Contains(path, "?") {
			t.Errorf("%s varies by %q", path, a.Header.Values("Vary"))
		}
	}
	says("/chat.js", "", "en")
	says("/chat.js", "lt", "en", "lt")
	says("/chat.js?lang=ru", "lt", "en", "ru")
	says("/chat.js?lang=zh", "lt", "en")
	says("/chat.js?words=pt", "lt", "pt")
	says("/chat.js?words=ar", "lt", "ar")
	if got := b.Get("/chat.js?words=" + "%3C/script%3E%22").Text; strings.Contains(got, "</script>") {
		t.Errorf("what a stranger asked for stands in the script: %s", got)
	}
}
