package web

import (
	"bytes"
	"context"

	"github.com/uptrace/bun"

	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/domains"
	"pitdesk/tenants/languages"
	"pitdesk/views"
)

// Postman puts staff's letters into words, under the casino's name and from its own host, and hands them to a mailer.
type Postman struct {
	Config Config
	Mailer mail.Mailer
}

// Mail writes one letter in its reader's language and sends it. Links point to the casino's main host and nowhere else. It comes
// from {slug}.{base}: only for that can the deployment vouch to other mail servers (RFC 7208).
func (p Postman) Mail(ctx context.Context, l staff.Letter) error {
	ctx, err := languages.Speak(tenants.With(ctx, l.Casino))
	if err != nil {
		return err
	}
	var look views.Look
	var about string
	err = tenants.Reading(ctx, l.Casino.ID, func(ctx context.Context, tx bun.Tx) error {
		b, err := brands.Get(ctx, tx)
		look = lookOf(b)
		if err != nil || l.Occasion != staff.LetterDomainOff {
			return err
		}
		d, err := domains.Get(ctx, tx, l.About)
		about = d.Spoken()
		return err
	})
	if l.Occasion == staff.LetterDomainOff && fault.CodeOf(err) == fault.NotFound {
		return nil // removed meanwhile: there is nothing left to say
	}
	if err != nil {
		return err
	}
	ctx = i18n.With(ctx, i18n.Choose(ctx, i18n.Agents, tenants.Current(ctx).Language, "", l.Language))
	props := p.words(ctx, l, about)
	props.Accent, props.Ink = views.Buttons(look)
	var html bytes.Buffer
	if err := views.LetterHTML(props).Render(ctx, &html); err != nil {
		return err
	}
	return p.Mailer.Send(ctx, mail.Message{
		From: mail.Address{Name: l.Casino.Name, Email: "no-reply@" + tenants.PoolsOf(ctx).Doors.SlugHost(l.Casino)}, To: mail.Address{Name: l.Name, Email: l.To},
		Subject: props.Subject, Text: props.Plain(), HTML: html.String(),
	})
}

// words are what a letter says. about is the name of what it is about, where it is about something of the casino's.
func (p Postman) words(ctx context.Context, l staff.Letter, about string) views.LetterProps {
	casino := l.Casino.Name
	out := views.LetterProps{Casino: casino, Language: i18n.Lang(ctx), Dir: i18n.Dir(ctx),
		Greeting: i18n.T(ctx, "mail.greeting", "Name", l.Name), Foot: i18n.T(ctx, "mail.foot", "Casino", casino)}
	if l.Path != "" {
		out.URL = p.Config.URL(l.Casino, l.Path)
	}
	say := func(subject string, paragraphs ...string) {
		out.Subject, out.Paragraphs = subject, paragraphs
	}
	switch l.Occasion {
	case staff.LetterInvitation:
		first := i18n.T(ctx, "mail.invitation", "Casino", casino)
		if l.InvitedBy != "" {
			first = i18n.T(ctx, "mail.invitation_by", "By", l.InvitedBy, "Casino", casino)
		}
		say(i18n.T(ctx, "mail.invitation_subject", "Casino", casino), first, i18n.T(ctx, "mail.invitation_link"))
		out.Button = i18n.T(ctx, "mail.invitation_button")
	case staff.LetterReset:
		say(i18n.T(ctx, "mail.reset_subject"), i18n.T(ctx, "mail.reset"), i18n.T(ctx, "mail.reset_not_you"))
		out.Button = i18n.T(ctx, "mail.reset_button")
	case staff.LetterRecovery:
		say(i18n.T(ctx, "mail.recovery_subject"), i18n.T(ctx, "mail.recovery"), i18n.N(ctx, "mail.recovery_left", l.Left), i18n.T(ctx, "mail.not_you"))
	case staff.LetterPassword:
		say(i18n.T(ctx, "mail.password_subject"), i18n.T(ctx, "mail.password"), i18n.T(ctx, "mail.not_you"))
	case staff.LetterDomainOff:
		say(i18n.T(ctx, "mail.domain_subject", "Domain", about), i18n.T(ctx, "mail.domain", "Domain", about), i18n.T(ctx, "mail.domain_still", "Main", l.Casino.Host))
		out.Button, out.URL = i18n.T(ctx, "mail.domain_button"), p.Config.URL(l.Casino, "/settings/domains")
	case staff.LetterFactorOff:
		say(i18n.T(ctx, "mail.factor_subject"), i18n.T(ctx, "mail.factor"), i18n.T(ctx, "mail.not_you"))
	}
	return out
}
