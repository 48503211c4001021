package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"slices"

	"pitdesk/tenants/certificates"
	"pitdesk/web"
)

// resolveTLS checks the settings of certificates and reads the authority's roots.
func (s *Settings) resolveTLS() error {
	if s.TLSAddr == "" {
		if s.ACMEDirectory != "" || s.ACMEEmail != "" || s.ACMERootFile != "" {
			return fmt.Errorf("PITDESK_ACME_* are set, PITDESK_TLS_ADDR isn't: certificates are for HTTPS of our own")
		}
		return nil
	}
	if _, port, err := net.SplitHostPort(s.TLSAddr); err != nil || port == "" {
		return fmt.Errorf("PITDESK_TLS_ADDR %q: want host:port or :port", s.TLSAddr)
	}
	if s.base.Scheme != "https" {
		return fmt.Errorf("PITDESK_TLS_ADDR is set and PITDESK_BASE_URL %q isn't https", s.BaseURL)
	}
	if s.ACMEDirectory != "" {
		if u, err := url.Parse(s.ACMEDirectory); err != nil || u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("PITDESK_ACME_DIRECTORY %q: want https:// and a host", s.ACMEDirectory)
		}
	}
	if s.ACMEEmail != "" {
		if _, err := mail.ParseAddress(s.ACMEEmail); err != nil {
			return fmt.Errorf("PITDESK_ACME_EMAIL %q: want an e-mail address", s.ACMEEmail)
		}
	}
	if s.ACMERootFile == "" {
		return nil
	}
	text, err := os.ReadFile(s.ACMERootFile)
	if err != nil {
		return fmt.Errorf("PITDESK_ACME_ROOT_FILE: %w", err)
	}
	s.acmeRoots = x509.NewCertPool()
	if !s.acmeRoots.AppendCertsFromPEM(text) {
		return fmt.Errorf("PITDESK_ACME_ROOT_FILE %s holds no certificate in PEM", s.ACMERootFile)
	}
	return nil
}

// keeper gets the certificates of this deployment's hosts: those of its casinos that serve, and its own.
func (a *app) keeper(plain, secure net.Addr) *certificates.Keeper {
	s, own := a.settings, a.ownHosts()
	return certificates.New(certificates.NewStorage(a.control, a.ring), certificates.Settings{
		Directory: s.ACMEDirectory, Email: s.ACMEEmail, Roots: s.acmeRoots, HTTPAddr: plain.String(), TLSAddr: secure.String(), Port: s.port(),
		Secured: func(r *http.Request) bool { return web.Secured(r, s.TrustedProxies) },
		Allowed: func(ctx context.Context, host string) error {
			if slices.Contains(own, host) {
				return nil
			}
			_, err := a.pools.Doors.ByHost(ctx, host)
			return err
		},
	}, s.log)
}

// servers are what answers on a's listeners: plain HTTP alone, or HTTPS and what leads there.
func (a *app) servers(ctx context.Context, plain net.Listener, handler http.Handler) (serve []func() error, all []*http.Server, err error) {
	one := func(h http.Handler) *http.Server {
		server := a.httpServer(ctx, h)
		all = append(all, server)
		return server
	}
	if a.settings.TLSAddr == "" {
		server := one(handler)
		return []func() error{func() error { return server.Serve(plain) }}, all, nil
	}
	listener, err := net.Listen("tcp", a.settings.TLSAddr)
	if err != nil {
		return nil, nil, fmt.Errorf("PITDESK_TLS_ADDR: %w", err)
	}
	keeper := a.keeper(plain.Addr(), listener.Addr())
	a.closers = append(a.closers, keeper.Close)
	leading, secure := one(keeper.HTTP(handler)), one(certificates.Secure(handler))
	secure.TLSConfig = keeper.TLS()
	a.settings.log.Info("serving over TLS", "address", listener.Addr().String())
	return []func() error{
		func() error { return leading.Serve(plain) },
		func() error { return secure.ServeTLS(listener, "", "") },
	}, all, nil
}
