package main

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// billingStates are the billing page before, while and after a plan is paid for, and what leads there.
func billingStates() []state {
	now := time.Now()
	frame := func(ctx context.Context) views.SettingsProps {
		title := words(ctx, "settings.billing")
		return views.SettingsProps{Page: page(ctx, title, "settings"), Title: title, Here: "billing", Items: []views.SettingsItem{
			{Key: "people", Icon: "users-round", Name: words(ctx, "settings.people"), Href: "/settings/people"},
			{Key: "billing", Icon: "credit-card", Name: title, Href: "/settings/billing"}}}
	}
	segs := func(ctx context.Context) []views.Seg {
		return []views.Seg{{Name: words(ctx, "settings.billing_cycle_month"), Href: "?cycle=month", Here: true}, {Name: words(ctx, "settings.billing_cycle_year"), Href: "?cycle=year"}}
	}
	money := func(ctx context.Context, cents int64) string { return i18n.Money(ctx, cents, "eur") }
	offer := func(ctx context.Context, here int) *views.Offer {
		o := &views.Offer{Lead: words(ctx, "settings.billing_plans_lead"), Cycles: segs(ctx),
			Currencies: []views.Seg{{Name: "EUR", Href: "?currency=eur", Here: true}, {Name: "USD", Href: "?currency=usd"}, {Name: "GBP", Href: "?currency=gbp"}}}
		for i, plan := range []struct {
			name  string
			price int64
			seats int
		}{{"Table", 4900, 3}, {"Floor", 19900, 10}, {"House", 59900, 25}} {
			o.Plans = append(o.Plans, views.PlanCard{Name: plan.name, Price: money(ctx, plan.price), Per: words(ctx, "settings.billing_per_month"), Here: i == here,
				Word: words(ctx, "settings.billing_choose"), Href: "/settings/billing/order?plan=x", Facts: []string{
					i18n.N(ctx, "settings.plan_seats", plan.seats, "Price", money(ctx, 1900)), i18n.N(ctx, "settings.plan_conversations", 3000, "Price", money(ctx, 800)),
					i18n.N(ctx, "settings.grant_languages_some", 5), words(ctx, "settings.grant_own_words"), words(ctx, "settings.grant_api")}})
		}
		return o
	}
	trial := func(ctx context.Context) views.BillingProps {
		return views.BillingProps{Settings: frame(ctx), Offer: offer(ctx, -1), Tax: &views.TaxForm{Kinds: []string{"eu_vat", "gb_vat"}},
			Bill: views.BillState{Plan: "Floor", Word: words(ctx, "settings.billing_state_trial"), Tone: views.Calm, Icon: "clock",
				Sentence: i18n.N(ctx, "settings.billing_trial", 12, "Day", i18n.Date(ctx, now))},
			Meters: []views.Meter{
				{Name: words(ctx, "settings.grant_seats"), Words: words(ctx, "settings.billing_of", "Used", "7", "Most", "10"), Value: 7, Most: 10, More: words(ctx, "settings.billing_seats_count")},
				{Name: words(ctx, "settings.grant_conversations"), Words: words(ctx, "settings.billing_of", "Used", "3,412", "Most", "3,000"), Value: 3412, Most: 3000, Over: true,
					More: words(ctx, "settings.billing_since", "Day", i18n.Date(ctx, now))}},
			Gifts: []views.Gift{{Words: i18n.N(ctx, "settings.grant_languages_some", 5), Has: true}, {Words: words(ctx, "settings.grant_own_words"), Has: true}, {Words: words(ctx, "settings.grant_api")}}}
	}
	paid := func(ctx context.Context) views.BillingProps {
		p := trial(ctx)
		p.Offer, p.Seats, p.Coupon = offer(ctx, 1), &views.SeatsForm{Seats: 12, Least: 7, Most: 1000}, &views.CouponForm{}
		p.Tax = &views.TaxForm{Kinds: []string{"eu_vat"}, Kind: "eu_vat", Value: "LT123456789", Word: words(ctx, "settings.billing_tax_verified"), Tone: views.Good}
		p.Bill = views.BillState{Plan: "Floor", Word: words(ctx, "settings.billing_state_active"), Tone: views.Good, Icon: "circle-check", Portal: true, Cancel: true,
			Price: words(ctx, "settings.billing_total_month", "Price", money(ctx, 23700)), Sentence: words(ctx, "settings.billing_active", "Day", i18n.Date(ctx, now))}
		p.Invoices = []views.InvoiceLine{
			{Number: "A1B2C3D4-0003", Amount: money(ctx, 23700), Word: words(ctx, "settings.bill_open"), Tone: views.Warn, Icon: "clock", At: now, Due: &now, Link: "https://pay.example/3", PDF: "https://pay.example/3.pdf"},
			{Number: "A1B2C3D4-0002", Amount: money(ctx, 23700), Word: words(ctx, "settings.bill_paid"), Tone: views.Good, Icon: "circle-check", At: now, Link: "https://pay.example/2", PDF: "https://pay.example/2.pdf"}}
		return p
	}
	order := func(ctx context.Context) views.OrderProps {
		return views.OrderProps{Settings: frame(ctx), Plan: "floor", Name: "Floor", Price: money(ctx, 19900), Per: words(ctx, "settings.billing_per_month"),
			Total: words(ctx, "settings.billing_total_month", "Price", money(ctx, 23700)), After: words(ctx, "settings.billing_charged_then", "Day", i18n.Date(ctx, now)),
			Cycles: segs(ctx), Cycle: "month", Currency: "eur", Seats: views.SeatsForm{Seats: 12, Least: 7, Most: 1000}, Pay: "card", Email: "bills@casino.example"}
	}
	return []state{
		{"billing-trial", func(ctx context.Context) templ.Component { return views.Billing(trial(ctx)) }},
		{"billing-paid", func(ctx context.Context) templ.Component { return views.Billing(paid(ctx)) }},
		{"billing-unpaid", func(ctx context.Context) templ.Component {
			p := paid(ctx)
			p.Settings.Page.Bar = &views.Bar{Tone: views.Bad, Text: words(ctx, "staff.bar_unpaid", "Day", i18n.Date(ctx, now)), Href: "/settings/billing", Link: words(ctx, "staff.bar_billing")}
			p.Bill.Word, p.Bill.Tone, p.Bill.Icon = words(ctx, "settings.billing_state_unpaid"), views.Bad, "circle-alert"
			p.Bill.Sentence = words(ctx, "settings.billing_unpaid", "Since", i18n.Date(ctx, now), "Day", i18n.Date(ctx, now))
			p.Invoices[0].Word, p.Invoices[0].Tone, p.Invoices[0].Icon = words(ctx, "settings.bill_declined"), views.Bad, "circle-alert"
			p.Tax = &views.TaxForm{Down: true}
			return views.Billing(p)
		}},
		{"billing-off", func(ctx context.Context) templ.Component {
			return views.Billing(views.BillingProps{Settings: frame(ctx), Bill: views.BillState{Sentence: words(ctx, "settings.billing_off")}})
		}},
		{"billing-fault", func(ctx context.Context) templ.Component {
			p := paid(ctx)
			p.Fault, p.Of = views.Fault{Sentence: "The card was declined. Nothing has been changed; try another card."}, ""
			p.Coupon.Code, p.Coupon.Fault = "SPRING", "This code isn't valid, or no longer."
			p.Seats.Fault = "7 seats are taken. Disable somebody or withdraw an invitation first."
			return views.Billing(p)
		}},
		{"billing-order", func(ctx context.Context) templ.Component { return views.Order(order(ctx)) }},
		{"billing-order-fault", func(ctx context.Context) templ.Component {
			p := order(ctx)
			p.Pay, p.Email, p.Fault = "invoice", "", views.Fault{Field: "email", Sentence: "Say to which address bills are sent."}
			return views.Order(p)
		}},
		{"billing-change", func(ctx context.Context) templ.Component {
			return views.Change(views.ChangeProps{Settings: frame(ctx), Plan: "floor", Cycle: "month", Seats: 14, At: "1", Cost: "3678", Lead: i18n.N(ctx, "settings.billing_change_to_month", 14, "Plan", "Floor"),
				Lines: []views.ChangeLineProps{{Words: words(ctx, "settings.billing_line_back"), Amount: money(ctx, -22935)}, {Words: words(ctx, "settings.billing_line_new"), Amount: money(ctx, 26613)}},
				Total: words(ctx, "settings.billing_due_now"), TotalAmount: money(ctx, 3678), Then: words(ctx, "settings.billing_then_month", "Price", money(ctx, 27500), "Day", i18n.Date(ctx, now))})
		}},
		{"billing-leave", func(ctx context.Context) templ.Component {
			return views.Leave(views.LeaveProps{Page: card("Lucky Fox"), Href: "/billing-paid"})
		}},
	}
}
