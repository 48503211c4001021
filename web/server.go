package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"sync"

	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/live"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

// Config is what the pages need to know of the deployment.
type Config struct {
	// BaseURL is the deployment's own address; links take their scheme and port from it and their host from the casino.
	Scheme string
	Port   string // with colon, empty for the scheme's own
	// Base is the deployment's own host, without port, and Vendor whose deployment it is. No casino's page bears the name.
	Base, Vendor string
	// FilesURL is the address of a neutral host without cookies that serves players' files; empty serves them from the
	// casino's own host.
	FilesURL string
	// TrustedProxies is how many proxies in front add to X-Forwarded-For; 0 believes the connection alone.
	TrustedProxies int
	// DomainsUnder is where casinos' own domains are to point: each to {slug}.{DomainsUnder}. Empty is the base.
	DomainsUnder string
}

// URL is an absolute address at a casino's main host, whichever of its hosts a request came to: links in mail and canonical
// addresses are made of it.
func (c Config) URL(t tenants.Tenant, path string) string { return c.at(t.Host, path) }

func (c Config) at(host, path string) string { return c.Scheme + "://" + host + c.Port + path }

// BaseURL is an absolute address at the deployment's own host, or at one of its labels: "api", "console".
func (c Config) BaseURL(label, path string) string {
	if label != "" {
		label += "."
	}
	return c.at(label+c.Base, path)
}

// OwnHosts are the deployment's own hosts besides its base: no casino can claim them.
func (c Config) OwnHosts() []string {
	hosts := []string{c.DomainsUnder}
	if u, err := url.Parse(c.FilesURL); err == nil {
		hosts = append(hosts, tenants.CleanHost(u.Host))
	}
	return hosts
}

// Server answers a deployment's requests.
type Server struct {
	Config   Config
	Pools    *tenants.Pools
	Hub      *live.Hub
	Sessions *staff.Sessions
	Log      *slog.Logger
	// API answers /v1; nil leaves it out.
	API http.Handler
	// Extra are hosts that aren't a casino's: the demo's stand-in pages and mailbox.
	Extra map[string]http.Handler
	// Ready says whether requests can be served now.
	Ready func(context.Context) error

	// DNS answers whether casinos' domains are theirs; nil asks the machine's name servers.
	DNS domains.Resolver

	// Files keeps what players and agents send; LinkKey signs the files' addresses, the same in every process.
	Files   blob.Store
	LinkKey []byte

	chatOnce sync.Once
	chat     *chatDesk

	helpOnce sync.Once
	help     *helpDesk

	// MostStreams is how many streams a casino's players may have open at this process, and how many its staff; 0 is 2000.
	MostStreams int
	open        streams

	table  []Route
	closed chan struct{}
	drain  sync.Once
}

// Context puts what handlers and jobs need into ctx.
func (s *Server) Context(ctx context.Context) context.Context {
	return live.With(tenants.WithPools(ctx, s.Pools), s.Hub)
}
