package web

import (
	"context"
	"net/http"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/steps"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// stepLinks are where a step is done.
var stepLinks = map[steps.Key]string{steps.Brand: "/settings/brand", steps.Licence: "/settings/licences", steps.Chat: "/settings/chat",
	steps.People: "/settings/people", steps.Talk: "/inbox"}

// start is the list of a new casino's first steps.
func (s *Server) start(w http.ResponseWriter, r *http.Request) error {
	var l steps.List
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{}); err != nil {
			return err
		}
		l, err = steps.Of(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	p := views.StartProps{Page: s.page(r, i18n.T(ctx, "settings.start"), "start"), Name: s.brand(ctx).Name, Left: l.Left(), Away: l.Away,
		May:     authz.Permits(signedOf(ctx).Actor.Role, authz.SettingsChange),
		Snippet: `<script async src="` + s.Config.URL(tenants.Current(ctx), "/chat.js") + `"></script>`}
	open := true // the first that is left is shown with its text and its way
	for _, step := range l.Steps {
		each := views.StartStep{Key: string(step.Key), Done: step.Done, Skipped: step.Skipped, Href: stepLinks[step.Key]}
		if open && !step.Done && !step.Skipped {
			each.Open, open = true, false
		}
		if step.Done || step.Skipped {
			p.Behind++
		}
		p.Steps = append(p.Steps, each)
	}
	return views.Render(w, r, http.StatusOK, views.Start(p))
}

// startDeed is a change of the list: a step skipped or taken up again, the list put away or brought back.
func (s *Server) startDeed(to string, do func(ctx context.Context, tx bun.Tx, step steps.Key) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return err
		}
		err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
			if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: "start"}); err != nil {
				return err
			}
			return do(ctx, tx, steps.Key(r.PostForm.Get("step")))
		})
		if err != nil {
			return err
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
}

func putStepsAway(ctx context.Context, tx bun.Tx, _ steps.Key) error { return steps.PutAway(ctx, tx) }
func bringSteps(ctx context.Context, tx bun.Tx, _ steps.Key) error   { return steps.Bring(ctx, tx) }

// tryChat is a page such as the casino's own might be, with the chat in it: for whoever can't put the chat on the real one yet.
// Only staff of the casino reach it; in its chat they are a visitor.
func (s *Server) tryChat(w http.ResponseWriter, r *http.Request) error {
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{})
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.TryChat(views.TryChatProps{Casino: s.casino(r.Context()), Talking: "/inbox"}))
}

// ownOrigin is the origin of the casino's host that r came to, whose own pages may hold the chat.
func (s *Server) ownOrigin(r *http.Request) string { return s.Config.at(tenants.CleanHost(r.Host), "") }
