package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stripe/stripe-go/v79"
)

// Events are those that a webhook endpoint at Stripe must send. Others are taken and forgotten.
func Events() []string {
	return []string{"checkout.session.completed", "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
		"customer.subscription.paused", "customer.subscription.resumed", "invoice.created", "invoice.finalized", "invoice.paid", "invoice.payment_failed",
		"invoice.overdue", "invoice.voided", "invoice.marked_uncollectible", "invoice.updated"}
}

// Check says what is wrong with the way in which Stripe's events come to an address; "" where nothing is.
func (o *Office) Check(ctx context.Context, address string) (problem string, err error) {
	all := o.endpoints.List(&stripe.WebhookEndpointListParams{ListParams: list(ctx)})
	for all.Next() {
		e := all.WebhookEndpoint()
		if e.URL != address {
			continue
		}
		var lacks []string
		for _, event := range Events() {
			if !slices.Contains(e.EnabledEvents, event) && !slices.Contains(e.EnabledEvents, "*") {
				lacks = append(lacks, event)
			}
		}
		switch {
		case e.Status != "enabled":
			problem = fmt.Sprintf("Stripe's webhook endpoint for %s is %s.", address, e.Status)
		case e.APIVersion != APIVersion:
			problem = fmt.Sprintf("Stripe's webhook endpoint for %s speaks version %q of the API, and we read %s.", address, e.APIVersion, APIVersion)
		case len(lacks) > 0:
			problem = fmt.Sprintf("Stripe's webhook endpoint for %s doesn't send %s.", address, strings.Join(lacks, ", "))
		case o.c.WebhookSecret == "":
			problem = "PITDESK_STRIPE_WEBHOOK_SECRET isn't set, so Stripe's events are refused."
		default:
			return "", nil
		}
	}
	if err := all.Err(); err != nil {
		return "", where("webhook endpoints", err)
	}
	if problem == "" {
		problem = "Stripe has no webhook endpoint for " + address + "."
	}
	return problem, nil
}
