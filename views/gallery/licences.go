package main

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// licenceStates are the pages of licences, players' and admins', with none, with one of each kind, and with what is wrong.
func licenceStates() []state {
	now := time.Now()
	until := now.AddDate(0, 0, 20)
	const link = "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=00000000-0000-4000-8000-00000000d310&details=1"
	long := strings.Repeat("very-long-", 8) + "casino.example"
	frame := func(ctx context.Context) views.SettingsProps {
		p := views.SettingsProps{Page: page(ctx, words(ctx, "settings.licences"), "settings"), Title: words(ctx, "settings.licences"), Here: "licences",
			Changed: &views.ChangeLine{Who: longName, At: now}}
		for _, each := range []struct{ key, icon, name string }{
			{"people", "users-round", words(ctx, "settings.people")}, {"licences", "badge-check", words(ctx, "settings.licences")},
		} {
			p.Items = append(p.Items, views.SettingsItem{Key: each.key, Icon: each.icon, Name: each.name, Href: "/settings/" + each.key})
		}
		return p
	}
	states := []string{"active", "expiring", "expired", "pending", "suspended", "revoked", "surrendered", "gone", "retired"}
	list := func(ctx context.Context) views.LicenceListProps {
		p := views.LicenceListProps{Settings: frame(ctx), May: true,
			Regulators: []views.RegulatorChoice{{Key: "mga", Name: "Malta Gaming Authority", Country: "Malta"}, {Key: "other", Name: words(ctx, "licences.other")}},
			Alerts: []views.LicenceAlert{{Tone: views.Warn, Text: words(ctx, "licences.state_expiring"), Href: "/x", Since: now},
				{Tone: views.Bad, Text: longName + " " + words(ctx, "licences.state_revoked"), Href: "/x", Since: now}}}
		outcomes := []string{"reachable", "changed", "gone", "unreachable"}
		for i, s := range states {
			p.Licences = append(p.Licences, views.LicenceRow{ID: "lic_1", Regulator: longName, Number: "MGA/B2C/000/2025", Licensee: longName, Domains: i + 1, Until: &until,
				State: s, First: i == 0, Last: i == 7, Retired: s == "retired", Look: &views.LicenceLook{At: now, Outcome: outcomes[i%4], Why: "status", Status: 503}})
		}
		p.Licences[1].Look = nil
		return p
	}
	form := func(ctx context.Context) views.LicenceFormProps {
		line := views.LicenceLine{Sentence: longName + " holds licence MGA/B2C/000/2025, issued by " + longName + ".", Href: link}
		return views.LicenceFormProps{Settings: frame(ctx), ID: "lic_1", Title: longName, May: true, State: "gone", Link: link, Confirmed: longName,
			Regulator: views.LicenceTemplate{Key: "mga", Numbers: "MGA/B2C/000/2025", Example: link, Hosts: []string{"authorisation.mga.org.mt"}, Path: "/verification.aspx", Parts: []string{"lang=EN", "details=1"}},
			Typed:     views.LicenceTyped{Number: "MGA/B2C/000/2025", Licensee: longName, Domains: long, Link: link, Status: "active"},
			Statuses:  []views.LicenceChoice{{Key: "active", Name: words(ctx, "licences.state_active")}},
			Preview:   &views.LicencePreview{Covered: long, Other: long, CoveredLines: []views.LicenceLine{line}, OtherLines: []views.LicenceLine{line}, Why: words(ctx, "licences.seal_missing")},
			Looks: []views.LicenceLook{{At: now, Outcome: "gone", Status: 404}, {At: now, Outcome: "unreachable", Why: "inside"},
				{At: now, Outcome: "changed", Number: true}, {At: now, Outcome: "reachable", Number: true, Licensee: true}}}
	}
	house := func(ctx context.Context) views.House {
		return views.House{Title: words(ctx, "licences.title"), Casino: views.Casino{Name: longName},
			Licences: []views.LicenceLine{{Sentence: longName, Href: link}}, Links: []views.HouseLink{{Name: words(ctx, "licences.title"), Href: "/licences"}}}
	}
	hosts := []views.OfficialHosts{{Regulator: "Malta Gaming Authority", Hosts: []string{"authorisation.mga.org.mt"}}, {Regulator: longName, Hosts: []string{long, "b.example"}}}
	return []state{
		{"licence-list", func(ctx context.Context) templ.Component { return views.LicenceList(list(ctx)) }},
		{"licence-list-empty", func(ctx context.Context) templ.Component {
			return views.LicenceList(views.LicenceListProps{Settings: frame(ctx), May: true})
		}},
		{"licence-list-read-only", func(ctx context.Context) templ.Component {
			p := list(ctx)
			p.May = false
			return views.LicenceList(p)
		}},
		{"licence-form", func(ctx context.Context) templ.Component { return views.LicenceForm(form(ctx)) }},
		{"licence-form-fault", func(ctx context.Context) templ.Component {
			p := form(ctx)
			p.ID, p.State, p.Preview = "", "", nil
			p.Regulator.Key, p.Regulator.Other = "other", true
			p.Fault = views.Fault{Field: "link", Sentence: "cert.cga.mba isn't a regulator's host: it imitates cert.cga.cw. Don't open it."}
			return views.LicenceForm(p)
		}},
		{"licence-form-retired", func(ctx context.Context) templ.Component {
			p := form(ctx)
			p.Retired, p.State, p.Looks = true, "retired", nil
			return views.LicenceForm(p)
		}},
		{"licences", func(ctx context.Context) templ.Component {
			p := views.LicencesProps{House: house(ctx), Hosts: hosts}
			for i, s := range states {
				l := views.PublicLicence{Regulator: longName, Number: "MGA/B2C/000/2025", Licensee: longName, Country: "Malta", State: s, Link: link, Host: "authorisation.mga.org.mt",
					Domains: []views.LicenceDomain{{Name: long, Here: i == 0}, {Name: "play.example"}}}
				if i > 0 {
					l.Until = &until
				}
				p.Licences = append(p.Licences, l)
			}
			return views.LicencesPage(p)
		}},
		{"licences-empty", func(ctx context.Context) templ.Component {
			return views.LicencesPage(views.LicencesProps{House: house(ctx), Hosts: hosts})
		}},
	}
}
