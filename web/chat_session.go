package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

// chatEnter opens a session: for a player whom an identity proves, else for a visitor.
func (s *Server) chatEnter(w http.ResponseWriter, r *http.Request) error {
	var ask struct {
		Identity string `json:"identity"`
		Visitor  string `json:"visitor"`
		Language string `json:"language"`
	}
	if err := readJSON(w, r, &ask); err != nil {
		return err
	}
	if ask.Language != "" {
		r = r.WithContext(i18n.With(r.Context(), i18n.Choose(r.Context(), i18n.Players, i18n.Lang(r.Context()), "", ask.Language)))
	}
	ctx := r.Context()
	_, address := requestOf(ctx)
	who := tenants.Current(ctx).ID.String() + address
	if ask.Identity != "" && s.chats().refusals.Spent(who) {
		return fault.New(fault.TooMany, "Too many identities were refused. Please wait a moment.").After(2 * time.Second)
	}
	if ask.Identity == "" && ask.Visitor == "" {
		if err := s.chats().arriving.Take(who); err != nil {
			return err
		}
	}
	var session players.Session
	var list []chat.Conversation
	err := tenants.In(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		var err error
		session, err = players.Enter(ctx, tx, players.Ask{Identity: ask.Identity, Visitor: ask.Visitor, Language: i18n.Lang(ctx)})
		if err != nil {
			return err
		}
		list, err = chat.Conversations(ctx, tx, session.Player.ID)
		return err
	})
	if err != nil {
		if fault.CodeOf(err) == fault.Unauthenticated {
			_ = s.chats().refusals.Take(who)
		}
		return err
	}
	conversations, err := s.conversationsFor(ctx, list)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{
		"token": session.Token, "expires_at": session.Expires, "player": playerFor(session), "language": i18n.Lang(ctx), "conversations": conversations,
	})
}

// chatLeave ends a session and the streams that it opened.
func (s *Server) chatLeave(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	token := bearer(r)
	err := tenants.In(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		who, ok, err := players.Find(ctx, tx, players.HashToken(token))
		if err != nil || !ok {
			return err
		}
		live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatSignOut, Player: who.Player, WhoKind: string(authz.KindPlayer)})
		return players.End(ctx, tx, token)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// asPlayer runs fn in the casino's transaction for the player behind the request's token, once authz agrees.
func (s *Server) asPlayer(r *http.Request, p authz.Permission, fn func(ctx context.Context, tx bun.Tx, who players.Who) error) error {
	ctx := r.Context()
	token := bearer(r)
	if token == "" {
		return desk.ErrSession
	}
	run := tenants.In
	if p.Read {
		run = tenants.Reading
	}
	return run(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		who, ok, err := players.Find(ctx, tx, players.HashToken(token))
		if err != nil {
			return err
		}
		if !ok {
			return desk.ErrSession
		}
		actor, _ := authz.From(ctx)
		actor.ID = who.Player
		ctx = authz.With(ctx, actor)
		if err := authz.Ask(ctx, tx, p, authz.Facts{}); err != nil {
			return err
		}
		return fn(ctx, tx, who)
	})
}
