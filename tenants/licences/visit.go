package licences

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"code.dny.dev/ssrf"
)

const (
	visitFor   = 20 * time.Second
	mostOctets = 2 << 20 // of a page
	mostHops   = 3
	restFor    = 24 * time.Hour // how long a robots.txt is believed
)

// Whys are the reasons for which a page can't be reached. The catalogs say each.
var Whys = []string{"timeout", "address", "inside", "certificate", "network", "strayed", "status", "size", "kind", "robots"}

// VisitorOptions are what a Visitor stands on. The zero value is how casinos run; tests bring their own network.
type VisitorOptions struct {
	// Dial connects. Nil connects to public addresses alone, whatever a name resolves to.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Resolver finds addresses for the dialer that nil Dial stands for; nil is the system's.
	Resolver *net.Resolver
	// Roots are who may vouch for a host; nil takes the system's.
	Roots *x509.CertPool
	// Pause is the least time between two visits of one regulator, and half of it again at random. Zero pauses not at all.
	Pause time.Duration
	// Limit is how long a whole visit may take, robots.txt and redirects included; zero is 20 s.
	Limit time.Duration
}

// Pause is how long a deployment rests between two visits of one regulator.
const Pause = 4 * time.Second

// Visitor looks at regulators' pages: at one page of a regulator at a time, with a pause before the next, only where
// robots.txt lets it, over HTTPS alone, and never at an address inside somebody's network.
type Visitor struct {
	client *http.Client
	pause  time.Duration
	limit  time.Duration

	mu    sync.Mutex
	gates map[string]*gate
}

// gate is the way to one regulator's hosts.
type gate struct {
	turn   chan struct{} // holds one token
	last   time.Time
	robots map[string]robots
}

type robots struct {
	rules rules
	at    time.Time
}

// NewVisitor makes a visitor.
func NewVisitor(o VisitorOptions) *Visitor {
	if o.Dial == nil {
		d := &net.Dialer{Timeout: 10 * time.Second, Resolver: o.Resolver, Control: ssrf.New(ssrf.WithPorts(443)).Safe}
		o.Dial = d.DialContext
	}
	transport := &http.Transport{DialContext: o.Dial, Proxy: nil, DisableKeepAlives: true, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
		ResponseHeaderTimeout: 15 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12}}
	if o.Limit <= 0 {
		o.Limit = visitFor
	}
	return &Visitor{pause: o.Pause, limit: o.Limit, gates: map[string]*gate{}, client: &http.Client{Transport: transport, CheckRedirect: stayHome}}
}

// Errand is one page to look at.
type Errand struct {
	Link     string
	Hosts    []string // where a redirect may lead
	Asker    string   // the casino's own host, named in User-Agent
	Number   string
	Licensee string
}

// ErrandOf is the look at a licence's page that a casino at host asks for.
func ErrandOf(l Licence, host string) Errand {
	return Errand{Link: l.Link, Hosts: l.Hosts(), Asker: host, Number: l.Number, Licensee: l.Licensee}
}

// Finding is what a visit found: Reachable, Gone or Unreachable.
type Finding struct {
	Outcome       Outcome
	Why           string
	Status        int
	Digest        []byte
	NumberFound   bool
	LicenseeFound bool
}

type hostsKey struct{}

var errStrayed = errors.New("redirected off the regulator's hosts")

// stayHome follows redirects among a regulator's own hosts alone, over HTTPS at the usual port.
func stayHome(r *http.Request, via []*http.Request) error {
	hosts, _ := r.Context().Value(hostsKey{}).([]string)
	if !slices.Contains(hosts, r.URL.Host) || r.URL.Scheme != "https" || r.URL.User != nil || len(via) > mostHops {
		return errStrayed
	}
	r.Header.Del("Referer")
	return nil
}

// Visit looks at a page. Trouble on the way is part of what it found; an error means that ctx ended before the visit began.
func (v *Visitor) Visit(ctx context.Context, e Errand) (Finding, error) {
	g := v.gate(e.Hosts[0])
	select {
	case <-g.turn:
	case <-ctx.Done():
		return Finding{}, ctx.Err()
	}
	defer func() { g.last = time.Now(); g.turn <- struct{}{} }()
	if err := v.rest(ctx, g.last); err != nil {
		return Finding{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, hostsKey{}, e.Hosts), v.limit)
	defer cancel()
	first, err := v.ask(ctx, e, e.Link)
	if err != nil {
		return unreachable(err), nil
	}
	if f, ok := v.permitted(ctx, g, e, first); !ok {
		return f, nil
	}
	return v.look(first, e), nil
}

func (v *Visitor) gate(key string) *gate {
	v.mu.Lock()
	defer v.mu.Unlock()
	g := v.gates[key]
	if g == nil {
		g = &gate{turn: make(chan struct{}, 1), robots: map[string]robots{}}
		g.turn <- struct{}{}
		v.gates[key] = g
	}
	return g
}

// rest waits until the pause since the last visit is over.
func (v *Visitor) rest(ctx context.Context, last time.Time) error {
	if v.pause <= 0 || last.IsZero() {
		return nil
	}
	wait := time.NewTimer(time.Until(last.Add(v.pause + rand.N(v.pause/2+1)))) // #nosec G404 -- it spreads work out, and is no secret
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask makes a request as an honest stranger: what it is, and where to read whom it is for.
func (v *Visitor) ask(ctx context.Context, e Errand, address string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil) // #nosec G704 -- the address is looked at when it is dialled, and only public ones are
	if err != nil {
		return nil, err
	}
	if !slices.Contains(e.Hosts, r.URL.Host) || r.URL.Scheme != "https" || r.URL.User != nil {
		return nil, errStrayed
	}
	r.Header.Set("User-Agent", fmt.Sprintf("Mozilla/5.0 (compatible; %s/1.0; +https://%s/licences)", product, e.Asker))
	r.Header.Set("Accept", "text/html, text/plain;q=0.5")
	r.Header.Set("Accept-Language", "en")
	return r, nil
}

// permitted asks the host's robots.txt once a day. One that isn't there permits everything; one that can't be had, nothing
// (RFC 9309, section 2.3.1).
func (v *Visitor) permitted(ctx context.Context, g *gate, e Errand, page *http.Request) (Finding, bool) {
	known, ok := g.robots[page.URL.Host]
	if !ok || time.Since(known.at) > restFor {
		r, err := v.ask(ctx, e, "https://"+page.URL.Host+"/robots.txt")
		if err != nil {
			return unreachable(err), false
		}
		res, err := v.client.Do(r) // #nosec G704 -- the address is looked at when it is dialled, and only public ones are
		if err != nil {
			return unreachable(err), false
		}
		defer res.Body.Close()
		switch {
		case res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
			return Finding{Outcome: Unreachable, Why: "status", Status: res.StatusCode}, false
		case res.StatusCode == http.StatusOK:
			text, err := io.ReadAll(io.LimitReader(res.Body, 512<<10))
			if err != nil {
				return unreachable(err), false
			}
			known.rules = parseRobots(string(text))
		default:
			known.rules = nil
		}
		known.at = time.Now()
		g.robots[page.URL.Host] = known
	}
	if !known.rules.allows(page.URL.RequestURI()) {
		return Finding{Outcome: Unreachable, Why: "robots"}, false
	}
	return Finding{}, true
}

// look reads the page and says what is on it.
func (v *Visitor) look(r *http.Request, e Errand) Finding {
	res, err := v.client.Do(r)
	if err != nil {
		return unreachable(err)
	}
	defer res.Body.Close()
	f := Finding{Outcome: Unreachable, Status: res.StatusCode}
	switch {
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		f.Outcome = Gone
		return f
	case res.StatusCode != http.StatusOK:
		f.Why = "status"
		return f
	}
	kind := strings.ToLower(res.Header.Get("Content-Type"))
	if kind != "" && !strings.HasPrefix(kind, "text/html") && !strings.HasPrefix(kind, "text/plain") && !strings.HasPrefix(kind, "application/xhtml+xml") {
		f.Why = "kind"
		return f
	}
	if n, err := strconv.ParseInt(res.Header.Get("Content-Length"), 10, 64); err == nil && n > mostOctets {
		f.Why = "size"
		return f
	}
	page, err := io.ReadAll(io.LimitReader(res.Body, mostOctets+1))
	if err == nil {
		err = r.Context().Err() // what ended with the time may have been cut
	}
	if err != nil {
		f.Why = unreachable(err).Why
		return f
	}
	if len(page) > mostOctets {
		f.Why = "size"
		return f
	}
	text := visible(page, kind)
	f.Outcome, f.Digest = Reachable, digest(text)
	f.NumberFound, f.LicenseeFound = mentions(text, e.Number), mentions(text, e.Licensee)
	return f
}

// unreachable says why a page couldn't be reached.
func unreachable(err error) Finding {
	f := Finding{Outcome: Unreachable, Why: "network"}
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var slow net.Error
	switch {
	case errors.Is(err, errStrayed):
		f.Why = "strayed"
	case errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) || errors.Is(err, ssrf.ErrProhibitedNetwork):
		f.Why = "inside"
	case errors.As(err, &certificate):
		f.Why = "certificate"
	case errors.As(err, &name):
		f.Why = "address"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout():
		f.Why = "timeout"
	}
	return f
}
