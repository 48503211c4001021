package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// Config is what the pages need to know of the deployment.
type Config struct {
	// BaseURL is the deployment's own address; links take their scheme and port from it and their host from the casino.
	Scheme string
	Port   string // with colon, empty for the scheme's own
	// FilesURL is the address of a neutral host without cookies that serves players' files; empty serves them from the
	// casino's own host.
	FilesURL string
	// TrustedProxies is how many proxies in front add to X-Forwarded-For; 0 believes the connection alone.
	TrustedProxies int
}

// URL is an absolute address at a casino's main host.
func (c Config) URL(t tenants.Tenant, path string) string {
	return c.Scheme + "://" + t.Host + c.Port + path
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

	// Files keeps what players and agents send; LinkKey signs the files' addresses, the same in every process.
	Files   blob.Store
	LinkKey []byte

	chatOnce sync.Once
	chat     *chatDesk

	table  []Route
	closed chan struct{}
}

// Context puts what handlers and jobs need into ctx.
func (s *Server) Context(ctx context.Context) context.Context {
	return live.With(tenants.WithPools(ctx, s.Pools), s.Hub)
}
