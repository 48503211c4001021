package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

func conversationIn(r *http.Request) (uuid.UUID, error) {
	return tenants.ParseID(tenants.ConversationPrefix, r.PathValue("conversation"))
}

func (s *Server) chatConversations(w http.ResponseWriter, r *http.Request) error {
	var list []chat.Conversation
	err := s.asPlayer(r, authz.ChatRead, func(ctx context.Context, tx bun.Tx, who players.Who) (err error) {
		list, err = chat.Conversations(ctx, tx, who.Player)
		return err
	})
	if err != nil {
		return err
	}
	out, err := s.conversationsFor(r.Context(), list)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, map[string]any{"conversations": out})
}

func (s *Server) chatStart(w http.ResponseWriter, r *http.Request) error {
	if err := s.chats().sending.Take(bearer(r)); err != nil {
		return err
	}
	var m struct {
		said
		chatLook
		Article string `json:"article"`
	}
	if err := readJSON(w, r, &m); err != nil {
		return err
	}
	words, err := m.words(r.Context())
	if err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	var topic *uuid.UUID
	if m.Topic != "" {
		id, err := tenants.ParseID(tenants.TopicPrefix, m.Topic)
		if err != nil {
			return fault.New(fault.Invalid, "This topic isn't there any more.").On("topic")
		}
		topic = &id
	}
	var c chat.Conversation
	var e desk.Entry
	err = desk.Again(func() error {
		return s.asPlayer(r, authz.ChatStart, func(ctx context.Context, tx bun.Tx, who players.Who) error {
			begun, first, err := desk.Start(ctx, tx, desk.Opening{Player: who.Player, Channel: desk.Chat, Topic: topic, Words: words})
			if err != nil {
				return err
			}
			e = first
			if err := s.asked(ctx, tx, who.Player, m.chatLook, m.Article, first); err != nil {
				return err
			}
			c, err = chat.One(ctx, tx, who.Player, begun.ID)
			return err
		})
	})
	if err != nil {
		return err
	}
	conversation, err := s.conversationFor(r.Context(), c)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{"conversation": conversation, "entry": s.entryFor(r.Context(), e)})
}

// chatSay is the way every message takes: one statement in desk.Receive checks the session, whose conversation it is, and
// keeps the words.
func (s *Server) chatSay(w http.ResponseWriter, r *http.Request) error {
	token := bearer(r)
	if err := s.chats().sending.Take(token); err != nil {
		return err
	}
	var m said
	if err := readJSON(w, r, &m); err != nil {
		return err
	}
	ctx := r.Context()
	if err := authz.Ask(ctx, nil, authz.ChatSend, authz.Facts{}); err != nil {
		return err
	}
	words, err := m.words(ctx)
	if err != nil {
		return err
	}
	id, err := conversationIn(r)
	if err != nil {
		return err
	}
	e, err := desk.Receive(ctx, players.HashToken(token), id, words)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{"entry": s.entryFor(ctx, e)})
}

// chatWindow is how many entries one answer holds.
const chatWindow = 200

func (s *Server) chatEntries(w http.ResponseWriter, r *http.Request) error {
	id, err := conversationIn(r)
	if err != nil {
		return err
	}
	from := desk.Window{Limit: chatWindow}
	if from.After, err = sequence(r, "after"); err != nil {
		return err
	}
	if from.Before, err = sequence(r, "before"); err != nil {
		return err
	}
	var entries []desk.Entry
	err = s.asPlayer(r, authz.ChatRead, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		if _, err := desk.GetPlayers(ctx, tx, who.Player, id); err != nil {
			return err
		}
		entries, err = desk.PlayerTimeline(ctx, tx, id, from)
		return err
	})
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, map[string]any{"entries": s.entriesFor(r.Context(), entries), "more": len(entries) == chatWindow})
}

// sequence reads a sequence number from a query; absent is 0.
func sequence(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "%s must be a sequence number.", name).On(name)
	}
	return n, nil
}

func (s *Server) chatTyping(w http.ResponseWriter, r *http.Request) error {
	if err := s.chats().signals.Take(bearer(r)); err != nil {
		return err
	}
	id, err := conversationIn(r)
	if err != nil {
		return err
	}
	err = s.asPlayer(r, authz.ChatMark, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		c, err := desk.GetPlayers(ctx, tx, who.Player, id)
		if err != nil {
			return err
		}
		live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatTyping, Conversation: id, Player: c.PlayerID,
			Assignee: c.AssigneeID, Team: c.TeamID, Who: who.Player, WhoKind: string(authz.KindPlayer)})
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) chatSeen(w http.ResponseWriter, r *http.Request) error {
	if err := s.chats().signals.Take(bearer(r)); err != nil {
		return err
	}
	var mark struct {
		Seq int64 `json:"seq"`
	}
	if err := readJSON(w, r, &mark); err != nil {
		return err
	}
	id, err := conversationIn(r)
	if err != nil {
		return err
	}
	err = s.asPlayer(r, authz.ChatMark, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		c, err := desk.GetPlayers(ctx, tx, who.Player, id)
		if err != nil {
			return err
		}
		return desk.MarkByPlayer(ctx, tx, &c, mark.Seq, mark.Seq)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) chatAddress(w http.ResponseWriter, r *http.Request) error {
	if err := s.chats().signals.Take(bearer(r)); err != nil {
		return err
	}
	var to struct {
		Email string `json:"email"`
	}
	if err := readJSON(w, r, &to); err != nil {
		return err
	}
	id, err := conversationIn(r)
	if err != nil {
		return err
	}
	err = s.asPlayer(r, authz.ChatSend, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		c, err := desk.HoldPlayers(ctx, tx, who.Player, id)
		if err != nil {
			return err
		}
		return desk.SetReturnAddress(ctx, tx, &c, to.Email)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
