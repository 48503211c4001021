package certificates

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"pitdesk/tenants"
)

// Settings are how a deployment gets its certificates.
type Settings struct {
	Directory string         // of the certificate authority (RFC 8555, section 7.1.1); empty is Let's Encrypt's
	Email     string         // whom the authority writes to
	Roots     *x509.CertPool // whom the authority's own certificate is believed from; nil is the system's
	// HTTPAddr and TLSAddr are where this process listens. The authority comes to the ports 80 and 443, which lead there.
	HTTPAddr, TLSAddr string
	// Port is the public port of HTTPS with its colon, as links have it; empty for 443.
	Port string
	// Allowed says whether a host may have a certificate: nil, or why not.
	Allowed func(ctx context.Context, host string) error
	// Secured says whether a request over plain HTTP came through a proxy that speaks TLS for us.
	Secured func(*http.Request) bool
	// RenewAt is the share of a certificate's life that is left when it is renewed; 0 is a third.
	RenewAt float64
}

// inMemory is how many certificates a process keeps at hand: about 6 kB each. Others are read from the database at the handshake.
const inMemory = 2000

// restAfter is how long nothing more is asked of the authority for a host that it has refused: it counts failures (Let's
// Encrypt allows 5 an hour for a name).
const restAfter = 15 * time.Minute

// Keeper has the certificates of a process.
type Keeper struct {
	settings Settings
	log      *slog.Logger
	cache    *certmagic.Cache
	magic    *certmagic.Config
	issuer   *certmagic.ACMEIssuer
	storage  *Storage

	mu      sync.Mutex
	failed  map[string]time.Time
	getting map[string]bool
}

// New returns a keeper over a storage. Close ends it.
func New(storage *Storage, s Settings, log *slog.Logger) *Keeper {
	k := &Keeper{settings: s, log: log, storage: storage, failed: map[string]time.Time{}, getting: map[string]bool{}}
	zapped := zap.New(slogCore{log})
	k.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return k.magic, nil },
		Capacity:         inMemory, Logger: zapped,
	})
	k.magic = certmagic.New(k.cache, certmagic.Config{
		Storage: storage, Logger: zapped, RenewalWindowRatio: s.RenewAt, DisableARI: s.RenewAt > 0, OnEvent: k.happened,
		// Its check writes a file every time a process starts; a database that can't be written to shows soon enough.
		DisableStorageCheck: true,
		OCSP:                certmagic.OCSPConfig{DisableStapling: true}, // most authorities answer it no more
		OnDemand:            &certmagic.OnDemandConfig{DecisionFunc: k.decide},
	})
	k.issuer = certmagic.NewACMEIssuer(k.magic, certmagic.ACMEIssuer{
		CA: s.Directory, TestCA: s.Directory, Email: s.Email, Agreed: true, TrustedRoots: s.Roots, Logger: zapped,
		ListenHost: hostOf(s.TLSAddr), AltHTTPPort: portOf(s.HTTPAddr), AltTLSALPNPort: portOf(s.TLSAddr),
	})
	k.magic.Issuers = []certmagic.Issuer{k.issuer}
	return k
}

// Close ends the upkeep. What is being asked of the authority goes on with the process.
func (k *Keeper) Close() { k.cache.Stop() }

// TLS is how connections are secured: each host by its own certificate, got at the first handshake.
func (k *Keeper) TLS() *tls.Config {
	c := k.magic.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	c.NextProtos = append([]string{"h2", "http/1.1"}, c.NextProtos...)
	return c
}

// decide is asked before anything is asked of the authority.
func (k *Keeper) decide(ctx context.Context, host string) error {
	if net.ParseIP(host) != nil { // a client that names no host is taken to mean our address
		return fmt.Errorf("certificates: none for the address %s", host)
	}
	if err := k.settings.Allowed(ctx, host); err != nil {
		return fmt.Errorf("certificates: none for %s: %w", host, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if at, ok := k.failed[host]; ok && time.Since(at) < restAfter {
		return fmt.Errorf("certificates: %s was refused %s ago", host, time.Since(at).Round(time.Second))
	}
	return nil
}

// happened hears of what became of certificates.
func (k *Keeper) happened(ctx context.Context, event string, data map[string]any) error {
	host, _ := data["identifier"].(string)
	k.mu.Lock()
	defer k.mu.Unlock()
	switch event {
	case "cert_obtained":
		delete(k.failed, host)
		k.log.InfoContext(ctx, "certificate", "host", host, "renewed", data["renewal"])
	case "cert_failed":
		for each, at := range k.failed { // hosts that were refused long ago needn't be remembered
			if time.Since(at) > restAfter {
				delete(k.failed, each)
			}
		}
		k.failed[host] = time.Now()
		k.log.WarnContext(ctx, "no certificate", "host", host, "error", data["error"])
	}
	return nil
}

// HTTP answers plain HTTP: the authority's challenges, and whoever should have come over TLS. A host that has a certificate
// sends its visitors there; one that is to have one gets it now, and its visitors wait. next answers the rest: probes, hosts
// that are nobody's, and what comes through a proxy that has spoken TLS.
func (k *Keeper) HTTP(next http.Handler) http.Handler {
	return k.issuer.HTTPChallengeHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := tenants.CleanHost(r.Host)
		probe := r.URL.Path == "/livez" || r.URL.Path == "/readyz"
		if probe || k.settings.Secured(r) || k.settings.Allowed(r.Context(), host) != nil {
			next.ServeHTTP(w, r)
			return
		}
		if k.has(r.Context(), host) {
			// 308 keeps the method (RFC 9110, section 15.4.9).
			http.Redirect(w, r, "https://"+host+k.settings.Port+r.URL.RequestURI(), http.StatusPermanentRedirect) // #nosec G710 -- the host is one that has a certificate of ours
			return
		}
		k.get(r.Context(), host)
		w.Header().Set("Retry-After", "5")
		w.Header().Set("Refresh", "5")
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "This address is being made secure. Please try again in a moment.", http.StatusServiceUnavailable)
	}))
}

// Secure says of each answer that the host is to be asked over TLS alone from now on (RFC 6797), and answers no host but the one
// that the connection was opened for (RFC 9110, section 15.5.20).
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil && r.TLS.ServerName != "" && !strings.EqualFold(r.TLS.ServerName, tenants.CleanHost(r.Host)) {
			http.Error(w, "Misdirected request", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("Strict-Transport-Security", "max-age=2592000")
		next.ServeHTTP(w, r)
	})
}

// has says whether there is a certificate for a host, in any process.
func (k *Keeper) has(ctx context.Context, host string) bool {
	if len(k.cache.AllMatchingCertificates(host)) > 0 {
		return true
	}
	return k.storage.Exists(ctx, certmagic.StorageKeys.SiteCert(k.issuer.IssuerKey(), host))
}

// get gets a certificate besides any handshake, once at a time.
func (k *Keeper) get(ctx context.Context, host string) {
	if k.decide(ctx, host) != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.getting[host] {
		return
	}
	k.getting[host] = true
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Minute)
		defer cancel()
		if err := k.magic.ObtainCertSync(ctx, host); err != nil && !errors.Is(err, context.Canceled) {
			k.log.Warn("no certificate", "host", host, "error", err)
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.getting, host)
	}()
}

func hostOf(addr string) string {
	host, _, _ := net.SplitHostPort(addr)
	return host
}

func portOf(addr string) int {
	_, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(port)
	return n
}

// Busy says whether a certificate is being got for a host at this moment, other than in a handshake.
func (k *Keeper) Busy(host string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.getting[host]
}
