package tenants

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
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

// abreast is how many casinos a round serves at a time.
const abreast = 4

// Abreast is Each for rounds whose work for one casino may be long: it serves several at a time, so that the others go on beside
// a casino that has fifty times as much to do. fn runs in several goroutines.
func Abreast(ctx context.Context, fn func(ctx context.Context, t Tenant) error) error {
	all, err := PoolsOf(ctx).Doors.All(ctx)
	if err != nil {
		return err
	}
	next, failed := make(chan Tenant), make([][]error, abreast)
	var work sync.WaitGroup
	for i := range abreast {
		work.Go(func() {
			for t := range next {
				if err := fn(With(ctx, t), t); err != nil {
					failed[i] = append(failed[i], fmt.Errorf("%s: %w", t.Slug, err))
				}
			}
		})
	}
	for _, t := range all {
		if ctx.Err() != nil {
			break
		}
		next <- t
	}
	close(next)
	work.Wait()
	return errors.Join(append(slices.Concat(failed...), ctx.Err())...)
}
