package console

import (
	"bytes"
	"context"

	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/views"
)

// billSubjects are what a reseller that pays for a casino is told about its bill.
var billSubjects = map[billing.Step]string{
	billing.TrialEnds:    "console.bill_trial_ends",
	billing.TrialOver:    "console.bill_trial_over",
	billing.UnpaidStep:   "console.bill_unpaid",
	billing.ReadOnlySoon: "console.bill_read_only_soon",
	billing.ReadOnlyNow:  "console.bill_read_only",
	billing.ClosedNow:    "console.bill_closed",
}

// MailBill tells somebody of a reseller how the bill of a casino stands that the reseller pays for.
func (p Postman) MailBill(ctx context.Context, to office.Person, house string, casino tenants.Tenant, step billing.Step) error {
	ctx = i18n.With(ctx, to.Language)
	props := views.LetterProps{Casino: p.Config.Vendor, Language: i18n.Lang(ctx), Dir: i18n.Dir(ctx), URL: p.Config.BaseURL("console", "/"),
		Greeting: i18n.T(ctx, "mail.greeting", "Name", to.Name), Foot: i18n.T(ctx, "console.mail_foot", "House", house),
		Button: i18n.T(ctx, "console.mail_button"), Corners: "soft", Subject: i18n.T(ctx, billSubjects[step], "Casino", casino.Name),
		Paragraphs: []string{i18n.T(ctx, "console.bill_pay", "House", house, "Casino", casino.Name)}}
	props.Accent, props.Ink = views.Buttons(views.Look{})
	var html bytes.Buffer
	if err := views.LetterHTML(props).Render(ctx, &html); err != nil {
		return err
	}
	return p.Mailer.Send(ctx, mail.Message{From: mail.Address{Name: p.Config.Vendor, Email: "no-reply@" + p.Config.Base},
		To: mail.Address{Name: to.Name, Email: to.Email}, Subject: props.Subject, Text: props.Plain(), HTML: html.String()})
}
