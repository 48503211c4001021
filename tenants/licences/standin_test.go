package licences_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"pitdesk/tenants/licences"
)

// standIn is a server that plays every regulator: it holds a certificate for their names, and a Visitor made by it reaches it
// under any address. What the Visitor does is what it does in a casino; only the wire is shorter.
type standIn struct {
	server *httptest.Server
	roots  *x509.CertPool

	mu     sync.Mutex
	pages  map[string]http.HandlerFunc // by host and path
	asked  []*http.Request
	dialed []string
}

func newStandIn(t testing.TB, hosts ...string) *standIn {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plan := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Stand-in"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), DNSNames: hosts, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := &standIn{roots: x509.NewCertPool(), pages: map[string]http.HandlerFunc{}}
	s.roots.AddCert(leaf)
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	return s
}

func (s *standIn) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r)
	page := s.pages[r.Host+r.URL.Path]
	s.mu.Unlock()
	if page == nil {
		http.NotFound(w, r)
		return
	}
	page(w, r)
}

// says puts a page at a host and path; an empty text takes it away.
func (s *standIn) says(at, text string) {
	s.does(at, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(text))
	})
	if text == "" {
		s.mu.Lock()
		delete(s.pages, at)
		s.mu.Unlock()
	}
}

func (s *standIn) does(at string, page http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[at] = page
}

// paths are what was asked for since the last time.
func (s *standIn) paths() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.asked {
		all = append(all, r.Host+r.URL.RequestURI())
	}
	s.asked = nil
	return all
}

func (s *standIn) options() licences.VisitorOptions {
	return licences.VisitorOptions{Roots: s.roots, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		s.mu.Lock()
		s.dialed = append(s.dialed, address)
		s.mu.Unlock()
		return (&net.Dialer{}).DialContext(ctx, network, s.server.Listener.Addr().String())
	}}
}

func (s *standIn) visitor() *licences.Visitor { return licences.NewVisitor(s.options()) }
