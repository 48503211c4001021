package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// State says how a subscription stands.
type State string

// The states.
const (
	Trial  State = "trial"  // for 14 days, without a card; also one that was bought and begins after them
	Active State = "active" // paid for, or not due yet
	Unpaid State = "unpaid" // something is owed: OwedSince
	Ended  State = "ended"  // the trial is over or the plan was cancelled, and nothing was chosen
)

// Way is how a casino pays.
type Way string

// The ways.
const (
	NoWay     Way = "none"    // not chosen yet
	ByCard    Way = "card"    // charged by Stripe at the beginning of each period
	ByInvoice Way = "invoice" // Stripe sends a bill that is due in 14 days; no card
	ByHand    Way = "hand"    // a bill of ours, which an operator of the deployment marks as paid
)

// Cycle is how long a period lasts.
type Cycle string

// The cycles.
const (
	Monthly Cycle = "month"
	Yearly  Cycle = "year"
)

// Audience says whose prices count.
type Audience string

// The audiences.
const (
	Public    Audience = "public"
	Wholesale Audience = "wholesale" // resellers that pay for their casinos
)

// Account is how a casino is billed, for its own page, the API and the consoles.
type Account struct {
	Plan     string   `json:"plan"` // its id; PlanName is for people and isn't translated
	PlanName string   `json:"plan_name"`
	Currency string   `json:"currency"` // lower case: "eur"
	Cycle    Cycle    `json:"cycle"`
	Audience Audience `json:"audience"`
	State    State    `json:"state"`
	Way      Way      `json:"way"`

	// Seats are those that are paid for; in Now at least those that the plan includes.
	Seats      int        `json:"seats"`
	BegunAt    time.Time  `json:"begun_at"`
	TrialEnds  *time.Time `json:"trial_ends"`
	PeriodFrom *time.Time `json:"period_from"` // of what is paid for at present; nil in a trial
	PeriodTill *time.Time `json:"period_till"`
	CancelsAt  *time.Time `json:"cancels_at"` // somebody has cancelled: it ends then
	OwedSince  *time.Time `json:"owed_since"` // money or a choice is owed since then
	Customer   bool       `json:"customer"`   // Stripe knows the casino: Office.Portal works

	// What follows where something is owed; filled in by Now.
	ReadOnlyAt *time.Time `json:"-"`
	ClosesAt   *time.Time `json:"-"`

	Billed  bool            `json:"-"` // false: billing is off for this casino, it has everything and pays nothing
	Online  bool            `json:"-"` // Checkout, Portal and the like work
	Usage   Usage           `json:"-"`
	Granted map[string]*int `json:"-"` // what it may have, by name; nil: no bound. Names that are absent it may not have.
}

// Usage is what a casino uses.
type Usage struct {
	Seats         int       // people who can sign in, and open invitations
	Conversations int       // begun since Since
	Since         time.Time // the month's, or the trial's, beginning
}

func readTerms(text []byte) (*terms, error) {
	if text == nil {
		return nil, nil
	}
	t := &terms{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("billing: terms: %w", err)
	}
	return t, nil
}

// Now is how the casino of ctx is billed at this moment. It asks nobody for permission: BillingRead is its reader's.
func Now(ctx context.Context) (Account, error) {
	t, err := memory.Of(ctx)
	if err != nil {
		return Account{}, err
	}
	now := From(ctx).now()
	a := t.account(ctx, now)
	a.Usage.Since = a.month(now)
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select
			(select count(*) from memberships where tenant_id = current_tenant() and disabled_at is null)
			+ (select count(*) from invitations where tenant_id = current_tenant() and accepted_at is null and revoked_at is null and expires_at > now()),
			(select count(*) from conversations where tenant_id = current_tenant() and created_at >= ?)`, a.Usage.Since).
			Scan(ctx, &a.Usage.Seats, &a.Usage.Conversations)
	})
	return a, err
}

// account is what is remembered, with what follows from it now.
func (t *terms) account(ctx context.Context, now time.Time) Account {
	if t == nil {
		return Account{State: Trial, Way: NoWay, BegunAt: now}
	}
	a := t.Account
	a.Billed, a.Online = t.billed(ctx), From(ctx).On()
	a.Granted = map[string]*int{}
	for _, name := range Names() {
		if n := t.amount(ctx, name); n == nil || *n > 0 {
			a.Granted[name] = n
		}
	}
	if included := t.Grants[Seats]; included != nil {
		a.Seats = max(a.Seats, *included)
	}
	if a.Billed && a.OwedSince != nil {
		f := after(a.State, *a.OwedSince)
		a.ReadOnlyAt, a.ClosesAt = &f.readOnly, &f.closed
	}
	return a
}

// month is when the present month of a's began: months are counted from the period's first day, also within a year.
func (a Account) month(now time.Time) time.Time {
	from := a.BegunAt
	if a.PeriodFrom != nil {
		from = *a.PeriodFrom
	}
	months := 0
	for !addMonths(from, months+1).After(now) {
		months++
	}
	return addMonths(from, months)
}

// addMonths is t so many months later; a day that the month doesn't have becomes its last, as Stripe does it
// (https://docs.stripe.com/billing/subscriptions/billing-cycle).
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
