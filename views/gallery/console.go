package main

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// consoleStates are the pages above casinos: with nothing in them, with something, with too much.
func consoleStates() []state {
	return []state{
		{"console/sign-in", func(context.Context) templ.Component {
			return views.ConsoleSignIn(views.ConsoleSignInProps{Page: card("North Tables")})
		}},
		{"console/sent", func(context.Context) templ.Component {
			return views.ConsoleSignIn(views.ConsoleSignInProps{Page: card("North Tables"), Sent: "ida@north-tables.example"})
		}},
		{"console/casinos", func(ctx context.Context) templ.Component {
			return views.ConsoleCasinos(views.ConsoleCasinosProps{Frame: consoleFrame(ctx, "console.casinos"), MayCreate: true, Rows: consoleRows()})
		}},
		{"console/casinos-none", func(ctx context.Context) templ.Component {
			return views.ConsoleCasinos(views.ConsoleCasinosProps{Frame: consoleFrame(ctx, "console.casinos"), MayCreate: true})
		}},
		{"console/casino-held", func(ctx context.Context) templ.Component {
			return views.ConsoleCasino(views.ConsoleCasinoProps{Frame: consoleFrame(ctx, "console.casino"), ID: "ten_1", URL: "/", Standing: "suspended", Mine: "suspended",
				Holds:  []views.HoldLine{{Source: "reseller", Standing: "suspended", Why: "The contract ends", Since: time.Now()}},
				Health: views.CasinoHealth{Open: 4, Waiting: 3, Breached: 2},
				Facts:  []views.Fact{{Name: words(ctx, "console.slug"), Value: "lucky-fox", Ltr: true}}})
		}},
		{"console/jobs", func(ctx context.Context) templ.Component {
			return views.ConsoleJobs(views.ConsoleJobsProps{Frame: consoleFrame(ctx, "console.jobs"), Rows: []views.JobRow{{Kind: "staff_letter", Waiting: 2, Retrying: 1}},
				Troubles: []views.TroubleRow{{ID: "7", Kind: "staff_letter", Args: `{"tenant": "0193"}`, Error: "dial tcp: connection refused", Tries: "3 / 25", At: time.Now(), Next: time.Now()}}})
		}},
		{"console/bills", func(ctx context.Context) templ.Component {
			return views.ConsoleMoney(views.ConsoleMoneyProps{Frame: consoleFrame(ctx, "console.bills"), Off: true, Bills: []views.BillRow{
				{ID: "inv_1", Number: "2026-0001", Casino: "Lucky Fox", Href: "/", Total: "€49.00", State: "open", Made: time.Now(), Late: true, Payable: true}}})
		}},
		{"visit/bar", func(ctx context.Context) templ.Component {
			p := views.VisitsProps{Settings: views.SettingsProps{Page: page(ctx, words(ctx, "settings.visits"), "settings"), Title: words(ctx, "settings.visits"), Here: "visits"}, MayChange: true,
				Visits: []views.VisitLine{{ID: "vst_1", Name: "Vera", Side: words(ctx, "staff.visitor_platform"), Reason: "The import has stopped", Began: time.Now(), Runs: true, Entered: true}}}
			p.Settings.Page.Visit = &views.VisitBar{Text: words(ctx, "staff.visit_bar_looks"), Reason: "The import has stopped", EndsAt: time.Now().Add(time.Hour)}
			return views.Visits(p)
		}},
	}
}

func consoleFrame(ctx context.Context, title string) views.ConsolePage {
	p := views.ConsolePage{Page: page(ctx, words(ctx, title), "casinos"), Title: words(ctx, title)}
	p.Casino.Name = "North Tables"
	p.Rail = []views.RailItem{{Key: "casinos", Icon: "dices", Name: words(ctx, "console.casinos"), Href: "/"}, {Key: "keys", Icon: "key-round", Name: words(ctx, "console.keys"), Href: "/"}}
	return p
}

func consoleRows() []views.CasinoRow {
	since := time.Now().Add(-time.Hour)
	return []views.CasinoRow{
		{ID: "ten_1", Name: "Lucky Fox", Host: "lucky-fox.desk.example", Standing: "open", Plan: "Floor", State: "active", Created: since, Health: views.CasinoHealth{Open: 12, Waiting: 4, Breached: 1, Since: &since}},
		{ID: "ten_2", Name: "Das Grosse Allererste Spielvergnügungscasino am Wasserturm zu Köln", Host: "das-grosse-allererste-spielvergnuegungscasino.desk.example", Standing: "read_only",
			Plan: "House", State: "unpaid", Created: since, Health: views.CasinoHealth{Unknown: true}},
	}
}
