package main

import (
	"context"
	"errors"
	"fmt"

	"pitdesk/internal/pg"
)

var errOwner = errors.New("PITDESK_OWNER_DATABASE_URL is not set: migrations run as the schema's owner")

type doctorCommand struct{}

// Run checks what a deployment needs and says what to do about what is wrong.
func (c *doctorCommand) Run(ctx context.Context, s *Settings, o *output) error {
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	if err := pg.CheckRole(ctx, a.pools.App); err != nil {
		return err
	}
	_, err = fmt.Fprintln(o.out, "The database answers and its role is bound by row policies.")
	return err
}
