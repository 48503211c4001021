package web_test

import (
	"regexp"
	"testing"
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
	loader := size("/chat.js")
	if loader > 5<<10 {
		t.Errorf("the loader has %d bytes, want at most 5 KB", loader)
	}
	for _, lang := range []string{"en", "ru", "lt"} {
		path := "/chat?origin=https://www.lucky-fox.example&language=" + lang
		all := loader + size(path)
		for _, part := range regexp.MustCompile(`(?:href|src)="(/[^"]+)"`).FindAllStringSubmatch(plain.Get(path).Text, -1) {
			if part[1] == "/theme.css" {
				all += len(plain.Get(part[1]).Text)
				continue
			}
			all += size(part[1])
		}
		t.Logf("%s: loader %d, whole chat %d bytes", lang, loader, all)
		if all > 25<<10 {
			t.Errorf("the whole chat has %d bytes in %s, want at most 25 KB", all, lang)
		}
	}
}
