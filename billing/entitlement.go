package billing

import (
	"context"
	"errors"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// The names of what a plan gives. Some are counted (Limit), some are there or not (Allows).
const (
	Seats         = "seats"          // people who work at the desk
	Conversations = "conversations"  // a month, before each further one is charged; never a bound: nobody is turned away
	Languages     = "languages"      // that players are spoken to in
	Retention     = "retention_days" // how long conversations are kept
	CustomDomain  = "custom_domain"  // hosts of the casino's own
	OwnWords      = "own_words"      // the casino's own wording of our texts
	API           = "api"
	Webhooks      = "webhooks"
	Statistics    = "statistics"
)

// Names are all of them.
func Names() []string {
	return []string{Seats, Conversations, Languages, Retention, CustomDomain, OwnWords, API, Webhooks, Statistics}
}

// missing is what somebody is told who asks for what the plan doesn't give. A counted one is told how many there are.
var missing = map[string]*fault.Error{
	Seats:        fault.New(fault.NotInPlan, "Your plan has %d seats, and all of them are taken.", 0),
	Languages:    fault.New(fault.NotInPlan, "Your plan has %d languages.", 0),
	CustomDomain: fault.New(fault.NotInPlan, "Your plan has no room for another address of your own."),
	OwnWords:     fault.New(fault.NotInPlan, "Words of your own aren't part of your plan."),
	API:          fault.New(fault.NotInPlan, "The API isn't part of your plan."),
	Webhooks:     fault.New(fault.NotInPlan, "Webhooks aren't part of your plan."),
	Statistics:   fault.New(fault.NotInPlan, "Statistics aren't part of your plan."),
}

var errNotInPlan = fault.New(fault.NotInPlan, "Your plan doesn't have this.")

func lacks(name string, has int) error {
	e, ok := missing[name]
	if !ok {
		return errNotInPlan
	}
	if len(e.Args) == 0 {
		return e
	}
	c := *e
	c.Args = []any{has}
	return &c
}

// terms is what a process remembers of how a casino is billed. A nil amount has no bound.
type terms struct {
	Account
	ByHand map[string]*int `json:"by_hand"`
	Grants map[string]*int `json:"grants"`
}

// memory remembers terms. A casino that nobody has begun to bill has none.
var memory = tenants.Remember("billing", func(ctx context.Context, tx bun.Tx) (*terms, error) {
	var text []byte
	if err := tx.NewRaw(`select billing_terms()`).Scan(ctx, &text); err != nil {
		return nil, err
	}
	return readTerms(text)
})

// amount is how much of name a casino has; nil: as much as it likes.
func (t *terms) amount(ctx context.Context, name string) *int {
	if t != nil {
		if n, ok := t.ByHand[name]; ok {
			return n
		}
	}
	if !t.billed(ctx) {
		return nil
	}
	n, ok := t.Grants[name]
	if !ok {
		return new(int)
	}
	if name == Seats && n != nil && t.Seats > *n {
		return &t.Seats
	}
	return n
}

// billed says whether the casino's plan counts: there is an office, or the plan was given by hand.
func (t *terms) billed(ctx context.Context) bool {
	return t != nil && (t.Way == ByHand || From(ctx).On())
}

// Allows says whether the casino of ctx may have name at all.
func Allows(ctx context.Context, name string) (bool, error) {
	n, bounded, err := Limit(ctx, name)
	return err == nil && (!bounded || n > 0), err
}

// Limit is how much of name the casino of ctx may have; bounded is false where there is no limit, and n then means nothing.
func Limit(ctx context.Context, name string) (n int, bounded bool, err error) {
	t, err := memory.Of(ctx)
	if err != nil {
		return 0, false, err
	}
	if has := t.amount(ctx, name); has != nil {
		return *has, true, nil
	}
	return 0, false, nil
}

// Require returns NotInPlan, with a sentence for the casino's admin, where Allows says no.
func Require(ctx context.Context, name string) error { return Fits(ctx, name, 1) }

// Fits returns NotInPlan where the casino of ctx may not have as many as n of name.
func Fits(ctx context.Context, name string, n int) error {
	has, bounded, err := Limit(ctx, name)
	if err != nil || !bounded || n <= has {
		return err
	}
	return lacks(name, has)
}

// IsMissing says whether err is a refusal because of the plan.
func IsMissing(err error) bool {
	var e *fault.Error
	return errors.As(err, &e) && e.Code == fault.NotInPlan
}
