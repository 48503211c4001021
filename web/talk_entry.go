package web

import (
	"context"
	"strings"
	"time"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// entriesProps are entries as the agent of ctx sees them.
func (s *Server) entriesProps(ctx context.Context, entries []desk.Entry) []views.EntryProps {
	all := make([]views.EntryProps, len(entries))
	for i, e := range entries {
		all[i] = s.entryProps(ctx, e)
	}
	return all
}

func (s *Server) entryProps(ctx context.Context, e desk.Entry) views.EntryProps {
	a, _ := authz.From(ctx)
	p := views.EntryProps{
		Seq: e.Seq, Kind: views.EntryLine, Author: views.Author(e.AuthorKind), Name: text(e.AuthorName), At: e.HappenedAt,
		Mine: e.AuthorKind == desk.ByAgent && same(e.AuthorID, a.ID),
	}
	switch e.Kind {
	case desk.Message:
		p.Kind = views.EntryMessage
	case desk.NoteKind:
		p.Kind = views.EntryNote
	default:
		p.Icon, p.Line = line(ctx, e)
		return p
	}
	p.Text, p.Erased, p.Masked = text(e.Body), e.Erased, e.Facts.Masked
	p.CanErase = e.Body != nil && !e.Erased && authz.Permits(a.Role, authz.ConversationErase)
	if p.Mine {
		p.ClientID = text(e.ClientID)
	}
	for _, f := range e.Facts.Files {
		p.Files = append(p.Files, views.FileProps{
			Name: f.Name, Size: f.Size, W: f.Width, H: f.Height, Image: strings.HasPrefix(f.Type, "image/"), Href: s.FileURL(ctx, f.ID),
		})
	}
	return p
}

// line is the quiet line of an entry without words: an icon and a sentence.
func line(ctx context.Context, e desk.Entry) (icon, sentence string) {
	f := e.Facts
	by := text(e.AuthorName)
	if by == "" {
		by = i18n.T(ctx, "inbox.system")
		if e.AuthorKind == desk.ByPlayer {
			by = i18n.T(ctx, "inbox.player")
		}
	}
	switch e.Kind {
	case desk.Assignment:
		return assignmentLine(ctx, e, by)
	case desk.StateKind:
		return stateLine(ctx, e, by)
	case desk.TopicKind:
		if f.To == "" {
			return "hash", i18n.T(ctx, "inbox.line_topic_none", "By", by)
		}
		return "hash", i18n.T(ctx, "inbox.line_topic", "By", by, "Topic", topicWord(ctx, f.To, ""))
	case desk.TagKind:
		if f.To == "" {
			return "tag", i18n.T(ctx, "inbox.line_untagged", "By", by, "Tag", f.From)
		}
		return "tag", i18n.T(ctx, "inbox.line_tagged", "By", by, "Tag", f.To)
	case desk.Link:
		return "users-round", i18n.T(ctx, "inbox.line_linked")
	case desk.Address:
		if e.Body == nil {
			return "mail", i18n.T(ctx, "inbox.erased")
		}
		return "mail", i18n.T(ctx, "inbox.line_address", "Address", *e.Body)
	case desk.Erasure:
		why := f.Why
		if why == desk.WhySplitCard {
			why = i18n.T(ctx, "inbox.why_split_card")
		}
		return "trash-2", i18n.T(ctx, "inbox.line_erased", "By", by, "Why", why)
	}
	return "info", i18n.T(ctx, "inbox.line_other", "By", by)
}

func assignmentLine(ctx context.Context, e desk.Entry, by string) (icon, sentence string) {
	f := e.Facts
	to := f.To
	if to == "" {
		to = f.Team
	}
	switch {
	case f.Why == "topic":
		return "shield-alert", i18n.T(ctx, "inbox.line_to_leads", "Team", f.Team)
	case to == "":
		return "users-round", i18n.T(ctx, "inbox.line_unassigned", "By", by)
	case f.Why == "transfer":
		return "arrow-right-left", i18n.T(ctx, "inbox.line_transferred", "By", by, "To", to)
	case e.AuthorID != nil && f.ToID == e.AuthorID.String():
		return "user-check", i18n.T(ctx, "inbox.line_assigned_self", "By", by)
	}
	return "user-plus", i18n.T(ctx, "inbox.line_assigned", "By", by, "To", to)
}

func stateLine(ctx context.Context, e desk.Entry, by string) (icon, sentence string) {
	switch desk.State(e.Facts.To) {
	case desk.Resolved:
		return "circle-check", i18n.T(ctx, "inbox.line_resolved", "By", by)
	case desk.Snoozed:
		until := e.Facts.Until
		if t, err := time.Parse(time.RFC3339, until); err == nil {
			until = i18n.Exact(ctx, t)
		}
		return "alarm-clock", i18n.T(ctx, "inbox.line_snoozed", "By", by, "Until", until)
	}
	switch e.AuthorKind {
	case desk.ByPlayer:
		return "rotate-ccw", i18n.T(ctx, "inbox.line_opened_player")
	case desk.BySystem:
		return "rotate-ccw", i18n.T(ctx, "inbox.line_woken")
	}
	return "rotate-ccw", i18n.T(ctx, "inbox.line_opened", "By", by)
}

// snoozes are the times offered for putting a conversation away, in the reader's zone.
func snoozes(ctx context.Context, now time.Time) []views.SnoozeChoice {
	here := now.In(i18n.ZoneOf(ctx))
	morning := func(days int) time.Time {
		return time.Date(here.Year(), here.Month(), here.Day()+days, 9, 0, 0, 0, here.Location())
	}
	toMonday := (8 - int(here.Weekday())) % 7
	if toMonday == 0 {
		toMonday = 7
	}
	return []views.SnoozeChoice{
		{Name: i18n.T(ctx, "inbox.snooze_hour"), Time: now.Add(time.Hour)},
		{Name: i18n.T(ctx, "inbox.snooze_three_hours"), Time: now.Add(3 * time.Hour)},
		{Name: i18n.T(ctx, "inbox.snooze_tomorrow"), Time: morning(1)},
		{Name: i18n.T(ctx, "inbox.snooze_monday"), Time: morning(toMonday)},
	}
}
