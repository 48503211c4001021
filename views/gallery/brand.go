package main

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// brandStates are the page of the brand: as it was from the start, with a draft and mended colours, with too much of everything
// and a fault, and looked at by somebody who may not change it.
func brandStates() []state {
	now := time.Now()
	props := func(ctx context.Context) views.BrandProps {
		look := views.Look{Accent: "#c2410c", Corners: "soft"}
		casino := views.Casino{Name: "Lucky Fox", Theme: views.ThemePath(look)}
		var card bytes.Buffer
		if err := views.SignIn(views.SignInProps{Page: views.Page{Casino: casino, Scheme: "light"}}).Render(ctx, &card); err != nil {
			panic(err)
		}
		return views.BrandProps{May: true, Languages: []views.Named{{Key: "en", Name: "English"}},
			Settings: views.SettingsProps{Page: page(ctx, words(ctx, "settings.brand"), "settings"), Title: words(ctx, "settings.brand"), Here: "brand"},
			Form:     views.BrandForm{Name: "Lucky Fox", Accent: look.Accent, Corners: "soft", Side: "end", Bottom: "20", Inset: "20"},
			Mends:    views.Mends(look), Stills: []views.Still{{Surface: "card", Scheme: "light", Title: words(ctx, "settings.still_card"), HTML: card.String()}}}
	}
	return []state{
		{"settings/brand/first", func(ctx context.Context) templ.Component { return views.Brand(props(ctx)) }},
		{"settings/brand/draft", func(ctx context.Context) templ.Component {
			p := props(ctx)
			draft := views.BrandVersion{Number: 3, Who: longName, At: now, Draft: true, Accent: "#ffd400", Name: "Lucky Fox"}
			p.Seen, p.Live, p.Draft = 3, 2, &draft
			p.Versions = []views.BrandVersion{draft, {Number: 2, Who: "Ieva", At: now, Live: true, Restores: 1, Accent: "#c2410c", Name: "Lucky Fox"}, {Number: 1, At: now, Accent: "#3657d6", Name: "Lucky Fox"}}
			p.Mends = views.Mends(views.Look{Accent: "#ffd400", Ink: "#ffffff"})
			return views.Brand(p)
		}},
		{"settings/brand/too-much", func(ctx context.Context) templ.Component {
			p := props(ctx)
			p.Languages = append(p.Languages, views.Named{Key: "ru", Name: "Русский"}, views.Named{Key: "ar", Name: "العربية"}, views.Named{Key: "pt-BR", Name: "Português (Brasil)"})
			p.Form.Name, p.Form.LegalName, p.Form.Site = longName, strings.Repeat("Long ", 40), "https://"+strings.Repeat("long-", 20)+"casino.example"
			p.Form.Greeting = map[string]string{"en": strings.Repeat("Hello ", 50), "ru": strings.Repeat("здравствуйте", 25)}
			p.Typed, p.Fault = true, views.Fault{Field: "accent", Sentence: words(ctx, "common.unavailable_text")}
			return views.Brand(p)
		}},
		{"settings/brand/looking", func(ctx context.Context) templ.Component {
			p := props(ctx)
			p.May, p.Seen, p.Live = false, 3, 3
			p.Looking = &views.BrandVersion{Number: 2, Who: "Ieva", At: now, Accent: "#c2410c", Name: "Lucky Fox"}
			return views.Brand(p)
		}},
	}
}
