package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// choose renders the choices of a menu of the conversation that a route names.
func (s *Server) choose(w http.ResponseWriter, r *http.Request, p authz.Permission,
	menu func(ctx context.Context, tx bun.Tx, c desk.Conversation) (templ.Component, error)) error {
	var part templ.Component
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.askFor(ctx, tx, r, p, desk.Get)
		if err != nil {
			return err
		}
		part, err = menu(ctx, tx, c)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, part)
}

func (s *Server) assignMenu(w http.ResponseWriter, r *http.Request) error {
	return s.choose(w, r, authz.ConversationAssign, func(ctx context.Context, tx bun.Tx, c desk.Conversation) (templ.Component, error) {
		p, err := holderChoices(ctx, tx, c)
		return views.AssignMenu(p), err
	})
}

func (s *Server) transferMenu(w http.ResponseWriter, r *http.Request) error {
	return s.choose(w, r, authz.ConversationTransfer, func(ctx context.Context, tx bun.Tx, c desk.Conversation) (templ.Component, error) {
		p, err := holderChoices(ctx, tx, c)
		return views.TransferChoices(p), err
	})
}

func (s *Server) topicMenu(w http.ResponseWriter, r *http.Request) error {
	return s.choose(w, r, authz.ConversationTopic, func(ctx context.Context, tx bun.Tx, c desk.Conversation) (templ.Component, error) {
		all, err := desk.Topics(ctx, tx)
		p := views.TopicProps{Href: talkHref(c), Held: c.TopicID != nil}
		for _, t := range all {
			p.Topics = append(p.Topics, views.Choice{ID: tenants.PublicID(tenants.TopicPrefix, t.ID),
				Name: topicWord(ctx, t.Key, t.Name(i18n.Lang(ctx))), Now: same(c.TopicID, t.ID)})
		}
		return views.TopicMenu(p), err
	})
}

func (s *Server) tagsMenu(w http.ResponseWriter, r *http.Request) error {
	return s.choose(w, r, authz.ConversationTag, func(ctx context.Context, tx bun.Tx, c desk.Conversation) (templ.Component, error) {
		p := views.TagsProps{Href: talkHref(c)}
		all, err := desk.Tags(ctx, tx)
		for _, t := range all {
			p.Tags = append(p.Tags, views.Choice{ID: t.Name, Name: t.Name})
		}
		return views.TagsMenu(p), err
	})
}

// holderChoices are whom a conversation can go to: the reader first, then the others by name.
func holderChoices(ctx context.Context, tx bun.Tx, c desk.Conversation) (views.AssignProps, error) {
	a, _ := authz.From(ctx)
	p := views.AssignProps{Href: talkHref(c), Held: c.AssigneeID != nil || c.TeamID != nil}
	if c.AssigneeID != nil {
		p.Seen = tenants.PublicID(tenants.MemberPrefix, *c.AssigneeID)
	}
	everyone, err := staff.Colleagues(ctx, tx)
	if err != nil {
		return p, err
	}
	me := views.Choice{ID: tenants.PublicID(tenants.MemberPrefix, a.ID), Name: a.Name, Detail: i18n.T(ctx, "common.you"), Now: same(c.AssigneeID, a.ID)}
	p.Agents = append(p.Agents, me)
	for _, one := range everyone {
		if one.ID != a.ID {
			p.Agents = append(p.Agents, views.Choice{ID: tenants.PublicID(tenants.MemberPrefix, one.ID), Name: one.Name, Now: same(c.AssigneeID, one.ID)})
		}
	}
	teams, err := staff.AllTeams(ctx, tx)
	for _, t := range teams {
		p.Teams = append(p.Teams, views.Choice{ID: tenants.PublicID(tenants.TeamPrefix, t.ID), Name: t.Name, Now: same(c.TeamID, t.ID)})
	}
	return p, err
}
