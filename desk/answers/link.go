package answers

import (
	"net/url"
	"regexp"
	"strings"
)

// goodHref is what an address in a text may look like: of a web page, of a mailbox, or of the same host. Two slashes at the
// start would lead to another host, and so would a backslash in some browsers.
var goodHref = regexp.MustCompile(`^(?:https?://[^\s\\/][^\s\\]*|mailto:[^\s\\]+|[/?#](?:[^\s\\/][^\s\\]*)?|[^\s\\:/?#]+(?:[/?#][^\s\\]*)?)$`)

// address returns an address as it may stand in a page, and whether it leads away from the casino's host. One that may not
// stand there is refused.
func address(raw string) (href string, away, ok bool) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > 2000 || strings.ContainsFunc(raw, func(r rune) bool { return r < 0x20 || r == 0x7f || r == '\\' }) {
		return "", false, false
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", false, false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		// Who writes https://casino.example@evil.example wants to be misread.
		if u.Host == "" || u.User != nil || u.Opaque != "" {
			return "", false, false
		}
		away = true
	case "mailto":
		if u.Opaque == "" {
			return "", false, false
		}
	case "":
		if u.Host != "" || strings.HasPrefix(raw, "//") {
			return "", false, false
		}
	default:
		return "", false, false
	}
	href = u.String()
	return href, away, goodHref.MatchString(href)
}
