package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	centre "pitdesk/desk/answers"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

const helpText = `Money goes back the way it came: by card to the *same card*, by bank to the **same account**.

## Before you ask for it

1. Your documents are [verified](/help/en/verify).
2. No bonus is being wagered, see the [regulator's page](https://regulator.example/rules).

> [!NOTE]
> The first withdrawal takes longer: we look at it by hand.

## How long it takes

| Way | We need | Your bank needs |
|-----|--------:|----------------:|
| Card | 24 hours | 1 to 3 days |
| Bank transfer | 24 hours | 1 to 5 days |

> [!WARNING]
> Nobody of ours ever asks for a code that came by SMS.

## When it is refused

> [!TIP]
> Ask with the number that stands beside the withdrawal: ` + "`W-10482`" + `.

### What we may ask for

- A photo of the card, its middle digits covered
- A bill that isn't older than three months
  - water, power or rent
  - a bank statement

> [!CAUTION]
> A third person's card can't be used, whoever's money it is.
`

// helpStates are the help centre as players read it, with nothing, something and too much in it.
func helpStates() []state {
	long := strings.Repeat("Kasinobenutzerkontoverifizierungsunterlagen ", 3)
	shelves := []views.HelpShelf{
		{Name: "Getting started", About: "Registration, signing in", Icon: "user", Href: "#", Found: 5},
		{Name: "Money and bonuses", About: "Paying in, paying out, wagering", Icon: "banknote", Href: "#", Found: 1},
		{Name: "Playing safely", Icon: "shield-check", Href: "#", Found: 12},
	}
	links := []views.HelpLink{
		{Title: "How to withdraw your winnings", Summary: "From the cashier to your account.", Href: "#"},
		{Title: "Vollständig auf Deutsch", Summary: "Nur auf Deutsch geschrieben.", Href: "#", Lang: "de", Language: "German"},
	}
	frame := func(ctx context.Context) views.House {
		h := views.House{Title: words(ctx, "help.title"), Casino: views.Casino{Name: "Lucky Fox"}, Legal: "Lucky Fox Ltd, 1 Fox Street, Valletta"}
		for _, lang := range i18n.Languages() {
			h.Languages = append(h.Languages, views.HouseLink{Name: i18n.OwnName(lang), Lang: lang, Href: "#", Here: lang == i18n.Lang(ctx)})
		}
		return h
	}
	home := func(shelves []views.HelpShelf, popular []views.HelpLink) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			return views.HelpHome(views.HelpHomeProps{House: frame(ctx), Search: views.HelpSearch{Action: "#"}, Shelves: shelves, Popular: popular, Chat: "#"})
		}
	}
	article := func(body string, change func(p *views.HelpArticleProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			w := centre.WriteIn("en", body, nil)
			p := views.HelpArticleProps{House: frame(ctx), Search: views.HelpSearch{Action: "#"}, Home: "#", Category: shelves[1], Lang: "en", Dir: "ltr",
				Title: "How to withdraw your winnings", Summary: "From the cashier to your account.", HTML: w.HTML,
				Updated: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Related: links, Vote: views.HelpVote{Action: "#"}, Chat: "#"}
			for _, h := range w.Headings {
				p.Contents = append(p.Contents, views.HelpHeading{ID: h.ID, Text: h.Text})
			}
			change(&p)
			return views.HelpArticle(p)
		}
	}
	found := func(typed string, all []views.HelpLink) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := views.HelpFoundProps{House: frame(ctx), Search: views.HelpSearch{Action: "#", Words: typed}, Home: "#", Found: all, Chat: "#"}
			if len(all) == 0 {
				p.Popular = links
			}
			return views.HelpFound(p)
		}
	}
	return []state{
		{"help", home(shelves, links)},
		{"help-none", home(nil, nil)},
		{"help-one", home(shelves[1:2], links[:1])},
		{"help-too-many", home(func() (all []views.HelpShelf) {
			for n := range 40 {
				all = append(all, views.HelpShelf{Name: fmt.Sprint(n+1, " ", long), About: long + long, Icon: "gift", Href: "#", Found: 12345})
			}
			return all
		}(), append(links, views.HelpLink{Title: long + long, Href: "#"}))},
		{"help-category", func(ctx context.Context) templ.Component {
			return views.HelpCategory(views.HelpCategoryProps{House: frame(ctx), Search: views.HelpSearch{Action: "#"}, Home: "#", Name: "Money and bonuses",
				About: "Paying in, paying out, wagering", Found: 120, Articles: links, Newer: "#", Older: "#", Chat: "#"})
		}},
		{"help-category-empty", func(ctx context.Context) templ.Component {
			return views.HelpCategory(views.HelpCategoryProps{House: frame(ctx), Search: views.HelpSearch{Action: "#"}, Home: "#", Name: "Games", Chat: "#"})
		}},
		{"help-article", article(helpText, func(*views.HelpArticleProps) {})},
		{"help-article-short", article("One line.", func(p *views.HelpArticleProps) { p.Summary, p.Related = "", nil })},
		{"help-article-long", article(strings.Repeat("## "+long+"\n\n"+long+"\n\n", 20), func(p *views.HelpArticleProps) { p.Title = long + long })},
		{"help-voted", article("One line.", func(p *views.HelpArticleProps) { p.Vote.Given = "no" })},
		{"help-voted-too-long", article("One line.", func(p *views.HelpArticleProps) {
			p.Vote.Given, p.Vote.Words = "no", long
			p.Vote.Fault = views.Fault{Field: "words", Sentence: "Please say it in 1000 characters."}
		})},
		{"help-said", article("One line.", func(p *views.HelpArticleProps) { p.Vote.Said = true })},
		{"help-found", found("withdraw", links)},
		{"help-found-none", found(long, nil)},
		{"help-search", found("", nil)},
		{"help-missing", func(ctx context.Context) templ.Component {
			return views.HelpMissing(views.HelpMissingProps{House: frame(ctx), Search: views.HelpSearch{Action: "#"}, Home: "#", Popular: links, Chat: "#"})
		}},
	}
}
