package domains

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"pitdesk/internal/fault"
)

// VerifyLabel stands before a claimed name where its TXT proof is looked for.
const VerifyLabel = "_desk-verify"

// longest is how long a claimed name may be, so that the name of its proof is one too (RFC 1035, section 2.3.4).
const longest = 253 - len(VerifyLabel) - 1

// nobodys are endings that no public name has (RFC 6761, 6762, 7686, 8375, 9476 and what networks use at home).
var nobodys = []string{"localhost", "local", "invalid", "test", "onion", "internal", "arpa", "alt", "lan", "home", "corp", "intranet", "private"}

// names turns what people type into names as the DNS has them (UTS #46, not transitional; RFC 5891).
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.CheckJoiners(true),
	idna.CheckHyphens(true), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

func wrong(format string, args ...any) error {
	return fault.New(fault.Invalid, format, args...).On("domain")
}

// Clean returns the name that somebody typed as the DNS has it, or says why it can't be claimed. own are the deployment's own
// names: neither they nor what lies under them is anybody's.
func Clean(typed string, own ...string) (string, error) {
	name := strings.TrimSpace(typed)
	if name == "" {
		return "", wrong("Give a domain, such as help.casino.example.")
	}
	if !utf8.ValidString(name) || len(name) > 1000 || strings.IndexFunc(name, unspeakable) >= 0 {
		return "", wrong("This isn't a domain. One reads like help.casino.example.")
	}
	for _, scheme := range []string{"https://", "http://"} {
		if len(name) > len(scheme) && strings.EqualFold(name[:len(scheme)], scheme) {
			name = strings.TrimSuffix(name[len(scheme):], "/")
			break
		}
	}
	switch {
	case strings.ContainsAny(name, "/?#\\"):
		return "", wrong("Give the domain alone, without a path.")
	case strings.Contains(name, "@"):
		return "", wrong("This isn't a domain. One reads like help.casino.example.")
	case strings.Contains(name, "*"):
		return "", wrong("Give one domain: a star for many isn't possible.")
	case isIP(name):
		return "", wrong("An IP address can't be claimed: give a domain.")
	case strings.Contains(name, ":"):
		return "", wrong("Leave the port out: a domain is served at the usual one.")
	}
	host, err := names.ToASCII(strings.TrimSuffix(name, "."))
	if err != nil || host != strings.ToLower(host) {
		return "", wrong("This isn't a domain. One reads like help.casino.example.")
	}
	host = strings.TrimSuffix(host, ".")
	if len(host) > longest {
		return "", wrong("This domain is too long: %d letters are possible.", longest)
	}
	if isIP(host) {
		return "", wrong("An IP address can't be claimed: give a domain.")
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	switch {
	case len(labels) < 2:
		return "", wrong("A domain has a dot in it, as in help.casino.example.")
	case slices.Contains(labels, "") || strings.Trim(last, "0123456789") == "":
		return "", wrong("This isn't a domain. One reads like help.casino.example.")
	case slices.Contains(nobodys, last):
		return "", wrong("Names that end in .%s are nobody's, so they can't be proven.", last)
	}
	for _, each := range own {
		if each != "" && (host == each || strings.HasSuffix(host, "."+each)) {
			return "", wrong("Names under %s are given out by us: give a domain of your own.", each)
		}
	}
	// An ending of one label that the list doesn't know isn't called shared: the list may be older than it.
	if suffix, icann := publicsuffix.PublicSuffix(host); suffix == host && (icann || strings.Contains(suffix, ".")) {
		return "", wrong("%s is an ending that many share: give a name under it.", host)
	}
	for _, label := range labels {
		if lookAlike(label, last) {
			return "", wrong("%s mixes alphabets, or imitates another, as deceptive names do.", spoken(label))
		}
	}
	return host, nil
}

// unspeakable are letters that no address holds: control characters, spaces, and those that can't be seen.
func unspeakable(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Co, r) || r == '\u200b' || r == '\ufeff'
}

// isIP knows addresses as people and browsers write them: with brackets, a zone, a port, or numbers alone.
func isIP(name string) bool {
	bare := strings.TrimSuffix(name, ".")
	if _, err := netip.ParseAddr(strings.Trim(bare, "[]")); err == nil {
		return true
	}
	if _, err := netip.ParseAddrPort(bare); err == nil {
		return true
	}
	last := bare[strings.LastIndexByte(bare, '.')+1:]
	return last != "" && (strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") || strings.HasPrefix(last, "0X"))
}

// spoken is a name as people read it: in its own script, where it has one.
func spoken(host string) string {
	if text, err := names.ToUnicode(host); err == nil {
		return text
	}
	return host
}
