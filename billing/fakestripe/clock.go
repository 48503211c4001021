package fakestripe

import "time"

// draftFor is how long a renewal's bill is a draft (https://docs.stripe.com/invoicing/integration/automatic-advancement-collection).
const draftFor = time.Hour

// Advance moves the clock, and everything happens that happens in that time, in its order.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := s.clock.Add(d)
	for {
		at, do := s.next(end)
		if do == nil {
			break
		}
		s.clock = at
		do()
	}
	s.clock = end
}

// next is the first thing that happens until end, and when.
func (s *Server) next(end time.Time) (first time.Time, do func()) {
	consider := func(at time.Time, f func()) {
		if !at.After(end) && (do == nil || at.Before(first)) {
			first, do = at, f
		}
	}
	for _, sub := range s.subs {
		if sub.Status != "canceled" && sub.Status != "unpaid" {
			consider(time.Unix(sub.CurrentPeriodEnd, 0).UTC(), func() { s.renew(sub) })
		}
	}
	for _, i := range s.invoices {
		switch {
		case i.Status == "draft" && !i.finalizeAt.IsZero():
			consider(i.finalizeAt, func() { s.finalize(i) })
		case i.Status == "open" && len(i.final) > 0:
			consider(i.final[0], func() {
				i.final = i.final[1:]
				s.charge(i)
			})
		case i.Status == "open" && i.CollectionMethod == "send_invoice" && !i.fell:
			consider(time.Unix(i.DueDate, 0).UTC(), func() { s.fallDue(i) })
		}
	}
	for _, c := range s.sessions {
		if c.Status == "open" {
			consider(time.Unix(c.ExpiresAt, 0).UTC(), func() { s.expire(c) })
		}
	}
	return first, do
}

// renew ends a period: the subscription ends with it, or the next begins, billed in advance, with what was used billed after.
func (s *Server) renew(sub *subscription) {
	from, till := sub.CurrentPeriodStart, sub.CurrentPeriodEnd
	tried := sub.Status == "trialing"
	if sub.CancelAtPeriodEnd {
		s.end(sub)
		if used := s.useLines(sub, from, till); !tried && s.total(sub, used) > 0 {
			s.finalize(s.draft(sub, used, "subscription_cycle"))
		}
		return
	}
	sub.CurrentPeriodStart, sub.CurrentPeriodEnd = till, sub.licensed().Price.after(sub.anchor, s.clock).Unix()
	if tried {
		sub.Status = "active"
	}
	all := []line{s.seatLine(sub)}
	if !tried {
		all = append(all, s.useLines(sub, from, till)...)
	}
	s.event("customer.subscription.updated", sub)
	s.draft(sub, all, "subscription_cycle").finalizeAt = s.clock.Add(draftFor)
}

// fallDue is the end of a sent bill's term.
func (s *Server) fallDue(i *invoice) {
	i.fell = true
	s.event("invoice.overdue", i)
	if sub, err := find(s.subs, i.Subscription); err == nil && sub.Status == "active" {
		sub.Status = "past_due"
		s.event("customer.subscription.updated", sub)
	}
}
