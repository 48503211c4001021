package fakestripe

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

type invoice struct {
	ID                 string `json:"id,omitempty"`
	Object             string `json:"object"`
	Customer           string `json:"customer"`
	Subscription       string `json:"subscription,omitempty"`
	Created            int64  `json:"created"`
	Number             string `json:"number"`
	Status             string `json:"status"`
	Currency           string `json:"currency"`
	CollectionMethod   string `json:"collection_method"`
	BillingReason      string `json:"billing_reason"`
	Total              int64  `json:"total"`
	AmountDue          int64  `json:"amount_due"`
	AmountPaid         int64  `json:"amount_paid"`
	AmountRemaining    int64  `json:"amount_remaining"`
	Attempted          bool   `json:"attempted"`
	AttemptCount       int64  `json:"attempt_count"`
	NextPaymentAttempt int64  `json:"next_payment_attempt,omitempty"`
	Paid               bool   `json:"paid"`
	PaidOutOfBand      bool   `json:"paid_out_of_band"`
	DueDate            int64  `json:"due_date,omitempty"`
	PeriodStart        int64  `json:"period_start"`
	PeriodEnd          int64  `json:"period_end"`
	HostedInvoiceURL   string `json:"hosted_invoice_url,omitempty"`
	InvoicePDF         string `json:"invoice_pdf,omitempty"`
	Lines              lines  `json:"lines"`
	StatusTransitions  passed `json:"status_transitions"`

	finalizeAt time.Time
	final      []time.Time // when a declined card is tried again
	fell       bool        // it is past its date
}

func (i *invoice) ident() string { return i.ID }

type lines struct {
	Object string `json:"object"`
	Data   []line `json:"data"`
}

type line struct {
	Amount      int64  `json:"amount"`
	Description string `json:"description"`
	Period      span   `json:"period"`
	Proration   bool   `json:"proration"`
	Quantity    int64  `json:"quantity,omitempty"`
}

type span struct {
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

type passed struct {
	FinalizedAt int64 `json:"finalized_at,omitempty"`
	PaidAt      int64 `json:"paid_at,omitempty"`
	VoidedAt    int64 `json:"voided_at,omitempty"`
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// seatLine bills the present period's seats in advance.
func (s *Server) seatLine(sub *subscription) line {
	i := sub.licensed()
	return line{Amount: i.Price.cost(i.Quantity), Description: "Seats", Quantity: i.Quantity, Period: span{sub.CurrentPeriodStart, sub.CurrentPeriodEnd}}
}

// useLines bill what was used in a period, after it.
func (s *Server) useLines(sub *subscription, from, till int64) []line {
	var all []line
	for _, i := range sub.Items.Data {
		if i.Price.metered() {
			n := s.used(sub.Customer, from, till)
			all = append(all, line{Amount: i.Price.cost(n), Description: "Conversations", Quantity: n, Period: span{from, till}})
		}
	}
	return all
}

func (s *Server) total(sub *subscription, all []line) int64 {
	var sum int64
	for _, l := range all {
		sum += l.Amount
	}
	if sub.Discount != nil {
		sum -= int64(math.Round(float64(sum) * sub.Discount.Coupon.PercentOff / 100))
	}
	return sum
}

func (s *Server) draft(sub *subscription, all []line, why string) *invoice {
	i := &invoice{ID: s.id("in"), Object: "invoice", Customer: sub.Customer, Subscription: sub.ID, Created: s.clock.Unix(), Status: "draft", Currency: sub.Currency,
		CollectionMethod: sub.CollectionMethod, BillingReason: why, Total: s.total(sub, all), Lines: lines{"list", all}, PeriodStart: s.clock.Unix(), PeriodEnd: s.clock.Unix()}
	if sub.CollectionMethod == "send_invoice" {
		i.DueDate = s.clock.AddDate(0, 0, int(sub.DaysUntilDue)).Unix()
	}
	i.AmountRemaining = max(i.Total, 0)
	if sub.Discount != nil && sub.Discount.Coupon.Duration == "once" {
		sub.Discount = nil
	}
	s.invoices = append(s.invoices, i)
	s.event("invoice.created", i)
	return i
}

// finalize turns a draft into a bill and collects it.
func (s *Server) finalize(i *invoice) {
	payer, _ := find(s.customers, i.Customer)
	i.finalizeAt = time.Time{}
	i.Number = fmt.Sprintf("%s-%04d", s.name, len(s.invoices))
	i.Status, i.StatusTransitions.FinalizedAt = "open", s.clock.Unix()
	i.HostedInvoiceURL, i.InvoicePDF = "https://invoice.stripe.example/i/"+i.ID, "https://invoice.stripe.example/i/"+i.ID+"/pdf"
	// Credit goes first; a bill below zero becomes credit.
	owed := i.Total + payer.Balance
	payer.Balance = min(owed, 0)
	i.AmountDue = max(owed, 0)
	i.AmountRemaining = i.AmountDue
	s.event("invoice.finalized", i)
	switch {
	case i.AmountDue == 0:
		s.settle(i)
	case i.CollectionMethod == "send_invoice":
		s.event("invoice.sent", i)
	default:
		for _, days := range []int{3, 5, 7} {
			i.final = append(i.final, s.clock.AddDate(0, 0, days))
		}
		s.charge(i)
	}
}

// charge tries the customer's card.
func (s *Server) charge(i *invoice) {
	payer, _ := find(s.customers, i.Customer)
	i.Attempted = true
	i.AttemptCount++
	if payer.card == GoodCard {
		s.settle(i)
		return
	}
	i.NextPaymentAttempt = 0
	if len(i.final) > 0 {
		i.NextPaymentAttempt = i.final[0].Unix()
	}
	s.event("invoice.payment_failed", i)
	if sub, err := find(s.subs, i.Subscription); err == nil && sub.Status == "active" {
		sub.Status = "past_due"
		s.event("customer.subscription.updated", sub)
	} else if err == nil && sub.Status == "past_due" && len(i.final) == 0 && s.endsUnpaid {
		s.end(sub)
	}
}

// settle marks a bill as paid, and its subscription as active where nothing else is owed.
func (s *Server) settle(i *invoice) {
	i.Status, i.Paid, i.AmountPaid, i.AmountRemaining, i.NextPaymentAttempt, i.final = "paid", true, i.AmountDue, 0, 0, nil
	i.StatusTransitions.PaidAt = s.clock.Unix()
	s.event("invoice.paid", i)
	s.event("invoice.payment_succeeded", i)
	sub, err := find(s.subs, i.Subscription)
	if err != nil || sub.Status != "past_due" && sub.Status != "unpaid" {
		return
	}
	for _, other := range s.invoices {
		if other.Subscription == sub.ID && other.Status == "open" && s.overdue(other) {
			return
		}
	}
	sub.Status = "active"
	s.event("customer.subscription.updated", sub)
}

func (s *Server) overdue(i *invoice) bool {
	if i.CollectionMethod == "send_invoice" {
		return s.clock.Unix() >= i.DueDate
	}
	return i.Attempted
}

func (s *Server) invoicesOf(customer string) []*invoice {
	return slices.DeleteFunc(slices.Clone(s.invoices), func(i *invoice) bool { return customer != "" && i.Customer != customer })
}

func (s *Server) postPay(id string, f form) (any, error) {
	i, err := find(s.invoices, id)
	if err != nil {
		return nil, err
	}
	if i.Status != "open" {
		return nil, bad("Invoice is already %s.", i.Status)
	}
	if f.get("paid_out_of_band") == "true" {
		i.PaidOutOfBand = true
		s.settle(i)
		return i, nil
	}
	if s.charge(i); !i.Paid {
		return nil, &trouble{402, "card_error", "card_declined", "Your card was declined."}
	}
	return i, nil
}

// PayOpen pays every open bill of a customer's, as its owner does on the bills' own pages. It returns how many there were.
func (s *Server) PayOpen(customer string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.invoices {
		if i.Customer == customer && i.Status == "open" {
			s.settle(i)
			n++
		}
	}
	return n
}

// Void gives up a customer's open bills, as the vendor does in the dashboard.
func (s *Server) Void(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.invoices {
		if i.Customer == customer && i.Status == "open" {
			i.Status, i.StatusTransitions.VoidedAt, i.AmountRemaining = "void", s.clock.Unix(), 0
			s.event("invoice.voided", i)
		}
	}
}
