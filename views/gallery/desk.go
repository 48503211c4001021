package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"pitdesk/views"
)

func deskStates() []state {
	numbers := func(build func(p *views.DeskNumbersProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := views.DeskNumbersProps{Page: page(ctx, words(ctx, "numbers.desk_title"), "numbers"), Opened: 412, Resolved: 390, Backlog: 22, Waiting: 3,
				Sentence: words(ctx, "numbers.desk_lead"), FirstReply: "1 min", FirstReply90: "6 min", Resolution: "1 h 30 min", Most: 30,
				Periods: []views.Segment{{Name: "7", Href: "/numbers?days=7", Here: true}, {Name: "30", Href: "/numbers"}},
				Topics:  []views.DeskLine{{Name: strings.Repeat("Verantwortungsvoll", 3), Href: "/inbox", Opened: 40, Resolved: 38, FirstReply: "2 min"}}}
			for i := range 7 {
				p.Days = append(p.Days, views.DeskDay{Name: fmt.Sprint("2026-03-0", i+1), Opened: 4 * i, Resolved: 30 - 4*i})
			}
			build(&p)
			return views.DeskNumbers(p)
		}
	}
	view := func(build func(p *views.ViewFormProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := views.ViewFormProps{Page: page(ctx, words(ctx, "views.new"), "inbox"), Title: words(ctx, "views.new"), Name: "Late", May: true, State: "open"}
			build(&p)
			return views.ViewForm(p)
		}
	}
	return []state{
		{"desk-numbers", numbers(func(*views.DeskNumbersProps) {})},
		{"desk-numbers-empty", numbers(func(p *views.DeskNumbersProps) { *p = views.DeskNumbersProps{Page: p.Page, Periods: p.Periods} })},
		{"view-form", view(func(*views.ViewFormProps) {})},
		{"view-form-locked", view(func(p *views.ViewFormProps) { p.ID, p.Locked, p.May = "viw_1", true, false })},
		{"view-form-fault", view(func(p *views.ViewFormProps) {
			p.Fault = views.Fault{Field: "name", Sentence: "A view's name has 1 to 80 characters."}
		})},
		{"inbox-found", func(ctx context.Context) templ.Component {
			p := inbox(ctx)
			p.List.Words = "withdrawal"
			p.List.Rows[1].Found = []views.Piece{{Text: "… where is my "}, {Text: "withdrawal", Hit: true}, {Text: strings.Repeat("?", 200)}}
			return views.Inbox(p)
		}},
	}
}
