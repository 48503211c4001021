package billing

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pitdesk/tenants"
)

// Invoice is a bill. Amounts are in the smallest unit of the currency.
type Invoice struct {
	ID         string     `bun:"id"` // "in_…" is Stripe's, "inv_…" one of ours that is paid by hand
	Tenant     uuid.UUID  `bun:"tenant_id"`
	Number     string     `bun:"number"`
	Way        Way        `bun:"way"`
	State      string     `bun:"state"` // draft, open, paid, void, uncollectible
	Currency   string     `bun:"currency"`
	Total      int64      `bun:"total"`
	Tax        int64      `bun:"tax"`
	Owed       int64      `bun:"owed"`
	MadeAt     time.Time  `bun:"made_at"`
	DueAt      *time.Time `bun:"due_at"`
	PaidAt     *time.Time `bun:"paid_at"`
	PeriodFrom *time.Time `bun:"period_from"`
	PeriodTill *time.Time `bun:"period_till"`
	Tried      bool       `bun:"tried"` // a card was charged in vain
	Link       string     `bun:"link"`  // where it can be read and paid, at Stripe's; "" for ours
	PDF        string     `bun:"pdf"`
	PaidNote   string     `bun:"paid_note"` // how a bill of ours was paid
}

const invoiceColumns = `id, tenant_id, number, way, state, currency, total, tax, owed, made_at, due_at, paid_at, period_from, period_till, tried, link, pdf, paid_note`

// Whose narrows a list from above: one casino's, one reseller's casinos', or all.
type Whose struct {
	Tenant, Reseller uuid.UUID
	Limit            int // 0: 100
}

// Invoices are bills, the newest first, drafts left out. It asks nobody for permission: BillingRead, ResellerRead or VendorRead is its
// reader's.
func Invoices(ctx context.Context, w Whose) ([]Invoice, error) {
	if w.Limit == 0 {
		w.Limit = 100
	}
	var all []Invoice
	err := tenants.AboveNow(ctx).NewRaw(`select `+invoiceColumns+` from control.invoices i where state <> 'draft'
		and (? or tenant_id = ?) and (? or tenant_id in (select id from control.tenants where reseller_id = ?))
		order by made_at desc, id desc limit ?`, w.Tenant == tenants.Nobody, w.Tenant, w.Reseller == tenants.Nobody, w.Reseller, w.Limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("invoices: %w", err)
	}
	return all, nil
}

// InvoiceByID is one bill, or NotFound.
func InvoiceByID(ctx context.Context, id string) (Invoice, error) {
	var i Invoice
	err := tenants.AboveNow(ctx).NewRaw(`select `+invoiceColumns+` from control.invoices where id = ?`, id).Scan(ctx, &i)
	if err == sql.ErrNoRows {
		return i, tenants.ErrNotFound
	}
	return i, err
}
