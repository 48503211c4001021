package main

import (
	"image/color"

	"pitdesk/authz"
	"pitdesk/tenants/licences"
)

// demoPlans are the two casinos of the demo: one speaks Lithuanian and Russian, the other English.
var demoPlans = []demoPlan{
	{
		slug: "lucky-fox", name: "Lucky Fox", language: "en", claims: "help.luckyfox.example",
		player: demoPlayer{Sub: "demo-mara", Name: "Mara"},
		helps:  []string{"en", "ru", "lt"},
		staff: []demoMember{
			{authz.Operator, "Rūta (demo)", []string{"Payments"}, "en"},
			{authz.Lead, "Tomas (demo)", []string{"Leads", "VIP"}, "en"},
			{authz.Admin, "Ieva (demo)", []string{"Leads"}, "en"},
		},
		licences: []demoLicence{
			{draft: licences.Draft{Regulator: "mga", Number: "MGA/B2C/000/2025", Licensee: "Demo Fox Gaming Limited",
				Domains: []string{"lucky-fox.localhost", "play.lucky-fox.example"},
				Link:    "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=00000000-0000-4000-8000-00000000d310&details=1"},
				seal: color.NRGBA{154, 52, 18, 255}},
			{draft: licences.Draft{Regulator: "ukgc", Number: "99999", Licensee: "Demo Fox UK Limited", Domains: []string{"uk.lucky-fox.example"},
				Link: "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999"},
				lasts: 700, seal: color.NRGBA{30, 64, 120, 255}},
		},
		chats: []demoChat{
			{player: "Oleg", language: "ru", topic: "withdrawals", status: "active", team: "Payments",
				lines: []demoLine{{"", "Здравствуйте! Вывод 200 € висит третий день, что происходит?"}}},
			{player: "Jonas", language: "lt", topic: "verification", status: "active", assignee: "Rūta (demo)", team: "Payments",
				lines: []demoLine{{"", "Labas, ar gavote mano dokumentus?"}, {"Rūta (demo)", "Laba diena! Dokumentus gavome, patikra užtruks iki 24 valandų."},
					{"", "Ačiū, lauksiu."}}},
			{player: "Greta", language: "en", topic: "bonuses", status: "at_risk", vip: "Gold",
				lines: []demoLine{{"", "Why didn't I get the free spins from the Saturday mail?"}}},
			{player: "Pavel", language: "ru", topic: "responsible_gaming", status: "active",
				lines: []demoLine{{"", "Хочу сделать перерыв в игре на месяц. Как это оформить?"}}},
			{player: "Aiste", language: "lt", topic: "technical", status: "excluded",
				lines: []demoLine{{"", "Programėlė užsidaro vos ją atidarius."}}},
			{player: "Nora", language: "en", topic: "deposits", status: "active", assignee: "Tomas (demo)", resolved: true,
				lines: []demoLine{{"", "My deposit isn't on my balance."}, {"Tomas (demo)", "The bank confirmed it a minute ago, it is there now."},
					{"", "I see it, thank you!"}}},
		},
	},
	{
		slug: "golden-reel", name: "Golden Reel", language: "en", domain: "help.golden-reel.localhost",
		player: demoPlayer{Sub: "demo-finn", Name: "Finn"},
		helps:  []string{"en", "ru"},
		words:  golden,
		staff: []demoMember{
			{authz.Operator, "Bea (demo)", []string{"Payments"}, "en"},
			{authz.Lead, "Karl (demo)", []string{"Leads"}, "en"},
			{authz.Admin, "Vera (demo)", []string{"Leads", "VIP"}, "ru"},
		},
		licences: []demoLicence{
			{draft: licences.Draft{Regulator: "curacao", Number: "OGL/2025/000/0000", Licensee: "Demo Reel B.V.", Domains: []string{"play.golden-reel.example"},
				Link: "https://cert.cga.cw/certificate?id=ZGVtby1kZW1vLWRlbW8"},
				lasts: 20, seal: color.NRGBA{15, 90, 84, 255}},
		},
		chats: []demoChat{
			{player: "Liam", language: "en", topic: "game_rules", status: "active",
				lines: []demoLine{{"", "Does a push on blackjack count towards wagering?"}}},
			{player: "Olga", language: "ru", topic: "sign_in", status: "unknown", assignee: "Bea (demo)",
				lines: []demoLine{{"", "Не приходит код для входа."}, {"Bea (demo)", "Отправили ещё раз, проверьте, пожалуйста, папку «Спам»."}}},
			{player: "Layla", language: "ar", topic: "withdrawals", status: "active",
				lines: []demoLine{{"", "مرحبًا، طلبت سحب 200 € قبل يومين ولم يصل المبلغ بعد."}}},
		},
	},
}
