package licences_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/idna"

	"pitdesk/internal/fault"
	"pitdesk/tenants/licences"
)

const demoGUID = "00000000-0000-4000-8000-00000000d310"

var covered = []string{"play.example"}

func regulator(t testing.TB, key string) licences.Regulator {
	t.Helper()
	r, ok := licences.RegulatorOf(key)
	if !ok {
		t.Fatalf("no regulator %q", key)
	}
	return r
}

// TestLinksInTheRightFormAreTaken takes each regulator's own example, and the spellings that people paste.
func TestLinksInTheRightFormAreTaken(t *testing.T) {
	t.Parallel()
	for _, r := range licences.Regulators() {
		l, err := r.Check(r.Example, "", covered)
		if err != nil || l.String() != r.Example {
			t.Errorf("%s: its own example %s became %s, %v", r.Key, r.Example, l, err)
		}
		if !r.Number.MatchString(r.Numbers) {
			t.Errorf("%s: its own number %s isn't in its form", r.Key, r.Numbers)
		}
		for _, p := range r.Params {
			if !p.Form.MatchString(p.Looks) {
				t.Errorf("%s: %s=%s isn't in its form", r.Key, p.Name, p.Looks)
			}
		}
	}
	for _, c := range []struct{ key, typed, kept string }{
		{"mga", "  HTTPS://Authorisation.MGA.org.mt/verification.aspx?company=" + demoGUID + "&lang=en&details=1\n",
			"https://authorisation.mga.org.mt/verification.aspx?lang=en&company=" + demoGUID + "&details=1"},
		{"curacao", "https://cert.gcb.cw/certificate?id=ZXlKcGRpSTZJ%3D%3D", "https://cert.gcb.cw/certificate?id=ZXlKcGRpSTZJ%3D%3D"},
		{"curacao", "https://cert.cga.cw/certificate?id=ZXlKcGRpSTZJag==", "https://cert.cga.cw/certificate?id=ZXlKcGRpSTZJag=="},
		{"ukgc", "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999", "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999"},
		{"estonia", "https://mtr.ttja.ee/", "https://mtr.ttja.ee/"},
		{"other", "https://register.regulator.example", "https://register.regulator.example/"},
		{"other", "https://register.regulator.example/licence/7?lang=en", "https://register.regulator.example/licence/7?lang=en"},
	} {
		if l, err := regulator(t, c.key).Check(c.typed, "99999", covered); err != nil || l.String() != c.kept {
			t.Errorf("%s: %q became %s, %v", c.key, c.typed, l, err)
		}
	}
}

const (
	mgaTail = "/verification.aspx?lang=EN&company=" + demoGUID + "&details=1"
	mgaLink = "https://authorisation.mga.org.mt" + mgaTail
	curTail = "/certificate?id=ZGVtbw-ZGVtbw"
	ukgTail = "/public-register/business/detail/99999"
	anjLink = "https://verification.anjouangaming.org/validate?"
)

// hostile are links of clones, tricks and slips, with the words by which the refusal says which it is.
var hostile = []struct{ key, link, says string }{
	// The scheme.
	{"mga", "", "Paste the address"},
	{"mga", "http://authorisation.mga.org.mt" + mgaTail, "http://"},
	{"mga", "HTTP://authorisation.mga.org.mt" + mgaTail, "http://"},
	{"mga", "ftp://authorisation.mga.org.mt" + mgaTail, "must begin with https://"},
	{"mga", "javascript:alert(1)//authorisation.mga.org.mt", "must begin with https://"},
	{"mga", "data:text/html,authorisation.mga.org.mt", "must begin with https://"},
	{"mga", "//authorisation.mga.org.mt" + mgaTail, "must begin with https://"},
	{"mga", "authorisation.mga.org.mt" + mgaTail, "must begin with https://"},
	{"mga", "https:authorisation.mga.org.mt" + mgaTail, "must begin with https://"},
	{"mga", "https:/authorisation.mga.org.mt" + mgaTail, "must begin with https://"},
	{"mga", "https:///authorisation.mga.org.mt" + mgaTail, "no host"},
	// In front of the host.
	{"mga", "https://authorisation.mga.org.mt@evil.example" + mgaTail, "would be at evil.example"},
	{"mga", "https://user:secret@authorisation.mga.org.mt" + mgaTail, "an @ before its host"},
	{"mga", "https://@authorisation.mga.org.mt" + mgaTail, "an @ before its host"},
	{"mga", "https://authorisation.mga.org.mt%40evil.example" + mgaTail, "percent signs"},
	{"mga", "https://authorisation.mga.org.mt:443@evil.example" + mgaTail, "would be at evil.example"},
	// After the host.
	{"mga", "https://authorisation.mga.org.mt:443" + mgaTail, "names a port"},
	{"mga", "https://authorisation.mga.org.mt:8443" + mgaTail, "names a port"},
	{"mga", "https://authorisation.mga.org.mt:" + mgaTail, "names a port"},
	{"mga", "https://authorisation.mga.org.mt." + mgaTail, "ends with a dot"},
	{"mga", mgaLink + "#details", "after #"},
	{"mga", "https://authorisation.mga.org.mt#@evil.example/", "after #"},
	// Characters that are read in two ways.
	{"mga", `https://authorisation.mga.org.mt\@evil.example/`, "backslash"},
	{"mga", `https://evil.example\.authorisation.mga.org.mt` + mgaTail, "backslash"},
	{"mga", `https:\\authorisation.mga.org.mt` + mgaTail, "backslash"},
	{"mga", "https://authorisation.mga\t.org.mt" + mgaTail, "control character"},
	{"mga", "https://authorisation.mga.org.mt/\nverification.aspx", "control character"},
	{"mga", "https://authorisation.mga.org.mt\x00.evil.example" + mgaTail, "control character"},
	{"mga", "https://authorisation.mga.org.mt\u0085" + mgaTail, "control character"},
	{"mga", "https://authorisation.mga.org.mt /verification.aspx", "invisible"},
	{"mga", "https://authorisation.mga\u200b.org.mt" + mgaTail, "invisible"},
	{"mga", "https://authorisation.mga.org.mt\u202e" + mgaTail, "invisible"},
	{"mga", "https://author\u00adisation.mga.org.mt" + mgaTail, "invisible"},
	// IP addresses, however written.
	{"mga", "https://127.0.0.1" + mgaTail, "IP address"},
	{"mga", "https://2130706433" + mgaTail, "IP address"},
	{"mga", "https://0x7f.1" + mgaTail, "IP address"},
	{"mga", "https://017700000001" + mgaTail, "IP address"},
	{"mga", "https://[::1]" + mgaTail, "IP address"},
	{"mga", "https://[::ffff:127.0.0.1]:443" + mgaTail, "IP address"},
	{"mga", "https://169.254.169.254/latest/meta-data", "IP address"},
	{"mga", "https://10.0.0.1:8443" + mgaTail, "IP address"},
	// Clones and look-alikes, each named with the host it imitates.
	{"curacao", "https://cert.cga.mba" + curTail, "it imitates cert.cga.cw"},
	{"curacao", "https://cert-cga.cw" + curTail, "it imitates cert.cga.cw"},
	{"curacao", "https://cert.cga.cw.verify.example" + curTail, "it imitates cert.cga.cw"},
	{"curacao", "https://cert.cqa.cw" + curTail, "it imitates cert.cga.cw"},
	{"curacao", "https://cert.gcb.cw.com" + curTail, "it imitates cert.gcb.cw"},
	{"mga", "https://authorisation.mga.org.mt.evil.example" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation-mga-org-mt.example" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation.mga-org.mt" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation.mqa.org.mt" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://\u0430uthorisation.mga.org.mt" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://xn--uthorisation-d8i.mga.org.mt.example" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation.mg\u0430.org.mt" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation.mg\u00e1.org.mt" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation.mga.org.m\u03c4" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"mga", "https://authorisation\uff0emga.org.mt" + mgaTail, "it imitates authorisation.mga.org.mt"},
	{"ukgc", "https://www.gamblingcommission.gov.uk.example" + ukgTail, "it imitates www.gamblingcommission.gov.uk"},
	{"ukgc", "https://www.gamblingcommission.co.uk" + ukgTail, "it imitates www.gamblingcommission.gov.uk"},
	{"ukgc", "https://www.garnblingcommission.gov.uk" + ukgTail, "it imitates www.gamblingcommission.gov.uk"},
	{"ukgc", "https://www-gamblingcommission-gov-uk.example" + ukgTail, "it imitates www.gamblingcommission.gov.uk"},
	{"anjouan", "https://verification.anjouangaming.com/validate?domain=play.example&seal_id=demo0000&stamp=0000demo", "it imitates verification.anjouangaming.org"},
	{"kahnawake", "https://certificates.gamingcommission.com/KGCCertificates.aspx?id=" + demoGUID, "it imitates certificates.gamingcommission.ca"},
	{"isleofman", "https://www.isle0fmangsc.com/gambling/supervision/online-gambling-licensee-register/", "it imitates www.isleofmangsc.com"},
	{"other", "https://cert.cga.mba" + curTail, "it imitates cert.cga.cw"},
	{"other", "https://authorisation.mga.org.mt.evil.example" + mgaTail, "it imitates authorisation.mga.org.mt"},
	// Other hosts.
	{"mga", "https://www.authorisation.mga.org.mt" + mgaTail, "isn't the regulator's host"},
	{"mga", "https://mga.org.mt" + mgaTail, "isn't the regulator's host"},
	{"mga", "https://evil.example" + mgaTail, "isn't the regulator's host"},
	{"mga", "https://evil.example/authorisation.mga.org.mt" + mgaTail, "isn't the regulator's host"},
	{"mga", "https://cert.cga.cw" + curTail, "Choose that regulator"},
	{"other", mgaLink, "Choose that regulator"},
	{"mga", "https://xn--80ak6aa92e.example" + mgaTail, "letters beyond a to z"},
	{"other", "https://пример.example/", "letters beyond a to z"},
	{"mga", "https://localhost" + mgaTail, "no host's name"},
	{"mga", "https://-evil-.example" + mgaTail, "no host's name"},
	{"mga", "https://evil..example" + mgaTail, "no host's name"},
	{"mga", "https://evil_host.example" + mgaTail, "no host's name"},
	// The path.
	{"mga", "https://authorisation.mga.org.mt/?lang=EN&company=" + demoGUID + "&details=1", "path of the link must be"},
	{"mga", "https://authorisation.mga.org.mt/verification.aspx/../evil?lang=EN&company=" + demoGUID + "&details=1", "path of the link must be"},
	{"mga", "https://authorisation.mga.org.mt//verification.aspx?lang=EN&company=" + demoGUID + "&details=1", "path of the link must be"},
	{"mga", "https://authorisation.mga.org.mt/%76erification.aspx?lang=EN&company=" + demoGUID + "&details=1", "path of the link must be"},
	{"mga", "https://authorisation.mga.org.mt/redirect?url=https://evil.example", "sends its reader on"},
	{"other", "https://register.regulator.example/out?to=7", "sends its reader on"},
	{"other", "https://register.regulator.example/licence?next=%2F%2Fevil.example", "sends its reader on"},
	{"other", "https://register.regulator.example/a/../b", "path has"},
	{"other", "https://register.regulator.example//evil.example", "two slashes"},
	{"other", "https://register.regulator.example/a;b", "path has"},
	{"ukgc", "https://www.gamblingcommission.gov.uk/public-register/business/detail/", "path of the link must be"},
	{"ukgc", "https://www.gamblingcommission.gov.uk/public-register/business/detail/12x", "path of the link must be"},
	{"ukgc", "https://www.gamblingcommission.gov.uk/public-register/business/detail/11111", "the licence's number is 99999"},
	{"lithuania", "https://lpt.lrv.lt/lt/", "path of the link must be"},
	// The query.
	{"mga", "https://authorisation.mga.org.mt/verification.aspx", "lacks its part lang"},
	{"mga", "https://authorisation.mga.org.mt/verification.aspx?", "question mark"},
	{"mga", "https://authorisation.mga.org.mt/verification.aspx?lang=EN&details=1", "lacks its part company"},
	{"mga", "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=1234&details=1", "part company isn't in its form"},
	{"mga", "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=" + demoGUID + "0&details=1", "part company isn't in its form"},
	{"mga", "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=" + demoGUID + "&details=2", "part details isn't in its form"},
	{"mga", mgaLink + "&x=1", "a part x that"},
	{"mga", mgaLink + "&returnUrl=https://evil.example", "sends its reader on"},
	{"mga", mgaLink + "&company=" + demoGUID, "says company twice"},
	{"mga", mgaLink + "&Company=" + demoGUID, "says Company twice"},
	{"mga", mgaLink + "&", "name=value"},
	{"mga", mgaLink + ";x=1", "name=value"},
	{"curacao", "https://cert.cga.cw/certificate?id=short", "part id isn't in its form"},
	{"curacao", "https://cert.cga.cw/certificate?id=ZGVtb%0d%0aZGVtbw", "part id isn't in its form"},
	{"curacao", "https://cert.cga.cw/certificate?token=ZGVtbw-ZGVtbw", "a part token that"},
	{"anjouan", anjLink + "domain=other.example&seal_id=demo0000&stamp=0000demo", "isn't among those the licence covers"},
	{"anjouan", anjLink + "domain=play.example&seal_id=demo0000", "lacks its part stamp"},
	{"kahnawake", "https://certificates.gamingcommission.ca/KGCCertificates.aspx?id={" + demoGUID + "}", "name=value"},
	{"gibraltar", "https://www.gamblingdivision.gov.gi/licence-holders?page=2", "a part page that"},
	{"mga", "https://authorisation.mga.org.mt/" + strings.Repeat("a", 2000), "more than 2000"},
}

func TestHostileLinksAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range hostile {
		l, err := regulator(t, c.key).Check(c.link, "99999", covered)
		if err == nil {
			t.Errorf("%s takes %q as %s", c.key, c.link, l)
			continue
		}
		if says := fault.Sentence(err); fault.CodeOf(err) != fault.Invalid || fault.Of(err).Field != "link" || !strings.Contains(says, c.says) {
			t.Errorf("%s refuses %q with %q, want %q", c.key, c.link, says, c.says)
		}
		seen[fault.Of(err).Format] = true
	}
	t.Logf("%d links refused in %d sentences", len(hostile), len(seen))
	if len(hostile) < 60 || len(seen) < 20 {
		t.Errorf("%d links, %d sentences", len(hostile), len(seen))
	}
}

// whatwg reads the host of an address as a browser does (URL Standard, basic URL parser), as far as https goes. It shares no
// line with what it checks.
func whatwg(text string) (host string, ok bool) {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= 0x20 })
	text = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(text)
	scheme, rest, found := strings.Cut(text, ":")
	if !found || !strings.EqualFold(scheme, "https") {
		return "", false
	}
	rest = strings.TrimLeft(rest, `/\`)
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		rest = rest[:end]
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		return "", false
	}
	name, port, _ := strings.Cut(rest, ":")
	if port != "" {
		return "", false
	}
	decoded, err := url.PathUnescape(name)
	if err != nil {
		return "", false
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.Transitional(false)).ToASCII(decoded)
	return ascii, err == nil
}

func FuzzCheck(f *testing.F) {
	for _, c := range hostile {
		f.Add(c.key, c.link)
	}
	for _, r := range licences.Regulators() {
		f.Add(r.Key, r.Example)
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		r, ok := licences.RegulatorOf(key)
		if !ok {
			return
		}
		l, err := r.Check(text, "99999", covered)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		kept := l.String()
		for _, each := range []string{text, kept} {
			u, err := url.Parse(strings.TrimSpace(each))
			if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || u.Fragment != "" || !strings.EqualFold(u.Host, l.Host) {
				t.Fatalf("net/url reads %q as %+v, %v", each, u, err)
			}
			if host, ok := whatwg(each); !ok || host != l.Host {
				t.Fatalf("a browser goes to %q with %q", host, each)
			}
		}
		if r.Key != licences.Other && !slices.Contains(r.Hosts, l.Host) {
			t.Fatalf("%s takes the host %s", r.Key, l.Host)
		}
		if again, err := r.Check(kept, "99999", covered); err != nil || again.String() != kept {
			t.Fatalf("%q is kept as %q, which is read as %q, %v", text, kept, again, err)
		}
	})
}
