// Package fakestripe is a counterpart for tests: as much of Stripe as billing uses, with a state and a clock of its own, so that
// whole lives of a subscription can be lived in a moment. It stands behind stripe-go's backend URL and signs its webhooks as
// Stripe does.
//
//	fake := fakestripe.New("demo")
//	server := httptest.NewServer(fake)
//	office, err := billing.NewOffice(billing.Config{Key: fakestripe.Key, URL: server.URL, WebhookSecret: fakestripe.Secret, Clock: fake.Now})
//	…
//	fake.Advance(14 * 24 * time.Hour)
//
// It follows Stripe's documentation for API version 2024-06-20 where billing relies on it: idempotency keys, tiered prices,
// proration by the second, trials, invoices that are drafts for an hour, three more charges of a declined card (after 3, 5 and 7
// days), bills that are sent and fall due, credit that is used up by later bills. It knows no taxes and no currencies' minimums.
//
// For tests only. The shapes of requests are stripe-mock's to check.
package fakestripe
