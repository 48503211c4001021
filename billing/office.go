package billing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/billing/meter"
	"github.com/stripe/stripe-go/v79/billing/meterevent"
	portal "github.com/stripe/stripe-go/v79/billingportal/session"
	checkout "github.com/stripe/stripe-go/v79/checkout/session"
	"github.com/stripe/stripe-go/v79/customer"
	"github.com/stripe/stripe-go/v79/invoice"
	"github.com/stripe/stripe-go/v79/price"
	"github.com/stripe/stripe-go/v79/product"
	"github.com/stripe/stripe-go/v79/promotioncode"
	"github.com/stripe/stripe-go/v79/subscription"
	"github.com/stripe/stripe-go/v79/taxid"
	"github.com/stripe/stripe-go/v79/webhookendpoint"
)

// APIVersion is the one that we ask in and that webhooks must be made for. stripe-go pins it
// (https://docs.stripe.com/api/versioning).
const APIVersion = stripe.APIVersion

// Config is what an Office needs.
type Config struct {
	Key           string // sk_… or rk_…, live or test
	WebhookSecret string // whsec_…; "" takes no events, and the hourly round finds everything
	URL           string // where Stripe answers; "": Stripe's own address
	Tax           bool   // Stripe Tax works out taxes
	Clock         func() time.Time
	Log           *slog.Logger
}

// Office does the business with Stripe. One belongs to one deployment. A nil Office is one that is closed: billing is off.
type Office struct {
	c     Config
	live  bool
	clock func() time.Time
	log   *slog.Logger

	customers     customer.Client
	taxIDs        taxid.Client
	products      product.Client
	prices        price.Client
	meters        meter.Client
	meterEvents   meterevent.Client
	checkouts     checkout.Client
	portals       portal.Client
	subscriptions subscription.Client
	invoices      invoice.Client
	codes         promotioncode.Client
	endpoints     webhookendpoint.Client
}

// NewOffice opens an office. An empty key returns nil: billing is off.
func NewOffice(c Config) (*Office, error) {
	if c.Key == "" {
		return nil, nil
	}
	kind, rest, _ := strings.Cut(c.Key, "_")
	mode, _, _ := strings.Cut(rest, "_")
	if (kind != "sk" && kind != "rk") || (mode != "live" && mode != "test") {
		return nil, errors.New("want a secret or restricted key of Stripe's: sk_live_…, sk_test_…, rk_live_… or rk_test_…")
	}
	if c.WebhookSecret != "" && !strings.HasPrefix(c.WebhookSecret, "whsec_") {
		return nil, errors.New("want a webhook's signing secret: whsec_…")
	}
	config := &stripe.BackendConfig{
		HTTPClient:        &http.Client{Timeout: 20 * time.Second},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // errors are returned, and logged where they stop
		MaxNetworkRetries: stripe.Int64(2),                                // each with the same idempotency key
	}
	if c.URL != "" {
		config.URL = stripe.String(strings.TrimSuffix(c.URL, "/"))
	}
	b, key := stripe.GetBackendWithConfig(stripe.APIBackend, config), c.Key
	o := &Office{c: c, live: mode == "live", clock: c.Clock, log: cmp.Or(c.Log, slog.New(slog.DiscardHandler)),
		customers: customer.Client{B: b, Key: key}, taxIDs: taxid.Client{B: b, Key: key}, products: product.Client{B: b, Key: key},
		prices: price.Client{B: b, Key: key}, meters: meter.Client{B: b, Key: key}, meterEvents: meterevent.Client{B: b, Key: key},
		checkouts: checkout.Client{B: b, Key: key}, portals: portal.Client{B: b, Key: key}, subscriptions: subscription.Client{B: b, Key: key},
		invoices: invoice.Client{B: b, Key: key}, codes: promotioncode.Client{B: b, Key: key}, endpoints: webhookendpoint.Client{B: b, Key: key}}
	return o, nil
}

type officeKey struct{}

// With puts the office into ctx.
func With(ctx context.Context, o *Office) context.Context {
	return context.WithValue(ctx, officeKey{}, o)
}

// From is the office of ctx, nil where billing is off.
func From(ctx context.Context) *Office {
	o, _ := ctx.Value(officeKey{}).(*Office)
	return o
}

// On says whether casinos are billed through Stripe here.
func (o *Office) On() bool { return o != nil }

// Mode is "live", "test", or "off".
func (o *Office) Mode() string {
	switch {
	case o == nil:
		return "off"
	case o.live:
		return "live"
	}
	return "test"
}

func (o *Office) now() time.Time {
	if o == nil || o.clock == nil {
		return time.Now()
	}
	return o.clock()
}

// at is what every call carries: when it gives up, and the name under which Stripe does it once
// (https://docs.stripe.com/api/idempotent_requests). "" for calls that only read.
func at(ctx context.Context, once string) stripe.Params {
	p := stripe.Params{Context: ctx}
	if once != "" {
		p.IdempotencyKey = stripe.String(once)
	}
	return p
}

func list(ctx context.Context) stripe.ListParams {
	return stripe.ListParams{Context: ctx, Limit: stripe.Int64(100)}
}

func where(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("billing: %s: %w", what, understood(err))
}

func unix(n int64) *time.Time {
	if n == 0 {
		return nil
	}
	t := time.Unix(n, 0).UTC()
	return &t
}
