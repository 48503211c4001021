package main

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"pitdesk/internal/pg"
	"pitdesk/internal/seal"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

// webhookConns is for deliveries' own queries, so that a flood of them keeps no door waiting.
const webhookConns = 4

// sendWebhooks begins to send what happens to receivers. stop returns once the tries under way have ended.
func (a *app) sendWebhooks(ctx context.Context) (stop func(), err error) {
	pool, control, err := pg.Open(ctx, a.database.control, pg.PoolOptions{Name: "webhooks", MaxConns: webhookConns, Tracer: a.telemetry.Queries("webhooks")})
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() { _ = control.Close(); pool.Close() })
	if err := a.watchPools(map[string]*pgxpool.Pool{"webhooks": pool}); err != nil {
		return nil, err
	}
	sender := webhooks.NewSender(webhooks.SenderOptions{Networks: a.settings.webhookNetworks})
	dispatcher := &webhooks.Dispatcher{Sender: sender, Log: a.settings.log}
	ctx, cancel := context.WithCancel(tenants.WithPools(seal.With(ctx, a.ring), &tenants.Pools{Doors: tenants.NewDoors(control, a.settings.base.Hostname())}))
	done := make(chan struct{})
	go func() { defer close(done); dispatcher.Run(ctx) }()
	return sync.OnceFunc(func() { cancel(); <-done; sender.Close() }), nil
}
