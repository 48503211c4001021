package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/desk/players"
	"pitdesk/desk/staff"
	"pitdesk/internal/seal"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
	"pitdesk/tenants/certificates"
	"pitdesk/tenants/office"
)

// shelves are all columns of secrets that somebody must have whole again. What only needs recognising is kept as a hash instead.
var shelves = []seal.Shelf{staff.Secrets, players.Secrets, office.Secrets, webhooks.Secrets, certificates.Secrets}

// resealArgs is the round that seals what doesn't rest under the key it should.
type resealArgs struct{}

// Kind names the job in the queue.
func (resealArgs) Kind() string { return "reseal_secrets" }

// atOnce is how many secrets a transaction of the round seals.
const atOnce = 200

// along runs step along a shelf until it is over: above casinos, or in one casino after the other, each on a walk of its own.
func along(ctx context.Context, s seal.Shelf, step func(ctx context.Context, tx bun.Tx, walk *seal.Walk) error) error {
	through := func(in func(fn func(ctx context.Context, tx bun.Tx) error) error) error {
		walk := &seal.Walk{}
		for !walk.Over() {
			if err := in(func(ctx context.Context, tx bun.Tx) error { return step(ctx, tx, walk) }); err != nil {
				return err
			}
		}
		return nil
	}
	if !s.Tenant {
		return through(func(fn func(ctx context.Context, tx bun.Tx) error) error { return tenants.Above(ctx, fn) })
	}
	return tenants.Each(ctx, func(ctx context.Context, t tenants.Tenant) error {
		return through(func(fn func(ctx context.Context, tx bun.Tx) error) error { return tenants.In(ctx, t.ID, fn) })
	})
}

// reseal seals everything that rests in the clear or under an older key, and retires keys under which nothing rests any more. It
// says how many secrets it has sealed. One that won't open stays as it is and is part of the error.
func reseal(ctx context.Context) (done int, err error) {
	state, err := seal.StateOf(ctx, tenants.AboveNow(ctx))
	if err != nil || state.Key == 0 {
		return 0, err
	}
	var broken []error
	for _, shelf := range shelves {
		err := along(ctx, shelf, func(ctx context.Context, tx bun.Tx, walk *seal.Walk) error {
			n, spoiled, err := shelf.Reseal(ctx, tx, state.Key, walk, atOnce)
			done, broken = done+n, append(broken, spoiled...)
			return err
		})
		if err != nil {
			return done, err
		}
	}
	if len(broken) > 0 {
		return done, fmt.Errorf("%d secrets stay as they are: %w", len(broken), errors.Join(broken...))
	}
	rest, err := tally(ctx)
	if err != nil {
		return done, err
	}
	for _, t := range rest {
		if t.Besides(state.Key) > 0 {
			return done, nil // written in this moment: the next round has it
		}
	}
	return done, tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { return seal.Retire(ctx, tx, state.Key) })
}

// tally counts what rests on each of shelves, under each key.
func tally(ctx context.Context) ([]seal.Tally, error) {
	all := make([]seal.Tally, len(shelves))
	for i, shelf := range shelves {
		all[i] = seal.Tally{}
		err := along(ctx, shelf, func(ctx context.Context, tx bun.Tx, walk *seal.Walk) error {
			return shelf.Count(ctx, tx, walk, all[i])
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
