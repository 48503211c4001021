package billing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stripe/stripe-go/v79"
	"github.com/uptrace/bun"

	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// settled is how long after its beginning a conversation is counted, so that none is still being written.
const settled = 5 * time.Minute

// ReadingArgs is the job that tells Stripe of counted conversations.
type ReadingArgs struct {
	Reading uuid.UUID `json:"reading"`
}

// Kind names the job.
func (ReadingArgs) Kind() string { return "billing_reading" }

// Count counts the conversations that the casino of ctx began since they were counted last. Each reading is stored with the job
// that sends it and under the name by which Stripe takes it once, so none is lost and none counts twice.
func (o *Office) Count(ctx context.Context) error {
	if o == nil {
		return nil
	}
	t := tenants.Current(ctx)
	r, err := o.rowOf(ctx, t.ID)
	if err != nil {
		return err
	}
	till := o.now().Add(-settled)
	if !r.living() || r.State == Trial {
		// Nobody pays for these.
		return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewRaw(`update control.subscriptions set counted_till = ? where tenant_id = ? and counted_till < ?`, till, t.ID, till).Exec(ctx)
			return err
		})
	}
	upTo := []time.Time{till}
	// A reading belongs to one period.
	if r.PeriodFrom != nil && r.PeriodFrom.After(r.CountedTill) && r.PeriodFrom.Before(till) {
		upTo = []time.Time{*r.PeriodFrom, till}
	}
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		for _, till := range upTo {
			id := tenants.NewID()
			var many int
			if err := tx.NewRaw(`select read_meter(?, ?)`, id, till).Scan(ctx, &many); err != nil {
				return fmt.Errorf("count conversations: %w", err)
			}
			if many == 0 {
				continue
			}
			if err := jobs.Insert(ctx, tx, ReadingArgs{id}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// reading is what one counting found.
type reading struct {
	ID            uuid.UUID  `bun:"id"`
	Customer      string     `bun:"customer"`
	CountedTill   time.Time  `bun:"counted_till"`
	Conversations int        `bun:"conversations"`
	SentAt        *time.Time `bun:"sent_at"`
}

// counted says whether Stripe refuses a reading because it has it already: the answer to the first try was lost.
func counted(err error) bool {
	var s *stripe.Error
	return errors.As(err, &s) && s.HTTPStatusCode == http.StatusBadRequest && strings.Contains(s.Msg, "already exists with identifier")
}

// Send does one job of ReadingArgs (https://docs.stripe.com/api/billing/meter-event/create).
func (o *Office) Send(ctx context.Context, args ReadingArgs) error {
	if o == nil {
		return nil
	}
	var r reading
	err := tenants.AboveNow(ctx).NewRaw(`select m.id, coalesce(s.customer, '') as customer, m.counted_till, m.conversations, m.sent_at
		from control.meter_readings m join control.subscriptions s on s.tenant_id = m.tenant_id where m.id = ?`, args.Reading).Scan(ctx, &r)
	if noRows(err) || err == nil && (r.SentAt != nil || r.Customer == "") {
		return nil
	}
	if err != nil {
		return err
	}
	// The last second before: what was counted up to a period's end belongs to that period.
	_, err = o.meterEvents.New(&stripe.BillingMeterEventParams{Params: at(ctx, "reading-"+r.ID.String()), EventName: stripe.String(meterName),
		Identifier: stripe.String(r.ID.String()), Timestamp: stripe.Int64(r.CountedTill.Unix() - 1),
		Payload: map[string]string{"stripe_customer_id": r.Customer, "value": strconv.Itoa(r.Conversations)}})
	if err != nil && !counted(err) {
		return where("meter event", err)
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update control.meter_readings set sent_at = now() where id = ?`, r.ID).Exec(ctx)
		return err
	})
}
