package api

import (
	"time"

	"github.com/google/uuid"

	"pitdesk/desk"
	"pitdesk/tenants"
)

// Entry is one line of a conversation's log as programs see it.
type Entry struct {
	ID           string    `json:"id" example:"ent_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Conversation string    `json:"conversation" example:"cnv_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Seq          int64     `json:"seq" example:"2" doc:"Its number in the conversation, from 1 without gaps."`
	Kind         string    `json:"kind" example:"message" doc:"message, note, assignment, state, topic, tag, address, erasure, link, call, survey; more may come."`
	Visibility   string    `json:"visibility" enum:"player,staff" doc:"Who may read it: the player too, or staff alone."`
	Author       Author    `json:"author"`
	Channel      string    `json:"channel" example:"chat"`
	Language     string    `json:"language,omitempty" example:"en"`
	Text         string    `json:"text,omitempty" example:"It is on its way." doc:"The words of a message or note; of an address entry the address. Card numbers are masked."`
	Erased       bool      `json:"erased" doc:"Whether its words were erased."`
	Files        []File    `json:"files,omitempty"`
	ClientID     string    `json:"client_id,omitempty" example:"crm-8812" doc:"The id its sender gave it."`
	HappenedAt   time.Time `json:"happened_at" doc:"When it happened, by its sender's clock."`
	RecordedAt   time.Time `json:"recorded_at" doc:"When the desk wrote it down."`

	Assignment *AssignmentFacts `json:"assignment,omitempty" doc:"Of an assignment: who had it and who has it now."`
	State      *StateFacts      `json:"state,omitempty" doc:"Of a change of state."`
	Topic      *TopicFacts      `json:"topic,omitempty" doc:"Of a change of topic."`
	Tag        *TagFacts        `json:"tag,omitempty" doc:"Of a tag that came or went."`
	Erasure    *ErasureFacts    `json:"erasure,omitempty" doc:"Of an erasure: what was erased and why."`
}

// Author is who wrote an entry.
type Author struct {
	Kind string `json:"kind" example:"agent" doc:"player, agent, bot, ai or system."`
	ID   string `json:"id,omitempty" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"An agent, a player, or the API key that wrote it (key_…)."`
	Name string `json:"name,omitempty" example:"Rūta" doc:"Of an agent or a key."`
}

// File is an attachment.
type File struct {
	ID     string `json:"id" example:"fil_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name   string `json:"name" example:"statement.pdf"`
	Type   string `json:"type" example:"application/pdf" doc:"Its media type, found by looking into it."`
	Size   int64  `json:"size" example:"48211" doc:"Octets."`
	SHA256 string `json:"sha256" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Width  int    `json:"width,omitempty" example:"1280" doc:"Pixels, of an image."`
	Height int    `json:"height,omitempty" example:"720"`
}

// AssignmentFacts are what an assignment says. Names are as they were then.
type AssignmentFacts struct {
	From *Named `json:"from,omitempty" doc:"The agent who had it."`
	To   *Named `json:"to,omitempty" doc:"The agent who has it now. Absent: nobody."`
	Team *Named `json:"team,omitempty" doc:"The team that has it now. Absent: none."`
	Why  string `json:"why,omitempty" example:"transfer" doc:"transfer, or topic when the topic sent it to a lead."`
}

// StateFacts are what a change of state says.
type StateFacts struct {
	From  string `json:"from,omitempty" example:"open"`
	To    string `json:"to" example:"snoozed"`
	Until string `json:"until,omitempty" format:"date-time" example:"2026-03-01T08:00:00Z" doc:"When a snooze ends."`
}

// TopicFacts are what a change of topic says.
type TopicFacts struct {
	From *TopicKey `json:"from,omitempty"`
	To   *TopicKey `json:"to,omitempty"`
}

// TopicKey is a topic by id and stable name.
type TopicKey struct {
	ID  string `json:"id" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Key string `json:"key" example:"withdrawals"`
}

// TagFacts are a tag that came or went.
type TagFacts struct {
	Added   *Named `json:"added,omitempty"`
	Removed *Named `json:"removed,omitempty"`
}

// ErasureFacts are what an erasure says.
type ErasureFacts struct {
	Seq int64  `json:"seq" example:"3" doc:"The entry whose words were erased."`
	Why string `json:"why" example:"The player asked for it."`
}

func entryOf(e desk.Entry) Entry {
	out := Entry{
		ID: tenants.PublicID(tenants.EntryPrefix, e.ID), Conversation: tenants.PublicID(tenants.ConversationPrefix, e.ConversationID),
		Seq: e.Seq, Kind: string(e.Kind), Visibility: string(e.Visibility), Author: authorOf(e), Channel: string(e.Channel),
		Language: text(e.Language), Text: text(e.Body), Erased: e.Erased, ClientID: text(e.ClientID),
		HappenedAt: e.HappenedAt.UTC(), RecordedAt: e.RecordedAt.UTC(),
	}
	for _, f := range e.Facts.Files {
		out.Files = append(out.Files, File{f.ID, f.Name, f.Type, f.Size, f.SHA256, f.Width, f.Height})
	}
	f := e.Facts
	switch e.Kind {
	case desk.Assignment:
		out.Assignment = &AssignmentFacts{From: named(tenants.MemberPrefix, f.FromID, f.From), To: named(tenants.MemberPrefix, f.ToID, f.To),
			Team: named(tenants.TeamPrefix, f.TeamID, f.Team), Why: f.Why}
	case desk.StateKind:
		out.State = &StateFacts{From: f.From, To: f.To, Until: f.Until}
	case desk.TopicKind:
		out.Topic = &TopicFacts{From: topicKey(f.FromID, f.From), To: topicKey(f.ToID, f.To)}
	case desk.TagKind:
		out.Tag = &TagFacts{Added: named(tenants.TagPrefix, f.ToID, f.To), Removed: named(tenants.TagPrefix, f.FromID, f.From)}
	case desk.Erasure:
		out.Erasure = &ErasureFacts{Seq: f.Seq, Why: f.Why}
	}
	return out
}

func authorOf(e desk.Entry) Author {
	a := Author{Kind: string(e.AuthorKind)}
	switch {
	case e.Facts.Key != "":
		a.ID, a.Name = e.Facts.Key, e.Facts.KeyName
	case e.AuthorID == nil:
	case e.AuthorKind == desk.ByPlayer:
		a.ID = tenants.PublicID(tenants.PlayerPrefix, *e.AuthorID)
	case e.AuthorKind == desk.ByAgent:
		a.ID, a.Name = tenants.PublicID(tenants.MemberPrefix, *e.AuthorID), text(e.AuthorName)
	}
	return a
}

// The log keeps bare ids; outside they have their prefixes.
func named(prefix, id, name string) *Named {
	u, err := uuid.Parse(id)
	if err != nil {
		return nil
	}
	return &Named{tenants.PublicID(prefix, u), name}
}

func topicKey(id, key string) *TopicKey {
	if n := named(tenants.TopicPrefix, id, key); n != nil {
		return &TopicKey{n.ID, n.Name}
	}
	return nil
}
