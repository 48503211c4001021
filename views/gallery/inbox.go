package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

func inboxStates() []state {
	show := func(build func(ctx context.Context, p *views.InboxProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := inbox(ctx)
			build(ctx, &p)
			return views.Inbox(p)
		}
	}
	return []state{
		{"inbox", show(func(ctx context.Context, p *views.InboxProps) { p.Open = talk(ctx) })},
		{"inbox-none-open", show(func(context.Context, *views.InboxProps) {})},
		{"inbox-empty", show(func(ctx context.Context, p *views.InboxProps) {
			p.List.Rows = nil
			p.List.Empty = views.EmptyProps{Title: words(ctx, "inbox.empty_all"), Text: words(ctx, "inbox.empty_all_text")}
		})},
		{"inbox-one", show(func(ctx context.Context, p *views.InboxProps) {
			p.List.Rows = p.List.Rows[:1]
			p.Open = quiet(ctx)
		})},
		{"inbox-loading", show(func(_ context.Context, p *views.InboxProps) { p.List.State = views.ListLoading })},
		{"inbox-failed", show(func(_ context.Context, p *views.InboxProps) { p.List.State = views.ListFailed })},
		{"inbox-too-many", show(func(ctx context.Context, p *views.InboxProps) {
			for len(p.List.Rows) < 200 {
				p.List.Rows = append(p.List.Rows, p.List.Rows...)
			}
			for i := range p.List.Rows {
				p.List.Rows[i].ID = fmt.Sprint("cnv_", i)
			}
			p.List.Full = true
			p.Open = long(ctx)
		})},
		{"inbox-excluded", show(func(ctx context.Context, p *views.InboxProps) {
			p.Open = talk(ctx)
			p.Open.Player.Status, p.Open.State, p.Open.Assignee, p.Open.Mine = views.StatusExcluded, views.TalkResolved, "", false
		})},
		{"inbox-visitor", show(func(ctx context.Context, p *views.InboxProps) {
			p.Open = quiet(ctx)
			p.Open.Player = views.PlayerProps{Status: views.StatusUnknown, Since: ago(time.Minute), Return: "someone@example.org"}
			until := time.Now().Add(20 * time.Hour)
			p.Open.State, p.Open.Until = views.TalkSnoozed, &until
		})},
		{"inbox-reader-only", show(func(ctx context.Context, p *views.InboxProps) {
			p.Open = talk(ctx)
			p.Open.Can = views.TalkCan{}
		})},
	}
}

func ago(d time.Duration) time.Time { return time.Now().Add(-d) }

func since(d time.Duration) *time.Time { t := ago(d); return &t }

func inbox(ctx context.Context) views.InboxProps {
	p := page(ctx, words(ctx, "inbox.view_all"), "inbox")
	p.Scripts, p.Fixed = []string{"inbox.js"}, true
	topics := []views.ViewLink{}
	for i, key := range []string{"withdrawals", "verification", "bonuses", "responsible_gaming"} {
		topics = append(topics, views.ViewLink{Icon: "hash", Name: i18n.T(ctx, "topic."+key), Href: "/inbox", Count: 7 * i})
	}
	return views.InboxProps{
		Page: p,
		Boxes: views.BoxesProps{
			Self: "/inbox/boxes", Unread: 3,
			Groups: []views.ViewGroup{
				{Views: []views.ViewLink{
					{Icon: "user", Name: words(ctx, "inbox.view_mine"), Href: "/inbox?view=mine", Count: 4},
					{Icon: "inbox", Name: words(ctx, "inbox.view_unassigned"), Href: "/inbox?view=unassigned", Count: 12},
					{Icon: "layers", Name: words(ctx, "inbox.view_all"), Href: "/inbox", Count: 99, AtLeast: true, Current: true},
					{Icon: "alarm-clock", Name: words(ctx, "inbox.view_snoozed"), Href: "/inbox?view=snoozed", Count: 2},
					{Icon: "circle-check", Name: words(ctx, "inbox.view_resolved"), Href: "/inbox?view=resolved"},
				}},
				{Title: words(ctx, "inbox.group_teams"), Views: []views.ViewLink{
					{Icon: "users-round", Name: "Payments", Href: "/inbox?team=1", Count: 31},
					{Icon: "users-round", Name: "Verantwortungsvolles Spielen und Selbstausschluss", Href: "/inbox?team=2", Count: 1},
				}},
				{Title: words(ctx, "inbox.group_topics"), Views: topics},
			},
		},
		List: views.ListProps{Title: words(ctx, "inbox.view_all"), Self: "/inbox/list", Rows: rows(ctx), More: "/inbox?limit=100"},
	}
}

func rows(ctx context.Context) []views.RowProps {
	topic := i18n.T(ctx, "topic.withdrawals")
	snooze := time.Now().Add(3 * time.Hour)
	return []views.RowProps{
		{ID: "cnv_1", Name: "Mara Petrauskienė", VIP: "Gold", Status: views.StatusActive, Open: true,
			Words: "Почему мой вывод средств до сих пор не пришёл?", Topic: topic, Channel: "chat", Waiting: since(4 * time.Minute), Unread: true},
		{ID: "cnv_2", Name: "Konstantinopolitanischer Dudelsackspfeifenmachergesellenverein", Status: views.StatusAtRisk,
			Words: "Ich habe heute alles verloren und weiß nicht weiter", Topic: i18n.T(ctx, "topic.responsible_gaming"), Channel: "chat", Waiting: since(38 * time.Minute), Heat: views.Warm, Unread: true},
		{ID: "cnv_3", Name: "Oleg", Status: views.StatusExcluded, Words: "Откройте мне счёт обратно", Topic: i18n.T(ctx, "topic.account"), Channel: "email", Waiting: since(55 * time.Minute), Heat: views.Hot},
		{ID: "cnv_4", Name: "", Status: views.StatusUnknown, Words: "hello??", Channel: "messenger", Waiting: since(3 * time.Hour), Heat: views.Late, Unread: true},
		{ID: "cnv_5", Name: "محمد عبد الله", Status: views.StatusActive, Words: "شكرا جزيلا", Topic: i18n.T(ctx, "topic.bonuses"), Channel: "chat", At: ago(2 * time.Hour)},
		{ID: "cnv_6", Name: "Jonas", Status: views.StatusUnknown, Words: "Your payout left us this morning.", ByDesk: true, Topic: topic, Channel: "chat", At: ago(26 * time.Hour)},
		{ID: "cnv_7", Name: "Ilse Vandenberghe", Status: views.StatusActive, Files: true, Topic: i18n.T(ctx, "topic.verification"), Channel: "chat", At: ago(3 * 24 * time.Hour)},
		{ID: "cnv_8", Name: "Piotr", Status: views.StatusActive, Erased: true, Topic: topic, Channel: "phone", State: views.TalkSnoozed, Until: &snooze, At: ago(time.Hour)},
		{ID: "cnv_9", Name: "Anneli", Status: views.StatusActive, Words: "😀👍", Topic: topic, Channel: "chat", At: ago(20 * 24 * time.Hour)},
		{ID: "cnv_10", Name: "X", Status: views.StatusActive, Words: strings.Repeat("w", 160), Topic: topic, Channel: "chat", At: ago(400 * 24 * time.Hour)},
	}
}
