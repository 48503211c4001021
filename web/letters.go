package web

import (
	"bytes"
	"context"
	"path/filepath"

	"github.com/uptrace/bun"

	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/internal/picture"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/domains"
	"pitdesk/tenants/languages"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// Postman puts staff's letters into words, under the casino's name and from its own host, and hands them to a mailer.
type Postman struct {
	Config Config
	Mailer mail.Mailer
	Files  blob.Store // where logos are; nil writes letters without them
}

// Mail writes one letter in its reader's language and sends it. Links point to the casino's main host and nowhere else. It comes
// from {slug}.{base}: only for that can the deployment vouch to other mail servers (RFC 7208).
func (p Postman) Mail(ctx context.Context, l staff.Letter) error {
	ctx, err := languages.Speak(tenants.With(ctx, l.Casino))
	if err != nil {
		return err
	}
	b, err := brands.Of(ctx)
	if err != nil {
		return err
	}
	about, over, err := p.subject(ctx, l)
	if err != nil || over {
		return err
	}
	l.Casino.Name = b.Name
	own := tenants.Current(ctx).Language
	ctx = i18n.With(ctx, i18n.Choose(ctx, i18n.Agents, own, "", l.Language))
	props := p.words(ctx, l, about)
	dressLetter(&props, b, i18n.Lang(ctx), own)
	if all, err := licences.Of(ctx); err == nil {
		props.Licences = linesOf(ctx, all, "") // a mail stands on no host, so in words alone
	}
	host := tenants.PoolsOf(ctx).Doors.SlugHost(l.Casino)
	m := mail.Message{From: mail.Address{Name: b.From(), Email: "no-reply@" + host}, To: mail.Address{Name: l.Name, Email: l.To}}
	if logo, ok := p.logo(ctx, b, host); ok {
		m.Parts = append(m.Parts, logo)
		props.Logo = "cid:" + logo.ID
	}
	var html bytes.Buffer
	if err := views.LetterHTML(props).Render(ctx, &html); err != nil {
		return err
	}
	m.Subject, m.Text, m.HTML = props.Subject, props.Plain(), html.String()
	return p.Mailer.Send(ctx, m)
}

// subject is something of the casino's that a letter is about.
type subject struct {
	visit   staff.Visit
	domain  string
	trouble licences.Trouble
	licence licences.Licence
}

// subject finds what a letter is about; over says that there is nothing left to say.
func (p Postman) subject(ctx context.Context, l staff.Letter) (about subject, over bool, err error) {
	err = tenants.Reading(ctx, l.Casino.ID, func(ctx context.Context, tx bun.Tx) error {
		switch l.Occasion {
		case staff.LetterDomainOff:
			d, err := domains.Get(ctx, tx, l.About)
			about.domain = d.Spoken()
			return err
		case staff.LetterVisit:
			about.visit, err = staff.VisitOf(ctx, tx, l.About)
			return err
		case staff.LetterLicence:
			alert, licence, lasts, err := licences.AlertOf(ctx, tx, l.About)
			about.trouble, about.licence, over = alert.Kind, licence, !lasts
			return err
		}
		return nil
	})
	if fault.CodeOf(err) == fault.NotFound {
		return about, true, nil
	}
	return about, over, err
}

// dressLetter gives a letter a casino's colours, corners and standing texts, in the letter's language or else the casino's own.
func dressLetter(l *views.LetterProps, b brands.Brand, language, own string) {
	look := lookOf(b)
	l.Accent, l.Ink = views.Buttons(look)
	l.Corners = look.Corners
	l.Signature = pick(b.Signature.In(language), b.Signature.In(own))
	l.Legal = legal(b, language, own)
}

// letterLogo is how large a logo is in a mail: 36 pixels high, twice that for fine screens.
var letterLogo = picture.Limits{Bytes: picture.Logo.Bytes * 4, Pixels: picture.Logo.Pixels, Width: 480, Height: 72}

// logo is the casino's logo as a part of a mail. A letter whose logo can't be read leaves without it.
func (p Postman) logo(ctx context.Context, b brands.Brand, host string) (mail.Part, bool) {
	if b.Logo == "" || p.Files == nil {
		return mail.Part{}, false
	}
	content, _, err := pictures.Open(ctx, p.Files, b.Logo)
	if err != nil {
		return mail.Part{}, false
	}
	defer content.Close()
	small, err := picture.Read(content, letterLogo)
	if err != nil {
		return mail.Part{}, false
	}
	return mail.Part{ID: "logo@" + host, Name: "logo" + filepath.Ext(b.Logo), Type: small.Type, Bytes: small.Bytes}, true
}

// words are what a letter says. about is what it is about, where that is something of the casino's.
func (p Postman) words(ctx context.Context, l staff.Letter, about subject) views.LetterProps {
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
		say(i18n.T(ctx, "mail.domain_subject", "Domain", about.domain), i18n.T(ctx, "mail.domain", "Domain", about.domain), i18n.T(ctx, "mail.domain_still", "Main", l.Casino.Host))
		out.Button, out.URL = i18n.T(ctx, "mail.domain_button"), p.Config.URL(l.Casino, "/settings/domains")
	case staff.LetterLicence:
		say(i18n.T(ctx, "licences.mail_subject", "Casino", casino, "Number", about.licence.Number), alertSentence(ctx, about.trouble, about.licence),
			i18n.T(ctx, "licences.mail_what"))
		out.Button, out.URL = i18n.T(ctx, "licences.mail_button"), p.Config.URL(l.Casino, licencePath(about.licence.ID))
	case staff.LetterVisit:
		say(i18n.T(ctx, "mail.visit_subject", "Name", about.visit.Name), i18n.T(ctx, "mail.visit_"+string(about.visit.Side), "Name", about.visit.Name),
			i18n.T(ctx, "mail.visit_reason", "Reason", about.visit.Reason), i18n.T(ctx, visitMay("mail.visit", about.visit)), i18n.T(ctx, "mail.visit_end"))
		out.Button, out.URL = i18n.T(ctx, "mail.visit_button"), p.Config.URL(l.Casino, "/settings/visits")
	case staff.LetterFactorOff:
		say(i18n.T(ctx, "mail.factor_subject"), i18n.T(ctx, "mail.factor"), i18n.T(ctx, "mail.not_you"))
	default:
		if subject, paragraph, ok := billWords(ctx, l); ok {
			say(subject, paragraph)
			out.Button, out.URL = i18n.T(ctx, "mail.bill_button"), p.Config.URL(l.Casino, "/settings/billing")
		}
	}
	return out
}
