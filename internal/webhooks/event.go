package webhooks

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"pitdesk/desk"
	"pitdesk/tenants"
)

// The types of events. Programs decide by them: they are added to and never renamed.
const (
	Opened        = "conversation.opened" // its first message came; that message is an event of its own
	Assigned      = "conversation.assigned"
	Unassigned    = "conversation.unassigned"
	Snoozed       = "conversation.snoozed"
	Resolved      = "conversation.resolved"
	Reopened      = "conversation.reopened"
	TopicChanged  = "conversation.topic_changed"
	Tagged        = "conversation.tagged"
	Untagged      = "conversation.untagged"
	AddressGiven  = "conversation.address_given"
	PlayerLinked  = "conversation.player_linked"
	Received      = "message.received"
	Sent          = "message.sent"
	Noted         = "note.written"
	Erased        = "entry.erased"
	CallLogged    = "call.logged"
	SurveyAnswers = "survey.answered"
	OtherEntry    = "entry.written" // kinds of entries that have no type of their own yet
	Test          = "webhook.test"  // sent by hand to one receiver; never in the feed
)

// Types are all types that a receiver can ask for, in the order people read them in.
var Types = []string{Opened, Received, Sent, Noted, Assigned, Unassigned, Snoozed, Resolved, Reopened, TopicChanged, Tagged, Untagged,
	AddressGiven, PlayerLinked, Erased, CallLogged, SurveyAnswers, OtherEntry}

// Known says whether a type is one of Types.
func Known(kind string) bool { return slices.Contains(Types, kind) }

// Event is something that happened, as the feed lists it and as receivers are sent it. It names things and tells no words:
// whoever may read them asks the API.
type Event struct {
	ID        string    `json:"id" example:"evt_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"The same wherever and however often the event is told."`
	Type      string    `json:"type" example:"message.received" doc:"What happened. More types may come."`
	Timestamp time.Time `json:"timestamp" doc:"When the desk wrote it down."`
	Data      EventData `json:"data"`
}

// EventData says where it happened, by ids.
type EventData struct {
	Casino       string       `json:"casino" example:"ten_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"In which casino: what Desk-Tenant takes."`
	Conversation string       `json:"conversation,omitempty" example:"cnv_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Player       string       `json:"player,omitempty" example:"ply_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"Whose conversation it is."`
	Entry        string       `json:"entry,omitempty" example:"ent_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"The log's entry that tells the rest."`
	Seq          int64        `json:"seq,omitempty" example:"2" doc:"That entry's number in its conversation."`
	Channel      string       `json:"channel,omitempty" example:"chat"`
	Author       *EventAuthor `json:"author,omitempty"`
}

// EventAuthor is who did it.
type EventAuthor struct {
	Kind string `json:"kind" example:"player" doc:"player, agent, bot, ai or system."`
	ID   string `json:"id,omitempty" example:"ply_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"A player, an agent, or the API key that did it (key_…)."`
}

// EventsOf are the events that an entry is: one, and with a conversation's first entry its opening before it.
func EventsOf(e desk.FeedEntry) []Event {
	one := Event{ID: eventID(e.ID), Type: typeOf(e), Timestamp: e.RecordedAt.UTC(), Data: EventData{
		Casino: tenants.PublicID(tenants.TenantPrefix, e.Tenant), Conversation: tenants.PublicID(tenants.ConversationPrefix, e.Conversation),
		Player: tenants.PublicID(tenants.PlayerPrefix, e.Player), Entry: tenants.PublicID(tenants.EntryPrefix, e.ID), Seq: e.Seq,
		Channel: string(e.Channel), Author: &EventAuthor{Kind: string(e.AuthorKind)}}}
	if e.AuthorID != nil {
		one.Data.Author.ID = tenants.PublicID(authorPrefix(e), *e.AuthorID)
	}
	if e.Seq != 1 {
		return []Event{one}
	}
	opened := one
	opened.ID, opened.Type = eventID(e.Conversation), Opened
	return []Event{opened, one}
}

func eventID(id uuid.UUID) string { return tenants.PublicID(tenants.EventPrefix, id) }

func authorPrefix(e desk.FeedEntry) string {
	switch {
	case e.ByKey:
		return tenants.KeyPrefix
	case e.AuthorKind == desk.ByPlayer:
		return tenants.PlayerPrefix
	}
	return tenants.MemberPrefix
}

func typeOf(e desk.FeedEntry) string {
	turned := ""
	if e.Turned != nil {
		turned = *e.Turned
	}
	switch e.Kind {
	case desk.Message:
		if e.AuthorKind == desk.ByPlayer {
			return Received
		}
		return Sent
	case desk.NoteKind:
		return Noted
	case desk.Assignment:
		if turned == "to" {
			return Assigned
		}
		return Unassigned
	case desk.StateKind:
		switch desk.State(turned) {
		case desk.Snoozed:
			return Snoozed
		case desk.Resolved:
			return Resolved
		}
		return Reopened
	case desk.TopicKind:
		return TopicChanged
	case desk.TagKind:
		if turned == "to" {
			return Tagged
		}
		return Untagged
	case desk.Address:
		return AddressGiven
	case desk.Link:
		return PlayerLinked
	case desk.Erasure:
		return Erased
	case "call":
		return CallLogged
	case "survey":
		return SurveyAnswers
	}
	return OtherEntry
}
