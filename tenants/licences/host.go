package licences

import (
	"net"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"

	"pitdesk/internal/fault"
)

// MostDomains is how many domains a licence may cover.
const MostDomains = 100

// names reads domains as browsers do (UTS 46, nothing transitional), strictly.
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.BidiRule(), idna.VerifyDNSLength(true))

// Domain is a domain that a licence covers, in the form hosts have: ASCII, small letters. What isn't a bare name is refused.
func Domain(text string) (string, error) {
	text = strings.TrimSpace(text)
	bad := func() (string, error) {
		return "", fault.New(fault.Invalid, "%q is no domain: write the name alone, such as play.example, without https://, port, path or *.", shown(text)).On("domains")
	}
	if strings.ContainsAny(text, "/\\:@?#*% ") || strings.ContainsFunc(text, invisible) {
		return bad()
	}
	name, err := names.ToASCII(strings.TrimSuffix(text, "."))
	if err != nil || !strings.Contains(name, ".") || numeric(name) || net.ParseIP(name) != nil {
		return bad()
	}
	return name, nil
}

// Unicode is a domain as people read it, or as it is where that could mislead.
func Unicode(domain string) string {
	text, err := idna.Display.ToUnicode(domain)
	if err != nil || mixed(text) {
		return domain
	}
	return text
}

// mixed says that letters of several alphabets stand in one label.
func mixed(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		var seen *unicode.RangeTable
		for _, r := range label {
			for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee} {
				if unicode.Is(script, r) {
					if seen != nil && seen != script {
						return true
					}
					seen = script
				}
			}
		}
	}
	return false
}

// numeric tells what browsers read as an IPv4 address: a host whose last label is a number, in any base (WHATWG URL, "ends in
// a number").
func numeric(host string) bool {
	last := host[strings.LastIndex(host, ".")+1:]
	if last == "" {
		return false
	}
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil || last == "0x"
}

func withoutPort(host string) string {
	name, _, ok := strings.Cut(host, ":")
	if ok {
		return name
	}
	return host
}

// invisible are characters that people don't see: spaces other than none, marks of direction, joiners, soft hyphens.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == '\u3164' || r == '\u115f'
}

// likeness are characters that are drawn like Latin ones, after Unicode's confusables (UTS 39), as far as hosts may hold them.
var likeness = map[rune]string{
	'а': "a", 'ɑ': "a", 'α': "a", 'в': "b", 'ь': "b", 'с': "c", 'ϲ': "c", 'ԁ': "d", 'ɗ': "d", 'е': "e", 'ё': "e", 'є': "e", 'ҽ': "e", 'ε': "e",
	'ɡ': "g", 'ց': "g", 'һ': "h", 'հ': "h", 'н': "h", 'і': "i", 'ї': "i", 'ι': "i", 'ı': "i", 'ɩ': "i", 'ӏ': "i", 'l': "i", '1': "i", '|': "i",
	'ј': "j", 'к': "k", 'κ': "k", 'м': "m", 'ո': "n", 'п': "n", 'η': "n", 'о': "o", 'ο': "o", 'օ': "o", '0': "o", 'σ': "o", 'р': "p", 'ρ': "p",
	'ԛ': "q", 'г': "r", 'ѕ': "s", 'ꜱ': "s", '5': "s", 'т': "t", 'τ': "t", 'υ': "u", 'ս': "u", 'ν': "v", 'ѵ': "v", 'ԝ': "w", 'ѡ': "w", 'х': "x",
	'χ': "x", 'у': "y", 'γ': "y", 'ү': "y", 'ᴢ': "z", '·': ".", '。': ".", '．': ".",
}

// skeleton is how a host looks at a glance.
func skeleton(host string) string {
	if text, err := idna.Punycode.ToUnicode(host); err == nil {
		host = text
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(host)) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if like, ok := likeness[r]; ok {
			b.WriteString(like)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.NewReplacer("rn", "m", "vv", "w", "cl", "d").Replace(b.String())
}

// imitated is the real host that host was made to look like, or "". A real host imitates nothing, nor does a part of its site.
func imitated(host string) string {
	host = strings.TrimSuffix(host, ".")
	for _, r := range regulators {
		for _, real := range r.Hosts {
			if host == real || !foreign(host) && (strings.HasSuffix(host, "."+owner(real)) || host == owner(real)) {
				return ""
			}
		}
	}
	look := skeleton(host)
	for _, r := range regulators {
		for _, real := range r.Hosts {
			if resembles(look, host, real) {
				return real
			}
		}
	}
	return ""
}

// resembles compares looks: the same letters at a glance, the whole real host in front or between hyphens, its name under
// another ending, a slip of the pen.
func resembles(look, host, real string) bool {
	like := skeleton(real)
	squeeze := func(s string) string { return strings.NewReplacer(".", "", "-", "", "_", "").Replace(s) }
	name := strings.TrimSuffix(real, "."+suffix(real))
	own := owner(real)
	switch {
	case look == like || squeeze(look) == squeeze(like), strings.Contains(look, like) || strings.Contains(squeeze(look), squeeze(like)):
		return true
	case name != "www" && strings.TrimSuffix(host, "."+suffix(host)) == name, skeleton(strings.TrimSuffix(host, "."+suffix(host))) == skeleton(name):
		return true
	case strings.Contains(look+".", skeleton(own)+".") || strings.Contains(squeeze(look), squeeze(skeleton(own))) && len(own) >= 8:
		return true
	}
	// The name by which the site is known, where it is long enough to be nobody else's.
	known := strings.TrimSuffix(own, "."+suffix(own))
	if len(known) >= 10 && strings.Contains(squeeze(look), squeeze(skeleton(known))) {
		return true
	}
	return near(look, like, 2)
}

// suffix is the ending under which anybody may have a name.
func suffix(host string) string {
	s, _ := publicsuffix.PublicSuffix(host)
	return s
}

// owner is the part of a host that was registered.
func owner(host string) string {
	o, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return o
}

// foreign says that a host has letters beyond a to z, written out or in Punycode.
func foreign(host string) bool {
	return strings.HasPrefix(host, "xn--") || strings.Contains(host, ".xn--") || strings.ContainsFunc(host, func(r rune) bool { return r > 0x7e })
}

// near says that a and b are at most so many letters apart (Levenshtein).
func near(a, b string, most int) bool {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return false
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before := row[0]
		row[0] = i + 1
		for j := range y {
			keep := row[j+1]
			cost := before
			if x[i] != y[j] {
				cost++
			}
			row[j+1] = min(cost, keep+1, row[j]+1)
			before = keep
		}
	}
	return row[len(y)] <= most
}
