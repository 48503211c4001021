package main

import (
	"context"
	"net"
)

type serveCommand struct {
	NoJobs bool `env:"PITDESK_NO_JOBS" help:"Leave the jobs to pitdesk work."`
}

// Run serves until the process is asked to stop.
func (c *serveCommand) Run(ctx context.Context, s *Settings) error {
	s.role = "serve"
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.openPrivate(ctx); err != nil {
		return err
	}
	a.join(ctx)
	if !c.NoJobs {
		if err := a.work(ctx); err != nil {
			return err
		}
	}
	return a.listen(ctx, a.server(), func(at net.Addr) { s.log.Info("serving", "address", at.String()) })
}

type workCommand struct{}

// Run does the jobs until the process is asked to stop.
func (c *workCommand) Run(ctx context.Context, s *Settings) error {
	s.guest, s.role = true, "work"
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.openPrivate(ctx); err != nil {
		return err
	}
	a.join(ctx)
	if err := a.work(ctx); err != nil {
		return err
	}
	s.log.Info("working")
	<-ctx.Done()
	s.log.Info("stopping")
	return nil
}
