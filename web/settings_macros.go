package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// macros is the list of those that the reader may use.
func (s *Server) macros(w http.ResponseWriter, r *http.Request) error {
	var p views.MacroListProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.MacroRead, authz.Facts{}); err != nil {
			return err
		}
		a, _ := authz.From(ctx)
		p = views.MacroListProps{Settings: s.settingsProps(r, "macros"), Words: strings.TrimSpace(r.URL.Query().Get("q")),
			May: authz.Permits(a.Role, authz.MacroChange)}
		if err := lastChange(ctx, tx, &p.Settings); err != nil {
			return err
		}
		all, err := desk.Macros(ctx, tx, authz.ScopeFor(a), desk.MacroFilter{Words: p.Words, Retired: p.May})
		for _, m := range all {
			said, lang := m.TextIn(i18n.Lang(ctx), tenants.Current(ctx).Language, "en")
			line := views.MacroLine{ID: tenants.PublicID(tenants.MacroPrefix, m.ID), Name: m.Name, Shortcut: m.Shortcut, Team: text(m.TeamName),
				Text: said, Lang: lang, Deeds: macroDeeds(ctx, m), Uses: m.Uses, Retired: m.RetiredAt != nil}
			for _, known := range i18n.Known(ctx) {
				if m.Texts[known] != "" {
					line.Languages = append(line.Languages, known)
				}
			}
			p.Macros = append(p.Macros, line)
		}
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.MacroList(p))
}

// newMacro is an empty form.
func (s *Server) newMacro(w http.ResponseWriter, r *http.Request) error {
	return s.showMacro(w, r, authz.MacroChange, func(context.Context, bun.Tx) (desk.Macro, error) { return desk.Macro{}, nil })
}

// macro is a macro's form; who may not change it reads it.
func (s *Server) macro(w http.ResponseWriter, r *http.Request) error {
	return s.showMacro(w, r, authz.MacroRead, func(ctx context.Context, tx bun.Tx) (desk.Macro, error) {
		return macroNamed(ctx, tx, r.PathValue("macro"))
	})
}

func (s *Server) showMacro(w http.ResponseWriter, r *http.Request, p authz.Permission, get func(context.Context, bun.Tx) (desk.Macro, error)) error {
	var form views.MacroFormProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, p, authz.Facts{}); err != nil {
			return err
		}
		m, err := get(ctx, tx)
		if err != nil {
			return err
		}
		form, err = s.macroForm(ctx, tx, r, m)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.MacroForm(form))
}

func (s *Server) macroForm(ctx context.Context, tx bun.Tx, r *http.Request, m desk.Macro) (views.MacroFormProps, error) {
	a, _ := authz.From(ctx)
	p := views.MacroFormProps{Settings: s.settingsProps(r, "macros"), Name: m.Name, Shortcut: m.Shortcut, Texts: m.Texts, Tags: strings.Join(m.Tags, ", "),
		Resolve: m.Resolve, Retired: m.RetiredAt != nil, Uses: m.Uses, May: authz.Permits(a.Role, authz.MacroChange), Blanks: desk.MacroBlanks,
		Team: publicID(tenants.TeamPrefix, m.Team), Topic: publicID(tenants.TopicPrefix, m.Topic), Assign: string(m.Assign)}
	p.Settings.Page.Scripts = []string{"macros.js"}
	p.Sample = map[string]string{"agent.name": a.Name, "casino.name": tenants.Current(ctx).Name, "player.name": i18n.T(ctx, "macros.sample_player"),
		"topic": i18n.T(ctx, "macros.sample_topic")}
	if m.SnoozeMinutes != nil {
		p.Snooze = *m.SnoozeMinutes
	}
	switch m.Assign {
	case desk.AssignAgent:
		p.Assign = publicID(tenants.MemberPrefix, m.AssignAgent)
	case desk.AssignTeam:
		p.Assign = publicID(tenants.TeamPrefix, m.AssignTeam)
	}
	if m.ID != tenants.Nobody {
		p.ID = tenants.PublicID(tenants.MacroPrefix, m.ID)
	}
	p.Languages = slices.DeleteFunc(i18n.Known(ctx), func(lang string) bool {
		return !slices.Contains(i18n.Offered(ctx, i18n.Everyone), lang) && m.Texts[lang] == ""
	})
	slices.SortStableFunc(p.Languages, func(x, y string) int { return ownFirst(ctx, y) - ownFirst(ctx, x) })
	return p, macroChoices(ctx, tx, &p)
}

// ownFirst puts the casino's own language before the others.
func ownFirst(ctx context.Context, lang string) int {
	if lang == tenants.Current(ctx).Language {
		return 1
	}
	return 0
}

// macroChoices are what the form offers to choose from.
func macroChoices(ctx context.Context, tx bun.Tx, p *views.MacroFormProps) error {
	teams, err := staff.AllTeams(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range teams {
		p.Teams = append(p.Teams, views.Choice{ID: tenants.PublicID(tenants.TeamPrefix, t.ID), Name: t.Name})
	}
	topics, err := desk.Topics(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range topics {
		p.Topics = append(p.Topics, views.Choice{ID: tenants.PublicID(tenants.TopicPrefix, t.ID), Name: topicWord(ctx, t.Key, t.Name(i18n.Lang(ctx)))})
	}
	agents, err := staff.Colleagues(ctx, tx)
	for _, one := range agents {
		p.Agents = append(p.Agents, views.Choice{ID: tenants.PublicID(tenants.MemberPrefix, one.ID), Name: one.Name})
	}
	return err
}

// addMacro makes a macro.
func (s *Server) addMacro(w http.ResponseWriter, r *http.Request) error {
	return s.keepMacro(w, r, "added", func(ctx context.Context, tx bun.Tx, m *desk.Macro) error { return desk.AddMacro(ctx, tx, m) })
}

// changeMacro gives a macro other words and deeds.
func (s *Server) changeMacro(w http.ResponseWriter, r *http.Request) error {
	return s.keepMacro(w, r, "saved", func(ctx context.Context, tx bun.Tx, m *desk.Macro) error {
		was, err := macroNamed(ctx, tx, r.PathValue("macro"))
		if err != nil {
			return err
		}
		m.ID = was.ID
		return desk.ChangeMacro(ctx, tx, m)
	})
}

func (s *Server) keepMacro(w http.ResponseWriter, r *http.Request, done string, keep func(ctx context.Context, tx bun.Tx, m *desk.Macro) error) error {
	var typed desk.Macro
	err := s.changingMacros(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if typed, err = macroTyped(r); err != nil {
			return err
		}
		return keep(ctx, tx, &typed)
	})
	if err == nil {
		http.Redirect(w, r, "/settings/macros?done="+done, http.StatusSeeOther)
		return nil
	}
	var p views.MacroFormProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
			if id := r.PathValue("macro"); id != "" {
				was, err := macroNamed(ctx, tx, id)
				if err != nil {
					return err
				}
				typed.ID, typed.RetiredAt, typed.Uses = was.ID, was.RetiredAt, was.Uses
			}
			p, err = s.macroForm(ctx, tx, r, typed)
			return err
		}); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component { p.Fault = f; return views.MacroForm(p) })
}

// macroDeed takes a macro out of use, or back into it.
func (s *Server) macroDeed(done string, retired bool) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := s.changingMacros(r, func(ctx context.Context, tx bun.Tx) error {
			m, err := macroNamed(ctx, tx, r.PathValue("macro"))
			if err != nil {
				return err
			}
			return desk.RetireMacro(ctx, tx, m.ID, retired)
		})
		if err != nil {
			return err
		}
		http.Redirect(w, r, "/settings/macros?done="+done, http.StatusSeeOther)
		return nil
	}
}

// changingMacros asks for the permission to change macros and does a change.
func (s *Server) changingMacros(r *http.Request, change func(ctx context.Context, tx bun.Tx) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	return s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.MacroChange, authz.Facts{About: "macros"}); err != nil {
			return err
		}
		return change(ctx, tx)
	})
}

// macroTyped reads a macro from its form.
func macroTyped(r *http.Request) (desk.Macro, error) {
	get := r.PostForm.Get
	m := desk.Macro{Name: get("name"), Shortcut: get("shortcut"), Texts: map[string]string{}, Tags: strings.Split(get("tags"), ","), Resolve: get("after") == "resolve"}
	for name := range r.PostForm {
		if lang, ok := strings.CutPrefix(name, "text_"); ok {
			m.Texts[lang] = get(name)
		}
	}
	var err error
	if m.Team, err = optionalID(tenants.TeamPrefix, get("team")); err != nil {
		return m, err
	}
	if m.Topic, err = optionalID(tenants.TopicPrefix, get("topic")); err != nil {
		return m, err
	}
	switch to := get("assign"); {
	case strings.HasPrefix(to, tenants.MemberPrefix+"_"):
		m.Assign = desk.AssignAgent
		m.AssignAgent, err = optionalID(tenants.MemberPrefix, to)
	case strings.HasPrefix(to, tenants.TeamPrefix+"_"):
		m.Assign = desk.AssignTeam
		m.AssignTeam, err = optionalID(tenants.TeamPrefix, to)
	default:
		m.Assign = desk.AssignTo(to)
	}
	if after, ok := strings.CutPrefix(get("after"), "snooze-"); ok && err == nil {
		n, bad := strconv.Atoi(after)
		if bad != nil {
			return m, fault.New(fault.Invalid, "A macro snoozes for 5 minutes to a year.").On("after")
		}
		m.SnoozeMinutes = &n
	}
	return m, err
}

// publicID is an id as addresses and forms have it; empty where there is none.
func publicID(prefix string, id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	return tenants.PublicID(prefix, *id)
}
