package main

import (
	"context"

	"github.com/a-h/templ"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// siteStates are the vendor's own pages, and the list of first steps of a casino that came by them.
func siteStates() []state {
	site := func(ctx context.Context, title, path string) views.Site {
		s := views.Site{Title: title, Vendor: "Deskworks", Path: path, Terms: "https://vendor.example/terms", Privacy: "https://vendor.example/privacy"}
		for _, l := range i18n.Languages() {
			s.Languages = append(s.Languages, views.HouseLink{Name: i18n.OwnName(l), Lang: l, Href: "/" + l + path, Here: l == i18n.Lang(ctx)})
		}
		return s
	}
	few, many := 3, 15000
	none := 0
	plan := func(name string, trial bool, domains *int) views.SitePlan {
		return views.SitePlan{Name: name, Month: "€199", Year: "€1,990", Seat: "€19", Hundred: "€8", Seats: &few, Conversations: &many, Domains: domains, Days: &many,
			Trial: trial, More: []views.SiteMore{{Name: "API", Has: trial}}}
	}
	steps := func(done, skipped int) []views.StartStep {
		var all []views.StartStep
		for i, key := range []string{"brand", "licence", "chat", "people", "talk"} {
			all = append(all, views.StartStep{Key: key, Href: "/settings", Done: i < done, Skipped: i >= done && i < done+skipped, Open: i == done+skipped})
		}
		return all
	}
	const snippet = `<script async src="https://lucky-fox.desk.example/chat.js"></script>`
	start := func(ctx context.Context, done, skipped int) templ.Component {
		return views.Start(views.StartProps{Page: page(ctx, words(ctx, "settings.start"), "settings"), Name: "Lucky Fox", Steps: steps(done, skipped),
			Behind: done + skipped, Left: 5 - done - skipped, May: true, Snippet: snippet})
	}
	wrong := func(ctx context.Context, field string) views.Fault {
		return views.Fault{Field: field, Sentence: words(ctx, "common.unavailable_title")}
	}
	return []state{
		{"site/front", func(ctx context.Context) templ.Component {
			return views.SiteFront(views.SiteFrontProps{Site: site(ctx, words(ctx, "site.tagline"), ""), Base: "desk.example"})
		}},
		{"site/prices", func(ctx context.Context) templ.Component {
			return views.SitePrices(views.SitePricesProps{Site: site(ctx, words(ctx, "site.prices"), "/prices"), TrialDays: 14,
				Currencies: []views.SiteCurrency{{Code: "EUR", Here: true}, {Code: "USD"}, {Code: "GBP"}},
				Plans:      []views.SitePlan{plan("Table", false, &none), plan("Floor", true, &few), plan("House", false, nil)}})
		}},
		{"site/questions", func(ctx context.Context) templ.Component {
			return views.SiteQuestions(site(ctx, words(ctx, "site.questions"), "/questions"))
		}},
		{"site/sign-up", func(ctx context.Context) templ.Component {
			return views.SignUp(views.SignUpProps{Site: site(ctx, words(ctx, "site.sign_up"), "/sign-up"), Base: "desk.example", Language: "en", Trap: "fax"})
		}},
		{"site/sign-up-wrong", func(ctx context.Context) templ.Component {
			return views.SignUp(views.SignUpProps{Site: site(ctx, words(ctx, "site.sign_up"), "/sign-up"), Base: "a-rather-long-deployment.desk.example", Name: "Lucky Fox", Slug: "lucky-fox",
				Email: "anna@lucky-fox.example", Language: "lt", Trap: "fax", Fault: wrong(ctx, "slug")})
		}},
		{"site/proof", func(ctx context.Context) templ.Component {
			return views.SignUpProof(views.SignUpProofProps{Site: site(ctx, words(ctx, "site.proof"), "/sign-up"), Token: "x", Casino: "Lucky Fox", Email: "anna@lucky-fox.example",
				Host: "lucky-fox.desk.example", Base: "desk.example", Sent: true, Code: "123456", Fault: wrong(ctx, "code")})
		}},
		{"site/proven", func(ctx context.Context) templ.Component {
			return views.SignUpProof(views.SignUpProofProps{Site: site(ctx, words(ctx, "site.proof"), "/sign-up"), Token: "x", Casino: "Lucky Fox", Email: "anna@lucky-fox.example",
				Host: "lucky-fox.desk.example", Base: "desk.example", Proven: true, Other: true, Fault: wrong(ctx, "slug")})
		}},
		{"site/find-desk", func(ctx context.Context) templ.Component {
			return views.SiteDesk(views.SiteDeskProps{Site: site(ctx, words(ctx, "site.find_desk"), "/sign-in"), Base: "desk.example"})
		}},
		{"site/missing", func(ctx context.Context) templ.Component {
			return views.SiteError(views.SiteErrorProps{Site: site(ctx, words(ctx, "common.not_found_title"), ""), Missing: true})
		}},
		{"start/new", func(ctx context.Context) templ.Component { return start(ctx, 0, 0) }},
		{"start/midway", func(ctx context.Context) templ.Component { return start(ctx, 2, 1) }},
		{"start/done", func(ctx context.Context) templ.Component { return start(ctx, 4, 1) }},
		{"start/try", func(context.Context) templ.Component {
			return views.TryChat(views.TryChatProps{Casino: views.Casino{Name: "Lucky Fox"}, Talking: "/inbox"})
		}},
	}
}
