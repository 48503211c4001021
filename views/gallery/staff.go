package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

const longName = "Aleksandra Konstancija Bagdonavičiūtė-Vaitkevičienė-Jankauskaitė"

// staffStates are the doors that staff come in by, and their own page.
func staffStates() []state {
	const common = "This password is among those that are tried first. Take a few words that don't belong together."
	bad := views.Fault{Field: "password", Sentence: common}
	now := time.Now()
	account := func(ctx context.Context) views.AccountProps {
		return views.AccountProps{Page: page(ctx, words(ctx, "common.account"), "account"), Name: "Anna Kazlauskaitė", Email: "anna@lucky-fox.example",
			Language: "lt", Factor: true, Left: 2, Sessions: []views.SessionLine{
				{ID: "ses_1", Browser: "Firefox 140, Windows", Address: "198.51.100.7", Since: now.Add(-50 * time.Hour), Seen: now, Here: true},
				{ID: "ses_2", Browser: "Safari, iPhone", Address: "2001:db8:85a3:1234:5678:8a2e:0370:7334", Since: now.Add(-9 * time.Hour), Seen: now.Add(-time.Hour)},
			}}
	}
	return []state{
		{"sign-in", func(ctx context.Context) templ.Component {
			return views.SignIn(views.SignInProps{Page: card("Lucky Fox"), Next: "/inbox"})
		}},
		{"sign-in-wrong", func(ctx context.Context) templ.Component {
			return views.SignIn(views.SignInProps{Page: card(longName), Email: "anna@lucky-fox.example", Fault: views.Fault{Sentence: common}})
		}},
		{"sign-in-code", func(ctx context.Context) templ.Component {
			return views.Code(views.CodeProps{Page: card("Lucky Fox"), Fault: views.Fault{Field: "code", Sentence: common}})
		}},
		{"forgot", func(ctx context.Context) templ.Component {
			return views.Forgot(views.ForgotProps{Page: card("Lucky Fox")})
		}},
		{"forgot-sent", func(ctx context.Context) templ.Component {
			return views.Forgot(views.ForgotProps{Page: card("Lucky Fox"), Sent: "anna@lucky-fox.example"})
		}},
		{"enter", func(context.Context) templ.Component {
			return views.Enter(views.EnterProps{Page: card("Lucky Fox"), Name: "Anna Kazlauskaitė", Token: "x", Next: "/inbox"})
		}},
		{"reset", func(ctx context.Context) templ.Component {
			return views.Reset(views.ResetProps{Page: card("Lucky Fox"), Token: "x", Fault: bad})
		}},
		{"invitation", func(ctx context.Context) templ.Component {
			return views.Invitation(views.InvitationProps{Page: card("Lucky Fox"), Token: "x", Email: "mara@agency.example", Name: longName,
				Role: words(ctx, "role.lead"), Fault: bad})
		}},
		{"account", func(ctx context.Context) templ.Component { return views.Account(account(ctx)) }},
		{"account-fault", func(ctx context.Context) templ.Component {
			p := account(ctx)
			p.Factor, p.Of, p.Fault = false, "password", bad
			return views.Account(p)
		}},
		{"second-factor", func(ctx context.Context) templ.Component {
			return views.Factor(views.FactorProps{Page: page(ctx, words(ctx, "staff.factor_title"), "account"), Secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
				Fault: views.Fault{Field: "code", Sentence: common}})
		}},
		{"second-factor-on", func(ctx context.Context) templ.Component {
			return views.Factor(views.FactorProps{Page: page(ctx, words(ctx, "staff.factor_title"), "account"), On: true, Left: 7, Of: "off",
				Fault: views.Fault{Field: "old", Sentence: common}})
		}},
		{"recovery-codes", func(ctx context.Context) templ.Component {
			return views.Recovery(views.RecoveryProps{Page: page(ctx, words(ctx, "staff.recovery_title"), "account"),
				Codes: strings.Fields(strings.Repeat("abcd-efgh-ijkm-npqr ", 10))})
		}},
		{"mailbox", func(context.Context) templ.Component {
			line := views.MailLine{Number: 1, From: "Lucky Fox", To: "mara@agency.example", Subject: "You are invited", At: now}
			return views.Mailbox(views.MailboxProps{Mails: []views.MailLine{line, line}, Open: &line,
				Text: []views.MailPart{{Text: "Follow the link:\n"}, {Text: "http://lucky-fox.localhost/invitation/x", Link: true}}, Raw: "From: x"})
		}},
		{"mailbox-empty", func(context.Context) templ.Component { return views.Mailbox(views.MailboxProps{}) }},
	}
}

// settingsStates are the settings with nothing, something and too much in them.
func settingsStates() []state {
	now := time.Now()
	frame := func(ctx context.Context, here string) views.SettingsProps {
		p := views.SettingsProps{Page: page(ctx, words(ctx, "common.settings"), "settings"), Title: words(ctx, "common.settings"), Here: here,
			Changed: &views.ChangeLine{Who: longName, At: now}}
		for _, each := range []struct{ key, icon, name, about string }{
			{"people", "users-round", words(ctx, "settings.people"), words(ctx, "settings.about_people")},
			{"teams", "users", words(ctx, "settings.teams"), words(ctx, "settings.about_teams")},
			{"topics", "hash", words(ctx, "settings.topics"), words(ctx, "settings.about_topics")},
			{"chat", "message-circle", words(ctx, "settings.chat"), words(ctx, "settings.about_chat")},
			{"audit", "history", words(ctx, "settings.audit"), words(ctx, "settings.about_audit")},
		} {
			p.Items = append(p.Items, views.SettingsItem{Key: each.key, Icon: each.icon, Name: each.name, Lead: each.about, Href: "/settings/" + each.key})
		}
		return p
	}
	teams := []views.Tick{{ID: "tea_1", Name: "Payments", On: true}, {ID: "tea_2", Name: "VIP"}, {ID: "tea_3", Name: longName}}
	person := func(ctx context.Context) views.PersonLine {
		return views.PersonLine{ID: "agt_1", Name: longName, Email: "aleksandra.konstancija@very-long-agency-name.example", Role: words(ctx, "role.lead"),
			Teams: []string{"Payments", "VIP"}, Factor: true, Seen: &now}
	}
	fault := views.Fault{Field: "email", Sentence: "This person works here already."}
	many := func(ctx context.Context) views.PeopleProps {
		p := views.PeopleProps{Settings: frame(ctx, "people"), May: true, Link: "https://lucky-fox.example/invitation/" + strings.Repeat("x", 43), LinkFor: "Mara",
			Invite:  views.InviteProps{Email: "x@y.example", Role: "operator", Language: "lt", Teams: teams, Fault: fault, Open: true},
			Invited: []views.InvitedLine{{ID: "inv_1", Name: longName, Email: "m@agency.example", Role: words(ctx, "role.operator"), Mailed: &now, Expires: now.Add(90 * time.Hour)}, {ID: "inv_2", Name: "Mara", Email: "n@agency.example", Role: words(ctx, "role.admin"), Over: true}}}
		for n := range 40 {
			each := person(ctx)
			each.You, each.Disabled, each.Factor = n == 0, n == 39, n%3 == 0
			p.People = append(p.People, each)
		}
		return p
	}
	topic := views.TopicLine{ID: "top_1", Word: longName, Names: map[string]string{"en": longName}, Stand: map[string]string{"ru": "Вывод"}, ToLead: true, First: true}
	return []state{
		{"settings", func(ctx context.Context) templ.Component { return views.SettingsIndex(frame(ctx, "")) }},
		{"people", func(ctx context.Context) templ.Component { return views.People(many(ctx)) }},
		{"people-read-only", func(ctx context.Context) templ.Component {
			return views.People(views.PeopleProps{Settings: frame(ctx, "people"), People: []views.PersonLine{person(ctx)}})
		}},
		{"member", func(ctx context.Context) templ.Component {
			return views.Member(views.MemberProps{Settings: frame(ctx, "people"), Person: person(ctx), Role: "lead", Teams: teams, May: true,
				Fault: views.Fault{Sentence: "This is the last admin. Make somebody else an admin first."}})
		}},
		{"teams", func(ctx context.Context) templ.Component {
			return views.TeamsPage(views.TeamsProps{Settings: frame(ctx, "teams"), Teams: []views.TeamLine{{ID: "tea_1", Name: "Leads", ForLeads: true, Members: 1}, {ID: "tea_2", Name: longName, Members: 21}},
				Of: "tea_2", Fault: views.Fault{Sentence: "There is a team with this name already."}})
		}},
		{"teams-empty", func(ctx context.Context) templ.Component {
			return views.TeamsPage(views.TeamsProps{Settings: frame(ctx, "teams")})
		}},
		{"topics", func(ctx context.Context) templ.Component {
			return views.TopicsPage(views.TopicsProps{Settings: frame(ctx, "topics"), Topics: []views.TopicLine{topic, {ID: "top_2", Word: "Deposits", Last: true}, {ID: "top_3", Word: "Old", Retired: true}},
				Of: "top_1", Fault: views.Fault{Field: "name_en", Sentence: "A topic's name has 80 characters at most."}})
		}},
		{"chat-settings", func(ctx context.Context) templ.Component {
			return views.ChatSettings(views.ChatSettingsProps{Settings: frame(ctx, "chat"), Origins: []string{"https://" + strings.Repeat("long-", 20) + "casino.example"},
				Keys: []views.KeyLine{{ID: "backend", Alg: "HS256", Created: now}, {ID: "old", Alg: "EdDSA", Created: now, Revoked: &now}}, Made: "backend",
				Secret: strings.Repeat("x", 43), Of: "public", Fault: views.Fault{Sentence: "This isn't a public key: paste the PEM text or the 32 octets in base64."}})
		}},
		{"chat-settings-empty", func(ctx context.Context) templ.Component {
			return views.ChatSettings(views.ChatSettingsProps{Settings: frame(ctx, "chat")})
		}},
		{"audit", func(ctx context.Context) templ.Component {
			p := views.AuditProps{Settings: frame(ctx, "audit"), Reads: true, Next: "/settings/audit?before=x", MayExport: true,
				Chain: views.AuditChain{Links: 1234567, SignedTo: 1234000, SignedAt: now.Add(-9 * time.Hour), Broken: 987654}}
			for n := range 30 {
				p.Lines = append(p.Lines, views.AuditLine{At: now.Add(-time.Duration(n) * time.Hour), Who: longName, Role: words(ctx, "role.lead"),
					What: words(ctx, "settings.audit_conversation_read"), Object: fmt.Sprintf("cnv_%026d", n), Href: "/inbox/x", Refused: n%7 == 3, Address: "198.51.100.7"})
			}
			return views.Audit(p)
		}},
		{"audit-empty", func(ctx context.Context) templ.Component {
			return views.Audit(views.AuditProps{Settings: frame(ctx, "audit")})
		}},
	}
}
