package billing

import (
	"context"
	"errors"
	"strings"

	"github.com/stripe/stripe-go/v79"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// customer is the casino's id at Stripe, which is made when there is none. A casino is one customer, whoever pays for it: usage
// is counted by customer.
func (o *Office) customer(ctx context.Context, r *row, email string) (string, error) {
	t := tenants.Current(ctx)
	if r.Customer.Valid {
		if email == "" {
			return r.Customer.String, nil
		}
		_, err := o.customers.Update(r.Customer.String, &stripe.CustomerParams{Params: at(ctx, ""), Email: &email})
		return r.Customer.String, where("customer", err)
	}
	p := &stripe.CustomerParams{Params: at(ctx, once("customer", t.ID)), Name: stripe.String(t.Name), Metadata: map[string]string{"tenant": t.ID.String(), "slug": t.Slug}}
	if email != "" {
		p.Email = &email
		p.IdempotencyKey = stripe.String(once("customer", t.ID, email))
	}
	c, err := o.customers.New(p)
	if err != nil {
		return "", where("customer", err)
	}
	// Who made one in the same moment was first: theirs is kept, and ours, which has nothing, stays unused.
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := tx.NewRaw(`update control.subscriptions set customer = coalesce(customer, ?) where tenant_id = ? returning customer`, c.ID, t.ID).
			Scan(ctx, &r.Customer); err != nil {
			return err
		}
		return memory.ChangedAbove(ctx, tx, t.ID)
	})
	return r.Customer.String, err
}

// TaxID is a casino's tax number, which stands on its bills.
type TaxID struct {
	ID       string
	Kind     string // as Stripe names them: "eu_vat", "gb_vat" (https://docs.stripe.com/billing/customer/tax-ids)
	Value    string
	Verified string // "verified", "pending", "unverified" or "unavailable"
}

// TaxKinds are the kinds that are offered, the commonest first. Stripe knows more; its portal offers all of them.
func TaxKinds() []string {
	return []string{"eu_vat", "gb_vat", "ch_vat", "no_vat", "us_ein", "ca_bn", "au_abn", "br_cnpj", "ge_vat", "tr_tin", "ua_vat", "za_vat"}
}

// TaxIDs are the casino's tax numbers.
func (o *Office) TaxIDs(ctx context.Context) ([]TaxID, error) {
	r, err := o.mine(ctx)
	if err != nil || !r.Customer.Valid {
		return nil, err
	}
	var all []TaxID
	each := o.taxIDs.List(&stripe.TaxIDListParams{ListParams: list(ctx), Customer: &r.Customer.String})
	for each.Next() {
		t := each.TaxID()
		id := TaxID{ID: t.ID, Kind: string(t.Type), Value: t.Value}
		if t.Verification != nil {
			id.Verified = string(t.Verification.Status)
		}
		all = append(all, id)
	}
	return all, where("tax ids", each.Err())
}

// SetTaxID makes a number the casino's only one of all kinds; "" removes what there is. Permission has been asked for: BillingChange.
func (o *Office) SetTaxID(ctx context.Context, kind, value string) error {
	value = strings.ToUpper(strings.Join(strings.Fields(value), ""))
	before, err := o.TaxIDs(ctx)
	if err != nil {
		return err
	}
	kept := false
	if value != "" {
		for _, t := range before {
			kept = kept || t.Kind == kind && t.Value == value
		}
	}
	if value != "" && !kept {
		r, err := o.mine(ctx)
		if err != nil {
			return err
		}
		id, err := o.customer(ctx, &r, "")
		if err != nil {
			return err
		}
		// No idempotency key of ours: a number may be removed and set again within a day. Stripe takes one number once.
		if _, err := o.taxIDs.New(&stripe.TaxIDParams{Params: at(ctx, ""), Customer: &id, Type: &kind, Value: &value}); err != nil {
			var s *stripe.Error
			if errors.As(err, &s) && s.HTTPStatusCode == 400 {
				return errTaxID.Because(err)
			}
			return where("tax id", err)
		}
	}
	r, err := o.mine(ctx)
	if err != nil {
		return err
	}
	for _, t := range before {
		if value != "" && t.Kind == kind && t.Value == value {
			continue
		}
		if _, err := o.taxIDs.Del(t.ID, &stripe.TaxIDParams{Params: at(ctx, ""), Customer: &r.Customer.String}); err != nil && !missingAt(err) {
			return where("tax id", err)
		}
	}
	return nil
}

// mine is the row of the casino of ctx.
func (o *Office) mine(ctx context.Context) (row, error) {
	if o == nil {
		return row{}, errOff
	}
	return o.rowOf(ctx, tenants.Current(ctx).ID)
}
