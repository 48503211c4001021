package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
)

// FoundConversation is a conversation that a search found.
type FoundConversation struct {
	Conversation Conversation `json:"conversation"`
	By           string       `json:"by" enum:"player,words" doc:"Whether the player was found, or words of an entry."`
	Seq          int64        `json:"seq,omitempty" example:"7" doc:"The newest entry that has the words."`
	Excerpt      string       `json:"excerpt,omitempty" example:"… where is my withdrawal …" doc:"What stands around them, as plain text."`
	At           *time.Time   `json:"at,omitempty" doc:"When they were written."`
}

type searchIn struct {
	Words string `query:"q" required:"true" minLength:"1" maxLength:"200" example:"withdrawal" doc:"Words of messages and notes, perhaps unfinished; or a player's name, e-mail or id at the casino."`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20" doc:"How many at most."`
}

type searchOut struct{ Body page[FoundConversation] }

func (a *API) searchConversations(ctx context.Context, in *searchIn) (*searchOut, error) {
	var out searchOut
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		scope, err := authz.ScopeOf(ctx, tx, authz.ConversationList)
		if err != nil {
			return err
		}
		found, err := desk.Search(ctx, tx, scope, in.Words, in.Limit, uuid.Nil)
		if err != nil {
			return err
		}
		data := make([]FoundConversation, 0, len(found))
		for _, f := range found {
			c, err := conversationOf(f.Row)
			if err != nil {
				return err
			}
			one := FoundConversation{Conversation: c, By: "player"}
			if !f.ByPlayer {
				one.By, one.Seq, one.At = "words", f.Seq, utc(&f.SaidAt)
				for _, piece := range desk.Excerpt(f.Said, desk.SearchWords(in.Words), 160) {
					one.Excerpt += piece.Text
				}
			}
			data = append(data, one)
		}
		out.Body = pageOf(data, "")
		return nil
	})
	return &out, err
}

func (a *API) registerSearch() {
	add(a, operation{Operation: Operation{"search-conversations", http.MethodGet, "/conversation-search", authz.ConversationList}, tag: conversationsTag,
		summary: "Find conversations", answer: page[FoundConversation]{Data: []FoundConversation{{Conversation: exampleConversation, By: "words", Seq: 1,
			Excerpt: "Где мой вывод?", At: &exampleTime}}},
		description: "First those whose player fits, then those in which the words were said or noted, the newest first, each once. Within what the key sees. " +
			"What was erased is never found."}, a.searchConversations)
}
