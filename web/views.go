package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// cutOf is the cut that a request's address says; of a saved view, what is kept of it.
func cutOf(ctx context.Context, tx bun.Tx, q url.Values) (cut, error) {
	c, err := parseCut(q)
	if err != nil || c.saved == nil {
		return c, err
	}
	v, err := desk.ViewOf(ctx, tx, *c.saved)
	if err != nil {
		return c, err
	}
	a, _ := authz.From(ctx)
	limit := c.Limit
	c.Filter, c.title = v.Filter(a.ID), v.Name
	c.Limit = limit
	if v.Owner != nil || authz.Permits(a.Role, authz.ViewShare) {
		c.edit = "/views/" + tenants.PublicID(tenants.ViewPrefix, v.ID)
	}
	return c, nil
}

// savedGroup are the reader's views with their counts, and a way to one more.
func savedGroup(ctx context.Context, tx bun.Tx, scope authz.Scope, c cut, all []desk.View) (views.ViewGroup, error) {
	g := views.ViewGroup{Title: i18n.T(ctx, "views.title")}
	counts, err := desk.CountViews(ctx, tx, scope, all)
	if err != nil {
		return g, err
	}
	for _, v := range all {
		icon := "bookmark"
		if v.Owner == nil {
			icon = "users"
		}
		g.Views = append(g.Views, views.ViewLink{Icon: icon, Name: v.Name, Href: "/inbox?saved=" + tenants.PublicID(tenants.ViewPrefix, v.ID), Count: counts[v.ID],
			Current: c.saved != nil && *c.saved == v.ID})
	}
	add := url.Values{}
	for _, name := range []string{"view", "team", "topic", "tag", "channel"} {
		if v := c.query.Get(name); v != "" {
			add.Set(name, v)
		}
	}
	href := "/views/new"
	if len(add) > 0 {
		href += "?" + add.Encode()
	}
	g.Views = append(g.Views, views.ViewLink{Icon: "plus", Name: i18n.T(ctx, "views.new"), Href: href})
	return g, nil
}

// newView is the form, begun with the cut that the reader looks through.
func (s *Server) newView(w http.ResponseWriter, r *http.Request) error {
	return s.showView(w, r, authz.ViewChange, func(ctx context.Context, _ bun.Tx) (desk.View, error) {
		c, err := parseCut(r.URL.Query())
		v := desk.View{State: c.State, Team: c.Team, Topic: c.Topic, Tag: c.Tag, Channel: c.Channel}
		switch c.view {
		case "mine":
			v.Holder = desk.HeldByMe
		case "unassigned":
			v.Holder = desk.HeldByNobody
		}
		return v.Own(ctx, false), err
	})
}

// view is a view's form.
func (s *Server) view(w http.ResponseWriter, r *http.Request) error {
	return s.showView(w, r, authz.ViewRead, func(ctx context.Context, tx bun.Tx) (desk.View, error) { return viewNamed(ctx, tx, r) })
}

func viewNamed(ctx context.Context, tx bun.Tx, r *http.Request) (desk.View, error) {
	id, err := tenants.ParseID(tenants.ViewPrefix, r.PathValue("view"))
	if err != nil {
		return desk.View{}, err
	}
	return desk.ViewOf(ctx, tx, id)
}

func (s *Server) showView(w http.ResponseWriter, r *http.Request, p authz.Permission, get func(context.Context, bun.Tx) (desk.View, error)) error {
	var form views.ViewFormProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, p, authz.Facts{}); err != nil {
			return err
		}
		v, err := get(ctx, tx)
		if err != nil {
			return err
		}
		form, err = s.viewForm(ctx, tx, r, v)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ViewForm(form))
}

func (s *Server) viewForm(ctx context.Context, tx bun.Tx, r *http.Request, v desk.View) (views.ViewFormProps, error) {
	a, _ := authz.From(ctx)
	title := i18n.T(ctx, "views.new")
	if v.ID != uuid.Nil {
		title = v.Name
	}
	p := views.ViewFormProps{Page: s.page(r, title, "inbox"), Title: title, Name: v.Name, Shared: v.Owner == nil, May: authz.Permits(a.Role, authz.ViewShare), State: string(v.State),
		Holder: string(v.Holder), Team: publicID(tenants.TeamPrefix, v.Team), Topic: publicID(tenants.TopicPrefix, v.Topic), Tag: publicID(tenants.TagPrefix, v.Tag),
		Channel: string(v.Channel), Order: string(v.Order), Locked: v.ID != uuid.Nil && v.Owner == nil && !authz.Permits(a.Role, authz.ViewShare)}
	if v.ID != uuid.Nil {
		p.ID = tenants.PublicID(tenants.ViewPrefix, v.ID)
	}
	if v.Holder == desk.HeldByAgent {
		p.Holder = publicID(tenants.MemberPrefix, v.Assignee)
	}
	f := views.MacroFormProps{}
	if err := macroChoices(ctx, tx, &f); err != nil {
		return p, err
	}
	p.Teams, p.Topics, p.Agents = f.Teams, f.Topics, f.Agents
	tags, err := desk.Tags(ctx, tx)
	for _, t := range tags {
		p.Tags = append(p.Tags, views.Choice{ID: tenants.PublicID(tenants.TagPrefix, t.ID), Name: t.Name})
	}
	return p, err
}

// addView keeps a view and shows it.
func (s *Server) addView(w http.ResponseWriter, r *http.Request) error {
	return s.keepView(w, r, func(ctx context.Context, tx bun.Tx, v *desk.View) error { return desk.AddView(ctx, tx, v) })
}

// changeView changes a view and shows it.
func (s *Server) changeView(w http.ResponseWriter, r *http.Request) error {
	return s.keepView(w, r, func(ctx context.Context, tx bun.Tx, v *desk.View) error {
		was, err := viewNamed(ctx, tx, r)
		if err != nil {
			return err
		}
		v.ID = was.ID
		return desk.ChangeView(ctx, tx, v)
	})
}

func (s *Server) keepView(w http.ResponseWriter, r *http.Request, keep func(ctx context.Context, tx bun.Tx, v *desk.View) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	var v desk.View
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.ViewChange, authz.Facts{}); err != nil {
			return err
		}
		if v, err = viewTyped(ctx, r); err != nil {
			return err
		}
		return keep(ctx, tx, &v)
	})
	if err == nil {
		http.Redirect(w, r, "/inbox?saved="+tenants.PublicID(tenants.ViewPrefix, v.ID), http.StatusSeeOther)
		return nil
	}
	var p views.ViewFormProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
			if r.PathValue("view") != "" {
				was, err := viewNamed(ctx, tx, r)
				if err != nil {
					return err
				}
				v.ID = was.ID
			}
			p, err = s.viewForm(ctx, tx, r, v)
			return err
		}); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component { p.Fault = f; return views.ViewForm(p) })
}

// dropView forgets a view.
func (s *Server) dropView(w http.ResponseWriter, r *http.Request) error {
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ViewChange, authz.Facts{}); err != nil {
			return err
		}
		v, err := viewNamed(ctx, tx, r)
		if err != nil {
			return err
		}
		return desk.DropView(ctx, tx, v.ID)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
	return nil
}

func viewTyped(ctx context.Context, r *http.Request) (desk.View, error) {
	get := r.PostForm.Get
	v := desk.View{Name: get("name"), State: desk.State(get("state")), Channel: desk.Channel(get("channel")), Order: desk.Order(get("order"))}
	var err error
	holder := get("holder")
	if strings.HasPrefix(holder, tenants.MemberPrefix+"_") {
		v.Holder = desk.HeldByAgent
		v.Assignee, err = optionalID(tenants.MemberPrefix, holder)
	} else {
		v.Holder = desk.ViewHolder(holder)
	}
	for _, each := range []struct {
		into         **uuid.UUID
		prefix, name string
	}{{&v.Team, tenants.TeamPrefix, "team"}, {&v.Topic, tenants.TopicPrefix, "topic"}, {&v.Tag, tenants.TagPrefix, "tag"}} {
		if err == nil {
			*each.into, err = optionalID(each.prefix, get(each.name))
		}
	}
	if fault.CodeOf(err) == fault.NotFound {
		return v, err
	}
	return v.Own(ctx, get("shared") == "yes"), err
}
