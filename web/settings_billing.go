package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

const billingPath = "/settings/billing"

// mostSeats is how many seats a form asks for at most; billing has the last word.
const mostSeats = 1000

// billing is what the casino has, uses and pays.
func (s *Server) billing(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.BillingRead, authz.Facts{})
	}); err != nil {
		return err
	}
	if err := s.comesBack(r); err != nil {
		return err
	}
	r = r.WithContext(withAround(r.Context())) // what has just been paid holds nothing back any more
	p, err := s.billingProps(r)
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Billing(p))
}

// comesBack asks for the present state when somebody comes from the payment page, so that they see what they have just done.
// Where it can't be asked, the page shows what is known: the event of the payment service follows.
func (s *Server) comesBack(r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	if q.Get("checkout") != "done" && q.Get("from") != "portal" || !billing.From(ctx).On() {
		return nil
	}
	if err := billing.From(ctx).Refresh(ctx, tenants.Current(ctx).ID); err != nil {
		s.Log.WarnContext(ctx, "how the casino is billed can't be asked for", "err", err)
	}
	return nil
}

// billingProps gathers the page. It asks the payment service for the tax number alone, and does without where that is away.
func (s *Server) billingProps(r *http.Request) (views.BillingProps, error) {
	ctx := r.Context()
	p := views.BillingProps{Settings: s.settingsProps(r, "billing")}
	if r.URL.Query().Get("checkout") == "done" {
		p.Settings.Page.Flashes = append(p.Settings.Page.Flashes, views.Flash{Tone: views.Good, Text: i18n.T(ctx, "settings.done_bought")})
	}
	a, err := billing.Now(ctx)
	if err != nil {
		return p, err
	}
	currency := a.Currency
	if q := r.URL.Query().Get("currency"); slices.Contains(billing.Currencies(), q) && !living(a) {
		currency = q
	}
	cycle := a.Cycle
	if q := billing.Cycle(r.URL.Query().Get("cycle")); q == billing.Monthly || q == billing.Yearly {
		cycle = q
	}
	plans, err := billing.Plans(ctx, currency)
	if a.Audience == billing.Wholesale {
		plans, err = billing.WholesalePlans(ctx, currency)
	}
	if err != nil {
		return p, err
	}
	p.Bill = billState(ctx, a, plans)
	p.Meters, p.Gifts = meters(ctx, a), gifts(ctx, a.Granted)
	if a.Online && a.Way != billing.ByHand {
		p.Offer = offerOf(ctx, a, plans, currency, cycle)
		if living(a) {
			p.Seats = &views.SeatsForm{Seats: a.Seats, Least: max(1, a.Usage.Seats), Most: mostSeats}
			p.Coupon = &views.CouponForm{}
		}
		p.Tax = s.taxForm(ctx, a)
	}
	bills, err := billing.Invoices(ctx, billing.Whose{Tenant: tenants.Current(ctx).ID, Limit: 60})
	if err != nil {
		return p, err
	}
	for _, b := range bills {
		p.Invoices = append(p.Invoices, invoiceLine(ctx, b))
	}
	return p, nil
}

// living says whether a plan was bought that goes on by itself, so that it can be changed and cancelled here.
func living(a billing.Account) bool {
	return a.Online && (a.Way == billing.ByCard || a.Way == billing.ByInvoice) && a.State != billing.Ended
}

func (s *Server) taxForm(ctx context.Context, a billing.Account) *views.TaxForm {
	t := &views.TaxForm{Kinds: billing.TaxKinds()}
	if !a.Customer {
		return t
	}
	all, err := billing.From(ctx).TaxIDs(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "tax numbers can't be read", "err", err)
		t.Down = true
		return t
	}
	if len(all) == 0 {
		return t
	}
	t.Kind, t.Value = all[0].Kind, all[0].Value
	if !slices.Contains(t.Kinds, t.Kind) {
		t.Kinds = append([]string{t.Kind}, t.Kinds...)
	}
	switch all[0].Verified {
	case "verified":
		t.Word, t.Tone = i18n.T(ctx, "settings.billing_tax_verified"), views.Good
	case "unverified":
		t.Word, t.Tone = i18n.T(ctx, "settings.billing_tax_unverified"), views.Warn
	case "pending":
		t.Word, t.Tone = i18n.T(ctx, "settings.billing_tax_pending"), views.Calm
	}
	return t
}

// offerOf is the plans as cards. Of a casino that has one already, the others are changes.
func offerOf(ctx context.Context, a billing.Account, plans []billing.Plan, currency string, cycle billing.Cycle) *views.Offer {
	o := &views.Offer{Lead: i18n.T(ctx, "settings.billing_plans_lead")}
	at := func(currency string, cycle billing.Cycle) string {
		return billingPath + "?cycle=" + string(cycle) + "&currency=" + currency + "#plans"
	}
	for _, c := range []billing.Cycle{billing.Monthly, billing.Yearly} {
		o.Cycles = append(o.Cycles, views.Seg{Name: i18n.T(ctx, "settings.billing_cycle_"+string(c)), Href: at(currency, c), Here: c == cycle})
	}
	if !living(a) {
		for _, c := range billing.Currencies() {
			o.Currencies = append(o.Currencies, views.Seg{Name: strings.ToUpper(c), Href: at(c, cycle), Here: c == currency})
		}
	}
	for _, plan := range plans {
		price, ok := plan.Prices[cycle]
		if !ok {
			continue
		}
		card := views.PlanCard{Name: plan.Name, Price: i18n.Money(ctx, price.Base, currency), Per: i18n.T(ctx, "settings.billing_per_"+string(cycle)),
			Facts: planFacts(ctx, plan, price), Word: i18n.T(ctx, "settings.billing_choose"),
			Href: billingPath + "/order?plan=" + plan.ID + "&cycle=" + string(cycle) + "&currency=" + currency}
		if living(a) {
			card.Here = plan.ID == a.Plan && cycle == a.Cycle
			card.Word, card.Href = i18n.T(ctx, "settings.billing_switch"), billingPath+"/change?plan="+plan.ID+"&cycle="+string(cycle)
		}
		o.Plans = append(o.Plans, card)
	}
	return o
}

// billingAgain shows the page once more with what is wrong with one of its forms.
func (s *Server) billingAgain(w http.ResponseWriter, r *http.Request, err error, of string, fill func(p *views.BillingProps, f views.Fault)) error {
	var p views.BillingProps
	if mendable(err) {
		var failed error
		if p, failed = s.billingProps(r); failed != nil {
			return failed
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of = f, of
		if fill != nil {
			fill(&p, f)
		}
		return views.Billing(p)
	})
}

// leave leads to a page of the payment service.
func (s *Server) leave(w http.ResponseWriter, r *http.Request, to string) error {
	return views.Render(w, r, http.StatusOK, views.Leave(views.LeaveProps{Page: views.Page{Title: i18n.T(r.Context(), "settings.billing_leave"),
		Casino: s.casino(r.Context())}, Href: to}))
}

// askBilling asks whether a request may change how the casino is billed, and commits the line about it: what follows is done
// elsewhere, and no such deed is without its line.
func (s *Server) askBilling(r *http.Request, about string) error {
	if err := readForm(r); err != nil {
		return err
	}
	return s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.BillingChange, authz.Facts{About: about})
	})
}

// billingDeed does something about the bill and leads back to the page.
func (s *Server) billingDeed(about, done string, deed func(ctx context.Context, r *http.Request) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.askBilling(r, about); err != nil {
			return err
		}
		if err := deed(r.Context(), r); err != nil {
			return s.billingAgain(w, r, err, about, func(p *views.BillingProps, f views.Fault) {
				switch {
				case about == "tax" && p.Tax != nil:
					p.Tax.Kind, p.Tax.Value, p.Tax.Fault, p.Tax.Word = r.PostForm.Get("kind"), r.PostForm.Get("number"), f.Sentence, ""
				case about == "coupon" && p.Coupon != nil:
					p.Coupon.Code, p.Coupon.Fault = r.PostForm.Get("coupon"), f.Sentence
				default:
					p.Of = ""
				}
			})
		}
		http.Redirect(w, r, billingPath+"?done="+done, http.StatusSeeOther)
		return nil
	}
}

func cancelPlan(ctx context.Context, _ *http.Request) error { return billing.From(ctx).Cancel(ctx) }
func resumePlan(ctx context.Context, _ *http.Request) error { return billing.From(ctx).Resume(ctx) }

func useCoupon(ctx context.Context, r *http.Request) error {
	return billing.From(ctx).Discount(ctx, strings.TrimSpace(r.PostForm.Get("coupon")))
}

func setTax(ctx context.Context, r *http.Request) error {
	return billing.From(ctx).SetTaxID(ctx, r.PostForm.Get("kind"), r.PostForm.Get("number"))
}

// billingPortal leads to where the card, the address and the bills are.
func (s *Server) billingPortal(w http.ResponseWriter, r *http.Request) error {
	if err := s.askBilling(r, "portal"); err != nil {
		return err
	}
	ctx := r.Context()
	to, err := billing.From(ctx).Portal(ctx, s.Config.URL(tenants.Current(ctx), billingPath+"?from=portal"))
	if err != nil {
		return s.billingAgain(w, r, err, "", nil)
	}
	return s.leave(w, r, to)
}
