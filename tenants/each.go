package tenants

import (
	"context"
	"errors"
	"fmt"
)

// Each runs fn for every casino of the deployment, one after the other, each in a ctx of its own. It crosses casinos, so it is
// for jobs and commands, never for a request. A casino whose fn fails doesn't keep the others from their turn; all errors are
// returned together.
func Each(ctx context.Context, fn func(ctx context.Context, t Tenant) error) error {
	all, err := PoolsOf(ctx).Doors.All(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, t := range all {
		if ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		if err := fn(With(ctx, t), t); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", t.Slug, err))
		}
	}
	return errors.Join(failed...)
}
