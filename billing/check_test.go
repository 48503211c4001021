package billing_test

import (
	"strings"
	"testing"

	"pitdesk/billing"
	"pitdesk/billing/fakestripe"
)

func TestTheWayOfEventsIsChecked(t *testing.T) {
	t.Parallel()
	fake := fakestripe.New("demo")
	office := open(t, fake)
	const here = "https://desk.example/billing/stripe"
	for _, c := range []struct {
		url, status, version string
		events               []string
		want                 string
	}{
		{"https://other.example/hook", "enabled", billing.APIVersion, []string{"*"}, "no webhook endpoint for " + here},
		{here, "disabled", billing.APIVersion, []string{"*"}, "is disabled"},
		{here, "enabled", "2020-08-27", []string{"*"}, `speaks version "2020-08-27"`},
		{here, "enabled", billing.APIVersion, billing.Events()[1:], "doesn't send checkout.session.completed"},
		{here, "enabled", billing.APIVersion, billing.Events(), ""},
	} {
		fake.Endpoint(c.url, c.status, c.version, c.events...)
		got, err := office.Check(t.Context(), here)
		if err != nil || !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s %s %s: %q %v, want %q", c.url, c.status, c.version, got, err, c.want)
		}
	}
}

func TestAnOfficeWantsAKeyOfStripes(t *testing.T) {
	t.Parallel()
	if o, err := billing.NewOffice(billing.Config{}); o.On() || err != nil || o.Mode() != "off" {
		t.Errorf("without a key: %v %v", o.Mode(), err)
	}
	for key, good := range map[string]bool{"sk_test_x": true, "rk_live_x": true, "pk_live_x": false, "sk_x": false, "x": false} {
		o, err := billing.NewOffice(billing.Config{Key: key})
		if (err == nil) != good || good && (o.Mode() == "live") != strings.Contains(key, "live") {
			t.Errorf("%s: %v", key, err)
		}
	}
	if _, err := billing.NewOffice(billing.Config{Key: "sk_test_x", WebhookSecret: "secret"}); err == nil {
		t.Error("any secret is taken for a webhook's")
	}
}
