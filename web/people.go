package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// people is who works here. Leads read it; admins invite and change.
func (s *Server) people(w http.ResponseWriter, r *http.Request) error {
	var p views.PeopleProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.PeopleRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.peopleProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.People(p))
}

func (s *Server) peopleProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.PeopleProps, error) {
	p := views.PeopleProps{Settings: s.settingsProps(r, "people"), May: authz.Permits(signedOf(ctx).Actor.Role, authz.PeopleInvite)}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	teams, err := staff.AllTeams(ctx, tx)
	if err != nil {
		return p, err
	}
	all, err := staff.People(ctx, tx)
	if err != nil {
		return p, err
	}
	for _, m := range all {
		p.People = append(p.People, personLine(ctx, m, teams))
	}
	invited, err := staff.Invitations(ctx, tx)
	if err != nil {
		return p, err
	}
	for _, i := range invited {
		p.Invited = append(p.Invited, views.InvitedLine{ID: tenants.PublicID(tenants.InvitationPrefix, i.ID), Name: i.Name, Email: i.Email,
			Role: i18n.T(ctx, "role."+string(i.Role)), Mailed: i.MailedAt, Expires: i.ExpiresAt, Over: !i.ExpiresAt.After(time.Now())})
	}
	p.Invite = views.InviteProps{Role: string(authz.Operator), Language: tenants.Current(ctx).Language, Teams: ticks(teams, nil)}
	return p, nil
}

func personLine(ctx context.Context, m staff.Member, teams []staff.Team) views.PersonLine {
	p := views.PersonLine{ID: tenants.PublicID(tenants.MemberPrefix, m.ID), Name: m.Name, Email: m.Email, Role: i18n.T(ctx, "role."+string(m.Role)),
		Factor: m.Factor, Disabled: m.DisabledAt != nil, Seen: m.LastSeenAt, You: m.ID == signedOf(ctx).Actor.ID}
	for _, t := range teams {
		if slices.Contains(m.Teams, t.ID) {
			p.Teams = append(p.Teams, t.Name)
		}
	}
	return p
}

func ticks(teams []staff.Team, on []uuid.UUID) []views.Tick {
	var all []views.Tick
	for _, t := range teams {
		all = append(all, views.Tick{ID: tenants.PublicID(tenants.TeamPrefix, t.ID), Name: t.Name, On: slices.Contains(on, t.ID)})
	}
	return all
}

// chosenTeams are the teams that were ticked. What isn't an id counts as a team that is gone.
func chosenTeams(form url.Values) []uuid.UUID {
	var ids []uuid.UUID
	for _, each := range form["team"] {
		id, err := tenants.ParseID(tenants.TeamPrefix, each)
		if err != nil {
			id = tenants.NewID()
		}
		ids = append(ids, id)
	}
	return ids[:min(len(ids), 200)]
}

// invite sends an invitation.
func (s *Server) invite(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	i := staff.Invitation{Email: r.PostForm.Get("email"), Name: r.PostForm.Get("name"), Role: authz.Role(r.PostForm.Get("role")),
		Language: r.PostForm.Get("language"), Teams: chosenTeams(r.PostForm)}
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleInvite, authz.Facts{About: "people"}); err != nil {
			return err
		}
		_, err := staff.Invite(ctx, tx, i)
		return err
	})
	if err == nil {
		http.Redirect(w, r, "/settings/people?done=invited", http.StatusSeeOther)
		return nil
	}
	var p views.PeopleProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.peopleProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		teams := p.Invite.Teams
		for n := range teams {
			teams[n].On = slices.Contains(r.PostForm["team"], teams[n].ID)
		}
		p.Invite = views.InviteProps{Email: i.Email, Name: i.Name, Role: string(i.Role), Language: i.Language, Teams: teams, Fault: f, Open: true}
		return views.People(p)
	})
}

// invitationDeed does something to an open invitation and leads back to the list.
func (s *Server) invitationDeed(done string, deed func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.InvitationPrefix, r.PathValue("invitation"))
		if err != nil {
			return err
		}
		err = s.writing(r, func(ctx context.Context, tx bun.Tx) error {
			if err := authz.Ask(ctx, tx, authz.PeopleInvite, authz.Facts{Object: id, About: "people"}); err != nil {
				return err
			}
			return deed(ctx, tx, id)
		})
		if err != nil {
			return err
		}
		http.Redirect(w, r, "/settings/people?done="+done, http.StatusSeeOther)
		return nil
	}
}

func resendInvitation(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return staff.Resend(ctx, tx, id)
}
func revokeInvitation(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return staff.Revoke(ctx, tx, id)
}

// invitationLink makes a new link for an invitation and shows it, for an admin who hands it over in person.
func (s *Server) invitationLink(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.InvitationPrefix, r.PathValue("invitation"))
	if err != nil {
		return err
	}
	var p views.PeopleProps
	err = s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleInvite, authz.Facts{Object: id, About: "people"}); err != nil {
			return err
		}
		path, err := staff.InvitationLink(ctx, tx, id)
		if err != nil {
			return err
		}
		if p, err = s.peopleProps(ctx, tx, r); err != nil {
			return err
		}
		p.Link = s.Config.URL(tenants.Current(ctx), path)
		for _, i := range p.Invited {
			if i.ID == r.PathValue("invitation") {
				p.LinkFor = i.Name
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.People(p))
}

// member is one member's page.
func (s *Server) member(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.MemberPrefix, r.PathValue("member"))
	if err != nil {
		return err
	}
	var p views.MemberProps
	err = s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.PeopleRead, authz.Facts{Object: id}); err != nil {
			return err
		}
		p, err = s.memberProps(ctx, tx, r, id)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Member(p))
}

func (s *Server) memberProps(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) (views.MemberProps, error) {
	m, err := staff.MemberOf(ctx, tx, id)
	if err != nil {
		return views.MemberProps{}, err
	}
	teams, err := staff.AllTeams(ctx, tx)
	if err != nil {
		return views.MemberProps{}, err
	}
	p := views.MemberProps{Settings: s.settingsProps(r, "people"), Person: personLine(ctx, m, teams), Role: string(m.Role),
		Teams: ticks(teams, m.Teams), May: authz.Permits(signedOf(ctx).Actor.Role, authz.PeopleChange)}
	p.Settings.Title, p.Settings.Page.Title = m.Name, m.Name
	return p, nil
}

// memberDeed changes a member and leads back to their page.
func (s *Server) memberDeed(done string, deed func(ctx context.Context, tx bun.Tx, id uuid.UUID, form url.Values) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.MemberPrefix, r.PathValue("member"))
		if err != nil {
			return err
		}
		if err := readForm(r); err != nil {
			return err
		}
		err = s.writing(r, func(ctx context.Context, tx bun.Tx) error {
			if err := authz.Ask(ctx, tx, authz.PeopleChange, authz.Facts{Object: id, About: "people"}); err != nil {
				return err
			}
			return deed(ctx, tx, id, r.PostForm)
		})
		if err == nil {
			http.Redirect(w, r, "/settings/people/"+r.PathValue("member")+"?done="+done, http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
			return nil
		}
		var p views.MemberProps
		if mendable(err) {
			if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.memberProps(ctx, tx, r, id); return err }); err != nil {
				return err
			}
		}
		return s.again(w, r, err, func(f views.Fault) templ.Component {
			p.Fault = f
			return views.Member(p)
		})
	}
}

func (s *Server) place(ctx context.Context, tx bun.Tx, id uuid.UUID, form url.Values) error {
	return s.Sessions.Place(ctx, tx, id, authz.Role(form.Get("role")), chosenTeams(form))
}

func (s *Server) disable(ctx context.Context, tx bun.Tx, id uuid.UUID, _ url.Values) error {
	return s.Sessions.Disable(ctx, tx, id)
}

func (s *Server) enable(ctx context.Context, tx bun.Tx, id uuid.UUID, _ url.Values) error {
	return s.Sessions.Enable(ctx, tx, id)
}

func dropMembersFactor(ctx context.Context, tx bun.Tx, id uuid.UUID, _ url.Values) error {
	if _, err := staff.MemberOf(ctx, tx, id); err != nil {
		return err
	}
	return staff.DropFactor(ctx, tx, id)
}
