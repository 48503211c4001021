package web

import (
	"context"
	"math"
	"time"

	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// billState is how a casino is billed, in words: what it has, what happens next and when.
func billState(ctx context.Context, a billing.Account, plans []billing.Plan) views.BillState {
	if !a.Billed {
		return views.BillState{Sentence: i18n.T(ctx, "settings.billing_off")}
	}
	b := views.BillState{Plan: a.PlanName, Portal: a.Online && a.Customer, Cancel: living(a) && a.CancelsAt == nil, Resume: living(a) && a.CancelsAt != nil}
	for _, plan := range plans {
		if plan.ID == a.Plan && (a.State == billing.Active || a.State == billing.Unpaid) {
			b.Price = i18n.T(ctx, "settings.billing_total_"+string(a.Cycle), "Price", i18n.Money(ctx, plan.Cost(a.Cycle, a.Seats), a.Currency))
		}
	}
	b.Word, b.Tone, b.Icon = stateWord(ctx, a.State)
	b.Sentence = billSentence(ctx, a)
	return b
}

func stateWord(ctx context.Context, s billing.State) (word string, tone views.Tone, icon string) {
	switch s {
	case billing.Trial:
		return i18n.T(ctx, "settings.billing_state_trial"), views.Calm, "clock"
	case billing.Active:
		return i18n.T(ctx, "settings.billing_state_active"), views.Good, "circle-check"
	case billing.Unpaid:
		return i18n.T(ctx, "settings.billing_state_unpaid"), views.Bad, "circle-alert"
	}
	return i18n.T(ctx, "settings.billing_state_ended"), views.Warn, "triangle-alert"
}

func billSentence(ctx context.Context, a billing.Account) string {
	day := func(t *time.Time) string { return i18n.Date(ctx, *t) }
	now := billing.Clock(ctx)
	switch {
	case a.ClosesAt != nil && !now.Before(*a.ClosesAt):
		return i18n.T(ctx, "settings.billing_closed")
	case a.ReadOnlyAt != nil && !now.Before(*a.ReadOnlyAt):
		return i18n.T(ctx, "settings.billing_read_only", "Closes", day(a.ClosesAt))
	case a.State == billing.Ended && a.ReadOnlyAt != nil:
		return i18n.T(ctx, "settings.billing_ended", "Day", day(a.ReadOnlyAt))
	case a.State == billing.Unpaid && a.ReadOnlyAt != nil:
		return i18n.T(ctx, "settings.billing_unpaid", "Since", day(a.OwedSince), "Day", day(a.ReadOnlyAt))
	case a.CancelsAt != nil:
		return i18n.T(ctx, "settings.billing_cancels", "Day", day(a.CancelsAt))
	case a.State == billing.Trial && a.TrialEnds != nil && a.Way != billing.NoWay:
		return i18n.T(ctx, "settings.billing_begins", "Day", day(a.TrialEnds))
	case a.State == billing.Trial && a.TrialEnds != nil:
		return i18n.N(ctx, "settings.billing_trial", daysLeft(now, *a.TrialEnds), "Day", day(a.TrialEnds))
	case a.PeriodTill != nil && a.Way == billing.ByHand:
		return i18n.T(ctx, "settings.billing_by_hand", "Day", day(a.PeriodTill))
	case a.PeriodTill != nil:
		return i18n.T(ctx, "settings.billing_active", "Day", day(a.PeriodTill))
	}
	return ""
}

// daysLeft is how many days it is until then, a begun one as a whole; never less than none.
func daysLeft(now, then time.Time) int {
	return max(0, int(math.Ceil(then.Sub(now).Hours()/24)))
}

// meters are what a casino uses of what is counted.
func meters(ctx context.Context, a billing.Account) []views.Meter {
	of := func(name, grant string, used int, more string) views.Meter {
		m := views.Meter{Name: name, Words: i18n.Number(ctx, used), Value: used, More: more}
		if most := a.Granted[grant]; most != nil && a.Billed {
			m.Most, m.Over = *most, used > *most
			m.Words = i18n.T(ctx, "settings.billing_of", "Used", i18n.Number(ctx, used), "Most", i18n.Number(ctx, *most))
		}
		return m
	}
	return []views.Meter{
		of(i18n.T(ctx, "settings.grant_seats"), billing.Seats, a.Usage.Seats, i18n.T(ctx, "settings.billing_seats_count")),
		of(i18n.T(ctx, "settings.grant_conversations"), billing.Conversations, a.Usage.Conversations,
			i18n.T(ctx, "settings.billing_since", "Day", i18n.Date(ctx, a.Usage.Since))),
	}
}

// gifts are what is given beside what is counted, and what isn't.
func gifts(ctx context.Context, granted map[string]*int) []views.Gift {
	var all []views.Gift
	for _, name := range []string{billing.Languages, billing.CustomDomain, billing.OwnWords, billing.API, billing.Webhooks, billing.Statistics, billing.Retention} {
		most, has := granted[name]
		all = append(all, views.Gift{Words: giftWords(ctx, name, most, has), Has: has})
	}
	return all
}

func giftWords(ctx context.Context, name string, most *int, has bool) string {
	switch {
	case name == billing.Retention && has && most != nil:
		return i18n.N(ctx, "settings.grant_retention_days", *most)
	case name == billing.Retention:
		return i18n.T(ctx, "settings.grant_retention")
	case name == billing.Languages && has && most != nil:
		return i18n.N(ctx, "settings.grant_languages_some", *most)
	case name == billing.Languages:
		return i18n.T(ctx, "settings.grant_languages")
	case name == billing.CustomDomain && has && most != nil:
		return i18n.N(ctx, "settings.grant_custom_domain_some", *most)
	}
	return i18n.T(ctx, "settings.grant_"+name)
}

// planFacts are what a plan gives, the counted first, and what is left out isn't named.
func planFacts(ctx context.Context, plan billing.Plan, price billing.Price) []string {
	var all []string
	if n := plan.Grants[billing.Seats]; n != nil {
		all = append(all, i18n.N(ctx, "settings.plan_seats", *n, "Price", i18n.Money(ctx, price.Seat, price.Currency)))
	}
	if n := plan.Grants[billing.Conversations]; n != nil {
		// A price in hundredths of the smallest unit is, for a hundred, one in the smallest unit.
		all = append(all, i18n.N(ctx, "settings.plan_conversations", *n, "Price", i18n.Money(ctx, price.Conversation, price.Currency)))
	}
	for _, name := range []string{billing.Languages, billing.CustomDomain, billing.OwnWords, billing.API, billing.Webhooks, billing.Statistics, billing.Retention} {
		if most, has := plan.Grants[name]; has {
			all = append(all, giftWords(ctx, name, most, true))
		}
	}
	return all
}

func invoiceLine(ctx context.Context, b billing.Invoice) views.InvoiceLine {
	l := views.InvoiceLine{Number: b.Number, Amount: i18n.Money(ctx, b.Total, b.Currency), At: b.MadeAt, Link: b.Link, PDF: b.PDF}
	switch b.State {
	case "paid":
		l.Word, l.Tone, l.Icon = i18n.T(ctx, "settings.bill_paid"), views.Good, "circle-check"
	case "open":
		l.Word, l.Tone, l.Icon, l.Due = i18n.T(ctx, "settings.bill_open"), views.Warn, "clock", b.DueAt
		if b.Tried {
			l.Word, l.Tone, l.Icon = i18n.T(ctx, "settings.bill_declined"), views.Bad, "circle-alert"
		}
		if b.DueAt != nil && b.DueAt.Before(billing.Clock(ctx)) {
			l.Tone, l.Icon = views.Bad, "circle-alert"
		}
		if l.Due == nil {
			l.Due = &b.MadeAt
		}
	case "uncollectible":
		l.Word, l.Tone, l.Icon = i18n.T(ctx, "settings.bill_uncollectible"), views.Bad, "circle-alert"
	default:
		l.Word, l.Tone, l.Icon = i18n.T(ctx, "settings.bill_void"), views.Plain, "ban"
	}
	return l
}

// billingBar is what pages say to an admin of the bill while something is to be done about it, nil else.
func billingBar(ctx context.Context) *views.Bar {
	a := aroundOf(ctx).bill
	if a == nil || !a.Billed {
		return nil
	}
	bar := func(tone views.Tone, text string) *views.Bar {
		return &views.Bar{Tone: tone, Text: text, Href: billingPath, Link: i18n.T(ctx, "staff.bar_billing")}
	}
	now := billing.Clock(ctx)
	switch {
	case tenants.Current(ctx).Standing == tenants.ReadOnly && a.ReadOnlyAt != nil && !now.Before(*a.ReadOnlyAt):
		return bar(views.Bad, i18n.T(ctx, "staff.bar_read_only_owed", "Closes", i18n.Date(ctx, *a.ClosesAt)))
	case tenants.Current(ctx).Standing == tenants.ReadOnly:
		return nil
	case a.State == billing.Unpaid && a.ReadOnlyAt != nil:
		return bar(views.Bad, i18n.T(ctx, "staff.bar_unpaid", "Day", i18n.Date(ctx, *a.ReadOnlyAt)))
	case a.State == billing.Ended && a.ReadOnlyAt != nil:
		return bar(views.Bad, i18n.T(ctx, "staff.bar_ended", "Day", i18n.Date(ctx, *a.ReadOnlyAt)))
	case a.State == billing.Trial && a.Way == billing.NoWay && a.TrialEnds != nil && a.TrialEnds.Sub(now) <= trialNotice:
		return bar(views.Calm, i18n.N(ctx, "staff.bar_trial", daysLeft(now, *a.TrialEnds)))
	}
	return nil
}

// trialNotice is how long before a trial's end pages begin to speak of it.
const trialNotice = 3 * 24 * time.Hour
