package web

import (
	"context"
	"strings"
	"testing"

	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

func TestEveryStepOfABillHasItsLetter(t *testing.T) {
	t.Parallel()
	fox := tenants.Tenant{Slug: "lucky-fox", Name: "Lucky Fox", Host: "lucky-fox.localhost"}
	p := Postman{Config: Config{Scheme: "https", Vendor: "Vendor"}}
	said := map[string]bool{}
	for _, language := range []string{"en", "ru", "lt", "ar"} {
		for _, step := range []billing.Step{billing.TrialEnds, billing.TrialOver, billing.UnpaidStep, billing.ReadOnlySoon, billing.ReadOnlyNow, billing.ClosedNow} {
			l := p.words(i18n.With(context.Background(), language), staff.Letter{Casino: fox, Occasion: staff.Occasion("billing_" + string(step))}, subject{})
			if !strings.Contains(l.Subject, "Lucky Fox") || len(l.Paragraphs) != 1 || l.Paragraphs[0] == "" || l.Button == "" || l.URL != "https://lucky-fox.localhost/settings/billing" {
				t.Errorf("%s, %s: %+v", language, step, l)
			}
			if said[l.Subject+l.Paragraphs[0]] {
				t.Errorf("%s, %s: says what another says", language, step)
			}
			said[l.Subject+l.Paragraphs[0]] = true
		}
	}
}
