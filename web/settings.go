package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// settingsPages are the settings, in their order, with what it takes to read each.
var settingsPages = []struct {
	key, icon  string
	permission authz.Permission
}{
	{"people", "users-round", authz.PeopleRead},
	{"brand", "palette", authz.HouseRead},
	{"teams", "users", authz.SettingsRead},
	{"topics", "hash", authz.SettingsRead},
	{"macros", "zap", authz.MacroRead},
	{"domains", "globe", authz.HouseRead},
	{"licences", "badge-check", authz.HouseRead},
	{"chat", "message-circle", authz.SettingsRead},
	{"languages", "languages", authz.HouseRead},
	{"api", "plug", authz.SettingsRead},
	{"webhooks", "webhook", authz.WebhookRead},
	{"visits", "eye", authz.SettingsRead},
	{"billing", "credit-card", authz.BillingRead},
	{"export", "archive", authz.ExportRead},
	{"audit", "history", authz.AuditRead},
}

// settingsProps is the frame of a page of the settings for whoever is signed in.
func (s *Server) settingsProps(r *http.Request, here string) views.SettingsProps {
	ctx := r.Context()
	title := i18n.T(ctx, "common.settings")
	p := views.SettingsProps{Here: here}
	for _, each := range settingsPages {
		if !authz.Permits(signedOf(ctx).Actor.Role, each.permission) || authz.Stands(ctx, each.permission) != nil {
			continue
		}
		item := views.SettingsItem{Key: each.key, Icon: each.icon, Name: i18n.T(ctx, "settings."+each.key),
			Lead: i18n.T(ctx, "settings.about_"+each.key), Href: "/settings/" + each.key}
		if each.key == here {
			title = item.Name
		}
		p.Items = append(p.Items, item)
	}
	p.Title = title
	rail := "settings"
	if here == "people" {
		rail = "people"
	}
	p.Page = s.page(r, title, rail)
	p.Page.Flashes = s.done(r)
	return p
}

// settings says what can be set where.
func (s *Server) settings(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{})
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.SettingsIndex(s.settingsProps(r, "")))
}

// changing asks for the permission to change settings and does a change.
func (s *Server) changing(r *http.Request, change func(ctx context.Context, tx bun.Tx) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	return s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: partOf(r)}); err != nil {
			return err
		}
		return change(ctx, tx)
	})
}

// partOf is the part of the settings that a request is about: /settings/teams/tea_… is about teams.
func partOf(r *http.Request) string {
	part, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/settings/"), "/")
	return part
}

// lastChange tells a page of the settings who changed that part last.
func lastChange(ctx context.Context, tx bun.Tx, p *views.SettingsProps) error {
	l, ok, err := authz.LastChange(ctx, tx, p.Here)
	if ok {
		p.Changed = &views.ChangeLine{Who: whoOf(ctx, l), At: l.At}
	}
	return err
}

// mendable says whether an error belongs beside the form that caused it.
func mendable(err error) bool {
	c := fault.CodeOf(err)
	return c == fault.Invalid || c == fault.Conflict || c == fault.NotInPlan
}

// teams is the casino's teams.
func (s *Server) teams(w http.ResponseWriter, r *http.Request) error {
	var p views.TeamsProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.teamsProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.TeamsPage(p))
}

func (s *Server) teamsProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.TeamsProps, error) {
	p := views.TeamsProps{Settings: s.settingsProps(r, "teams")}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	all, err := staff.Teams(ctx, tx)
	for _, t := range all {
		p.Teams = append(p.Teams, views.TeamLine{ID: tenants.PublicID(tenants.TeamPrefix, t.ID), Name: t.Name, ForLeads: t.ForLeads, Members: t.Members})
	}
	return p, err
}

// addTeam makes a team.
func (s *Server) addTeam(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		_, err := staff.AddTeam(ctx, tx, r.PostForm.Get("name"), r.PostForm.Get("for_leads") == "yes")
		return err
	})
	if err != nil {
		return s.teamsAgain(w, r, err, "")
	}
	http.Redirect(w, r, "/settings/teams?done=added", http.StatusSeeOther)
	return nil
}

// changeTeam gives a team another name.
func (s *Server) changeTeam(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.TeamPrefix, r.PathValue("team"))
	if err != nil {
		return err
	}
	err = s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		return staff.ChangeTeam(ctx, tx, id, r.PostForm.Get("name"), r.PostForm.Get("for_leads") == "yes")
	})
	if err != nil {
		return s.teamsAgain(w, r, err, r.PathValue("team"))
	}
	http.Redirect(w, r, "/settings/teams?done=saved", http.StatusSeeOther)
	return nil
}

func (s *Server) teamsAgain(w http.ResponseWriter, r *http.Request, err error, of string) error {
	var p views.TeamsProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.teamsProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of = f, of
		name, leads := r.PostForm.Get("name"), r.PostForm.Get("for_leads") == "yes"
		if of == "" {
			p.Name, p.ForLeads = name, leads
		}
		for i := range p.Teams {
			if p.Teams[i].ID == of {
				p.Teams[i].Name, p.Teams[i].ForLeads = name, leads
			}
		}
		return views.TeamsPage(p)
	})
}
