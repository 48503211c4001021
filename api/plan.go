package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
)

// registerPlan declares what a casino may have and what it uses.
func (a *API) registerPlan() {
	add(a, operation{Operation: Operation{"get-plan", http.MethodGet, "/plan", authz.BillingRead}, tag: houseTag, summary: "Get the casino's plan, limits and usage",
		answer: examplePlan, description: "`limits` are what the casino may have, by name: a limit without `most` has no bound. What isn't among them it may not have."}, a.getPlan)
}

// Plan is what a casino may have, what it pays for it, and what it uses.
type Plan struct {
	Plan       string      `json:"plan,omitempty" example:"table" doc:"Absent where nothing is billed."`
	Name       string      `json:"name,omitempty" example:"Table"`
	State      string      `json:"state" enum:"trial,active,unpaid,ended"`
	Billed     bool        `json:"billed" doc:"Whether the plan counts. Where it doesn't, the casino has everything but what was set by hand."`
	Cycle      string      `json:"cycle,omitempty" example:"month"`
	Currency   string      `json:"currency,omitempty" example:"eur"`
	TrialEnds  *time.Time  `json:"trial_ends,omitempty"`
	PeriodTill *time.Time  `json:"period_till,omitempty"`
	CancelsAt  *time.Time  `json:"cancels_at,omitempty"`
	ReadOnlyAt *time.Time  `json:"read_only_at,omitempty" doc:"When it will only be read, unless what is owed is paid."`
	ClosesAt   *time.Time  `json:"closes_at,omitempty"`
	Limits     []PlanLimit `json:"limits"`
	Usage      PlanUsage   `json:"usage"`
}

// PlanLimit is one thing that a casino may have.
type PlanLimit struct {
	Name string `json:"name" example:"seats"`
	Most *int   `json:"most,omitempty" example:"5" doc:"How many; absent: without a bound. Of what is there or not, 1."`
}

// PlanUsage is what a casino uses.
type PlanUsage struct {
	Seats         int       `json:"seats" example:"3" doc:"People who can sign in, and open invitations."`
	Conversations int       `json:"conversations" example:"118" doc:"Begun since then."`
	Since         time.Time `json:"since" doc:"The beginning of the month that is counted."`
}

func (a *API) getPlan(ctx context.Context, _ *nothing) (*struct{ Body Plan }, error) {
	out := &struct{ Body Plan }{}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.BillingRead, authz.Facts{}); err != nil {
			return err
		}
		now, err := billing.Now(ctx)
		if err != nil {
			return err
		}
		out.Body = Plan{Plan: now.Plan, Name: now.PlanName, State: string(now.State), Billed: now.Billed, Cycle: string(now.Cycle), Currency: now.Currency,
			TrialEnds: utc(now.TrialEnds), PeriodTill: utc(now.PeriodTill), CancelsAt: utc(now.CancelsAt), ReadOnlyAt: utc(now.ReadOnlyAt), ClosesAt: utc(now.ClosesAt),
			Limits: []PlanLimit{}, Usage: PlanUsage{now.Usage.Seats, now.Usage.Conversations, now.Usage.Since.UTC()}}
		for name, most := range now.Granted {
			out.Body.Limits = append(out.Body.Limits, PlanLimit{name, most})
		}
		slices.SortFunc(out.Body.Limits, func(x, y PlanLimit) int {
			if x.Name < y.Name {
				return -1
			}
			return 1
		})
		return nil
	})
	return out, err
}

var examplePlan = Plan{Plan: "table", Name: "Table", State: "trial", Billed: true, Cycle: "month", Currency: "eur", TrialEnds: new(at(14 * 24 * 60)),
	Limits: []PlanLimit{{"conversations", new(1000)}, {"languages", nil}, {"seats", new(5)}}, Usage: PlanUsage{3, 118, at(0)}}
