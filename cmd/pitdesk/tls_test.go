package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/nameserver"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants/domains"
)

func init() { os.Setenv("PEBBLE_VA_NOSLEEP", "1") } // the authority proves hosts at once

// freePort is a port of this machine that nobody listens on at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestServeOverTLS runs two processes as serve does, over one database, with certificates from an authority of the test's own.
func TestServeOverTLS(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	names := nameserver.New(t)
	names.Everywhere(net.IPv4(127, 0, 0, 1))
	plain, secure := []string{freePort(t), freePort(t)}, []string{freePort(t), freePort(t)}
	port := func(addr string) int {
		at, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		return at.Port
	}
	quiet, store := stdlog.New(io.Discard, "", 0), db.NewMemoryStore()
	signer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: 86400}})
	front := wfe.New(quiet, store, va.New(quiet, port(plain[0]), port(secure[0]), false, names.Addr, store), signer, []string{"a.example"}, false, false, 0, 1)
	authority := httptest.NewTLSServer(front.Handler())
	defer authority.Close()
	root := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	believed := x509.NewCertPool()
	believed.AddCert(signer.GetRootCert(0).Cert)

	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	for i := range plain {
		s := &Settings{Addr: plain[i], TLSAddr: secure[i], BaseURL: "https://desk.example", Data: t.TempDir(), DatabaseURL: data.AppURL,
			ControlDatabaseURL: data.ControlURL, DatabaseConns: 8, LogLevel: "error", DrainFor: time.Second, TrustedProxies: 1,
			ACMEDirectory: authority.URL + "/dir", ACMEEmail: "ops@desk.example", ACMERootFile: root}
		if err := s.resolve(func(string) string { return "" }); err != nil {
			t.Fatal(err)
		}
		a, err := openApp(ctx, s)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(a.close)
		if i == 0 {
			within := a.context(t.Context())
			fox := sample.Tenant(within, t, "Lucky Fox")
			sample.Tenant(within, t, "Golden Reel")
			sample.As(within, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
				if _, err := domains.Add(ctx, tx, "pending.luckyfox.example"); err != nil {
					return err
				}
				_, err := domains.Vouch(ctx, tx, "help.luckyfox.example")
				return err
			})
		}
		listening := make(chan struct{})
		running.Go(func() {
			if err := a.listen(ctx, a.server(), func(net.Addr) { close(listening) }); err != nil {
				t.Error(err)
			}
		})
		select {
		case <-listening:
		case <-time.After(20 * time.Second):
			t.Fatal("nobody listens")
		}
	}
	client := func(process int) *http.Client {
		return &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{DisableKeepAlives: true, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: believed},
				DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
					to := secure[process]
					if strings.HasSuffix(addr, ":80") {
						to = plain[process]
					}
					return new(net.Dialer).DialContext(ctx, "tcp", to)
				}}}
	}
	serials := map[string]string{}
	for _, host := range []string{"help.luckyfox.example", "golden-reel.desk.example"} {
		for process := range plain {
			res, err := client(process).Get("https://" + host + "/sign-in")
			if err != nil {
				t.Fatalf("%s at process %d: %v", host, process, err)
			}
			text, _ := io.ReadAll(res.Body)
			res.Body.Close()
			want := map[string]string{"help.luckyfox.example": "Lucky Fox", "golden-reel.desk.example": "Golden Reel"}[host]
			if res.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
				t.Errorf("%s at process %d: %d", host, process, res.StatusCode)
			}
			serial := res.TLS.PeerCertificates[0].SerialNumber.String()
			if serials[host] != "" && serials[host] != serial {
				t.Errorf("%s has two certificates", host)
			}
			serials[host] = serial
		}
	}
	for _, host := range []string{"pending.luckyfox.example", "nobody.desk.example", "help.golden-reel.example"} {
		if res, err := client(0).Get("https://" + host + "/"); err == nil {
			res.Body.Close()
			t.Errorf("%s has a certificate", host)
		}
	}
	for address, want := range map[string]int{"http://help.luckyfox.example/sign-in": http.StatusPermanentRedirect, "http://help.luckyfox.example/livez": http.StatusOK,
		"http://nobody.desk.example/sign-in": http.StatusNotFound} {
		res, err := client(1).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", address, res.StatusCode, want)
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://lucky-fox.desk.example/sign-in", nil)
	r.Header.Set("X-Forwarded-Proto", "https")
	res, err := client(1).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("through a proxy that spoke TLS: %d", res.StatusCode)
	}
}

func TestSettingsOfTLS(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Settings){
		"PITDESK_TLS_ADDR isn't": func(s *Settings) { s.TLSAddr = "" },
		"isn't https":            func(s *Settings) { s.BaseURL = "http://desk.example" },
		"PITDESK_TLS_ADDR":       func(s *Settings) { s.TLSAddr = "443" },
		"PITDESK_ACME_DIRECTORY": func(s *Settings) { s.ACMEDirectory = "http://authority.example" },
		"PITDESK_ACME_EMAIL":     func(s *Settings) { s.ACMEEmail = "ops" },
		"PITDESK_ACME_ROOT_FILE": func(s *Settings) { s.ACMERootFile = "/nowhere/root.pem" },
		"PITDESK_DOMAIN_TARGET":  func(s *Settings) { s.DomainTarget = "https://edge.example" },
		"PITDESK_DNS_SERVERS":    func(s *Settings) { s.DNSServers = []string{"192.0.2.1"} },
		"": func(s *Settings) {
			s.DNSServers, s.DomainTarget = []string{"192.0.2.1:53", "[2001:db8::1]:53"}, "edge.desk.example"
		},
		"holds no certificate in": func(s *Settings) { s.ACMERootFile = os.Args[0] },
	} {
		s := &Settings{Addr: ":0", TLSAddr: ":0", BaseURL: "https://desk.example", ACMEEmail: "ops@desk.example", DatabaseConns: 8, LogLevel: "error"}
		change(s)
		err := s.resolve(func(string) string { return "" })
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
