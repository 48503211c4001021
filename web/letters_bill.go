package web

import (
	"context"
	"strings"

	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
)

// billTexts are what admins are told of their casino's bill: the subject, and what follows from it.
var billTexts = map[billing.Step][2]string{
	billing.TrialEnds:    {"mail.bill_trial_ends_subject", "mail.bill_trial_ends"},
	billing.TrialOver:    {"mail.bill_trial_over_subject", "mail.bill_trial_over"},
	billing.UnpaidStep:   {"mail.bill_unpaid_subject", "mail.bill_unpaid"},
	billing.ReadOnlySoon: {"mail.bill_read_only_soon_subject", "mail.bill_read_only_soon"},
	billing.ReadOnlyNow:  {"mail.bill_read_only_subject", "mail.bill_read_only"},
	billing.ClosedNow:    {"mail.bill_closed_subject", "mail.bill_closed"},
}

// billWords are the subject and the paragraph of a letter about a bill; ok is false for letters about something else.
func billWords(ctx context.Context, l staff.Letter) (subject, paragraph string, ok bool) {
	step, ok := strings.CutPrefix(string(l.Occasion), "billing_")
	texts, known := billTexts[billing.Step(step)]
	if !ok || !known {
		return "", "", false
	}
	return i18n.T(ctx, texts[0], "Casino", l.Casino.Name), i18n.T(ctx, texts[1]), true
}
