package web

import (
	"context"
	"time"

	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// macroDeeds are what a macro does besides its words, each in a few words of the reader's.
func macroDeeds(ctx context.Context, m desk.Macro) []views.MacroDeed {
	var all []views.MacroDeed
	add := func(icon, id string, kv ...any) {
		all = append(all, views.MacroDeed{Icon: icon, Text: i18n.T(ctx, id, kv...)})
	}
	if m.Topic != nil && m.TopicKey != nil && !m.TopicGone {
		add("hash", "macros.does_topic", "Topic", topicWord(ctx, *m.TopicKey, ownName(m.TopicNames, i18n.Lang(ctx))))
	}
	for _, tag := range m.Tags {
		add("tag", "macros.does_tag", "Tag", tag)
	}
	switch m.Assign {
	case desk.AssignMe:
		add("user-check", "macros.does_me")
	case desk.AssignNobody:
		add("users-round", "macros.does_nobody")
	case desk.AssignAgent, desk.AssignTeam:
		if !m.AgentGone {
			add("user-plus", "macros.does_assign", "Name", text(m.ToName))
		}
	}
	if m.SnoozeMinutes != nil {
		add("alarm-clock", "macros.does_snooze", "Span", i18n.Span(ctx, time.Duration(*m.SnoozeMinutes)*time.Minute))
	}
	if m.Resolve {
		add("circle-check", "macros.does_resolve")
	}
	return all
}
