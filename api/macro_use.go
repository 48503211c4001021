package api

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// MacroPreview is what a macro would say in a conversation.
type MacroPreview struct {
	Text     string `json:"text" example:"Hello Mara, your bank has it. It arrives within a day." doc:"With its blanks filled. Empty: it only does."`
	Language string `json:"language,omitempty" example:"en" doc:"What it is written in: the player's language where the macro has a text in it."`
}

// MacroUsePath is a macro in a conversation.
type MacroUsePath struct {
	ConversationPath
	MacroPath
}

type macroPreviewOut struct{ Body MacroPreview }

func (a *API) previewMacro(ctx context.Context, in *MacroUsePath) (*macroPreviewOut, error) {
	id, err := tenants.ParseID(tenants.ConversationPrefix, in.Conversation)
	if err != nil {
		return nil, err
	}
	var out macroPreviewOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := desk.Look(ctx, tx, id, uuid.Nil)
		if err != nil {
			return err
		}
		if err := authz.Ask(ctx, tx, authz.ConversationRead, row.Facts()); err != nil {
			return err
		}
		m, err := macroNamed(ctx, tx, in.Macro)
		if err != nil {
			return err
		}
		out.Body = previewOf(ctx, row, m)
		return nil
	})
	return &out, err
}

func macroNamed(ctx context.Context, tx bun.Tx, public string) (desk.Macro, error) {
	id, err := tenants.ParseID(tenants.MacroPrefix, public)
	if err != nil {
		return desk.Macro{}, err
	}
	actor, _ := authz.From(ctx)
	return desk.MacroOf(ctx, tx, authz.ScopeFor(actor), id)
}

// previewOf fills a macro for a conversation. A key has no name that a player should read.
func previewOf(ctx context.Context, row desk.Row, m desk.Macro) MacroPreview {
	own := tenants.Current(ctx).Language
	said, language := m.TextIn(text(row.Language), own, "en")
	f := desk.Filling{Player: text(row.PlayerName), Casino: tenants.Current(ctx).Name}
	if row.TopicKey != nil {
		if f.Topic = names(row.TopicNames)[language]; f.Topic == "" && i18n.Has("topic."+*row.TopicKey) {
			f.Topic = i18n.T(i18n.With(ctx, language), "topic."+*row.TopicKey)
		}
	}
	return MacroPreview{Text: f.Fill(said), Language: language}
}

type useBody struct {
	Strict
	Text     *string `json:"text,omitempty" maxLength:"10000" doc:"What is said instead of the macro's own words; empty: nothing."`
	ClientID string  `json:"client_id,omitempty" maxLength:"100" example:"crm-8815" doc:"Your id of this use, so that it can be sent again."`
}

type useMacroIn struct {
	MacroUsePath
	Body useBody
}

func (a *API) useMacro(ctx context.Context, in *useMacroIn) (*conversationOut, error) {
	return changed(ctx, in.Conversation, authz.ConversationMacro, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		m, err := macroNamed(ctx, tx, in.Macro)
		if err != nil {
			return err
		}
		row, err := desk.Look(ctx, tx, c.ID, uuid.Nil)
		if err != nil {
			return err
		}
		said := previewOf(ctx, row, m)
		if in.Body.Text != nil {
			said.Text = *in.Body.Text
		}
		if said.Text != "" {
			e, err := desk.Reply(ctx, tx, c, desk.Words{Text: said.Text, Language: said.Language, ClientID: in.Body.ClientID})
			if err != nil || e.Replayed {
				return err
			}
		}
		return desk.Apply(ctx, tx, c, m)
	})
}

func (a *API) registerMacroUse() {
	const path = "/conversations/{conversation}/macros/{macro}"
	add(a, operation{Operation: Operation{"preview-macro", http.MethodGet, path, authz.ConversationRead}, tag: macrosTag,
		summary: "See what a macro would say in a conversation", answer: MacroPreview{Text: "Hello Mara, your bank has it. It arrives within a day.", Language: "en"}}, a.previewMacro)
	add(a, operation{Operation: Operation{"use-macro", http.MethodPost, path, authz.ConversationMacro}, tag: macrosTag, status: http.StatusOK,
		summary: "Use a macro in a conversation", body: useBody{ClientID: "crm-8815"}, answer: exampleConversation,
		description: "Sends its words to the player and does what it does, in one go. What is so already is left alone. With a `client_id` it can be sent " +
			"again safely, as a reply can."}, a.useMacro)
}
