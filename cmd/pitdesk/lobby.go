package main

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/desk/channels/chat"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/web"
)

// siteOf is the host of a demo casino's stand-in page: another site than its desk, as a real casino's is.
func siteOf(slug string) string { return slug + "-casino.localhost" }

// mailHost is where the demo shows the mails that no relay takes.
const mailHost = "mail.localhost"

// mailbox keeps the demo's mails in memory and shows them, unless a relay is configured.
func (a *app) mailbox(s *web.Server, facts *demoFacts) {
	if a.settings.SMTPURL != "" {
		return
	}
	box := mail.NewBox()
	a.mailer = box
	s.Extra[mailHost] = web.Mailbox(box)
	facts.mails = true
}

// lobbies serves a stand-in page for each demo casino.
func (a *app) lobbies(s *web.Server, facts *demoFacts) {
	for i := range facts.Casinos {
		c := &facts.Casinos[i]
		lobby := web.Lobby{
			Name: c.Name, Slug: c.slug, KeyID: c.ChatKey.ID, Secret: []byte(c.ChatKey.Secret),
			Sub: c.Player.Sub, Player: c.Player.Name, Email: strings.ToLower(c.Player.Name) + "@players.example",
			Desk: func() string { return a.settings.base.Scheme + "://" + c.Host + a.settings.port() },
		}
		s.Extra[siteOf(c.slug)] = lobby.Handler()
	}
}

// admit lets the stand-in pages hold their desks' chats.
func (a *app) admit(ctx context.Context, facts *demoFacts) error {
	for _, c := range facts.Casinos {
		id, err := tenants.ParseID(tenants.TenantPrefix, c.ID)
		if err != nil {
			return err
		}
		err = tenants.In(ctx, id, func(ctx context.Context, tx bun.Tx) error { return chat.AddOrigin(ctx, tx, c.Site) })
		if err != nil {
			return err
		}
	}
	return nil
}
