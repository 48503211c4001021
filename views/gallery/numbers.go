package main

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// numbersStates are the pages of what answers did: nothing, one, and too much.
func numbersStates() []state {
	frame := func(ctx context.Context) views.AnswersFrameProps {
		return views.AnswersFrameProps{Page: page(ctx, words(ctx, "numbers.title"), "answers"), Title: words(ctx, "articles.title"),
			Lead: words(ctx, "articles.lead"), Here: "numbers", Numbers: true}
	}
	show := func(build func(ctx context.Context, p *views.NumbersProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := numbers(ctx)
			p.Frame = frame(ctx)
			build(ctx, &p)
			return views.Numbers(p)
		}
	}
	rows := func(n int) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := views.NumbersRowsProps{Frame: frame(ctx), Title: words(ctx, "numbers.asked"), Lead: words(ctx, "numbers.rows_lead", "Count", n, "Days", 30), Back: "/answers/numbers"}
			for i := range n {
				row := views.NumbersRow{At: ago(time.Duration(i*7) * time.Hour), Language: "Lietuvių", Open: i == 1, Articles: []views.NumbersItem{
					{Title: longName, Href: "/answers/art_1", Place: 1, Read: true, Answered: i == 2},
					{Title: "Какие нужны документы", Href: "/answers/art_2", Place: 2}, {Title: "House rules", Href: "/answers/art_3", FromPage: i%2 == 0, Read: true}}}
				if i%3 == 0 {
					row.Asked, row.Player, row.Topic = "/inbox/cnv_1", longName, words(ctx, "topic.withdrawals")
				}
				p.Rows, p.More = append(p.Rows, row), "/answers/numbers/rows"
			}
			return views.NumbersRows(p)
		}
	}
	return []state{
		{"numbers", show(func(context.Context, *views.NumbersProps) {})},
		{"numbers-empty", show(func(_ context.Context, p *views.NumbersProps) {
			p.Sentence, p.Missed, p.Only = "", nil, nil
		})},
		{"numbers-too-many", show(func(_ context.Context, p *views.NumbersProps) {
			for len(p.Articles) < 200 {
				p.Articles = append(p.Articles, p.Articles...)
			}
		})},
		{"numbers-rows", rows(12)},
		{"numbers-rows-none", rows(0)},
	}
}

func numbers(ctx context.Context) views.NumbersProps {
	p := views.NumbersProps{Days: 30, Seekers: 3, Share: "46 %",
		Sentence: words(ctx, "numbers.sentence", "Count", 412, "Read", 268, "Left", 190, "Share", 46),
		Only:     []views.Segment{{Name: longName, Href: "/answers/numbers"}},
		Missed:   []views.MissedProps{{Word: "кэшбэк", Lang: "ru", Language: "Русский", People: 12}, {Word: "jackpot", Lang: "en", Language: "English", People: 3}}}
	for _, days := range []int{7, 30, 90} {
		p.Periods = append(p.Periods, views.Segment{Name: words(ctx, "numbers.days", "Count", days), Href: "/answers/numbers?days=" + strconv.Itoa(days), Here: days == 30})
	}
	figure := func(id string, n int) views.FigureProps {
		return views.FigureProps{Number: n, Name: words(ctx, "numbers."+id), Href: "/answers/numbers/rows"}
	}
	p.Figures = []views.FigureProps{figure("shown", 412), figure("read", 268), figure("answered", 97), figure("left", 190), figure("asked", 210), figure("open", 12)}
	for i := range 30 {
		day := views.NumbersDay{Name: strconv.Itoa(i + 1), Left: i * 7 % 11, Asked: i * 5 % 7}
		p.Chart.Days, p.Chart.Most = append(p.Chart.Days, day), max(p.Chart.Most, day.Left+day.Asked)
	}
	p.Chart.Said = words(ctx, "numbers.chart", "Count", 30)
	p.Articles = []views.NumbersLine{
		{Name: longName, Href: "/answers/numbers", About: "/answers/art_1", Numbers: []views.FigureProps{figure("shown", 112345), figure("read", 4), figure("asked", 0)}},
		{Name: "كم من الوقت يستغرق السحب", Href: "/answers/numbers", About: "/answers/art_2", Numbers: []views.FigureProps{figure("shown", 9), figure("read", 0), figure("asked", 0)}},
	}
	p.Topics = []views.NumbersLine{{Name: words(ctx, "topic.withdrawals"), Href: "/answers/numbers", Numbers: []views.FigureProps{figure("shown", 9)}},
		{Name: words(ctx, "numbers.no_topic"), Numbers: []views.FigureProps{{Number: 3, Name: words(ctx, "numbers.shown")}}}}
	p.Languages = []views.NumbersLine{{Name: "Lietuvių", Href: "/answers/numbers", Numbers: []views.FigureProps{figure("shown", 9)}}}
	return p
}
