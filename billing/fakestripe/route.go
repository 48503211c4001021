package fakestripe

import (
	"fmt"
	"strings"
)

// route does what a request is for.
func (s *Server) route(method string, path []string, f form) (any, error) {
	at := func(i int) string {
		if i < len(path) {
			return path[i]
		}
		return ""
	}
	// The path with its ids taken out.
	shape := []string{method}
	for i, p := range path {
		if i > 0 && strings.Contains(p, "_"+s.name) {
			p = "{id}"
		}
		shape = append(shape, p)
	}
	switch strings.Join(shape, " ") {
	case "POST customers":
		return s.newCustomer(f)
	case "POST customers {id}":
		return s.changeCustomer(at(1), f)
	case "GET customers {id}":
		return find(s.customers, at(1))
	case "POST customers {id} tax_ids":
		return s.newTaxID(at(1), f)
	case "GET customers {id} tax_ids":
		c, err := find(s.customers, at(1))
		if err != nil {
			return nil, err
		}
		return page(c.taxIDs, f, "/v1/tax_ids"), nil
	case "DELETE customers {id} tax_ids {id}":
		return s.dropTaxID(at(1), at(3))
	case "POST products":
		return s.newProduct(f)
	case "POST prices":
		return s.newPrice(f)
	case "GET billing meters":
		return page(s.meters, f, "/v1/billing/meters"), nil
	case "POST billing meters":
		return s.newMeter(f)
	case "POST billing meter_events":
		return s.newUse(f)
	case "GET promotion_codes":
		return page(s.codesBy(f.get("code")), f, "/v1/promotion_codes"), nil
	case "POST checkout sessions":
		return s.newSession(f)
	case "POST checkout sessions {id} expire":
		return s.expireSession(at(2))
	case "POST billing_portal sessions":
		if _, err := find(s.customers, f.get("customer")); err != nil {
			return nil, err
		}
		id := s.id("bps")
		return map[string]any{"id": id, "object": "billing_portal.session", "customer": f.get("customer"), "return_url": f.get("return_url"),
			"url": "https://billing.stripe.example/p/" + id}, nil
	case "POST subscriptions":
		return s.postSubscription(f)
	case "GET subscriptions":
		return page(s.subsOf(f.get("customer"), f.get("status")), f, "/v1/subscriptions"), nil
	case "GET subscriptions {id}":
		return find(s.subs, at(1))
	case "POST subscriptions {id}":
		return s.postChange(at(1), f)
	case "GET invoices":
		return page(s.invoicesOf(f.get("customer")), f, "/v1/invoices"), nil
	case "POST invoices create_preview":
		return s.postPreview(f)
	case "POST invoices {id} pay":
		return s.postPay(at(1), f)
	case "GET webhook_endpoints":
		return page(s.endpoints, f, "/v1/webhook_endpoints"), nil
	}
	return nil, &trouble{404, "invalid_request_error", "", fmt.Sprintf("Unrecognized request URL (%s /v1/%s)", method, strings.Join(path, "/"))}
}
