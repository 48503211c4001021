package insights

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// MaxDays is the longest period that is counted at once.
const MaxDays = 366

// Period is the days that numbers are of, the first and the last included, by the clock of a zone.
type Period struct {
	From, To time.Time // any moment of the day
	Zone     *time.Location
}

// Counted are the numbers of some conversations. Times are medians in seconds; -1 where there is nothing to take one of.
type Counted struct {
	Opened     int     `bun:"opened"`
	Answered   int     `bun:"answered"`    // of those opened, had a first reply
	Resolved   int     `bun:"resolved"`    // conversations that were resolved in the period, whenever they were opened
	FirstReply float64 `bun:"first_reply"` // from opening to the first reply, of those opened in the period
	Resolution float64 `bun:"resolution"`  // from opening to being resolved, of those resolved in the period
}

// Line is the numbers of one topic, agent or channel.
type Line struct {
	ID    *uuid.UUID `bun:"id"` // nil: none
	Key   string     `bun:"key"`
	Names []byte     `bun:"names"`
	Name  string     `bun:"name"`
	Counted
}

// Day is one day's numbers.
type Day struct {
	Day time.Time `bun:"day"`
	Counted
}

// Numbers are a desk's numbers in a period, and what lies on it now.
type Numbers struct {
	Counted
	FirstReply90 float64 `bun:"first_reply_90"` // nine of ten first replies came within, in seconds
	Backlog      int     `bun:"backlog"`        // open now
	Waiting      int     `bun:"waiting"`        // of these, the player waits for an answer
	Days         []Day   `bun:"-"`
	Topics       []Line  `bun:"-"`
	Agents       []Line  `bun:"-"`
	Channels     []Line  `bun:"-"`
}

// bounds are the moments that p begins at and ends before.
func (p Period) bounds() (from, to time.Time, err error) {
	midnight := func(t time.Time, days int) time.Time {
		t = t.In(p.Zone)
		return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, p.Zone)
	}
	from, to = midnight(p.From, 0), midnight(p.To, 1)
	switch {
	case !from.Before(to):
		return from, to, fault.New(fault.Invalid, "The period ends before it begins.").On("to")
	case to.Sub(from) > (MaxDays+1)*24*time.Hour:
		return from, to, fault.New(fault.Invalid, "At most %d days are counted at once.", MaxDays).On("from")
	}
	return from, to, nil
}

// counts joins what was opened in the period with what was resolved in it, each conversation's first resolution there, by a key.
const counts = `with opened as (
		select c.id, c.created_at as at, c.created_at, c.first_reply_at, c.topic_id, c.assignee_id, c.channel from conversations c
		where c.tenant_id = current_tenant() and c.created_at >= ?0 and c.created_at < ?1),
	resolved as (
		select distinct on (e.conversation_id) c.id, e.recorded_at as at, c.created_at, c.topic_id, c.channel, e.author_id as assignee_id
		from entries e join conversations c on c.tenant_id = e.tenant_id and c.id = e.conversation_id
		where e.tenant_id = current_tenant() and e.kind = 'state' and e.facts->>'to' = 'resolved' and e.recorded_at >= ?0 and e.recorded_at < ?1
		order by e.conversation_id, e.seq),
	each as (
		select 'o' as what, at, topic_id, assignee_id, channel, extract(epoch from first_reply_at - created_at) as first_reply, null::numeric as resolution from opened
		union all
		select 'r', at, topic_id, assignee_id, channel, null, extract(epoch from at - created_at) from resolved) `

const columns = `count(*) filter (where what = 'o') as opened, count(first_reply) as answered, count(*) filter (where what = 'r') as resolved,
	coalesce(percentile_cont(0.5) within group (order by first_reply::float8), -1) as first_reply,
	coalesce(percentile_cont(0.5) within group (order by resolution::float8), -1) as resolution`

// Of counts a period of the transaction's casino, all of its conversations: it is for whoever sees all.
func Of(ctx context.Context, tx bun.Tx, p Period) (Numbers, error) {
	var n Numbers
	from, to, err := p.bounds()
	if err != nil {
		return n, err
	}
	if err := tx.NewRaw(counts+`select `+columns+`, coalesce(percentile_cont(0.9) within group (order by first_reply::float8), -1) as first_reply_90,
		(select count(*) from conversations where tenant_id = current_tenant() and state = 'open') as backlog,
		(select count(*) from conversations where tenant_id = current_tenant() and state = 'open' and waiting_since is not null) as waiting from each`,
		from, to).Scan(ctx, &n); err != nil {
		return n, fmt.Errorf("numbers: %w", err)
	}
	var days []Day
	if err := tx.NewRaw(counts+`select (at at time zone ?2)::date as day, `+columns+` from each group by 1 order by 1`, from, to, p.Zone.String()).
		Scan(ctx, &days); err != nil {
		return n, fmt.Errorf("numbers by day: %w", err)
	}
	n.Days = whole(days, from, to)
	for _, each := range []struct {
		into *[]Line
		what string
	}{
		{&n.Topics, `t.id, coalesce(t.key, '') as key, t.names, '' as name, ` + columns + ` from each e
			left join topics t on t.tenant_id = current_tenant() and t.id = e.topic_id group by t.id, t.key, t.names`},
		{&n.Agents, `m.id, '' as key, null::jsonb as names, m.name, ` + columns + ` from each e
			join memberships m on m.tenant_id = current_tenant() and m.id = e.assignee_id group by m.id, m.name`},
		{&n.Channels, `null::uuid as id, channel as key, null::jsonb as names, '' as name, ` + columns + ` from each group by channel`},
	} {
		if err := tx.NewRaw(counts+`select `+each.what+` order by opened desc, resolved desc, name, key limit 100`, from, to).Scan(ctx, each.into); err != nil {
			return n, fmt.Errorf("numbers: %w", err)
		}
	}
	return n, nil
}

// whole fills in the days on which nothing happened.
func whole(days []Day, from, to time.Time) []Day {
	by := map[string]Day{}
	for _, d := range days {
		by[d.Day.Format(time.DateOnly)] = d
	}
	var all []Day
	for at := from; at.Before(to); at = at.AddDate(0, 0, 1) {
		d, ok := by[at.Format(time.DateOnly)]
		if !ok {
			d.Counted = Counted{FirstReply: -1, Resolution: -1}
		}
		d.Day = at
		all = append(all, d)
	}
	return all
}
