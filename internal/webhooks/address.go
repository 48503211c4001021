package webhooks

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"pitdesk/internal/fault"
)

// cleanURL checks a receiver's address: HTTPS with a host by name, no user and no fragment. Where the name leads is not asked
// here: it could lead elsewhere a moment later.
func cleanURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	refuse := func() (string, error) {
		return "", fault.New(fault.Invalid, "A receiver's address begins with https:// and a host by name, and has at most 2000 characters.").On("url")
	}
	if len(s) > 2000 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return refuse()
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Opaque != "" || u.Hostname() == "" {
		return refuse()
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") {
		return refuse()
	}
	return u.String(), nil
}
