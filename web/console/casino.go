package console

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
	"pitdesk/views"
)

// onCasino finds the casino that a request names, asks for p on it, and does something with it in the same transaction. An
// unknown one and another reseller's are both NotFound.
func onCasino(r *http.Request, p authz.Permission, about string, fn func(ctx context.Context, tx bun.Tx, c resellers.Casino) error) (c resellers.Casino, err error) {
	id, err := tenants.ParseID(tenants.TenantPrefix, r.PathValue("tenant"))
	if err != nil {
		return c, err
	}
	about, _ = cards.Mask(about)
	err = tenants.Above(r.Context(), func(ctx context.Context, tx bun.Tx) (err error) {
		if c, err = resellers.CasinoOf(ctx, tx, id); err != nil {
			return err
		}
		if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: c.Reseller, Tenant: c.ID, Object: c.ID, About: about}); err != nil || fn == nil {
			return err
		}
		return fn(ctx, tx, c)
	})
	return c, err
}

// casino is one casino's page.
func (s *Server) casino(w http.ResponseWriter, r *http.Request) error {
	c, err := onCasino(r, authz.TenantRead, "", nil)
	if err != nil {
		return err
	}
	p, err := s.casinoProps(r, c)
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleCasino(p))
}

// side is whose hold a person sets and ends.
func side(ctx context.Context) tenants.Source {
	if vendor(ctx) {
		return tenants.ByVendor
	}
	return tenants.ByReseller
}

func (s *Server) casinoProps(r *http.Request, c resellers.Casino) (p views.ConsoleCasinoProps, err error) {
	ctx := r.Context()
	t := s.tenant(c)
	p = views.ConsoleCasinoProps{Frame: s.frame(r, "casinos", c.Name), ID: tenants.PublicID(tenants.TenantPrefix, c.ID), URL: s.Config.URL(t, "/sign-in"), Standing: string(c.Standing),
		Health: s.health(ctx, c.ID), Mine: string(tenants.Open), MayPlan: vendor(ctx)}
	p.Frame.Back, p.Bills = "/casinos", "/bills?casino="+p.ID
	for _, h := range c.Holds {
		p.Holds = append(p.Holds, views.HoldLine{Source: string(h.Source), Standing: string(h.Standing), Why: h.Why, Since: h.Since})
		if h.Source == side(ctx) {
			p.Mine = string(h.Standing)
		}
	}
	fact := func(name, value string, ltr bool) {
		if value != "" {
			p.Facts = append(p.Facts, views.Fact{Name: i18n.T(ctx, "console."+name), Value: value, Ltr: ltr})
		}
	}
	fact("address", t.Host, true)
	fact("slug", c.Slug, true)
	fact("id", p.ID, true)
	fact("reference", c.Reference, false)
	fact("casino_language", i18n.OwnName(c.Language), false)
	fact("since", i18n.Exact(ctx, c.CreatedAt), false)
	if vendor(ctx) {
		name := i18n.T(ctx, "console.reseller_none")
		if c.Reseller != tenants.Nobody {
			a, err := resellers.Get(ctx, tenants.AboveNow(ctx), c.Reseller)
			if err != nil {
				return p, err
			}
			name = a.Name
		}
		fact("reseller", name, false)
		plans, err := billing.Plans(ctx, billing.Currencies()[0])
		if err != nil {
			return p, err
		}
		for _, each := range plans {
			p.Plans = append(p.Plans, views.Choice{ID: each.ID, Name: each.Name})
		}
	}
	account, err := billing.Now(tenants.With(ctx, t))
	if err != nil {
		return p, err
	}
	p.Money = moneyFacts(ctx, account)
	deeds, err := resellers.Deeds(ctx, tenants.AboveNow(ctx), resellers.DeedFilter{Tenant: c.ID, Reseller: signedOf(ctx).Person.Reseller, Limit: 15})
	if err != nil {
		return p, err
	}
	for _, d := range deeds {
		p.Deeds = append(p.Deeds, deedLine(ctx, d, nil))
	}
	err = tenants.Reading(ctx, c.ID, func(ctx context.Context, tx bun.Tx) error {
		all, err := staff.Visits(ctx, tx)
		for _, v := range all[:min(len(all), 5)] {
			p.Visits = append(p.Visits, views.VisitLine{Name: v.Name, Reason: v.Reason, Began: v.BegunAt, Entered: v.EnteredAt != nil, Runs: v.Runs(time.Now()), ByCasino: v.EndedBy == "casino"})
		}
		return err
	})
	return p, err
}

// moneyFacts is how a casino is billed and what it uses.
func moneyFacts(ctx context.Context, a billing.Account) []views.Fact {
	all := []views.Fact{{Name: i18n.T(ctx, "console.plan"), Value: cmp.Or(a.PlanName, "–")}, {Name: i18n.T(ctx, "console.subscription"), Value: i18n.T(ctx, "console.state_"+string(a.State))}}
	date := func(name string, t *time.Time) {
		if t != nil {
			all = append(all, views.Fact{Name: i18n.T(ctx, "console."+name), Value: i18n.Exact(ctx, *t)})
		}
	}
	if a.State == billing.Trial {
		date("trial_ends", a.TrialEnds)
	}
	date("period_ends", a.PeriodTill)
	date("cancels", a.CancelsAt)
	date("read_only_at", a.ReadOnlyAt)
	date("closes_at", a.ClosesAt)
	return append(all, views.Fact{Name: i18n.T(ctx, "console.seats"), Value: used(ctx, a, billing.Seats, a.Usage.Seats)},
		views.Fact{Name: i18n.T(ctx, "console.conversations"), Value: used(ctx, a, billing.Conversations, a.Usage.Conversations)})
}

// used is how much of something a casino uses, and of how much.
func used(ctx context.Context, a billing.Account, name string, n int) string {
	most := a.Granted[name]
	if name == billing.Seats && a.Billed && a.Seats > 0 {
		most = &a.Seats
	}
	if most == nil {
		return i18n.Number(ctx, n)
	}
	return i18n.T(ctx, "console.of_most", "Count", i18n.Number(ctx, n), "Most", i18n.Number(ctx, *most))
}

// casinoAgain shows a casino's page once more with what is wrong with one of its forms.
func (s *Server) casinoAgain(w http.ResponseWriter, r *http.Request, c resellers.Casino, err error, of string) error {
	return again(w, r, err, func(f views.Fault) (templ.Component, error) {
		p, err := s.casinoProps(r, c)
		p.Fault, p.Of, p.Why, p.Reason = f, of, r.PostForm.Get("why"), r.PostForm.Get("reason")
		return views.ConsoleCasino(p), err
	})
}

// restrict makes a casino stand as whoever is signed in wants it.
func (s *Server) restrict(to tenants.Standing) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return err
		}
		why, _ := cards.Mask(r.PostForm.Get("why"))
		c, err := onCasino(r, authz.TenantHold, string(to)+": "+why, func(ctx context.Context, tx bun.Tx, c resellers.Casino) error {
			_, err := resellers.Restrict(ctx, tx, c.ID, side(ctx), to, why)
			return err
		})
		if err != nil {
			return s.casinoAgain(w, r, c, err, "hold")
		}
		http.Redirect(w, r, "/casinos/"+r.PathValue("tenant")+"?done="+string(to), http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
}

// plan gives a casino a plan that is paid by hand.
func (s *Server) plan(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	c, err := onCasino(r, authz.VendorChange, "plan by hand: "+r.PostForm.Get("plan"), func(ctx context.Context, tx bun.Tx, c resellers.Casino) error {
		_, err := billing.From(ctx).ByHand(ctx, tx, c.ID, billing.Hand{Plan: r.PostForm.Get("plan"), Cycle: billing.Cycle(r.PostForm.Get("cycle"))})
		return err
	})
	if err != nil {
		return s.casinoAgain(w, r, c, err, "plan")
	}
	http.Redirect(w, r, "/casinos/"+r.PathValue("tenant")+"?done=saved#money", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	return nil
}

var errShut = fault.New(fault.Conflict, "A casino that is suspended or closed can't be visited.")

// visit announces a visit and shows the door to it, this once.
func (s *Server) visit(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	reason := r.PostForm.Get("reason")
	c, err := onCasino(r, authz.TenantEnter, reason, nil)
	if err != nil {
		return err
	}
	if c.Standing == tenants.Suspended || c.Standing == tenants.Closed {
		return s.casinoAgain(w, r, c, errShut, "visit")
	}
	t, from, signed := s.tenant(c), s.from(r), signedOf(r.Context())
	var v staff.Visit
	var token string
	err = tenants.In(tenants.With(r.Context(), t), t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		of := staff.FromPlatform
		if signed.Person.Reseller != tenants.Nobody {
			of = staff.FromReseller
		}
		v, token, err = staff.BeginVisit(ctx, tx, staff.NewVisit{Person: signed.Person.ID, Name: signed.Person.Name, Side: of, Reason: reason},
			staff.From{Address: from.Address, Browser: from.Browser, RequestID: from.RequestID})
		return err
	})
	if err != nil {
		return s.casinoAgain(w, r, c, err, "visit")
	}
	p := views.ConsoleVisitProps{Frame: s.frame(r, "casinos", c.Name), Casino: c.Name, Link: s.Config.URL(t, "/visit/"+token), Reason: v.Reason, May: v.MayChange, Ends: v.EndsAt}
	p.Frame.Back = "/casinos/" + r.PathValue("tenant")
	return views.Render(w, r, http.StatusOK, views.ConsoleVisit(p))
}
