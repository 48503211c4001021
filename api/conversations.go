package api

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// ConversationFilters are the filters of lists of conversations. It is exported, as the other parts of inputs are, because huma
// looks at no others.
type ConversationFilters struct {
	Agent         string `query:"agent" example:"none" doc:"Only what this agent has; none: what no agent has."`
	Team          string `query:"team" doc:"Only what this team has."`
	Topic         string `query:"topic" doc:"Only about this topic."`
	Tag           string `query:"tag" doc:"Only with this tag."`
	Channel       string `query:"channel" enum:"chat,email,phone,messenger,api" doc:"Only by this channel."`
	Order         string `query:"order" enum:"newest,waiting" default:"newest" doc:"newest: the latest turn first. waiting: whoever waits longest first, without those who don't wait."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
	Expanding
}

type listIn struct {
	State  string `query:"state" enum:"open,snoozed,resolved,any" default:"open" doc:"Only in this state."`
	Player string `query:"player" doc:"Only this player's."`
	ConversationFilters
}

type lookIn struct {
	ConversationPath
	Expanding
}

type conversationsOut struct{ Body page[Conversation] }

// ConversationPath is the conversation that a path names.
type ConversationPath struct {
	Conversation string `path:"conversation" example:"cnv_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type conversationOut struct{ Body Conversation }

func (f ConversationFilters) filter() (desk.Filter, error) {
	out := desk.Filter{Channel: desk.Channel(f.Channel), Order: desk.Order(f.Order), Limit: f.Limit, Cursor: f.StartingAfter, WithTags: true}
	if f.Agent == "none" {
		out.Unassigned, f.Agent = true, ""
	}
	for _, each := range []struct {
		into                **uuid.UUID
		prefix, field, text string
	}{
		{&out.Assignee, tenants.MemberPrefix, "agent", f.Agent}, {&out.Team, tenants.TeamPrefix, "team", f.Team},
		{&out.Topic, tenants.TopicPrefix, "topic", f.Topic}, {&out.Tag, tenants.TagPrefix, "tag", f.Tag},
	} {
		id, err := maybeID(each.prefix, each.field, each.text)
		if err != nil {
			return out, err
		}
		*each.into = id
	}
	return out, nil
}

func (a *API) listConversations(ctx context.Context, in *listIn) (*conversationsOut, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	if f.Player, err = maybeID(tenants.PlayerPrefix, "player", in.Player); err != nil {
		return nil, err
	}
	f.State = desk.State(in.State)
	var out conversationsOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		scope, err := authz.ScopeOf(ctx, tx, authz.ConversationList)
		if err != nil {
			return err
		}
		if out.Body, err = conversationPage(ctx, tx, scope, f); err != nil {
			return err
		}
		return in.expand(ctx, tx, out.Body.Data)
	})
	return &out, err
}

func conversationPage(ctx context.Context, tx bun.Tx, scope authz.Scope, f desk.Filter) (page[Conversation], error) {
	found, err := desk.List(ctx, tx, scope, f, uuid.Nil)
	if err != nil {
		return page[Conversation]{}, err
	}
	data := make([]Conversation, 0, len(found.Rows))
	for _, r := range found.Rows {
		c, err := conversationOf(r)
		if err != nil {
			return page[Conversation]{}, err
		}
		data = append(data, c)
	}
	return pageOf(data, found.Next), nil
}

func (a *API) getConversation(ctx context.Context, in *lookIn) (*conversationOut, error) {
	id, err := tenants.ParseID(tenants.ConversationPrefix, in.Conversation)
	if err != nil {
		return nil, err
	}
	var out conversationOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := desk.Look(ctx, tx, id, uuid.Nil)
		if err != nil {
			return err
		}
		if err := authz.Ask(ctx, tx, authz.ConversationRead, row.Facts()); err != nil {
			return err
		}
		one := make([]Conversation, 1)
		if one[0], err = conversationOf(row); err == nil {
			err = in.expand(ctx, tx, one)
		}
		out.Body = one[0]
		return err
	})
	return &out, err
}

type assignBody struct {
	Strict
	Agent         string `json:"agent,omitempty" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"Who gets it; none: no agent."`
	Team          string `json:"team,omitempty" example:"tea_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"Which team gets it; none: no team."`
	ExpectedAgent string `json:"expected_agent,omitempty" example:"none" doc:"Who has it as far as you know; none: nobody."`
}

type assignIn struct {
	ConversationPath
	Body assignBody
}

// holder reads an agent or team that may be none, or left out: then it stays as it was.
func holder(prefix, field, s string, was *uuid.UUID) (*uuid.UUID, error) {
	switch s {
	case "":
		return was, nil
	case "none":
		return nil, nil
	}
	return maybeID(prefix, field, s)
}

func (a *API) assign(ctx context.Context, in *assignIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationAssign, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) (err error) {
		var to desk.Holder
		if in.Body.Agent == "" && in.Body.Team == "" {
			return fault.New(fault.Invalid, "Say to whom: an agent or a team.")
		}
		if to.Agent, err = holder(tenants.MemberPrefix, "agent", in.Body.Agent, c.AssigneeID); err != nil {
			return err
		}
		if to.Team, err = holder(tenants.TeamPrefix, "team", in.Body.Team, c.TeamID); err != nil {
			return err
		}
		expected, err := holder(tenants.MemberPrefix, "expected_agent", in.Body.ExpectedAgent, c.AssigneeID)
		if err != nil {
			return err
		}
		if same(expected, c.AssigneeID) && same(to.Agent, c.AssigneeID) && same(to.Team, c.TeamID) {
			return nil // it is so already: a repeat isn't another deed
		}
		_, err = desk.Assign(ctx, tx, c, to, expected)
		return err
	})
}

func same(a, b *uuid.UUID) bool { return a == b || a != nil && b != nil && *a == *b }

func (a *API) unassign(ctx context.Context, in *ConversationPath) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationAssign, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		if c.AssigneeID == nil && c.TeamID == nil {
			return nil
		}
		_, err := desk.Assign(ctx, tx, c, desk.Holder{}, c.AssigneeID)
		return err
	})
}

type transferBody struct {
	Strict
	Agent    string `json:"agent,omitempty" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Team     string `json:"team,omitempty" example:"tea_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Note     string `json:"note" maxLength:"10000" example:"The bank asks for a statement." doc:"What the next one should know. Staff alone read it."`
	ClientID string `json:"client_id,omitempty" maxLength:"100" doc:"Your id of this note, so that it can be sent again."`
}

type transferIn struct {
	ConversationPath
	Body transferBody
}

func (a *API) transfer(ctx context.Context, in *transferIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationTransfer, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) (err error) {
		var to desk.Holder
		if to.Agent, err = maybeID(tenants.MemberPrefix, "agent", in.Body.Agent); err != nil {
			return err
		}
		if to.Team, err = maybeID(tenants.TeamPrefix, "team", in.Body.Team); err != nil {
			return err
		}
		_, err = desk.Transfer(ctx, tx, c, to, desk.Words{Text: in.Body.Note, ClientID: in.Body.ClientID})
		return err
	})
}

type snoozeBody struct {
	Strict
	Until time.Time `json:"until" doc:"When it opens again."`
}

type snoozeIn struct {
	ConversationPath
	Body snoozeBody
}

func (a *API) snooze(ctx context.Context, in *snoozeIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationSnooze, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		_, err := desk.Snooze(ctx, tx, c, in.Body.Until)
		return err
	})
}

func (a *API) resolve(ctx context.Context, in *ConversationPath) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationResolve, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		_, err := desk.Resolve(ctx, tx, c)
		return err
	})
}

func (a *API) reopen(ctx context.Context, in *ConversationPath) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationReopen, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		_, err := desk.Reopen(ctx, tx, c)
		return err
	})
}
