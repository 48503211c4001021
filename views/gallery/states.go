package main

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// state is one picture in the gallery.
type state struct {
	path string
	page func(ctx context.Context) templ.Component
}

// states are all pictures. A page's new state is added here.
func states() []state {
	return append([]state{
		{"shell", func(ctx context.Context) templ.Component { return shellState(ctx) }},
		{"card", func(ctx context.Context) templ.Component { return cardState() }},
		{"error", func(ctx context.Context) templ.Component {
			return views.ErrorPage(views.ErrorProps{Page: card("Lucky Fox"), Title: words(ctx, "common.unavailable_title"),
				Sentence: words(ctx, "common.unavailable_text"), Trace: "7f3a-19c2", Back: "/inbox"})
		}},
		{"not-found", func(context.Context) templ.Component { return views.NotFound() }},
	}, slices.Concat(brandStates(), inboxStates(), macroStates(), deskStates(), staffStates(), settingsStates(), domainStates(), licenceStates(), webhookStates(), answersStates(), numbersStates(), helpStates(), consoleStates(),
		keyStates(), standingStates(), billingStates(), siteStates())...)
}

func card(casino string) views.Page {
	return views.Page{Title: "Sign in", Casino: views.Casino{Name: casino}}
}

func page(ctx context.Context, title, here string) views.Page {
	return views.Page{
		Title:  title,
		Casino: views.Casino{Name: "Lucky Fox"},
		Reader: &views.Reader{Name: "Anna Kazlauskaitė", Email: "anna@lucky-fox.example", Role: "Operator"},
		Here:   here,
		Rail: []views.RailItem{
			{Key: "inbox", Icon: "inbox", Name: words(ctx, "inbox.title"), Href: "/inbox"},
			{Key: "settings", Icon: "settings", Name: words(ctx, "common.settings"), Href: "/settings"},
		},
	}
}
