package main

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/tenants"
)

type restoredCommand struct {
	Why string `arg:"" help:"What happened, for whoever asks later."`
}

// Run begins a new epoch of the feed.
func (c *restoredCommand) Run(ctx context.Context, s *Settings) error {
	s.guest = true
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	if err := tenants.Above(a.context(ctx), func(ctx context.Context, tx bun.Tx) error { return desk.BeginEpoch(ctx, tx, c.Why) }); err != nil {
		return err
	}
	fmt.Println("The feed goes on in a new epoch.")
	return nil
}
