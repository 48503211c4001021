package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
)

// markRead notes how far the agent has read.
func (s *Server) markRead(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationMark, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		seq, err := strconv.ParseInt(r.PostForm.Get("seq"), 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "%q isn't a number of an entry.", r.PostForm.Get("seq"))
		}
		return desk.MarkRead(ctx, tx, c, seq)
	})
}

// here says that the agent looks at a conversation, or writes a reply or a note in it ("doing" is look, reply or note). It is
// told to open pages and kept nowhere; the player hears of a reply alone.
func (s *Server) here(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	doing := r.PostForm.Get("doing")
	what := live.WhatTyping
	switch doing {
	case "look":
		what = live.WhatLooking
	case "reply", "note":
	default:
		return fault.New(fault.Invalid, "One looks, or writes a reply or a note.")
	}
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.askFor(ctx, tx, r, authz.ConversationMark, desk.Get)
		if err != nil {
			return err
		}
		a, _ := authz.From(ctx)
		live.Announce(ctx, live.Change{Tenant: a.Tenant, What: what, Conversation: c.ID, Player: c.PlayerID, StaffOnly: doing != "reply",
			Assignee: c.AssigneeID, Team: c.TeamID, Who: a.ID, WhoKind: string(a.Kind), Name: a.Name})
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
