package billing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pitdesk/tenants"
)

// Listed is one casino's account as consoles list it: without usage, which is the casino's own to count.
type Listed struct {
	Tenant uuid.UUID
	Account
}

// Accounts are how casinos are billed: one's, one reseller's, or everybody's, in the order of their ids. It asks nobody for permission:
// ResellerRead or VendorRead is its reader's.
func Accounts(ctx context.Context, w Whose) ([]Listed, error) {
	if w.Limit == 0 {
		w.Limit = 1000
	}
	var rows []struct {
		TenantID uuid.UUID
		Terms    []byte
	}
	err := tenants.AboveNow(ctx).NewRaw(`select t.id as tenant_id, control.billing_terms_of(t.id) as terms from control.tenants t
		where (? or t.id = ?) and (? or t.reseller_id = ?) order by t.id limit ?`,
		w.Tenant == tenants.Nobody, w.Tenant, w.Reseller == tenants.Nobody, w.Reseller, w.Limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	now := From(ctx).now()
	all := make([]Listed, 0, len(rows))
	for _, r := range rows {
		t, err := readTerms(r.Terms)
		if err != nil {
			return nil, err
		}
		all = append(all, Listed{Tenant: r.TenantID, Account: t.account(ctx, now)})
	}
	return all, nil
}

// AccountOf is one casino's, seen from above.
func AccountOf(ctx context.Context, tenant uuid.UUID) (Account, error) {
	all, err := Accounts(ctx, Whose{Tenant: tenant})
	if err != nil {
		return Account{}, err
	}
	if len(all) == 0 {
		return Account{}, tenants.ErrNotFound
	}
	return all[0].Account, nil
}
