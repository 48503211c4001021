package billing

import (
	"context"
	"time"
)

// Office does the business with Stripe. One belongs to one deployment. A nil Office is one that is closed: billing is off.
type Office struct {
	clock func() time.Time
}

type officeKey struct{}

// With puts the office into ctx.
func With(ctx context.Context, o *Office) context.Context { return context.WithValue(ctx, officeKey{}, o) }

// From is the office of ctx, nil where billing is off.
func From(ctx context.Context) *Office {
	o, _ := ctx.Value(officeKey{}).(*Office)
	return o
}

// On says whether casinos are billed through Stripe here.
func (o *Office) On() bool { return o != nil }

func (o *Office) now() time.Time {
	if o == nil || o.clock == nil {
		return time.Now()
	}
	return o.clock()
}
