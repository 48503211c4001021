package licences_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"pitdesk/tenants/licences"
)

const (
	mgaHost = "authorisation.mga.org.mt"
	mgaPage = mgaHost + "/verification.aspx"
	oldCert = "cert.gcb.cw"
	newCert = "cert.cga.cw"
)

func mgaErrand() licences.Errand {
	return licences.Errand{Link: mgaLink, Hosts: []string{mgaHost}, Asker: "help.luckyfox.example", Number: "MGA/B2C/000/2025", Licensee: "Demo Fox Gaming Limited"}
}

func visit(t testing.TB, v *licences.Visitor, e licences.Errand) licences.Finding {
	t.Helper()
	f, err := v.Visit(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const certificatePage = `<!doctype html><title>Authorisation</title><script>var now = "%s"</script><style>p{color:red}</style>
	<h1>Licensee <b>DEMO</b>&nbsp;Fox Gaming Ltd.</h1><p>Licence&nbsp;no. MGA/B2C/000/<wbr>2025, seen at %s</p><p hidden>session %s</p>`

func TestAPageIsReadAsAPersonSeesIt(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, mgaHost)
	v := s.visitor()
	s.says(mgaPage, fmt.Sprintf(certificatePage, "1", "10:41", "aaa"))
	first := visit(t, v, mgaErrand())
	if first.Outcome != licences.Reachable || first.Status != 200 || !first.NumberFound || !first.LicenseeFound || len(first.Digest) != 32 {
		t.Fatalf("found %+v", first)
	}
	s.says(mgaPage, strings.ReplaceAll(fmt.Sprintf(certificatePage, "2", "23:59:01", "bbb"), "\n", "   \n "))
	if again := visit(t, v, mgaErrand()); !bytes.Equal(again.Digest, first.Digest) {
		t.Error("a page that says the same at another time has another digest")
	}
	s.says(mgaPage, strings.ReplaceAll(fmt.Sprintf(certificatePage, "1", "10:41", "aaa"), "seen", "cancelled"))
	if other := visit(t, v, mgaErrand()); bytes.Equal(other.Digest, first.Digest) {
		t.Error("a page that says something else has the same digest")
	}
	s.says(mgaPage, `<p>Licence MGA/B2C/000/20250 of Demo Foxes Gaming Ltd</p><script>MGA/B2C/000/2025</script>`)
	if f := visit(t, v, mgaErrand()); f.Outcome != licences.Reachable || f.NumberFound || f.LicenseeFound {
		t.Errorf("a longer number and another name are taken for ours: %+v", f)
	}
}

func TestAVisitIsHonestAndPolite(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, mgaHost)
	v := s.visitor()
	s.says(mgaPage, "<p>Demo Fox Gaming Limited</p>")
	var met http.Header
	s.does(mgaHost+"/robots.txt", func(w http.ResponseWriter, r *http.Request) {
		met = r.Header.Clone()
		_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n\nUser-agent: Licence-Check\nDisallow: /verification.aspx?*details=2\nAllow: /verification\n"))
	})
	if f := visit(t, v, mgaErrand()); f.Outcome != licences.Reachable {
		t.Fatalf("found %+v", f)
	}
	if agent := met.Get("User-Agent"); agent != "Mozilla/5.0 (compatible; licence-check/1.0; +https://help.luckyfox.example/licences)" {
		t.Errorf("calls itself %q", agent)
	}
	for name := range met {
		if !slices.Contains([]string{"User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Connection"}, name) {
			t.Errorf("sends %s: %s", name, met[name])
		}
	}
	visit(t, v, mgaErrand())
	if asked := s.paths(); !slices.Equal(asked, []string{mgaHost + "/robots.txt", strings.TrimPrefix(mgaLink, "https://"), strings.TrimPrefix(mgaLink, "https://")}) {
		t.Errorf("two visits ask for %q", asked)
	}
	closed := newStandIn(t, mgaHost)
	closed.says(mgaHost+"/robots.txt", "User-agent: *\nDisallow: /verification")
	if f := visit(t, closed.visitor(), mgaErrand()); f.Outcome != licences.Unreachable || f.Why != "robots" {
		t.Errorf("where robots.txt forbids it: %+v", f)
	}
	if asked := closed.paths(); len(asked) != 1 {
		t.Errorf("a page that isn't for robots was asked for: %q", asked)
	}
}

// TestOneVisitAtATimeWithAPause sends eight errands to one regulator at once.
func TestOneVisitAtATimeWithAPause(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, mgaHost)
	var inside, most atomic.Int32
	var starts []time.Time
	s.does(mgaPage, func(w http.ResponseWriter, r *http.Request) {
		if n := inside.Add(1); n > most.Load() {
			most.Store(n)
		}
		s.mu.Lock()
		starts = append(starts, time.Now())
		s.mu.Unlock()
		inside.Add(-1)
	})
	o := s.options()
	o.Pause = 20 * time.Millisecond
	v := licences.NewVisitor(o)
	done := make(chan error)
	for range 8 {
		go func() { _, err := v.Visit(t.Context(), mgaErrand()); done <- err }()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d visits at once", most.Load())
	}
	for i := 1; i < len(starts); i++ {
		if gap := starts[i].Sub(starts[i-1]); gap < 20*time.Millisecond {
			t.Errorf("visit %d came %s after the one before", i, gap)
		}
	}
}

func TestWhereAVisitEnds(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, mgaHost, oldCert, newCert, "evil.example", "www."+mgaHost)
	to := func(address string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }
	}
	curacao := licences.Errand{Link: "https://" + oldCert + curTail, Hosts: []string{newCert, oldCert}, Asker: "x.example", Number: "OGL/2025/000/0000", Licensee: "Demo"}
	s.says(newCert+"/certificate", "OGL/2025/000/0000 Demo")
	s.says("evil.example/", "MGA/B2C/000/2025")
	for _, c := range []struct {
		name    string
		page    http.HandlerFunc
		outcome licences.Outcome
		why     string
	}{
		{"not there", status(404), licences.Gone, ""},
		{"gone for good", status(410), licences.Gone, ""},
		{"forbidden", status(403), licences.Unreachable, "status"},
		{"broken", status(500), licences.Unreachable, "status"},
		{"to another host", to("https://evil.example/"), licences.Unreachable, "strayed"},
		{"to a look-alike", to("https://www." + mgaHost + "/verification.aspx"), licences.Unreachable, "strayed"},
		{"to another port", to("https://" + mgaHost + ":8443/verification.aspx"), licences.Unreachable, "strayed"},
		{"to plain HTTP", to("http://" + mgaHost + "/verification.aspx"), licences.Unreachable, "strayed"},
		{"to a user's name", to("https://a@" + mgaHost + "/"), licences.Unreachable, "strayed"},
		{"to the metadata service", to("https://169.254.169.254/latest"), licences.Unreachable, "strayed"},
		{"in a circle", to("/verification.aspx?again"), licences.Unreachable, "strayed"},
		{"a picture", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "image/png") }, licences.Unreachable, "kind"},
		{"without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for range 300 {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 10<<10)); err != nil {
					return
				}
			}
		}, licences.Unreachable, "size"},
		{"too large by its own word", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(3<<20))
			w.WriteHeader(200)
		}, licences.Unreachable, "size"},
		{"to itself on its own host", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "here" {
				to("/verification.aspx?here")(w, r)
				return
			}
			_, _ = w.Write([]byte("<p>MGA/B2C/000/2025"))
		}, licences.Reachable, ""},
	} {
		s.does(mgaPage, c.page)
		if f := visit(t, s.visitor(), mgaErrand()); f.Outcome != c.outcome || f.Why != c.why {
			t.Errorf("%s: %+v, want %s %s", c.name, f, c.outcome, c.why)
		}
		if slices.Contains(s.paths(), "evil.example/") {
			t.Errorf("%s: the other host was asked", c.name)
		}
	}
	s.does(oldCert+"/certificate", to("https://"+newCert+curTail))
	if f := visit(t, s.visitor(), curacao); f.Outcome != licences.Reachable || !f.NumberFound {
		t.Errorf("from the regulator's old host to its new one: %+v", f)
	}
	stranger := newStandIn(t, "evil.example")
	stranger.says(mgaPage, "MGA/B2C/000/2025")
	if f := visit(t, stranger.visitor(), mgaErrand()); f.Outcome != licences.Unreachable || f.Why != "certificate" {
		t.Errorf("a certificate for another name: %+v", f)
	}
	for _, why := range []string{"strayed", "kind", "size", "status", "certificate"} {
		if !slices.Contains(licences.Whys, why) {
			t.Errorf("%s isn't among the whys", why)
		}
	}
}

func TestASlowPageIsLeft(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, mgaHost)
	left := make(chan struct{}, 1)
	s.does(mgaPage, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<p>a drop"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		left <- struct{}{}
	})
	o := s.options()
	o.Limit = 300 * time.Millisecond
	if f := visit(t, licences.NewVisitor(o), mgaErrand()); f.Outcome != licences.Unreachable || f.Why != "timeout" {
		t.Errorf("found %+v", f)
	}
	<-left
}

// TestNothingInsideIsReached uses the Visitor that casinos run, with a name server of the test's that leads the regulator's name
// to addresses inside: the connection is refused when it is made, whatever the name said.
func TestNothingInsideIsReached(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, mgaHost)
	s.says(mgaPage, "MGA/B2C/000/2025")
	for _, inside := range []string{"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1",
		"::ffff:127.0.0.1", "64:ff9b::7f00:1"} {
		v := licences.NewVisitor(licences.VisitorOptions{Roots: s.roots, Resolver: nameServer(t, net.ParseIP(inside))})
		if f := visit(t, v, mgaErrand()); f.Outcome != licences.Unreachable || f.Why != "inside" {
			t.Errorf("a name that leads to %s: %+v", inside, f)
		}
	}
	if asked := s.paths(); len(asked) != 0 {
		t.Errorf("asked for %q", asked)
	}
	for _, link := range []string{"https://127.0.0.1/", "https://localhost/", "https://evil.example/", "http://" + mgaHost + "/", "https://" + mgaHost + ":8443/"} {
		e := mgaErrand()
		e.Link = link
		if f := visit(t, licences.NewVisitor(licences.VisitorOptions{}), e); f.Why != "strayed" {
			t.Errorf("%s: %+v", link, f)
		}
	}
}

// nameServer answers every question with one address, over UDP on this machine.
func nameServer(t testing.TB, ip net.IP) *net.Resolver {
	t.Helper()
	at, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { at.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := at.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
			mapped := strings.Contains(ip.String(), ":") || ip.To4() == nil
			switch v4 := ip.To4(); {
			case q.Type == dnsmessage.TypeA && v4 != nil && !mapped:
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: [4]byte(v4)}}}
			case q.Type == dnsmessage.TypeAAAA && mapped:
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: [16]byte(ip.To16())}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = at.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", at.LocalAddr().String())
	}}
}
