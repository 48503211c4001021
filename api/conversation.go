package api

import (
	"encoding/json"
	"time"

	"pitdesk/desk"
	"pitdesk/tenants"
)

// Conversation is a conversation as programs see it.
type Conversation struct {
	ID            string        `json:"id" example:"cnv_06ey3pjmrskbk9ks8x4w2ptxqg"`
	State         string        `json:"state" enum:"open,snoozed,resolved" doc:"Where it stands. A player's next message opens it again."`
	Channel       string        `json:"channel" example:"chat" doc:"How the player reached the desk: chat, email, phone, messenger, api."`
	Language      string        `json:"language,omitempty" example:"ru" doc:"What the player writes, as a BCP 47 tag."`
	Player        PlayerBrief   `json:"player"`
	Agent         *AgentBrief   `json:"agent,omitempty" doc:"Who has it. Absent: nobody."`
	Team          *TeamBrief    `json:"team,omitempty" doc:"Which team has it. Absent: none."`
	Topic         *TopicOf      `json:"topic,omitempty" doc:"What it is about."`
	Tags          []Named       `json:"tags"`
	LastMessage   *MessageBrief `json:"last_message,omitempty"`
	WaitingSince  *time.Time    `json:"waiting_since,omitempty" doc:"Since when the player waits for an answer. Absent: nobody waits."`
	TurnAt        time.Time     `json:"turn_at" doc:"When the turn last passed between player and desk, or the state changed. Lists are sorted by it."`
	SnoozedUntil  *time.Time    `json:"snoozed_until,omitempty"`
	EscalatedAt   *time.Time    `json:"escalated_at,omitempty" doc:"When it first went to a lead because of its topic."`
	FirstReplyAt  *time.Time    `json:"first_reply_at,omitempty"`
	ReturnAddress string        `json:"return_address,omitempty" example:"mara@players.example" doc:"Where the player asked to be answered when nobody was there. It proves nothing."`
	CreatedAt     time.Time     `json:"created_at"`
	LastSeq       int64         `json:"last_seq" example:"7" doc:"The number of its last entry."`
}

// Named is a thing by id and name.
type Named struct {
	ID   string `json:"id" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name string `json:"name" example:"Rūta"`
}

// TopicBrief is a conversation's topic.
type TopicBrief struct {
	ID    string            `json:"id" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Key   string            `json:"key" example:"withdrawals" doc:"Its stable name."`
	Names map[string]string `json:"names,omitempty" doc:"The casino's own wording by language, where it has one."`
}

// TopicOf is what a conversation tells of its topic.
type TopicOf struct {
	TopicBrief
	*TopicMore
}

// TopicMore is what a topic has besides when expanded.
type TopicMore struct {
	ToLead  *bool `json:"to_lead,omitempty" doc:"With expand=topic: whether conversations about it go to a lead at once."`
	Retired *bool `json:"retired,omitempty" doc:"With expand=topic: whether it is offered no more."`
}

// PlayerBrief is what a conversation tells of its player.
type PlayerBrief struct {
	ID       string `json:"id" example:"ply_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name     string `json:"name,omitempty" example:"Mara"`
	Verified bool   `json:"verified" doc:"Whether a signed identity proved who this is."`
	Status   string `json:"status" example:"active" doc:"What the casino says of the player's gaming: active, at_risk, excluded or unknown."`
	VIP      string `json:"vip,omitempty" example:"gold"`
	*PlayerMore
}

// MessageBrief is the beginning of a conversation's last message.
type MessageBrief struct {
	By     string    `json:"by" example:"player" doc:"What sort of author wrote it: player, agent, bot, ai, system."`
	Text   string    `json:"text,omitempty" example:"Where is my withdrawal?" doc:"Its first 160 characters. Absent when it was erased or carried files alone."`
	Files  bool      `json:"files" doc:"Whether it carries files."`
	Erased bool      `json:"erased" doc:"Whether its text was erased."`
	At     time.Time `json:"at"`
}

func conversationOf(r desk.Row) (Conversation, error) {
	c := Conversation{
		ID: tenants.PublicID(tenants.ConversationPrefix, r.ID), State: string(r.State), Channel: string(r.Channel),
		Language: text(r.Language), Tags: []Named{}, WaitingSince: utc(r.WaitingSince), TurnAt: r.TurnAt.UTC(),
		SnoozedUntil: utc(r.SnoozedUntil), EscalatedAt: utc(r.EscalatedAt), FirstReplyAt: utc(r.FirstReplyAt),
		ReturnAddress: text(r.ReturnAddress), CreatedAt: r.CreatedAt.UTC(), LastSeq: r.LastSeq,
		Player: PlayerBrief{ID: tenants.PublicID(tenants.PlayerPrefix, r.PlayerID), Name: text(r.PlayerName), Verified: r.PlayerProven,
			Status: r.PlayerStatus, VIP: text(r.PlayerVIP)},
	}
	if r.AssigneeID != nil {
		c.Agent = &AgentBrief{Named: Named{publicOrNone(tenants.MemberPrefix, r.AssigneeID), text(r.Assignee)}}
	}
	if r.TeamID != nil {
		c.Team = &TeamBrief{Named: Named{publicOrNone(tenants.TeamPrefix, r.TeamID), text(r.Team)}}
	}
	if r.TopicID != nil {
		c.Topic = &TopicOf{TopicBrief: TopicBrief{ID: publicOrNone(tenants.TopicPrefix, r.TopicID), Key: text(r.TopicKey), Names: names(r.TopicNames)}}
	}
	if r.LastBy != nil && r.LastAt != nil {
		c.LastMessage = &MessageBrief{By: *r.LastBy, Text: text(r.LastWords), Files: r.LastFiles, Erased: r.LastErased, At: r.LastAt.UTC()}
	}
	tags, err := r.Tags()
	for _, t := range tags {
		c.Tags = append(c.Tags, Named{tenants.PublicID(tenants.TagPrefix, t.ID), t.Name})
	}
	return c, err
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// names are a topic's own names by language; none where the casino has none.
func names(raw []byte) map[string]string {
	var all map[string]string
	if json.Unmarshal(raw, &all) != nil || len(all) == 0 {
		return nil
	}
	return all
}
