package billing

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stripe/stripe-go/v79"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Hand is a plan that is paid outside of any machine: a bill of ours for each period, which an operator of the deployment marks
// as paid. It needs no office, and it is the way where processing of cards is refused.
type Hand struct {
	Plan     string
	Cycle    Cycle
	Currency string
	Seats    int // 0: those that the plan includes
}

// ByHand gives a casino a plan that is paid by hand, from now or from the end of its trial on, and makes the first bill. tx is
// one of tenants.Above; permission has been asked for: VendorChange.
func (o *Office) ByHand(ctx context.Context, tx bun.Tx, tenant uuid.UUID, h Hand) (Invoice, error) {
	if err := o.beginMissing(ctx); err != nil {
		return Invoice{}, err
	}
	var r row
	if err := tx.NewRaw(`select `+rowColumns+` from control.subscriptions where tenant_id = ? for update`, tenant).Scan(ctx, &r); err != nil {
		if noRows(err) {
			err = tenants.ErrNotFound
		}
		return Invoice{}, err
	}
	if r.living() {
		return Invoice{}, errHasPlan
	}
	from := o.now()
	if r.State == Trial && r.TrialEnds != nil && r.TrialEnds.After(from) {
		from = *r.TrialEnds
	}
	h.Cycle, h.Currency = cmp.Or(h.Cycle, Monthly), cmp.Or(h.Currency, r.Currency)
	p, err := rowPrice(ctx, tx, h, r.Audience)
	if err != nil {
		return Invoice{}, err
	}
	d := ordered{Order: Order{Seats: h.Seats}, price: p}
	if d.Seats() > mostSeats {
		return Invoice{}, errSeats
	}
	// What was owed before is settled by agreeing on this.
	if _, err := tx.NewRaw(`update control.invoices set state = 'void' where tenant_id = ? and way = 'hand' and state = 'open'`, tenant).Exec(ctx); err != nil {
		return Invoice{}, err
	}
	if _, err := tx.NewRaw(`update control.subscriptions set plan_id = ?, cycle = ?, currency = ?, seats = ?, way = 'hand', state = 'active', period_from = ?,
			period_till = ?, cancels_at = null, owed_since = null where tenant_id = ?`, h.Plan, string(h.Cycle), h.Currency, d.Seats(), from, h.Cycle.from(from), tenant).
		Exec(ctx); err != nil {
		return Invoice{}, err
	}
	i, err := o.bill(ctx, tx, tenant, p, d.Seats(), from)
	if err != nil {
		return Invoice{}, err
	}
	if err := memory.ChangedAbove(ctx, tx, tenant); err != nil {
		return Invoice{}, err
	}
	_, err = o.settle(ctx, tx, tenant)
	return i, err
}

// from is when a period that begins at t is over.
func (c Cycle) from(t time.Time) time.Time {
	if c == Yearly {
		return addMonths(t, 12)
	}
	return addMonths(t, 1)
}

func rowPrice(ctx context.Context, tx bun.Tx, h Hand, a Audience) (p priced, err error) {
	err = tx.NewRaw(`select p.plan_id, l.name, p.currency, p.cycle, p.audience, p.base, p.seat, p.conversation, s.amount as seats
		from control.prices p join control.plans l on l.id = p.plan_id
		left join control.plan_grants s on s.plan_id = p.plan_id and s.name = ?
		where p.plan_id = ? and p.currency = ? and p.cycle = ? and p.audience = ?`, Seats, h.Plan, h.Currency, string(h.Cycle), string(a)).Scan(ctx, &p)
	if noRows(err) {
		err = errNoPlan
	}
	return p, err
}

// bill makes a bill of ours for the period that begins at from. One period has one bill, however often it is asked for.
func (o *Office) bill(ctx context.Context, tx bun.Tx, tenant uuid.UUID, p priced, seats int, from time.Time) (i Invoice, err error) {
	extra := 0
	if p.Seats != nil {
		extra = max(seats-*p.Seats, 0)
	}
	total := p.Base + p.Seat*int64(extra)
	due := max(from.Unix(), o.now().Unix()) + TermDays*24*3600
	state, owed := "open", total
	if total == 0 {
		state = "paid"
	}
	id := "inv_" + strings.ReplaceAll(tenant.String(), "-", "")[20:] + "_" + from.UTC().Format("20060102t150405")
	err = tx.NewRaw(`insert into control.invoices (id, tenant_id, number, way, state, currency, total, owed, made_at, due_at, period_from, period_till, plan_id, cycle, audience, seats)
		values (?, ?, 'H-' || lpad(nextval('control.invoice_numbers')::text, 6, '0'), 'hand', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (id) do update set state = 'open' where control.invoices.state = 'void' returning `+invoiceColumns,
		id, tenant, state, p.Currency, total, owed, o.now(), time.Unix(due, 0), from, p.Cycle.from(from), p.PlanID, string(p.Cycle), string(p.Audience), seats).Scan(ctx, &i)
	if noRows(err) {
		return i, nil
	}
	if err != nil {
		err = fmt.Errorf("bill: %w", err)
	}
	return i, err
}

// renew makes the next bill of casinos that pay by hand once a period is over, and says since when something is owed.
func (o *Office) renew(ctx context.Context, tx bun.Tx, tenant uuid.UUID) error {
	var r row
	if err := tx.NewRaw(`select `+rowColumns+` from control.subscriptions where tenant_id = ? and way = 'hand' for update`, tenant).Scan(ctx, &r); err != nil {
		if noRows(err) {
			return nil
		}
		return err
	}
	now := o.now()
	for r.State != Ended && r.PeriodTill != nil && !now.Before(*r.PeriodTill) {
		if r.CancelsAt != nil && !now.Before(*r.CancelsAt) {
			r.State, r.OwedSince = Ended, r.CancelsAt
			break
		}
		p, err := rowPrice(ctx, tx, Hand{Plan: r.PlanID, Cycle: r.Cycle, Currency: r.Currency}, r.Audience)
		if err != nil {
			return err
		}
		from := *r.PeriodTill
		if _, err := o.bill(ctx, tx, tenant, p, ordered{Order: Order{Seats: int(r.Seats.Int64)}, price: p}.Seats(), from); err != nil {
			return err
		}
		till := r.Cycle.from(from)
		r.PeriodFrom, r.PeriodTill = &from, &till
	}
	if r.State != Ended {
		var oldest *time.Time
		if err := tx.NewRaw(`select min(due_at) from control.invoices where tenant_id = ? and way = 'hand' and state = 'open' and due_at <= ?`, tenant, now).Scan(ctx, &oldest); err != nil {
			return err
		}
		r.State, r.OwedSince = Active, oldest
		if oldest != nil {
			r.State = Unpaid
		}
	}
	if _, err := tx.NewRaw(`update control.subscriptions set state = ?, owed_since = ?, period_from = ?, period_till = ? where tenant_id = ?`,
		string(r.State), r.OwedSince, r.PeriodFrom, r.PeriodTill, tenant).Exec(ctx); err != nil {
		return err
	}
	return memory.ChangedAbove(ctx, tx, tenant)
}

// MarkPaid says that a bill was paid by hand: ours, or one that Stripe has sent and that was paid outside of Stripe. note says how
// ("bank transfer, 3 May"). The casino works again at once. Permission has been asked for: VendorChange.
func (o *Office) MarkPaid(ctx context.Context, id, note string) error {
	i, err := InvoiceByID(ctx, id)
	if err != nil {
		return err
	}
	if i.State != "open" {
		return errNotOpen
	}
	if note = strings.TrimSpace(note); note == "" || len([]rune(note)) > 200 {
		return fault.New(fault.Invalid, "Say how it was paid, in 1 to %d characters.", 200).On("note")
	}
	if i.Way != ByHand {
		if o == nil {
			return errHandOnly
		}
		// https://docs.stripe.com/api/invoices/pay: paid_out_of_band
		if _, err := o.invoices.Pay(i.ID, &stripe.InvoicePayParams{Params: at(ctx, once("by-hand", i.ID)), PaidOutOfBand: stripe.Bool(true)}); err != nil {
			return where("mark as paid", err)
		}
		if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewRaw(`update control.invoices set paid_note = ? where id = ?`, note, i.ID).Exec(ctx)
			return err
		}); err != nil {
			return err
		}
		return o.Refresh(ctx, i.Tenant)
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`update control.invoices set state = 'paid', owed = 0, paid_at = ?, paid_note = ? where id = ? and state = 'open'`, o.now(), note, i.ID).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errNotOpen
		}
		if err := o.renew(ctx, tx, i.Tenant); err != nil {
			return err
		}
		_, err = o.settle(ctx, tx, i.Tenant)
		return err
	})
}
