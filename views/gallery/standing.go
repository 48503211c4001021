package main

import (
	"context"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// standingStates are what staff and players see while a desk is read-only or shut.
func standingStates() []state {
	barred := func(ctx context.Context) *views.Bar {
		return &views.Bar{Tone: views.Warn, Text: words(ctx, "staff.bar_read_only"), Href: "/settings/billing", Link: words(ctx, "staff.bar_billing")}
	}
	shut := func(ctx context.Context, admin bool) views.ShutProps {
		p := views.ShutProps{Page: card("Lucky Fox"), Title: words(ctx, "staff.shut_title"), Text: words(ctx, "staff.shut")}
		if admin {
			p.Why = "The licence of this casino is being looked into. Write to us, please."
		} else {
			p.Text += " " + words(ctx, "staff.shut_ask")
		}
		p.Links = append(p.Links, views.RailItem{Icon: "user", Name: words(ctx, "common.account"), Href: "/account"})
		return p
	}
	return []state{
		{"inbox-read-only", func(ctx context.Context) templ.Component {
			p := inbox(ctx)
			p.Page.Bar, p.Open = barred(ctx), talk(ctx)
			p.Open.Can, p.Open.Held = views.TalkCan{Erase: true}, "This desk is read-only at present: nothing new can be written."
			return views.Inbox(p)
		}},
		{"shell-read-only", func(ctx context.Context) templ.Component {
			p := inbox(ctx)
			p.Page.Bar = barred(ctx)
			return views.Inbox(p)
		}},
		{"shut", func(ctx context.Context) templ.Component { return views.Shut(shut(ctx, false)) }},
		{"shut-admin", func(ctx context.Context) templ.Component { return views.Shut(shut(ctx, true)) }},
		{"away", func(ctx context.Context) templ.Component {
			return views.Away(views.AwayProps{House: views.House{Title: words(ctx, "help.away_title"), Casino: views.Casino{Name: longName}},
				Title: words(ctx, "help.away_title"), Text: words(ctx, "help.away")})
		}},
		{"chat-read-only", func(ctx context.Context) templ.Component {
			return views.Chat(views.ChatPage{Casino: views.Casino{Name: "Lucky Fox"}, Scheme: "auto", Held: "New messages can't be sent here at present. Everything written so far stays here for you to read.",
				Notice: words(ctx, "chat.notice", "Name", "Lucky Fox"), Config: map[string]any{}, Still: templ.Raw("")})
		}},
	}
}
