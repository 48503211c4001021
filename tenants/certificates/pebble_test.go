package certificates_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"

	"pitdesk/internal/nameserver"
	"pitdesk/internal/pgtest"
	"pitdesk/tenants/certificates"
)

func TestMain(m *testing.M) {
	// The authority proves hosts at once, instead of after the seconds it takes to find clients that can't wait.
	os.Setenv("PEBBLE_VA_NOSLEEP", "1")
	os.Setenv("PEBBLE_WFE_NONCEREJECT", "0") // a request that must be repeated would be counted twice
	pgtest.Main(m)
}

// authority is a certificate authority that finds every host on this machine, at the ports of the first process.
type authority struct {
	*httptest.Server
	root   *x509.CertPool
	orders atomic.Int64
	broken atomic.Bool
}

func newAuthority(t *testing.T, httpAddr, tlsAddr net.Addr) *authority {
	t.Helper()
	names := nameserver.New(t)
	names.Everywhere(net.IPv4(127, 0, 0, 1))
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	signer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "an hour", ValidityPeriod: 3600}})
	prover := va.New(quiet, httpAddr.(*net.TCPAddr).Port, tlsAddr.(*net.TCPAddr).Port, false, names.Addr, store)
	front := wfe.New(quiet, store, prover, signer, []string{"authority.example"}, false, false, 0, 1)
	a := &authority{root: x509.NewCertPool()}
	handler := front.Handler()
	a.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/order-plz" {
			a.orders.Add(1)
			if a.broken.Load() {
				http.Error(w, "not today", http.StatusInternalServerError)
				return
			}
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(a.Server.Close)
	a.root.AddCert(signer.GetRootCert(0).Cert)
	return a
}

// process is one of a deployment's: its two listeners and its keeper.
type process struct {
	*certificates.Keeper
	plain, secure net.Listener
}

var errNobody = errors.New("nobody's")

// begin makes a process listen; join then gives it a keeper.
func begin(t *testing.T) *process {
	t.Helper()
	p := &process{}
	for _, l := range []*net.Listener{&p.plain, &p.secure} {
		made, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { made.Close() })
		*l = made
	}
	return p
}

func (p *process) join(t *testing.T, data *pgtest.DB, a *authority, change ...func(*certificates.Settings)) *process {
	t.Helper()
	believed := x509.NewCertPool()
	believed.AddCert(a.Certificate())
	s := certificates.Settings{Directory: a.URL + "/dir", Email: "ops@desk.example", Roots: believed,
		HTTPAddr: p.plain.Addr().String(), TLSAddr: p.secure.Addr().String(), Port: "",
		// The authority would propose a time within the certificate's hour (RFC 9773), which may be now: an order that nobody counts on.
		RenewAt: 1.0 / 3,
		Secured: func(r *http.Request) bool { return r.Header.Get("X-Forwarded-Proto") == "https" },
		Allowed: func(_ context.Context, host string) error {
			if host == "nobody.example" {
				return errNobody
			}
			return nil
		}}
	for _, c := range change {
		c(&s)
	}
	p.Keeper = certificates.New(certificates.NewStorage(data.Control(t), nil), s, slog.New(slog.DiscardHandler))
	t.Cleanup(p.Keeper.Close)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the desk of "+r.Host) })
	for _, server := range []*http.Server{{Handler: p.HTTP(page)}, {Handler: certificates.Secure(page), TLSConfig: p.TLS(), ErrorLog: log.New(io.Discard, "", 0)}} {
		t.Cleanup(func() { server.Close() })
		if server.TLSConfig == nil {
			go func() { _ = server.Serve(p.plain) }()
		} else {
			go func() { _ = server.ServeTLS(p.secure, "", "") }()
		}
	}
	return p
}

// client speaks to a process, whatever the address says, and believes the authority.
func (p *process) client(a *authority) *http.Client {
	to := func(l net.Listener) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
		}
	}
	dial := to(p.secure)
	return &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: a.root},
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if _, port, _ := net.SplitHostPort(addr); port == "80" {
					return to(p.plain)(ctx, network, addr)
				}
				return dial(ctx, network, addr)
			}}}
}

// serial is the number of the certificate that a process shows for a host; "" when it shows none.
func (p *process) serial(t *testing.T, a *authority, host string) string {
	t.Helper()
	res, err := p.client(a).Get("https://" + host + "/")
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	if string(text) != "the desk of "+host || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s: %s %q", host, res.Proto, text)
	}
	return res.TLS.PeerCertificates[0].SerialNumber.String()
}
