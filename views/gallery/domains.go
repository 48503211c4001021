package main

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// domainStates are the page of domains with none, with one of each kind, and for those who may only read.
func domainStates() []state {
	now := time.Now()
	frame := func(ctx context.Context) views.SettingsProps {
		p := views.SettingsProps{Page: page(ctx, words(ctx, "settings.domains"), "settings"), Title: words(ctx, "settings.domains"), Here: "domains",
			Changed: &views.ChangeLine{Who: "Ieva", At: now.Add(-40 * time.Minute)}}
		for _, each := range []struct{ key, icon, name string }{
			{"people", "users-round", words(ctx, "settings.people")}, {"domains", "globe", words(ctx, "settings.domains")},
			{"chat", "message-circle", words(ctx, "settings.chat")},
		} {
			p.Items = append(p.Items, views.SettingsItem{Key: each.key, Icon: each.icon, Name: each.name, Href: "/settings/" + each.key})
		}
		return p
	}
	given := views.DomainLine{Host: "lucky-fox.desk.example", URL: "https://lucky-fox.desk.example/", Main: true}
	line := func(id, host, state, finding string) views.DomainLine {
		return views.DomainLine{ID: "dom_" + id, Host: host, Spoken: host, URL: "https://" + host + "/", State: state, Finding: finding,
			Added: now.Add(-time.Hour), Checked: &now, TXTName: "_desk-verify." + host, Token: "q5v2m4zr7x3c6n1b8k0j9h7g5f3d2s1a", Target: given.Host}
	}
	all := func(ctx context.Context) views.DomainsProps {
		p := views.DomainsProps{Settings: frame(ctx), May: true, Given: given}
		p.Given.Main = false
		main := line("1", "help.luckyfox.example", "proven", "held")
		main.Main, main.Proof = true, "cname"
		second := line("2", "xn--l1adbb7cs.xn--80apiz.example", "proven", "held")
		second.Spoken, second.Proof = "помощь.лиса.example", "txt"
		failing := line("3", "support.luckyfox.example", "proven", "silent")
		failing.Proof, failing.Failing = "txt", true
		pending := line("4", "pagalba.luckyfox.example", "pending", "")
		pending.Checked, pending.Open = nil, true
		elsewhere := line("5", "vip.luckyfox.example", "pending", "elsewhere")
		elsewhere.Found = "parking.registrar.example"
		bare := line("6", "luckyfox.example", "pending", "missing")
		bare.Bare, bare.Open = true, true
		taken := line("7", "desk.luckyfox.example", "pending", "taken")
		off := line("8", strings.Repeat("very-long-", 6)+"name."+strings.Repeat("luckyfox-", 5)+"casino.example", "suspended", "nowhere")
		off.Off, off.Open = &now, true
		vouched := line("9", "help.lucky-fox.localhost", "proven", "held")
		vouched.Proof = "vouched"
		p.Domains = []views.DomainLine{main, second, vouched, failing, pending, elsewhere, bare, taken, off}
		return p
	}
	return []state{
		{"domains", func(ctx context.Context) templ.Component { return views.Domains(all(ctx)) }},
		{"domains-empty", func(ctx context.Context) templ.Component {
			return views.Domains(views.DomainsProps{Settings: frame(ctx), May: true, Given: given})
		}},
		{"domains-fault", func(ctx context.Context) templ.Component {
			return views.Domains(views.DomainsProps{Settings: frame(ctx), May: true, Given: given, Typed: "192.0.2.1",
				Fault: views.Fault{Field: "domain", Sentence: "An IP address can't be claimed: give a domain."}})
		}},
		{"domains-read-only", func(ctx context.Context) templ.Component {
			p := all(ctx)
			p.May, p.Domains = false, p.Domains[3:5]
			return views.Domains(p)
		}},
	}
}
