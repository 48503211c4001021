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

// answersStates are the help centre's staff pages with nothing, something and too much in them.
func answersStates() []state {
	frame := func(ctx context.Context, here string) views.AnswersFrameProps {
		p := page(ctx, words(ctx, "articles.title"), "answers")
		p.Scripts = []string{"answers.js"}
		return views.AnswersFrameProps{Page: p, Title: words(ctx, "articles.title"), Lead: words(ctx, "articles.lead"), Here: here, Waiting: 3, Public: "/help"}
	}
	show := func(here string, build func(ctx context.Context, p *views.ArticleProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := article(ctx)
			p.Frame = frame(ctx, here)
			build(ctx, &p)
			return views.Article(p)
		}
	}
	list := func(build func(ctx context.Context, p *views.AnswersProps)) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			p := answers(ctx)
			p.Frame = frame(ctx, "articles")
			build(ctx, &p)
			return views.Answers(p)
		}
	}
	return []state{
		{"answers", list(func(context.Context, *views.AnswersProps) {})},
		{"answers-none", list(func(_ context.Context, p *views.AnswersProps) { p.Rows, p.None = nil, true })},
		{"answers-none-found", list(func(_ context.Context, p *views.AnswersProps) { p.Rows, p.Words = nil, "parking" })},
		{"answers-none-waiting", list(func(_ context.Context, p *views.AnswersProps) { p.Rows, p.State = nil, "review" })},
		{"answers-too-many", list(func(_ context.Context, p *views.AnswersProps) {
			for len(p.Rows) < 50 {
				p.Rows = append(p.Rows, p.Rows...)
			}
			p.Total, p.Next = 12345, "/answers?after=x"
		})},
		{"article", show("articles", func(context.Context, *views.ArticleProps) {})},
		{"article-internal", show("articles", func(ctx context.Context, p *views.ArticleProps) {
			p.Internal, p.Source, p.Place.Audience, p.Title, p.Fields.Title = true, nil, "staff", longName, longName
		})},
		{"article-review", show("articles", func(ctx context.Context, p *views.ArticleProps) {
			p.Mark.State, p.NoteBy, p.Can.SendBack = views.TextReview, "Rūta", true
			p.Fault = views.Fault{Field: "note", Sentence: "Say what should change."}
		})},
		{"article-sent-back", show("articles", func(ctx context.Context, p *views.ArticleProps) {
			p.Mark.State, p.NoteBy, p.Note = views.TextSentBack, "Lena", "The limit is 24 hours now, not 48."
		})},
		{"article-archived", show("articles", func(ctx context.Context, p *views.ArticleProps) {
			p.Archived, p.Can = true, views.ArticleCan{Archive: true}
		})},
		{"article-new-language", show("articles", func(ctx context.Context, p *views.ArticleProps) {
			p.Mark, p.Versions, p.Figures, p.At = views.TextMark{State: views.TextMissing}, nil, views.ArticleFigures{}, nil
			p.Fields = views.ArticleFields{}
			p.Source.Changes = nil
		})},
		{"article-compare", func(ctx context.Context) templ.Component {
			return views.Comparison(views.ComparisonProps{Frame: frame(ctx, "articles"), Self: "/answers/art_1/en", Title: longName, Language: "en",
				Old: version(2, views.TextPublished), Now: version(3, views.TextDraft), Numbers: []views.VersionLine{version(3, views.TextDraft), version(2, views.TextPublished)},
				CanRestore: true, Fields: []views.ComparedField{
					{Name: words(ctx, "articles.field_title")},
					{Name: words(ctx, "articles.field_body"), Changed: true, Pieces: redline()},
				}})
		}},
		{"article-compare-first", func(ctx context.Context) templ.Component {
			return views.Comparison(views.ComparisonProps{Frame: frame(ctx, "articles"), Self: "/answers/art_1/en", Title: "Payouts", Language: "en", First: true,
				Old: version(1, views.TextDraft), Now: version(1, views.TextDraft), Numbers: []views.VersionLine{version(1, views.TextDraft)},
				Fields: []views.ComparedField{{Name: words(ctx, "articles.field_body"), Changed: true, Pieces: []views.Redline{{Kind: "new", Text: "Payouts take a day."}}}}})
		}},
		{"article-new", func(ctx context.Context) templ.Component {
			return views.NewArticle(views.NewArticleProps{Frame: frame(ctx, ""), Languages: languageChoices(ctx), Language: "en", Place: place(ctx),
				Limits: limits, Fault: views.Fault{Field: "title", Sentence: "An article needs a title."}})
		}},
		{"article-new-no-category", func(ctx context.Context) templ.Component {
			return views.NewArticle(views.NewArticleProps{Frame: frame(ctx, ""), Limits: limits})
		}},
		{"categories", func(ctx context.Context) templ.Component {
			return views.Categories(categories(ctx, frame(ctx, "categories"), true))
		}},
		{"categories-read-only", func(ctx context.Context) templ.Component {
			return views.Categories(categories(ctx, frame(ctx, "categories"), false))
		}},
		{"categories-empty", func(ctx context.Context) templ.Component {
			return views.Categories(views.CategoriesProps{Frame: frame(ctx, "categories"), May: true, Languages: languageChoices(ctx), Icons: []string{"book-open", "gift"}})
		}},
		{"readers", func(ctx context.Context) templ.Component {
			f := views.ArticleFigures{Helpful: 12, Not: 31}
			return views.Readers(views.ReadersProps{Frame: frame(ctx, "readers"),
				Misses:   []views.MissLine{{Words: "почему не приходит смс", Language: "ru", Times: 41, At: ago(time.Hour), Write: "/answers/new"}, {Words: longName, Language: "en", Times: 1, At: ago(time.Minute), Write: "/answers/new"}},
				Articles: []views.ReadLine{{Href: "/answers/art_1/en", Title: longName, Language: "en", Figures: f}, {Href: "/answers/art_2/ru", Title: "Вывод", Language: "ru", Figures: f}}})
		}},
		{"readers-none", func(ctx context.Context) templ.Component {
			return views.Readers(views.ReadersProps{Frame: frame(ctx, "readers")})
		}},
		{"insert", func(ctx context.Context) templ.Component { return insert(ctx) }},
	}
}

var limits = views.ArticleLimits{Title: 160, Summary: 400, Slug: 80, Body: 60000}

func languageChoices(ctx context.Context) (all []views.Choice) {
	for _, l := range []string{"en", "ru", "lt"} {
		all = append(all, views.Choice{ID: l, Name: i18n.LanguageName(ctx, l)})
	}
	return all
}

func place(ctx context.Context) views.ArticlePlace {
	return views.ArticlePlace{Category: "cat_1", Topic: "top_1", Audience: "players",
		Categories: []views.Choice{{ID: "cat_1", Name: "Payouts"}, {ID: "cat_2", Name: longName}},
		Topics:     []views.Choice{{ID: "top_1", Name: i18n.T(ctx, "topic.withdrawals")}}}
}

func textMarks(ctx context.Context) []views.TextMark {
	mark := func(l string, s views.TextState, live, stale bool) views.TextMark {
		return views.TextMark{Language: l, Name: i18n.LanguageName(ctx, l), Href: "/answers/art_1/" + l, State: s, Live: live, Stale: stale, Original: l == "en", Here: l == "ru"}
	}
	return []views.TextMark{mark("en", views.TextPublished, true, false), mark("ru", views.TextDraft, true, true), mark("lt", views.TextPublished, true, true),
		mark("de", views.TextReview, false, false), mark("pt-BR", views.TextMissing, false, false)}
}

func answers(ctx context.Context) views.AnswersProps {
	marks := textMarks(ctx)
	p := views.AnswersProps{Categories: place(ctx).Categories, Languages: languageChoices(ctx), Total: 5}
	for i, key := range []string{"all", "draft", "review", "sent_back", "live", "stale", "archived"} {
		p.Counts = append(p.Counts, views.AnswerCount{Name: words(ctx, "articles.count_"+key), Href: "/answers", Count: i * 17, Here: i == 0})
	}
	for i, r := range []views.AnswerRow{
		{Title: "How long does a withdrawal take?", Category: "Payouts", Icon: "banknote", Texts: marks[:3]},
		{Title: "Почему мой вывод отменён", Category: "Payouts", Icon: "banknote", Texts: marks[1:2], Waiting: true},
		{Title: "What to say after a big loss", Category: "Responsible gaming", Internal: true, Texts: marks[:1]},
		{Title: longName + " " + longName, Category: longName, Icon: "gift", Texts: marks},
		{Title: "كيف أسحب أموالي؟", Category: "Payouts", Icon: "banknote", Archived: true, Texts: marks[:1]},
	} {
		r.Href, r.Who, r.At = fmt.Sprintf("/answers/art_%d/en", i), "Rūta Kazlauskaitė", ago(time.Duration(i)*7*time.Hour)
		p.Rows = append(p.Rows, r)
	}
	return p
}

func version(n int, s views.TextState) views.VersionLine {
	return views.VersionLine{Number: n, State: s, Live: s == views.TextPublished, Who: "Rūta Kazlauskaitė", At: ago(time.Duration(5-n) * 26 * time.Hour), Open: "/answers/art_1/ru/compare?now=2"}
}

func redline() []views.Redline {
	return []views.Redline{{Kind: "same", Text: "## How long it takes\n\nWe pay within "}, {Kind: "gone", Text: "48"}, {Kind: "new", Text: "24"},
		{Kind: "same", Text: " hours.\n"}, {Kind: "new", Text: "\n> [!NOTE]\n> The first payout needs your identity card.\n"}}
}

func article(ctx context.Context) views.ArticleProps {
	body := strings.Repeat("## Сколько длится вывод\n\nМы платим в течение **24 часов**.\n\n> [!NOTE]\n> Первый вывод требует документа.\n\n", 4)
	inner := new(strings.Builder)
	_ = views.ArticlePreview("ru", "ltr", "/theme.css").Render(templ.WithChildren(ctx, templ.Raw("<h1>Сколько длится вывод</h1><p>Мы платим в течение <strong>24 часов</strong>.</p>")), inner)
	at := ago(2 * time.Minute)
	old := version(1, views.TextWithdrawn)
	old.Note = "The limit is 24 hours now, not 48."
	return views.ArticleProps{
		ID: "art_1", Href: "/answers/art_1", Self: "/answers/art_1/ru", Title: "How long does a withdrawal take?", Texts: textMarks(ctx), Language: "ru", Dir: "ltr",
		Public: "/help/ru/vyvod", Fields: views.ArticleFields{Title: "Сколько длится вывод", Summary: "Обычно сутки, первый раз до трёх дней.", Slug: "skolko-dlitsya-vyvod", Body: body, Seen: "3.2"},
		Can: views.ArticleCan{Write: true, Ask: true, Publish: true, Unpublish: true, Discard: true, Archive: true, Place: true}, Mark: textMarks(ctx)[1], Who: "Rūta", At: &at,
		Source: &views.ArticleSource{Language: "en", Name: i18n.LanguageName(ctx, "en"), Dir: "ltr", Title: "How long does a withdrawal take?", Summary: "A day as a rule.",
			Body: "## How long it takes\n\nWe pay within 24 hours.", Number: 4, BasedOn: 2, Changes: redline()},
		Versions: []views.VersionLine{version(3, views.TextDraft), version(2, views.TextPublished), old}, More: true,
		Figures: views.ArticleFigures{Helpful: 128, Not: 31, Words: []views.ReaderWords{{Text: "Не сказано, что делать, если карта закрыта", At: ago(3 * time.Hour)}, {Text: strings.Repeat("w", 120), Helpful: true, At: ago(time.Hour)}}},
		Place:   place(ctx), Preview: inner.String(), Home: "/help/ru/", Limits: limits,
	}
}

func categories(ctx context.Context, frame views.AnswersFrameProps, may bool) views.CategoriesProps {
	return views.CategoriesProps{Frame: frame, May: may, Languages: languageChoices(ctx), Icons: []string{"book-open", "user", "lock", "banknote", "gift", "dices", "trophy", "wrench", "smartphone"},
		Categories: []views.CategoryLine{
			{ID: "cat_1", Word: "Payouts", Icon: "banknote", Articles: 12, First: true, Names: map[string]string{"en": "Payouts", "ru": "Вывод"}},
			{ID: "cat_2", Word: longName, Icon: "gift", Articles: 1, Last: true},
			{ID: "cat_3", Word: "Sport", Icon: "trophy", Retired: true},
		}, Of: "cat_1", Fault: views.Fault{Sentence: "A category needs a name in one language at least."}}
}

// insert is the list that "/" opens, as it stands over the composer.
func insert(ctx context.Context) templ.Component {
	item := func(n int, title, summary string) views.InsertItem {
		return views.InsertItem{ID: fmt.Sprintf("answer-%d", n), Title: title, Summary: summary, Language: "en", Link: "https://lucky-fox.example/help/en/x"}
	}
	internal := item(3, "What to say after a big loss", "Calm first; never an offer.")
	internal.Open = "/inbox/cnv_1/answers/art_3"
	other := item(2, longName, strings.Repeat("A day as a rule. ", 9))
	other.Name = i18n.LanguageName(ctx, "lt")
	return inserting(page(ctx, words(ctx, "inbox.answers"), "inbox"), views.InsertProps{Words: "with",
		Players: []views.InsertItem{item(1, "How long does a withdrawal take?", "A day as a rule, three for the first."), other}, Internal: []views.InsertItem{internal}})
}
