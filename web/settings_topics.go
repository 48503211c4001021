package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// topics is the casino's list of topics.
func (s *Server) topics(w http.ResponseWriter, r *http.Request) error {
	var p views.TopicsProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.topicsProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.TopicsPage(p))
}

func (s *Server) topicsProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.TopicsProps, error) {
	p := views.TopicsProps{Settings: s.settingsProps(r, "topics")}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	all, err := desk.AllTopics(ctx, tx)
	if err != nil {
		return p, err
	}
	last := -1
	for i, t := range all {
		line := views.TopicLine{ID: tenants.PublicID(tenants.TopicPrefix, t.ID), Word: topicWord(ctx, t.Key, t.Name(i18n.Lang(ctx))),
			Names: map[string]string{}, Stand: map[string]string{}, ToLead: t.ToLead, Retired: t.RetiredAt != nil, First: i == 0}
		for _, language := range i18n.Known(ctx) {
			line.Names[language] = t.Name(language)
			if i18n.Has("topic." + t.Key) {
				line.Stand[language] = i18n.T(i18n.With(ctx, language), "topic."+t.Key)
			}
		}
		if t.RetiredAt == nil {
			last = i
		}
		p.Topics = append(p.Topics, line)
	}
	if last >= 0 {
		p.Topics[last].Last = true
	}
	return p, nil
}

func topicNames(r *http.Request) map[string]string {
	names := map[string]string{}
	for _, language := range i18n.Known(r.Context()) {
		names[language] = r.PostForm.Get("name_" + language)
	}
	return names
}

// addTopic adds a topic to the end of the list.
func (s *Server) addTopic(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		_, err := desk.NewTopic(ctx, tx, topicNames(r), r.PostForm.Get("to_lead") == "yes")
		return err
	})
	if err != nil {
		return s.topicsAgain(w, r, err, "")
	}
	http.Redirect(w, r, "/settings/topics?done=added", http.StatusSeeOther)
	return nil
}

// changeTopic gives a topic other names, and says whether it goes to a lead.
func (s *Server) changeTopic(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.TopicPrefix, r.PathValue("topic"))
	if err != nil {
		return err
	}
	err = s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		return desk.ChangeTopic(ctx, tx, id, topicNames(r), r.PostForm.Get("to_lead") == "yes")
	})
	if err != nil {
		return s.topicsAgain(w, r, err, r.PathValue("topic"))
	}
	http.Redirect(w, r, "/settings/topics?done=saved", http.StatusSeeOther)
	return nil
}

// topicDeed moves, retires or restores a topic.
func (s *Server) topicDeed(deed func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.TopicPrefix, r.PathValue("topic"))
		if err != nil {
			return err
		}
		if err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return deed(ctx, tx, id) }); err != nil {
			return err
		}
		http.Redirect(w, r, "/settings/topics?done=saved", http.StatusSeeOther)
		return nil
	}
}

func retireTopic(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return desk.RetireTopic(ctx, tx, id, true)
}

func restoreTopic(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return desk.RetireTopic(ctx, tx, id, false)
}

func topicUp(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return desk.MoveTopic(ctx, tx, id, true)
}

func topicDown(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return desk.MoveTopic(ctx, tx, id, false)
}

func (s *Server) topicsAgain(w http.ResponseWriter, r *http.Request, err error, of string) error {
	var p views.TopicsProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.topicsProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of = f, of
		typed := func(t *views.TopicLine) { t.Names, t.ToLead = topicNames(r), r.PostForm.Get("to_lead") == "yes" }
		if of == "" {
			typed(&p.New)
		}
		for i := range p.Topics {
			if p.Topics[i].ID == of {
				typed(&p.Topics[i])
			}
		}
		return views.TopicsPage(p)
	})
}
