package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/insights"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// deskPeriods are the periods that the desk's numbers are shown for, in days.
var deskPeriods = []int{7, 30, 90}

// deskNumbers are the desk's numbers of the last days.
func (s *Server) deskNumbers(w http.ResponseWriter, r *http.Request) error {
	days := 30
	for _, n := range deskPeriods {
		if r.URL.Query().Get("days") == strconv.Itoa(n) {
			days = n
		}
	}
	var p views.DeskNumbersProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.NumbersRead, authz.Facts{}); err != nil {
			return err
		}
		now := time.Now()
		n, err := insights.Of(ctx, tx, insights.Period{From: now.AddDate(0, 0, 1-days), To: now, Zone: i18n.ZoneOf(ctx)})
		p = deskNumbersProps(ctx, n)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	p.Page = s.page(r, i18n.T(ctx, "numbers.desk_title"), "numbers")
	for _, n := range deskPeriods {
		p.Periods = append(p.Periods, views.Segment{Name: i18n.N(ctx, "numbers.desk_days", n), Href: "/numbers?days=" + strconv.Itoa(n), Here: n == days})
	}
	return views.Render(w, r, http.StatusOK, views.DeskNumbers(p))
}

func deskNumbersProps(ctx context.Context, n insights.Numbers) views.DeskNumbersProps {
	p := views.DeskNumbersProps{Opened: n.Opened, Resolved: n.Resolved, Backlog: n.Backlog, Waiting: n.Waiting, FirstReply: lasted(ctx, n.FirstReply),
		FirstReply90: lasted(ctx, n.FirstReply90), Resolution: lasted(ctx, n.Resolution)}
	if n.Opened > 0 {
		p.Sentence = i18n.N(ctx, "numbers.desk_sentence", n.Opened, "Answered", i18n.Number(ctx, n.Answered), "Resolved", i18n.Number(ctx, n.Resolved))
	}
	for _, d := range n.Days {
		p.Days = append(p.Days, views.DeskDay{Name: i18n.Date(ctx, d.Day), Opened: d.Opened, Resolved: d.Resolved})
		p.Most = max(p.Most, d.Opened, d.Resolved)
	}
	line := func(name, href string, c insights.Counted) views.DeskLine {
		return views.DeskLine{Name: name, Href: href, Opened: c.Opened, Resolved: c.Resolved, FirstReply: lasted(ctx, c.FirstReply), Resolution: lasted(ctx, c.Resolution)}
	}
	for _, l := range n.Topics {
		if l.ID == nil {
			p.Topics = append(p.Topics, line(i18n.T(ctx, "inbox.no_topic"), "", l.Counted))
			continue
		}
		p.Topics = append(p.Topics, line(topicWord(ctx, l.Key, ownName(l.Names, i18n.Lang(ctx))), "/inbox?topic="+tenants.PublicID(tenants.TopicPrefix, *l.ID), l.Counted))
	}
	for _, l := range n.Agents {
		p.Agents = append(p.Agents, line(l.Name, "", l.Counted))
	}
	for _, l := range n.Channels {
		p.Channels = append(p.Channels, line(views.ChannelWord(ctx, l.Key), "/inbox?channel="+l.Key, l.Counted))
	}
	return p
}

// lasted is a time in seconds as people read it; empty where there is none.
func lasted(ctx context.Context, seconds float64) string {
	switch {
	case seconds < 0:
		return ""
	case seconds < 60:
		return i18n.T(ctx, "numbers.desk_under_minute")
	}
	return i18n.Span(ctx, time.Duration(seconds)*time.Second)
}
