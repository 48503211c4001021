package web

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// Rows a list shows at first, and at most: a longer list helps nobody and would be redrawn with every message.
const (
	firstRows = 50
	mostRows  = desk.MaxPage
)

// cut is which conversations a list shows, as its address says.
type cut struct {
	view  string // mine, unassigned, all, snoozed, resolved
	query url.Values
	saved *uuid.UUID // a saved view, whose filter stands for the others
	title string     // of the saved view
	edit  string     // where it is changed; empty where the reader may not
	words string     // looked for: see search.go
	desk.Filter
}

func parseCut(q url.Values) (cut, error) {
	c := cut{view: q.Get("view"), query: url.Values{}}
	switch c.view {
	case "", "all":
		c.view = "all"
	case "mine", "unassigned":
	case "snoozed":
		c.State = desk.Snoozed
	case "resolved":
		c.State = desk.Resolved
	default:
		return c, fault.New(fault.NotFound, "There is no such view.")
	}
	if c.view != "all" {
		c.query.Set("view", c.view)
	}
	for name, to := range map[string]struct {
		prefix string
		id     **uuid.UUID
	}{"team": {tenants.TeamPrefix, &c.Team}, "topic": {tenants.TopicPrefix, &c.Topic}, "tag": {tenants.TagPrefix, &c.Tag},
		"saved": {tenants.ViewPrefix, &c.saved}} {
		if v := q.Get(name); v != "" {
			id, err := tenants.ParseID(to.prefix, v)
			if err != nil {
				return c, err
			}
			*to.id = &id
			c.query.Set(name, v)
		}
	}
	if v := strings.TrimSpace(q.Get("q")); v != "" {
		c.words = v
		c.query.Set("q", v)
	}
	if v := q.Get("channel"); v != "" {
		c.Channel = desk.Channel(v)
		c.query.Set("channel", v)
	}
	c.Limit = firstRows
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return c, fault.New(fault.Invalid, "A limit is a number from 1 to %d.", mostRows)
		}
		c.Limit = min(n, mostRows)
	}
	return c, nil
}

// at is the address of a page with this cut.
func (c cut) at(path string) string {
	if len(c.query) == 0 {
		return path
	}
	return path + "?" + c.query.Encode()
}

func (c cut) filter(member uuid.UUID) desk.Filter {
	f := c.Filter
	switch c.view {
	case "mine":
		f.Assignee = &member
	case "unassigned":
		f.Unassigned = true
	}
	return f
}

// listProps lists a cut.
func listProps(ctx context.Context, tx bun.Tx, scope authz.Scope, c cut) (views.ListProps, error) {
	a, _ := authz.From(ctx)
	if c.words != "" {
		return foundProps(ctx, tx, scope, c)
	}
	page, err := desk.List(ctx, tx, scope, c.filter(a.ID), a.ID)
	if err != nil {
		return views.ListProps{}, err
	}
	p := views.ListProps{Self: c.at("/inbox/list"), Empty: emptyWords(ctx, c), Full: page.Next != "" && c.Limit >= mostRows}
	for _, row := range page.Rows {
		p.Rows = append(p.Rows, rowProps(ctx, row, c, a.ID))
	}
	if page.Next != "" && !p.Full {
		more := c
		more.query = url.Values{"limit": {strconv.Itoa(mostRows)}}
		for k, v := range c.query {
			more.query[k] = v
		}
		p.More = more.at("/inbox")
	}
	return p, nil
}

func emptyWords(ctx context.Context, c cut) views.EmptyProps {
	if c.saved != nil || c.Team != nil || c.Topic != nil || c.Tag != nil || c.Channel != "" {
		return views.EmptyProps{Title: i18n.T(ctx, "inbox.empty_other"), Text: i18n.T(ctx, "inbox.empty_other_text")}
	}
	return views.EmptyProps{Title: i18n.T(ctx, "inbox.empty_"+c.view), Text: i18n.T(ctx, "inbox.empty_"+c.view+"_text")}
}

func rowProps(ctx context.Context, row desk.Row, c cut, me uuid.UUID) views.RowProps {
	id := tenants.PublicID(tenants.ConversationPrefix, row.ID)
	p := views.RowProps{
		ID: id, Href: c.at("/inbox/" + id), Name: text(row.PlayerName), VIP: text(row.PlayerVIP), Status: views.PlayerStatus(row.PlayerStatus),
		Words: text(row.LastWords), ByDesk: row.LastBy != nil && *row.LastBy == string(desk.ByAgent), Files: row.LastFiles, Erased: row.LastErased,
		Channel: string(row.Channel), Assignee: text(row.Assignee), Mine: row.AssigneeID != nil && *row.AssigneeID == me,
		State: views.TalkState(row.State), Until: row.SnoozedUntil, At: row.TurnAt, Unread: row.Unread, Topic: topicOf(ctx, row),
	}
	if row.LastAt != nil {
		p.At = *row.LastAt
	}
	if row.WaitingSince != nil && row.State == desk.Open {
		p.Waiting = row.WaitingSince
		within := desk.Promise
		if row.Channel == desk.Chat {
			within = desk.ChatPromise
		}
		p.Heat = views.HeatOf(time.Since(*row.WaitingSince), within)
	}
	return p
}

// boxesProps are the views with their counts, and the name of the one that is shown.
func boxesProps(ctx context.Context, tx bun.Tx, scope authz.Scope, c cut) (views.BoxesProps, string, error) {
	a, _ := authz.From(ctx)
	t, err := desk.Count(ctx, tx, scope, a.ID)
	if err != nil {
		return views.BoxesProps{}, "", err
	}
	topics, kept, err := desk.Sides(ctx, tx)
	if err != nil {
		return views.BoxesProps{}, "", err
	}
	teams, err := staff.AllTeams(ctx, tx)
	if err != nil {
		return views.BoxesProps{}, "", err
	}
	title := i18n.T(ctx, "inbox.view_"+c.view)
	narrowed := c.saved != nil || c.words != "" || c.Team != nil || c.Topic != nil || c.Tag != nil || c.Channel != ""
	plain := func(view, icon string, n int) views.ViewLink {
		href := "/inbox"
		if view != "all" {
			href += "?view=" + view
		}
		return views.ViewLink{Icon: icon, Name: i18n.T(ctx, "inbox.view_"+view), Href: href, Count: n,
			AtLeast: t.AtLeast && n > 0, Current: c.view == view && !narrowed}
	}
	p := views.BoxesProps{Unread: t.Unread, Self: c.at("/inbox/boxes"), Groups: []views.ViewGroup{{Views: []views.ViewLink{
		plain("mine", "user", t.Mine), plain("unassigned", "inbox", t.Unassigned), plain("all", "layers", t.Open),
		plain("snoozed", "alarm-clock", t.Snoozed), plain("resolved", "circle-check", 0),
	}}}}
	saved, err := savedGroup(ctx, tx, scope, c, kept)
	if err != nil {
		return p, "", err
	}
	p.Groups = append(p.Groups, saved)
	link := func(icon, name, param, id string, n int, now bool) views.ViewLink {
		if now {
			title = name
		}
		return views.ViewLink{Icon: icon, Name: name, Href: "/inbox?" + param + "=" + id, Count: n, AtLeast: t.AtLeast && n > 0, Current: now}
	}
	group := views.ViewGroup{Title: i18n.T(ctx, "inbox.group_teams")}
	for _, team := range teams {
		if scope.All || contains(scope.Teams, team.ID) {
			group.Views = append(group.Views, link("users-round", team.Name, "team", tenants.PublicID(tenants.TeamPrefix, team.ID),
				t.Teams[team.ID], c.saved == nil && same(c.Team, team.ID)))
		}
	}
	if len(group.Views) > 0 {
		p.Groups = append(p.Groups, group)
	}
	group = views.ViewGroup{Title: i18n.T(ctx, "inbox.group_topics")}
	for _, topic := range topics {
		group.Views = append(group.Views, link("hash", topicWord(ctx, topic.Key, topic.Name(i18n.Lang(ctx))), "topic",
			tenants.PublicID(tenants.TopicPrefix, topic.ID), t.Topics[topic.ID], c.saved == nil && same(c.Topic, topic.ID)))
	}
	p.Groups = append(p.Groups, group)
	group = views.ViewGroup{Title: i18n.T(ctx, "inbox.group_channels")}
	for _, channel := range []desk.Channel{desk.Chat, desk.Email, desk.Phone, desk.Messenger, desk.API} {
		if n := t.Channels[channel]; n > 0 || c.saved == nil && c.Channel == channel {
			group.Views = append(group.Views, link(views.ChannelIcon(string(channel)), views.ChannelWord(ctx, string(channel)), "channel",
				string(channel), n, c.saved == nil && c.Channel == channel))
		}
	}
	if len(group.Views) > 0 {
		p.Groups = append(p.Groups, group)
	}
	if c.Tag != nil && c.saved == nil {
		tags, err := desk.Tags(ctx, tx)
		if err != nil {
			return p, "", err
		}
		for _, tag := range tags {
			if tag.ID == *c.Tag {
				group = views.ViewGroup{Title: i18n.T(ctx, "inbox.group_tags")}
				group.Views = append(group.Views, link("tag", tag.Name, "tag", tenants.PublicID(tenants.TagPrefix, tag.ID), 0, true))
				p.Groups = append(p.Groups, group)
			}
		}
	}
	if c.title != "" {
		title = c.title
	}
	if c.words != "" {
		title = i18n.T(ctx, "search.results", "Words", c.words)
	}
	return p, title, nil
}

func contains(all []uuid.UUID, id uuid.UUID) bool {
	for _, one := range all {
		if one == id {
			return true
		}
	}
	return false
}

func ownName(names []byte, language string) string {
	var by map[string]string
	_ = json.Unmarshal(names, &by)
	return by[language]
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
