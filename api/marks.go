package api

import (
	"context"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

type topicBody struct {
	Strict
	Topic string `json:"topic" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type topicIn struct {
	ConversationPath
	Body topicBody
}

func (a *API) setTopic(ctx context.Context, in *topicIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationTopic, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		topic, err := idIn(tenants.TopicPrefix, "topic", in.Body.Topic)
		if err != nil {
			return err
		}
		return desk.SetTopic(ctx, tx, c, &topic)
	})
}

func (a *API) clearTopic(ctx context.Context, in *ConversationPath) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationTopic, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.SetTopic(ctx, tx, c, nil)
	})
}

type tagBody struct {
	Strict
	Name string `json:"name" minLength:"1" maxLength:"200" example:"bank's side" doc:"1 to 40 characters."`
}

type tagIn struct {
	ConversationPath
	Body tagBody
}

func (a *API) addTag(ctx context.Context, in *tagIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationTag, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.Tag(ctx, tx, c, in.Body.Name)
	})
}

type untagIn struct {
	ConversationPath
	Tag string `path:"tag" example:"tag_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

func (a *API) removeTag(ctx context.Context, in *untagIn) (*conversationOut, error) {
	tag, err := tenants.ParseID(tenants.TagPrefix, in.Tag)
	if err != nil {
		return nil, err
	}
	return changed(ctx, in.Conversation, authz.ConversationTag, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.Untag(ctx, tx, c, tag)
	})
}

type markBody struct {
	Strict
	Agent string `json:"agent" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"Who has read."`
	Seq   int64  `json:"seq" minimum:"1" example:"7" doc:"The last entry they have seen."`
}

type readIn struct {
	ConversationPath
	Body markBody
}

// markRead acts for the agent it names: a key has no eyes of its own.
func (a *API) markRead(ctx context.Context, in *readIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationMark, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		agent, err := idIn(tenants.MemberPrefix, "agent", in.Body.Agent)
		if err != nil {
			return err
		}
		found, err := staff.ColleaguesOf(ctx, tx, agent)
		if err == nil && len(found) == 0 {
			err = fault.New(fault.Invalid, "This agent isn't there any more.").On("agent")
		}
		if err != nil {
			return err
		}
		key, _ := authz.From(ctx)
		as := authz.Actor{Kind: authz.KindAgent, Tenant: key.Tenant, ID: agent, Role: found[0].Role, Name: found[0].Name}
		return desk.MarkRead(authz.With(ctx, as), tx, c, in.Body.Seq)
	})
}
