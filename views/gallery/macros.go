package main

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"pitdesk/views"
)

func macroStates() []state {
	list := func(build func(p *views.MacroListProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := views.MacroListProps{Settings: macroFrame(ctx), May: true, Macros: []views.MacroLine{
				{ID: "mac_1", Name: "Payout waits for the bank", Shortcut: "bank", Text: "{{player.first_name|Hello}}, your bank has it.", Lang: "en", Uses: 41,
					Languages: []string{"en", "ru"}, Deeds: []views.MacroDeed{{Icon: "tag", Text: "bank's side"}, {Icon: "circle-check", Text: "Resolve"}}},
				{ID: "mac_2", Name: strings.Repeat("Verantwortungsvoll", 4), Team: "Verantwortungsvolles Spielen", Text: strings.Repeat("w", 200), Lang: "de", Retired: true},
			}}
			build(&p)
			return views.MacroList(p)
		}
	}
	form := func(build func(p *views.MacroFormProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := views.MacroFormProps{Settings: macroFrame(ctx), ID: "mac_1", Name: "Payout waits for the bank", Shortcut: "bank", May: true, Assign: "me",
				Texts: map[string]string{"en": "Hello {{player.name}}."}, Languages: []string{"en", "ru"}, Blanks: []string{"player.name", "topic"}, Snooze: 90,
				Sample: map[string]string{"player.name": "Mara"}, Teams: []views.Choice{{ID: "tea_1", Name: "Payments"}}}
			build(&p)
			return views.MacroForm(p)
		}
	}
	return []state{
		{"macros", list(func(*views.MacroListProps) {})},
		{"macros-empty", list(func(p *views.MacroListProps) { p.Macros = nil })},
		{"macros-none-found", list(func(p *views.MacroListProps) { p.Macros, p.Words = nil, "payout" })},
		{"macro", form(func(*views.MacroFormProps) {})},
		{"macro-reading", form(func(p *views.MacroFormProps) { p.May = false })},
		{"macro-fault", form(func(p *views.MacroFormProps) {
			p.Fault = views.Fault{Field: "text_en", Sentence: "Nothing fills the blank \"player.balance\"."}
		})},
	}
}

func macroFrame(ctx context.Context) views.SettingsProps {
	p := page(ctx, words(ctx, "settings.macros"), "settings")
	p.Scripts = []string{"macros.js"}
	return views.SettingsProps{Page: p, Title: words(ctx, "settings.macros"), Here: "macros", Items: []views.SettingsItem{
		{Key: "people", Icon: "users-round", Name: words(ctx, "settings.people"), Href: "/settings/people"},
		{Key: "macros", Icon: "zap", Name: words(ctx, "settings.macros"), Href: "/settings/macros"}}}
}
