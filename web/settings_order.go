package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// order is the form for a plan that is bought.
func (s *Server) order(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.BillingRead, authz.Facts{})
	}); err != nil {
		return err
	}
	p, err := s.orderProps(r, r.URL.Query())
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Order(p))
}

// orderProps shows an order as far as it is filled in. An unknown plan is NotFound.
func (s *Server) orderProps(r *http.Request, q url.Values) (p views.OrderProps, err error) {
	ctx := r.Context()
	a, err := billing.Now(ctx)
	if err != nil {
		return p, err
	}
	if !a.Online || a.Way == billing.ByHand {
		return p, tenants.ErrNotFound
	}
	currency := a.Currency
	if c := q.Get("currency"); slices.Contains(billing.Currencies(), c) {
		currency = c
	}
	cycle := billing.Monthly
	if billing.Cycle(q.Get("cycle")) == billing.Yearly {
		cycle = billing.Yearly
	}
	plans, err := billing.Plans(ctx, currency)
	if a.Audience == billing.Wholesale {
		plans, err = billing.WholesalePlans(ctx, currency)
	}
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(plans, func(plan billing.Plan) bool { return plan.ID == q.Get("plan") })
	if i < 0 {
		return p, tenants.ErrNotFound
	}
	plan := plans[i]
	included := 1
	if n := plan.Grants[billing.Seats]; n != nil {
		included = *n
	}
	seats, _ := strconv.Atoi(q.Get("seats"))
	seats = max(seats, included, a.Usage.Seats)
	per := i18n.T(ctx, "settings.billing_per_"+string(cycle))
	p = views.OrderProps{Settings: s.settingsProps(r, "billing"), Plan: plan.ID, Name: plan.Name, Price: i18n.Money(ctx, plan.Prices[cycle].Base, currency), Per: per,
		Total: i18n.T(ctx, "settings.billing_total_"+string(cycle), "Price", i18n.Money(ctx, plan.Cost(cycle, seats), currency)),
		After: i18n.T(ctx, "settings.billing_charged_now"), Cycle: string(cycle), Currency: currency,
		Seats: views.SeatsForm{Seats: seats, Least: max(1, a.Usage.Seats), Most: mostSeats},
		Pay:   cmp.Or(q.Get("pay"), "card"), Email: cmp.Or(q.Get("email"), signedOf(ctx).Email), Coupon: q.Get("coupon")}
	if a.State == billing.Trial && a.TrialEnds != nil && a.TrialEnds.Sub(billing.Clock(ctx)) > 48*time.Hour {
		p.After = i18n.T(ctx, "settings.billing_charged_then", "Day", i18n.Date(ctx, *a.TrialEnds))
	}
	for _, c := range []billing.Cycle{billing.Monthly, billing.Yearly} {
		next := url.Values{"plan": {plan.ID}, "cycle": {string(c)}, "currency": {currency}, "seats": {strconv.Itoa(seats)}}
		p.Cycles = append(p.Cycles, views.Seg{Name: i18n.T(ctx, "settings.billing_cycle_"+string(c)), Href: billingPath + "/order?" + next.Encode(), Here: c == cycle})
	}
	return p, nil
}

// placeOrder buys a plan: with a card at the payment page, or by bills that are sent.
func (s *Server) placeOrder(w http.ResponseWriter, r *http.Request) error {
	if err := s.askBilling(r, "plan"); err != nil {
		return err
	}
	ctx, form := r.Context(), r.PostForm
	seats, err := strconv.Atoi(form.Get("seats"))
	if err != nil {
		return s.orderAgain(w, r, errSeatsNumber)
	}
	o := billing.Order{Plan: form.Get("plan"), Cycle: billing.Cycle(form.Get("cycle")), Currency: form.Get("currency"), Seats: seats,
		Coupon: form.Get("coupon"), Email: form.Get("email"), Return: s.Config.URL(tenants.Current(ctx), billingPath)}
	if form.Get("pay") == "invoice" {
		if err := billing.From(ctx).Invoiced(ctx, o); err != nil {
			return s.orderAgain(w, r, err)
		}
		http.Redirect(w, r, billingPath+"?done=ordered", http.StatusSeeOther)
		return nil
	}
	to, err := billing.From(ctx).Checkout(ctx, o)
	if err != nil {
		return s.orderAgain(w, r, err)
	}
	return s.leave(w, r, to)
}

var errSeatsNumber = fault.New(fault.Invalid, "Say how many seats, as a number.").On("seats")

func (s *Server) orderAgain(w http.ResponseWriter, r *http.Request, err error) error {
	var p views.OrderProps
	if mendable(err) {
		var failed error
		if p, failed = s.orderProps(r, r.PostForm); failed != nil {
			// There is no form for what was asked: a plan that isn't sold, or billing that is off.
			return s.billingAgain(w, r, err, "", nil)
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Seats.Fault = f.On("seats")
		if f.Field == "seats" {
			p.Seats.Seats, _ = strconv.Atoi(r.PostForm.Get("seats"))
		}
		if p.Fault = f; f.Field != "seats" && f.Field != "email" && f.Field != "coupon" {
			p.Fault.Field = ""
		}
		return views.Order(p)
	})
}

// changePlan says what a change costs, before anybody agrees to it.
func (s *Server) changePlan(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.BillingRead, authz.Facts{})
	}); err != nil {
		return err
	}
	p, err := s.changeProps(r, r.URL.Query())
	if err != nil {
		return s.billingAgain(w, r, err, "seats", func(p *views.BillingProps, f views.Fault) {
			if p.Seats == nil || f.Field != "seats" {
				p.Of = ""
				return
			}
			p.Seats.Fault = f.Sentence
		})
	}
	return views.Render(w, r, http.StatusOK, views.Change(p))
}

func (s *Server) changeProps(r *http.Request, q url.Values) (views.ChangeProps, error) {
	ctx := r.Context()
	seats, _ := strconv.Atoi(q.Get("seats"))
	at, err := billing.From(ctx).Preview(ctx, billing.Change{Plan: q.Get("plan"), Cycle: billing.Cycle(q.Get("cycle")), Seats: seats})
	if err != nil {
		return views.ChangeProps{}, err
	}
	return s.previewed(r, at)
}

// previewed puts a preview into words. The payment service says its lines in English; ours say the same by what they are.
func (s *Server) previewed(r *http.Request, at billing.Preview) (p views.ChangeProps, err error) {
	ctx := r.Context()
	plans, err := billing.Plans(ctx, at.Currency)
	if err != nil {
		return p, err
	}
	name := at.Plan
	for _, plan := range plans {
		if plan.ID == at.Plan {
			name = plan.Name
		}
	}
	money := func(n int64) string { return i18n.Money(ctx, n, at.Currency) }
	p = views.ChangeProps{Settings: s.settingsProps(r, "billing"), Plan: at.Plan, Cycle: string(at.Cycle), Seats: at.Seats,
		At: strconv.FormatInt(at.At, 10), Cost: strconv.FormatInt(at.Now, 10),
		Lead: i18n.N(ctx, "settings.billing_change_to_"+string(at.Cycle), at.Seats, "Plan", name),
		Then: i18n.T(ctx, "settings.billing_then_"+string(at.Cycle), "Price", money(at.Then), "Day", i18n.Date(ctx, at.Till))}
	var back, more int64
	for _, l := range at.Lines {
		if l.Amount < 0 {
			back += l.Amount
		} else {
			more += l.Amount
		}
	}
	line := func(amount int64, words string) {
		if amount != 0 {
			p.Lines = append(p.Lines, views.ChangeLineProps{Words: words, Amount: money(amount)})
		}
	}
	line(back, i18n.T(ctx, "settings.billing_line_back"))
	line(more, i18n.T(ctx, "settings.billing_line_new"))
	line(at.Tax, i18n.T(ctx, "settings.billing_line_tax"))
	// What lines and tax don't explain is a discount.
	line(at.Now-back-more-at.Tax, i18n.T(ctx, "settings.billing_line_discount"))
	p.Total, p.TotalAmount = i18n.T(ctx, "settings.billing_due_now"), money(max(at.Due, 0))
	if at.Now < 0 {
		p.Total, p.TotalAmount = i18n.T(ctx, "settings.billing_credit"), money(-at.Now)
	} else if earlier := at.Due - at.Now; earlier < 0 {
		line(earlier, i18n.T(ctx, "settings.billing_line_earlier"))
	}
	return p, nil
}

// makeChange makes a change at the price that was shown.
func (s *Server) makeChange(w http.ResponseWriter, r *http.Request) error {
	if err := s.askBilling(r, "plan"); err != nil {
		return err
	}
	ctx, form := r.Context(), r.PostForm
	seats, _ := strconv.Atoi(form.Get("seats"))
	at, _ := strconv.ParseInt(form.Get("at"), 10, 64)
	cost, _ := strconv.ParseInt(form.Get("cost"), 10, 64)
	err := billing.From(ctx).Make(ctx, billing.Change{Plan: form.Get("plan"), Cycle: billing.Cycle(form.Get("cycle")), Seats: seats}, at, cost)
	if err == nil {
		http.Redirect(w, r, billingPath+"?done=plan_changed", http.StatusSeeOther)
		return nil
	}
	var p views.ChangeProps
	if mendable(err) {
		var failed error
		if p, failed = s.changeProps(r, form); failed != nil {
			return s.billingAgain(w, r, err, "", nil)
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault = f
		return views.Change(p)
	})
}
