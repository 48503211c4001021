package web

import (
	"context"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/desk/steps"
)

// around is what the frame of every staff page says of the casino. It is read before a page begins its transaction: a page that
// opened a second one inside would wait for a connection while it holds one, and many of them would wait for each other.
type around struct {
	bill  *billing.Account // for whoever may read it; nil where it can't be read
	steps bool             // the first steps are still shown
}

type aroundKey struct{}

// withAround reads it for the actor of ctx. What can't be read is left out: a page isn't lost for its frame.
func withAround(ctx context.Context) context.Context {
	a, _ := authz.From(ctx)
	var known around
	if authz.Permits(a.Role, authz.BillingRead) {
		if bill, err := billing.Known(ctx); err == nil {
			known.bill = &bill
		}
	}
	if authz.Permits(a.Role, authz.SettingsChange) {
		known.steps, _ = steps.Shown(ctx)
	}
	return context.WithValue(ctx, aroundKey{}, known)
}

func aroundOf(ctx context.Context) around {
	known, _ := ctx.Value(aroundKey{}).(around)
	return known
}
