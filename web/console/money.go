package console

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
	"pitdesk/views"
)

// usageShown is how many casinos' usage a page counts.
const usageShown = 100

// bills is what casinos use and owe: a reseller's own, or all of the deployment's. ?casino= narrows it to one.
func (s *Server) bills(w http.ResponseWriter, r *http.Request) error {
	p, err := s.moneyProps(r, true)
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleMoney(p))
}

func (s *Server) moneyProps(r *http.Request, ask bool) (p views.ConsoleMoneyProps, err error) {
	ctx := r.Context()
	p = views.ConsoleMoneyProps{Frame: s.frame(r, "bills", i18n.T(ctx, "console.bills")), Off: !billing.From(ctx).On()}
	whose := billing.Whose{Reseller: signedOf(ctx).Person.Reseller, Limit: 200}
	asked := authz.Whose{Reseller: whose.Reseller}
	var all []resellers.Casino
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if one := r.URL.Query().Get("casino"); one != "" {
			id, err := tenants.ParseID(tenants.TenantPrefix, one)
			if err != nil {
				return err
			}
			c, err := resellers.CasinoOf(ctx, tx, id)
			if err != nil {
				return err
			}
			whose, asked = billing.Whose{Tenant: c.ID, Limit: 200}, authz.Whose{Reseller: c.Reseller, Tenant: c.ID}
			all, p.Narrow = []resellers.Casino{c}, c.Name
			p.Frame.Back = "/casinos/" + one
		}
		if ask {
			if err := authz.AskAbove(ctx, tx, authz.TenantRead, asked); err != nil {
				return err
			}
		}
		if p.Narrow != "" {
			return nil
		}
		all, err = resellers.Casinos(ctx, tx, resellers.Filter{Reseller: whose.Reseller, Limit: usageShown})
		return err
	})
	if err != nil {
		return p, err
	}
	names := map[uuid.UUID]string{}
	for _, c := range all {
		names[c.ID] = c.Name
		if vendor(ctx) && p.Narrow == "" {
			continue // what each of all casinos uses stands on its own page
		}
		a, err := billing.Now(tenants.With(ctx, s.tenant(c)))
		if err != nil {
			return p, err
		}
		row := views.UsageRow{ID: tenants.PublicID(tenants.TenantPrefix, c.ID), Name: c.Name, Plan: a.PlanName, State: string(a.State), Ends: a.PeriodTill,
			Seats: used(ctx, a, billing.Seats, a.Usage.Seats), Conversations: used(ctx, a, billing.Conversations, a.Usage.Conversations)}
		if a.State == billing.Trial {
			row.Ends = a.TrialEnds
		}
		p.Usage = append(p.Usage, row)
	}
	invoices, err := billing.Invoices(ctx, whose)
	if err != nil {
		return p, err
	}
	for _, i := range invoices {
		name, ok := names[i.Tenant]
		if !ok {
			c, err := resellers.CasinoOf(ctx, tenants.AboveNow(ctx), i.Tenant)
			if err != nil {
				return p, err
			}
			name = c.Name
			names[i.Tenant] = name
		}
		p.Bills = append(p.Bills, views.BillRow{ID: i.ID, Number: i.Number, Casino: name, Href: "/casinos/" + tenants.PublicID(tenants.TenantPrefix, i.Tenant),
			Total: i18n.Money(ctx, i.Total, i.Currency), State: i.State, Note: i.PaidNote, Made: i.MadeAt, Due: i.DueAt, Link: i.Link,
			Late: i.State == "open" && i.DueAt != nil && i.DueAt.Before(time.Now()), Payable: i.State == "open" && vendor(ctx)})
	}
	return p, nil
}

// markPaid says that a bill was paid by hand.
func (s *Server) markPaid(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("bill")
	bill, err := billing.InvoiceByID(ctx, id)
	if err != nil {
		return err
	}
	if err := asking(r, authz.VendorChange, authz.Whose{Tenant: bill.Tenant, About: "paid by hand: " + bill.Number}, nil); err != nil {
		return err
	}
	if err := billing.From(ctx).MarkPaid(ctx, id, r.PostForm.Get("note")); err != nil {
		if !mendable(err) {
			return err
		}
		p, bad := s.moneyProps(r, false)
		if bad != nil {
			return bad
		}
		p.Fault, p.FaultOf = views.Fault{Sentence: i18n.Fault(ctx, err)}, id
		return views.Render(w, r, fault.StatusOf(err), views.ConsoleMoney(p))
	}
	http.Redirect(w, r, "/bills?done=saved", http.StatusSeeOther)
	return nil
}
