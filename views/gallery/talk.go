package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

var canAll = views.TalkCan{Reply: true, Note: true, Assign: true, Snooze: true, Resolve: true, Reopen: true, Topic: true, Tag: true, Erase: true}

func quiet(ctx context.Context) *views.TalkProps {
	entries := []views.EntryProps{
		{Seq: 1, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", Text: "hello??", At: ago(3 * time.Minute)},
	}
	return &views.TalkProps{
		ID: "cnv_1", Href: "/inbox/cnv_1", Back: "/inbox", State: views.TalkOpen, Channel: "chat", LastSeq: 1, MaxText: 10000, Can: canAll,
		Player:  views.PlayerProps{Name: "Mara", Status: views.StatusUnknown, Since: ago(3 * time.Minute)},
		Entries: views.Arrange(ctx, entries, nil, 0), Snoozes: snoozes(ctx),
	}
}

func snoozes(ctx context.Context) []views.SnoozeChoice {
	return []views.SnoozeChoice{
		{Name: words(ctx, "inbox.snooze_hour"), Time: time.Now().Add(time.Hour)},
		{Name: words(ctx, "inbox.snooze_tomorrow"), Time: time.Now().Add(14 * time.Hour)},
		{Name: words(ctx, "inbox.snooze_monday"), Time: time.Now().Add(62 * time.Hour)},
	}
}

func talk(ctx context.Context) *views.TalkProps {
	p := quiet(ctx)
	p.Player = views.PlayerProps{
		Name: "Mara Petrauskienė", Proven: true, Subject: "LF-4815162342", Status: views.StatusActive, VIP: "Gold", Country: "LT",
		Language: "ru", Email: "mara.petrauskiene.with.a.very.long.address@subdomain.example.org", Phone: "+370 600 00000", Since: ago(200 * 24 * time.Hour),
		Others: []views.OtherTalk{
			{Href: "/inbox/cnv_8", Topic: i18n.T(ctx, "topic.verification"), Words: "Загрузила паспорт ещё раз, посмотрите пожалуйста", State: views.TalkResolved, At: ago(12 * 24 * time.Hour)},
			{Href: "/inbox/cnv_9", Words: "Спасибо!", State: views.TalkOpen, At: ago(40 * 24 * time.Hour)},
		}, More: true,
	}
	p.Topic, p.Assignee, p.Mine, p.Team = i18n.T(ctx, "topic.withdrawals"), "Anna Kazlauskaitė", true, "Payments"
	p.Tags = []views.TagProps{{ID: "tag_1", Name: "payout delay"}, {ID: "tag_2", Name: "Überweisungsverzögerungsbeschwerde"}}
	day := 24 * time.Hour
	entries := []views.EntryProps{
		{Seq: 11, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", Text: "Здравствуйте! Моя карта 4111 11•• •••• 1111, вывод завис.", Masked: 1, At: ago(day + 20*time.Minute)},
		{Seq: 12, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", Text: "Почему мой вывод средств до сих пор не пришёл? Уже третий день, 500 €.", At: ago(day + 19*time.Minute)},
		{Seq: 13, Kind: views.EntryLine, Author: views.FromAgent, Icon: "user-check", Line: words(ctx, "inbox.line_assigned_self", "By", "Anna Kazlauskaitė"), At: ago(day + 15*time.Minute)},
		{Seq: 14, Kind: views.EntryLine, Author: views.FromAgent, Icon: "hash", Line: words(ctx, "inbox.line_topic", "By", "Anna Kazlauskaitė", "Topic", i18n.T(ctx, "topic.withdrawals")), At: ago(day + 15*time.Minute)},
		{Seq: 15, Kind: views.EntryMessage, Author: views.FromAgent, Name: "Anna Kazlauskaitė", Mine: true, Text: "Добрый день, Мара! Проверяю у платёжного отдела, отвечу в течение 10 минут.", At: ago(day + 14*time.Minute)},
		{Seq: 16, Kind: views.EntryNote, Author: views.FromAgent, Name: "Petras", Text: "The bank asks for the statement again. See case 4411.", At: ago(40 * time.Minute)},
		{Seq: 17, Kind: views.EntryMessage, Author: views.FromAgent, Name: "Petras", Erased: true, At: ago(30 * time.Minute)},
		{Seq: 18, Kind: views.EntryLine, Author: views.FromAgent, Icon: "trash-2", Line: words(ctx, "inbox.line_erased", "By", "Petras", "Why", "another player's data"), At: ago(30 * time.Minute)},
		{Seq: 19, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", Text: "Вот выписка", At: ago(10 * time.Minute), Files: []views.FileProps{
			{Name: "Kontoauszug-September-2026-mit-einem-sehr-langen-Dateinamen.pdf", Href: "/files/1", Size: 348_112},
			{Name: "screenshot.png", Href: views.Asset("mark.svg"), Size: 88_000, Image: true, W: 640, H: 400},
		}},
		{Seq: 20, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", Text: "شكرا", At: ago(4 * time.Minute)},
		{Seq: 21, Kind: views.EntryMessage, Author: views.FromAgent, Name: "Anna Kazlauskaitė", Mine: true, Text: "Got it, thank you. Your payout is approved and leaves today.\n\nBest, Anna", At: ago(time.Minute)},
	}
	p.Entries, p.LastSeq, p.ReadSeq = views.Arrange(ctx, entries, nil, 18), 21, 18
	p.Earlier, p.Marks = "/inbox/cnv_1/entries?before=11", views.MarkProps{Delivered: 21, Seen: 15}
	return p
}

// long is a conversation with more than anyone wants to read.
func long(ctx context.Context) *views.TalkProps {
	p := talk(ctx)
	var entries []views.EntryProps
	for i := range 100 {
		author, name := views.FromPlayer, "Mara"
		if i%3 == 0 {
			author, name = views.FromAgent, "Petras"
		}
		entries = append(entries, views.EntryProps{Seq: int64(i + 1), Kind: views.EntryMessage, Author: author, Name: name,
			Text: strings.Repeat(fmt.Sprintf("Donaudampfschifffahrtsgesellschaft %d ", i), 1+i%7), At: ago(time.Duration(200-i) * time.Minute)})
	}
	entries = append(entries, views.EntryProps{Seq: 101, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", Text: strings.Repeat("a", 900), At: ago(time.Minute)})
	p.Entries, p.LastSeq = views.Arrange(ctx, entries, nil, 0), 101
	for i := range 20 {
		p.Tags = append(p.Tags, views.TagProps{ID: fmt.Sprint(i), Name: fmt.Sprintf("tag number %d", i)})
	}
	return p
}
