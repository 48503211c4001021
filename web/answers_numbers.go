package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers/deflection"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// numbersPeriods are how many days back the numbers reach.
var numbersPeriods = []int{7, 30, 90}

// mostArticles, mostMissed and mostLooks bound the lists of the numbers' pages.
const (
	mostArticles = 200
	mostMissed   = 40
	mostLooks    = 50
)

// numbersCut is what a page of numbers is of, as its address says.
type numbersCut struct {
	deflection.Cut
	days int
}

func parseNumbersCut(q url.Values, now time.Time) (numbersCut, error) {
	c := numbersCut{days: 30}
	if text := q.Get("days"); text != "" {
		days, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(numbersPeriods, days) {
			return c, tenants.ErrNotFound
		}
		c.days = days
	}
	c.Since = now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-c.days)
	if c.Language = q.Get("language"); c.Language != "" && i18n.Supported(c.Language) != c.Language {
		return c, tenants.ErrNotFound
	}
	var err error
	if c.Topic, err = optionalID(tenants.TopicPrefix, q.Get("topic")); err != nil {
		return c, err
	}
	c.Article, err = optionalID(tenants.ArticlePrefix, q.Get("article"))
	return c, err
}

// at is an address under path for the cut with some of it changed: name, value, name, value. An empty value leaves it out.
func (c numbersCut) at(path string, change ...string) string {
	q := url.Values{}
	q.Set("days", strconv.Itoa(c.days))
	if c.Language != "" {
		q.Set("language", c.Language)
	}
	if c.Topic != nil {
		q.Set("topic", tenants.PublicID(tenants.TopicPrefix, *c.Topic))
	}
	if c.Article != nil {
		q.Set("article", tenants.PublicID(tenants.ArticlePrefix, *c.Article))
	}
	for i := 0; i+1 < len(change); i += 2 {
		if q.Set(change[i], change[i+1]); change[i+1] == "" {
			q.Del(change[i])
		}
	}
	return path + "?" + q.Encode()
}

const (
	numbersPath     = "/answers/numbers"
	numbersRowsPath = "/answers/numbers/rows"
)

// numbers is what the help centre's answers did in the chat, for leads.
func (s *Server) numbers(w http.ResponseWriter, r *http.Request) error {
	cut, err := parseNumbersCut(r.URL.Query(), time.Now())
	if err != nil {
		return err
	}
	var n counted
	var frame views.AnswersFrameProps
	err = s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.NumbersRead, authz.Facts{}); err != nil {
			return err
		}
		if frame, err = s.answersFrame(ctx, tx, r, i18n.T(ctx, "numbers.title"), "numbers"); err != nil {
			return err
		}
		n, err = count(ctx, tx, cut)
		return err
	})
	if err != nil {
		return err
	}
	p := numbersProps(r.Context(), cut, n)
	p.Frame = frame
	return views.Render(w, r, http.StatusOK, views.Numbers(p))
}

// counted are the numbers of a cut.
type counted struct {
	all       deflection.Tally
	articles  []deflection.ArticleTally
	topics    []deflection.TopicTally
	languages []deflection.LanguageTally
	days      []deflection.DayTally
	missed    []deflection.MissedWord
}

func count(ctx context.Context, tx bun.Tx, c numbersCut) (n counted, err error) {
	if n.all, err = deflection.Count(ctx, tx, c.Cut); err != nil {
		return n, err
	}
	if n.articles, err = deflection.ByArticle(ctx, tx, c.Cut, mostArticles); err != nil {
		return n, err
	}
	if n.topics, err = deflection.ByTopic(ctx, tx, c.Cut); err != nil {
		return n, err
	}
	if n.languages, err = deflection.ByLanguage(ctx, tx, c.Cut); err != nil {
		return n, err
	}
	if n.days, err = deflection.ByDay(ctx, tx, c.Cut); err != nil {
		return n, err
	}
	n.missed, err = deflection.MissedWords(ctx, tx, c.Cut, mostMissed)
	return n, err
}

func numbersProps(ctx context.Context, c numbersCut, n counted) views.NumbersProps {
	p := views.NumbersProps{Days: c.days, Seekers: deflection.Seekers}
	for _, days := range numbersPeriods {
		p.Periods = append(p.Periods, views.Segment{Name: i18n.N(ctx, "numbers.days", days), Href: c.at(numbersPath, "days", strconv.Itoa(days)), Here: days == c.days})
	}
	rows := func(what deflection.What, change ...string) string {
		return c.at(numbersRowsPath, append(change, "what", string(what))...)
	}
	if n.all.Shown > 0 {
		p.Sentence = i18n.N(ctx, "numbers.sentence", n.all.Shown, "Read", i18n.Number(ctx, n.all.Read), "Left", i18n.Number(ctx, n.all.Left), "Share", i18n.Number(ctx, n.all.Share()))
		p.Share = i18n.T(ctx, "articles.percent", "Share", i18n.Number(ctx, n.all.Share()))
		p.Figures = []views.FigureProps{
			{Number: n.all.Shown, Name: i18n.T(ctx, "numbers.shown"), Href: rows(deflection.WasShown)},
			{Number: n.all.Read, Name: i18n.T(ctx, "numbers.read"), Href: rows(deflection.WasRead)},
			{Number: n.all.Answered, Name: i18n.T(ctx, "numbers.answered"), Href: rows(deflection.WasAnswered)},
			{Number: n.all.Left, Name: i18n.T(ctx, "numbers.left"), Href: rows(deflection.HasLeft)},
			{Number: n.all.Asked, Name: i18n.T(ctx, "numbers.asked"), Href: rows(deflection.HasAsked)},
			{Number: n.all.Open, Name: i18n.T(ctx, "numbers.open"), Href: rows(deflection.IsOpen)},
		}
		p.Chart = numbersChart(ctx, c, n.days)
	}
	if c.Language != "" {
		p.Only = append(p.Only, views.Segment{Name: i18n.LanguageName(ctx, c.Language), Href: c.at(numbersPath, "language", "")})
	}
	for _, a := range n.articles {
		id := tenants.PublicID(tenants.ArticlePrefix, a.ID)
		if c.Article != nil && *c.Article == a.ID {
			p.Only = append(p.Only, views.Segment{Name: a.Title, Href: c.at(numbersPath, "article", "")})
		}
		own := func(what deflection.What) string { return rows(what, "article", id) }
		p.Articles = append(p.Articles, views.NumbersLine{Name: a.Title, Href: c.at(numbersPath, "article", id), About: "/answers/" + id,
			Numbers: []views.FigureProps{
				{Number: a.Shown, Name: i18n.T(ctx, "numbers.shown"), Href: own(deflection.WasShown)},
				{Number: a.Read, Name: i18n.T(ctx, "numbers.read_it"), Href: own(deflection.WasRead)},
				{Number: a.Answered, Name: i18n.T(ctx, "numbers.answered"), Href: own(deflection.WasAnswered)},
				{Number: a.Asked, Name: i18n.T(ctx, "numbers.asked_after"), Href: own(deflection.HasAsked)},
				{Number: a.FromPage, Name: i18n.T(ctx, "numbers.came_by_page"), Href: own(deflection.CameByPage)},
				{Number: a.Helpful, Name: i18n.T(ctx, "numbers.helpful"), Href: "/answers/" + id},
				{Number: a.Unhelpful, Name: i18n.T(ctx, "numbers.unhelpful"), Href: "/answers/" + id},
			}})
	}
	for _, t := range n.topics {
		line := views.NumbersLine{Name: i18n.T(ctx, "numbers.no_topic"), Numbers: tallied(ctx, t.Tally, func(deflection.What) string { return "" })}
		if t.ID != nil {
			id := tenants.PublicID(tenants.TopicPrefix, *t.ID)
			line = views.NumbersLine{Name: topicWord(ctx, t.Key, ownName(t.Names, i18n.Lang(ctx))), Href: c.at(numbersPath, "topic", id),
				Numbers: tallied(ctx, t.Tally, func(what deflection.What) string { return rows(what, "topic", id) })}
			if c.Topic != nil && *c.Topic == *t.ID {
				p.Only = append(p.Only, views.Segment{Name: line.Name, Href: c.at(numbersPath, "topic", "")})
			}
		}
		p.Topics = append(p.Topics, line)
	}
	for _, l := range n.languages {
		p.Languages = append(p.Languages, views.NumbersLine{Name: i18n.LanguageName(ctx, l.Language), Href: c.at(numbersPath, "language", l.Language),
			Numbers: tallied(ctx, l.Tally, func(what deflection.What) string { return rows(what, "language", l.Language) })})
	}
	for _, m := range n.missed {
		p.Missed = append(p.Missed, views.MissedProps{Word: m.Word, Lang: m.Language, Language: i18n.LanguageName(ctx, m.Language), People: m.People})
	}
	return p
}

// tallied are a tally's numbers in the order of tables.
func tallied(ctx context.Context, t deflection.Tally, href func(deflection.What) string) []views.FigureProps {
	return []views.FigureProps{
		{Number: t.Shown, Name: i18n.T(ctx, "numbers.shown"), Href: href(deflection.WasShown)},
		{Number: t.Read, Name: i18n.T(ctx, "numbers.read"), Href: href(deflection.WasRead)},
		{Number: t.Answered, Name: i18n.T(ctx, "numbers.answered"), Href: href(deflection.WasAnswered)},
		{Number: t.Left, Name: i18n.T(ctx, "numbers.left"), Href: href(deflection.HasLeft)},
		{Number: t.Asked, Name: i18n.T(ctx, "numbers.asked"), Href: href(deflection.HasAsked)},
	}
}

// numbersChart has a bar for each day of a short period and for each week of a long one.
func numbersChart(ctx context.Context, c numbersCut, days []deflection.DayTally) views.NumbersChart {
	step := 1
	if c.days > 31 {
		step = 7
	}
	chart := views.NumbersChart{Said: i18n.N(ctx, "numbers.chart", len(days))}
	for from := 0; from < c.days; from += step {
		first := c.Since.AddDate(0, 0, from)
		bar := views.NumbersDay{Name: i18n.Day(i18n.WithZone(ctx, time.UTC), first)}
		for _, d := range days {
			if since := int(d.Day.Sub(c.Since) / (24 * time.Hour)); since >= from && since < from+step {
				bar.Left, bar.Asked, bar.Open = bar.Left+d.Left, bar.Asked+d.Asked, bar.Open+d.Open
			}
		}
		chart.Most = max(chart.Most, bar.Left+bar.Asked+bar.Open)
		chart.Days = append(chart.Days, bar)
	}
	return chart
}

// numbersRows is what lies behind one of the numbers: each time that somebody was about to ask, and what became of it.
func (s *Server) numbersRows(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	cut, err := parseNumbersCut(q, time.Now())
	if err != nil {
		return err
	}
	what := deflection.What(q.Get("what"))
	if !slices.Contains(deflection.Whats, what) {
		return tenants.ErrNotFound
	}
	before := time.Now().Add(time.Hour)
	if text := q.Get("before"); text != "" {
		if before, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return tenants.ErrNotFound
		}
	}
	title := whatWord(r.Context(), what, cut.Article != nil)
	var frame views.AnswersFrameProps
	var rows []deflection.Row
	var people int
	err = s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.NumbersRead, authz.Facts{}); err != nil {
			return err
		}
		if frame, err = s.answersFrame(ctx, tx, r, title, "numbers"); err != nil {
			return err
		}
		rows, people, err = deflection.Rows(ctx, tx, cut.Cut, what, before, mostLooks+1)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	p := views.NumbersRowsProps{Frame: frame, Title: title, Back: cut.at(numbersPath),
		Lead: i18n.N(ctx, "numbers.rows_lead", people, "Days", i18n.Number(ctx, cut.days))}
	if len(rows) > mostLooks {
		rows = rows[:mostLooks]
		p.More = cut.at(numbersRowsPath, "what", string(what), "before", rows[mostLooks-1].Begun.UTC().Format(time.RFC3339Nano))
	}
	for _, row := range rows {
		line, err := numbersRow(ctx, row)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, line)
	}
	return views.Render(w, r, http.StatusOK, views.NumbersRows(p))
}

func whatWord(ctx context.Context, what deflection.What, ofOne bool) string {
	switch {
	case what == deflection.HasAsked && ofOne:
		return i18n.T(ctx, "numbers.asked_after")
	case what == deflection.WasRead && ofOne:
		return i18n.T(ctx, "numbers.read_it")
	case what == deflection.CameByPage:
		return i18n.T(ctx, "numbers.came_by_page")
	}
	return i18n.T(ctx, "numbers."+string(what))
}

func numbersRow(ctx context.Context, row deflection.Row) (views.NumbersRow, error) {
	out := views.NumbersRow{At: row.Begun, Language: i18n.LanguageName(ctx, row.Language), Open: row.Open, Player: text(row.Player)}
	if row.Conversation != nil {
		out.Asked = "/inbox/" + tenants.PublicID(tenants.ConversationPrefix, *row.Conversation)
	}
	if row.Topic != nil {
		out.Topic = topicWord(ctx, *row.Topic, ownName(row.TopicNames, i18n.Lang(ctx)))
	}
	items, err := row.Articles()
	for _, a := range items {
		out.Articles = append(out.Articles, views.NumbersItem{Title: a.Title, Href: "/answers/" + tenants.PublicID(tenants.ArticlePrefix, a.ID),
			Place: a.Position, FromPage: a.Way == deflection.Page, Read: a.Read, Answered: a.Answered})
	}
	return out, err
}
