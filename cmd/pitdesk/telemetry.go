package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"pitdesk/internal/telemetry"
)

// Watching is how a process may be watched: docs/telemetry.md.
type Watching struct {
	PrivateAddr string  `env:"PITDESK_PRIVATE_ADDR" help:"Address for metrics and probes, such as :9090, which no stranger may reach. Empty: none."`
	Profiles    bool    `env:"PITDESK_PROFILES" help:"Serve profiles of the running program (pprof) at the private address."`
	OTLPURL     string  `env:"PITDESK_OTLP_URL" help:"OpenTelemetry collector that traces and metrics are sent to over HTTP, such as http://collector:4318. Empty: none."`
	TraceShare  float64 `env:"PITDESK_TRACE_SHARE" default:"0.05" help:"Share of the requests that are traced, 0 to 1."`
	TopCasinos  int     `env:"PITDESK_TOP_CASINOS" default:"0" help:"How many of the busiest casinos are named by id in the metrics, 0 to 20."`
	LogFormat   string  `env:"PITDESK_LOG_FORMAT" default:"json" help:"json or text."`
}

// check says which setting is wrong.
func (w *Watching) check() error {
	if w.PrivateAddr != "" {
		if _, port, err := net.SplitHostPort(w.PrivateAddr); err != nil || port == "" {
			return fmt.Errorf("PITDESK_PRIVATE_ADDR %q: want host:port or :port", w.PrivateAddr)
		}
	}
	if w.Profiles && w.PrivateAddr == "" {
		return errors.New("PITDESK_PROFILES is set, PITDESK_PRIVATE_ADDR isn't: profiles are served nowhere else")
	}
	if w.OTLPURL != "" {
		if u, err := url.Parse(w.OTLPURL); err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
			return errors.New("PITDESK_OTLP_URL: want http:// or https:// and a host; what lets us in stands in OTEL_EXPORTER_OTLP_HEADERS")
		}
	}
	if w.TraceShare < 0 || w.TraceShare > 1 {
		return fmt.Errorf("PITDESK_TRACE_SHARE is %v: 0 to 1", w.TraceShare)
	}
	if w.TopCasinos < 0 || w.TopCasinos > 20 {
		return fmt.Errorf("PITDESK_TOP_CASINOS is %d: 0 to 20", w.TopCasinos)
	}
	if w.LogFormat != "" && w.LogFormat != "json" && w.LogFormat != "text" {
		return fmt.Errorf("PITDESK_LOG_FORMAT %q: json or text", w.LogFormat)
	}
	return nil
}

// watched says whether anybody wants to know how a process fares.
func (w *Watching) watched() bool { return w.PrivateAddr != "" || w.OTLPURL != "" }

// startTelemetry begins to tell how the process fares, where anybody listens; else it returns nil, which tells nothing.
func (s *Settings) startTelemetry(ctx context.Context) (*telemetry.Telemetry, error) {
	if !s.watched() {
		return nil, nil
	}
	return telemetry.Start(ctx, telemetry.Options{Version: version, Role: s.role, OTLP: s.OTLPURL, Share: s.TraceShare,
		Outside: s.TrustedProxies > 0, Top: s.TopCasinos, Log: s.log})
}

// watchPools tells how pools fare until a closes.
func (a *app) watchPools(pools map[string]*pgxpool.Pool) error {
	stop, err := a.telemetry.Pools(pools)
	if err != nil {
		return err
	}
	a.closers = append(a.closers, stop)
	return nil
}

// openPrivate serves metrics and probes until a closes, which is after everything else has stopped. A process that was told to
// stop isn't ready any more.
func (a *app) openPrivate(ctx context.Context) error {
	if a.settings.PrivateAddr == "" {
		return nil
	}
	listener, err := net.Listen("tcp", a.settings.PrivateAddr)
	if err != nil {
		return fmt.Errorf("PITDESK_PRIVATE_ADDR: %w", err)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.settings.log.Handler(), slog.LevelDebug),
		Handler: a.telemetry.Private(func(asked context.Context) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return a.ready(asked)
		}, a.settings.Profiles)}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.settings.log.Error("the private address isn't served any more", "err", err)
		}
	}()
	a.closers = append(a.closers, func() { _ = server.Close() })
	a.settings.log.Info("watched", "address", listener.Addr().String())
	return nil
}
