package api

import (
	"context"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/insights"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Counted are the numbers of some conversations.
type Counted struct {
	Opened     int      `json:"opened" example:"42" doc:"Conversations that began in the period."`
	Answered   int      `json:"answered" example:"40" doc:"Of these, how many have had a first reply."`
	Resolved   int      `json:"resolved" example:"38" doc:"Conversations that were resolved in the period, whenever they began."`
	FirstReply *float64 `json:"first_reply,omitempty" example:"95" doc:"Median seconds to the first reply, of those that began."`
	Resolution *float64 `json:"resolution,omitempty" example:"5400" doc:"Median seconds from the beginning to being resolved, of those resolved."`
}

// Statistics are a desk's numbers in a period, and what lies on it now.
type Statistics struct {
	From string `json:"from" format:"date" example:"2026-03-01"`
	To   string `json:"to" format:"date" example:"2026-03-07"`
	Counted
	FirstReply90 *float64       `json:"first_reply_90,omitempty" example:"300" doc:"Nine of ten first replies came within, in seconds."`
	Backlog      int            `json:"backlog" example:"12" doc:"Open at the moment."`
	Waiting      int            `json:"waiting" example:"3" doc:"Of these, in how many a player waits for an answer."`
	Days         []DayCount     `json:"days"`
	Topics       []TopicCount   `json:"topics"`
	Agents       []AgentCount   `json:"agents" doc:"What was opened counts for who has it, what was resolved for who resolved it."`
	Channels     []ChannelCount `json:"channels"`
}

// DayCount is one day's numbers.
type DayCount struct {
	Day string `json:"day" format:"date" example:"2026-03-01"`
	Counted
}

// TopicCount is one topic's numbers; without a topic those of conversations about none.
type TopicCount struct {
	Topic *TopicBrief `json:"topic,omitempty"`
	Counted
}

// AgentCount is one agent's numbers.
type AgentCount struct {
	Agent Named `json:"agent"`
	Counted
}

// ChannelCount is one channel's numbers.
type ChannelCount struct {
	Channel string `json:"channel" example:"chat"`
	Counted
}

type statisticsIn struct {
	From string `query:"from" format:"date" example:"2026-03-01" doc:"The first day. Absent: 29 days before the last."`
	To   string `query:"to" format:"date" example:"2026-03-07" doc:"The last day. Absent: today."`
	Zone string `query:"zone" maxLength:"60" default:"UTC" example:"Europe/Vilnius" doc:"By whose clock a day begins: a name of the time zone database."`
}

type statisticsOut struct{ Body Statistics }

func secondsOf(n float64) *float64 {
	if n < 0 {
		return nil
	}
	return &n
}

func countedOf(c insights.Counted) Counted {
	return Counted{c.Opened, c.Answered, c.Resolved, secondsOf(c.FirstReply), secondsOf(c.Resolution)}
}

func (in *statisticsIn) period() (p insights.Period, err error) {
	zone, ok := i18n.Zone(in.Zone)
	if !ok {
		return p, fault.New(fault.Invalid, "There is no such time zone.").On("zone")
	}
	p = insights.Period{Zone: zone, To: time.Now()}
	if in.To != "" {
		if p.To, err = time.ParseInLocation(time.DateOnly, in.To, zone); err != nil {
			return p, fault.New(fault.Invalid, "A day is written as 2026-03-01.").On("to")
		}
	}
	p.From = p.To.AddDate(0, 0, -29)
	if in.From != "" {
		if p.From, err = time.ParseInLocation(time.DateOnly, in.From, zone); err != nil {
			return p, fault.New(fault.Invalid, "A day is written as 2026-03-01.").On("from")
		}
	}
	return p, nil
}

func (a *API) statistics(ctx context.Context, in *statisticsIn) (*statisticsOut, error) {
	p, err := in.period()
	if err != nil {
		return nil, err
	}
	var n insights.Numbers
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.NumbersRead, authz.Facts{}); err != nil {
			return err
		}
		n, err = insights.Of(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := Statistics{From: p.From.In(p.Zone).Format(time.DateOnly), To: p.To.In(p.Zone).Format(time.DateOnly), Counted: countedOf(n.Counted),
		FirstReply90: secondsOf(n.FirstReply90), Backlog: n.Backlog, Waiting: n.Waiting, Days: []DayCount{}, Topics: []TopicCount{}, Agents: []AgentCount{}, Channels: []ChannelCount{}}
	for _, d := range n.Days {
		out.Days = append(out.Days, DayCount{d.Day.Format(time.DateOnly), countedOf(d.Counted)})
	}
	for _, l := range n.Topics {
		one := TopicCount{Counted: countedOf(l.Counted)}
		if l.ID != nil {
			one.Topic = &TopicBrief{tenants.PublicID(tenants.TopicPrefix, *l.ID), l.Key, names(l.Names)}
		}
		out.Topics = append(out.Topics, one)
	}
	for _, l := range n.Agents {
		out.Agents = append(out.Agents, AgentCount{Named{publicOrNone(tenants.MemberPrefix, l.ID), l.Name}, countedOf(l.Counted)})
	}
	for _, l := range n.Channels {
		out.Channels = append(out.Channels, ChannelCount{l.Key, countedOf(l.Counted)})
	}
	return &statisticsOut{out}, nil
}

func (a *API) registerStatistics() {
	c := Counted{Opened: 42, Answered: 40, Resolved: 38, FirstReply: new(95.0), Resolution: new(5400.0)}
	add(a, operation{Operation: Operation{"get-statistics", http.MethodGet, "/statistics", authz.NumbersRead}, tag: deskTag, summary: "Get the desk's numbers",
		answer: Statistics{From: "2026-03-01", To: "2026-03-01", Counted: c, FirstReply90: new(300.0), Backlog: 12, Waiting: 3, Days: []DayCount{{"2026-03-01", c}},
			Topics: []TopicCount{{&TopicBrief{ID: exampleTopic, Key: "withdrawals"}, c}}, Agents: []AgentCount{{Named{exampleAgent, "Rūta"}, c}},
			Channels: []ChannelCount{{"chat", c}}},
		description: "What came in, how soon it was answered and settled, by day, topic, agent and channel; 366 days at most. Absent times: there was nothing to take one of."}, a.statistics)
}
