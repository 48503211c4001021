package web

import (
	"context"
	"net/http"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// inbox is the whole page with a list and nothing open.
func (s *Server) inbox(w http.ResponseWriter, r *http.Request) error {
	var p views.InboxProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		scope, err := authz.ScopeOf(ctx, tx, authz.ConversationList)
		if err != nil {
			return err
		}
		p, err = s.inboxProps(ctx, tx, r, scope)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Inbox(p))
}

// inboxList is the list alone, for a page that redraws it.
func (s *Server) inboxList(w http.ResponseWriter, r *http.Request) error {
	var p views.ListProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		scope, err := authz.ScopeOf(ctx, tx, authz.ConversationList)
		if err != nil {
			return err
		}
		c, err := cutOf(ctx, tx, r.URL.Query())
		if err != nil {
			return err
		}
		p, err = listProps(ctx, tx, scope, c)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Rows(p))
}

// inboxBoxes are the views with their counts alone.
func (s *Server) inboxBoxes(w http.ResponseWriter, r *http.Request) error {
	var p views.BoxesProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		scope, err := authz.ScopeOf(ctx, tx, authz.ConversationList)
		if err != nil {
			return err
		}
		c, err := cutOf(ctx, tx, r.URL.Query())
		if err != nil {
			return err
		}
		p, _, err = boxesProps(ctx, tx, scope, c)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Boxes(p))
}

// inboxProps gathers the page around whatever is open.
func (s *Server) inboxProps(ctx context.Context, tx bun.Tx, r *http.Request, scope authz.Scope) (views.InboxProps, error) {
	var p views.InboxProps
	c, err := cutOf(ctx, tx, r.URL.Query())
	if err != nil {
		return p, err
	}
	boxes, title, err := boxesProps(ctx, tx, scope, c)
	if err != nil {
		return p, err
	}
	list, err := listProps(ctx, tx, scope, c)
	if err != nil {
		return p, err
	}
	list.Title, list.Edit, list.Words = title, c.edit, c.words
	p = views.InboxProps{Page: s.page(r, title, "inbox"), Boxes: boxes, List: list}
	p.Page.Scripts, p.Page.Fixed = []string{"inbox.js"}, true
	return p, nil
}

// reading runs fn in a transaction of the request's casino that only looks.
func (s *Server) reading(r *http.Request, fn func(ctx context.Context, tx bun.Tx) error) error {
	return tenants.Reading(r.Context(), tenants.Current(r.Context()).ID, fn)
}

// writing runs fn in a transaction of the request's casino.
func (s *Server) writing(r *http.Request, fn func(ctx context.Context, tx bun.Tx) error) error {
	return desk.Again(func() error { return tenants.In(r.Context(), tenants.Current(r.Context()).ID, fn) })
}

// topicWord is a topic's name for the reader: the casino's own, else the catalogs', else its key.
func topicWord(ctx context.Context, key string, own string) string {
	switch {
	case own != "":
		return own
	case i18n.Has("topic." + key):
		return i18n.T(ctx, "topic."+key)
	}
	return key
}
