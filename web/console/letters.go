package console

import (
	"bytes"
	"context"

	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/tenants/office"
	"pitdesk/views"
	"pitdesk/web"
)

// Postman puts the console's letters into words, under the vendor's name, and hands them to a mailer.
type Postman struct {
	Config web.Config
	Mailer mail.Mailer
}

// Mail writes one letter in its reader's language and sends it.
func (p Postman) Mail(ctx context.Context, l office.Letter) error {
	ctx = i18n.With(ctx, l.Person.Language)
	house := l.House
	if house == "" {
		house = p.Config.Vendor
	}
	props := views.LetterProps{Casino: p.Config.Vendor, Language: i18n.Lang(ctx), Dir: i18n.Dir(ctx), URL: p.Config.BaseURL("console", l.Path),
		Greeting: i18n.T(ctx, "mail.greeting", "Name", l.Person.Name), Foot: i18n.T(ctx, "console.mail_foot", "House", house),
		Button: i18n.T(ctx, "console.mail_button"), Corners: "soft"}
	props.Accent, props.Ink = views.Buttons(views.Look{})
	if l.Invites {
		props.Subject = i18n.T(ctx, "console.mail_invited_subject", "House", house)
		props.Paragraphs = []string{i18n.T(ctx, "console.mail_invited", "House", house), i18n.T(ctx, "console.mail_invited_link")}
	} else {
		props.Subject = i18n.T(ctx, "console.mail_link_subject", "House", house)
		props.Paragraphs = []string{i18n.T(ctx, "console.mail_link", "House", house), i18n.T(ctx, "console.mail_link_not_you")}
	}
	var html bytes.Buffer
	if err := views.LetterHTML(props).Render(ctx, &html); err != nil {
		return err
	}
	return p.Mailer.Send(ctx, mail.Message{From: mail.Address{Name: p.Config.Vendor, Email: "no-reply@" + p.Config.Base},
		To: mail.Address{Name: l.Person.Name, Email: l.Person.Email}, Subject: props.Subject, Text: props.Plain(), HTML: html.String()})
}
