package webhooks_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// receiver is a program outside: it takes what it is sent, believes only what the library of Standard Webhooks believes, and
// remembers each event by its id.
type receiver struct {
	t      *testing.T
	server *httptest.Server
	secret string
	// meet decides what becomes of a request; nil takes it. It says whether it has dealt with the request itself.
	meet func(w http.ResponseWriter, r *http.Request, id string) (dealt bool)

	mu     sync.Mutex
	bodies map[string]string
	order  []string
	asked  int
	more   chan struct{} // closed and made anew with each event that is new
}

// newReceiver listens as host, whose certificate the returned roots vouch for.
func newReceiver(t *testing.T, host string) *receiver {
	t.Helper()
	r := &receiver{t: t, bodies: map[string]string{}, more: make(chan struct{})}
	r.server = httptest.NewUnstartedServer(r)
	r.server.TLS = &tls.Config{Certificates: []tls.Certificate{vouched(t, host)}, MinVersion: tls.VersionTLS12}
	r.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.server.StartTLS()
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	r.mu.Lock()
	r.asked++
	secret := r.secret
	r.mu.Unlock()
	id := q.Header.Get("webhook-id")
	if r.meet != nil && r.meet(w, q, id) {
		return
	}
	check, err := standardwebhooks.NewWebhook(secret)
	if err == nil {
		err = check.Verify(body, q.Header)
	}
	if err != nil || q.Method != http.MethodPost || q.Header.Get("Content-Type") != "application/json" {
		r.t.Errorf("%s %s isn't to be believed: %v", q.Method, id, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.take(id, string(body))
	w.WriteHeader(http.StatusNoContent)
}

func (r *receiver) take(id, body string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, ok := r.bodies[id]; ok {
		if before != body {
			r.t.Errorf("%s comes again as %s, was %s", id, body, before)
		}
		return
	}
	r.bodies[id] = body
	r.order = append(r.order, id)
	close(r.more)
	r.more = make(chan struct{})
}

// until waits until n events have come.
func (r *receiver) until(n int, within time.Duration) {
	r.t.Helper()
	limit := time.After(within)
	for {
		r.mu.Lock()
		have, more := len(r.bodies), r.more
		r.mu.Unlock()
		if have >= n {
			return
		}
		select {
		case <-more:
		case <-limit:
			r.t.Fatalf("%d of %d events within %s", have, n, within)
		}
	}
}

func (r *receiver) count() (events, requests int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.bodies), r.asked
}

// dial leads hosts to the receivers that stand for them.
func dial(receivers map[string]*receiver) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		r, ok := receivers[host]
		if !ok {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return new(net.Dialer).DialContext(ctx, network, r.server.Listener.Addr().String())
	}
}

// authority vouches for the receivers of these tests.
var authority = sync.OnceValues(func() (*x509.Certificate, *ecdsa.PrivateKey) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Tests"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	if err != nil {
		panic(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return made, key
})

func roots() *x509.CertPool {
	ca, _ := authority()
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool
}

func vouched(t testing.TB, host string) tls.Certificate {
	t.Helper()
	ca, by := authority()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
