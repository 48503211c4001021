package site

import (
	"bytes"
	"context"

	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/tenants/signups"
	"pitdesk/views"
	"pitdesk/web"
)

// Postman writes the letters of those who sign up, under the vendor's name, and hands them to a mailer.
type Postman struct {
	Web    web.Config
	Mailer mail.Mailer
}

// accent is the ground of the button in letters, and ink the text on it: the vendor's own, as in tokens.css.
const accent, ink = "#3b5bdb", "#ffffff"

// Mail sends one letter. The code stands in the subject, so that a phone's notice shows it.
func (p Postman) Mail(ctx context.Context, l signups.Letter) error {
	ctx = i18n.With(ctx, l.Language)
	props := views.LetterProps{Casino: p.Web.Vendor, Language: i18n.Lang(ctx), Dir: i18n.Dir(ctx), Accent: accent, Ink: ink,
		Subject: i18n.T(ctx, "site.mail_subject", "Code", l.Code), Greeting: i18n.T(ctx, "site.mail_greeting"),
		Paragraphs: []string{i18n.T(ctx, "site.mail_code", "Casino", l.Casino, "Code", l.Code), i18n.T(ctx, "site.mail_link")},
		Button:     i18n.T(ctx, "site.mail_button"), URL: p.Web.BaseURL("", "/"+i18n.Lang(ctx)+"/sign-up/"+l.Token),
		Foot: i18n.T(ctx, "site.mail_foot", "Vendor", p.Web.Vendor)}
	var html bytes.Buffer
	if err := views.LetterHTML(props).Render(ctx, &html); err != nil {
		return err
	}
	return p.Mailer.Send(ctx, mail.Message{From: mail.Address{Name: p.Web.Vendor, Email: "no-reply@" + p.Web.Base}, To: mail.Address{Email: l.To},
		Subject: props.Subject, Text: props.Plain(), HTML: html.String()})
}
