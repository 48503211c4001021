package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/tenants"
)

// registerInvitations declares how people are asked to work at the desk.
func (a *API) registerInvitations() {
	add(a, operation{Operation: Operation{"list-invitations", http.MethodGet, "/invitations", authz.PeopleRead}, tag: staffTag, summary: "List open invitations",
		answer: page[Invitation]{Data: []Invitation{exampleInvitation}}, description: "Those that nobody has accepted or taken back, the newest first, 500 at most. Some may have run out."}, paged(a.listInvitations, func(v Invitation) string { return v.ID }))
	add(a, operation{Operation: Operation{"invite", http.MethodPost, "/invitations", authz.PeopleInvite}, tag: staffTag, status: http.StatusCreated, summary: "Invite somebody",
		body: memberNew{Email: exampleInvitation.Email, Name: "Rūta", Role: "operator", Teams: []string{exampleTeam}}, answer: exampleInvitation,
		description: "They get a letter under the casino's name, with a link that works for seven days, and choose their own password."}, a.invite)
	add(a, operation{Operation: Operation{"resend-invitation", http.MethodPost, "/invitations/{invitation}/resend", authz.PeopleInvite}, tag: staffTag,
		summary: "Send an invitation again", answer: exampleInvitation, description: "With a new link and seven more days; links sent earlier end."}, a.resendInvitation)
	add(a, operation{Operation: Operation{"revoke-invitation", http.MethodDelete, "/invitations/{invitation}", authz.PeopleInvite}, tag: staffTag, status: http.StatusNoContent,
		summary: "Take an invitation back", description: "Its link ends, and its seat is free."}, a.revokeInvitation)
}

// Invitation asks somebody to work at the desk.
type Invitation struct {
	ID        string     `json:"id" example:"inv_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Email     string     `json:"email" example:"ruta@casino.example"`
	Name      string     `json:"name" example:"Rūta"`
	Role      string     `json:"role" enum:"operator,lead,admin"`
	Teams     []string   `json:"teams"`
	Language  string     `json:"language" example:"en"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	MailedAt  *time.Time `json:"mailed_at,omitempty" doc:"When the latest letter left."`
}

// InvitationPath is the invitation that a path names.
type InvitationPath struct {
	Invitation string `path:"invitation" example:"inv_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type invitationOut struct{ Body Invitation }

func invitationFrom(i staff.Invitation) Invitation {
	out := Invitation{ID: tenants.PublicID(tenants.InvitationPrefix, i.ID), Email: i.Email, Name: i.Name, Role: string(i.Role), Teams: []string{},
		Language: i.Language, CreatedAt: i.CreatedAt.UTC(), ExpiresAt: i.ExpiresAt.UTC(), MailedAt: utc(i.MailedAt)}
	for _, t := range i.Teams {
		out.Teams = append(out.Teams, tenants.PublicID(tenants.TeamPrefix, t))
	}
	return out
}

func (a *API) listInvitations(ctx context.Context, _ *nothing) (*struct{ Body page[Invitation] }, error) {
	out := &struct{ Body page[Invitation] }{}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleRead, authz.Facts{}); err != nil {
			return err
		}
		all, err := staff.Invitations(ctx, tx)
		data, err := each(all, err, invitationFrom)
		out.Body = pageOf(data, "")
		return err
	})
	return out, err
}

func (a *API) invite(ctx context.Context, in *struct{ Body memberNew }) (*invitationOut, error) {
	teams, err := idsIn(tenants.TeamPrefix, "teams", in.Body.Teams)
	if err != nil {
		return nil, err
	}
	return a.invited(ctx, tenants.Nobody, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
		if err := noMoreThan(ctx, in.Body.Role); err != nil {
			return tenants.Nobody, err
		}
		i := staff.Invitation{Email: in.Body.Email, Name: in.Body.Name, Role: authz.Role(in.Body.Role), Language: in.Body.Language, Teams: teams}
		if i.Language == "" {
			i.Language = tenants.Current(ctx).Language
		}
		i, err := staff.Invite(ctx, tx, i)
		return i.ID, err
	})
}

// invited does a deed about an invitation and answers with it as it is then.
func (a *API) invited(ctx context.Context, id uuid.UUID, deed func(ctx context.Context, tx bun.Tx) (uuid.UUID, error)) (*invitationOut, error) {
	out := &invitationOut{}
	err := writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleInvite, authz.Facts{Object: id, About: "people"}); err != nil {
			return err
		}
		id, err := deed(ctx, tx)
		if err != nil {
			return err
		}
		i, err := staff.InvitationByID(ctx, tx, id)
		out.Body = invitationFrom(i)
		return err
	})
	return out, err
}

func (a *API) resendInvitation(ctx context.Context, in *InvitationPath) (*invitationOut, error) {
	id, err := tenants.ParseID(tenants.InvitationPrefix, in.Invitation)
	if err != nil {
		return nil, err
	}
	return a.invited(ctx, id, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) { return id, staff.Resend(ctx, tx, id) })
}

func (a *API) revokeInvitation(ctx context.Context, in *InvitationPath) (*struct{}, error) {
	id, err := tenants.ParseID(tenants.InvitationPrefix, in.Invitation)
	if err != nil {
		return nil, err
	}
	return nil, writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleInvite, authz.Facts{Object: id, About: "people"}); err != nil {
			return err
		}
		return staff.Revoke(ctx, tx, id)
	})
}

var exampleInvitation = Invitation{ID: "inv_06ey3pjmrskbk9ks8x4w2ptxqg", Email: "ruta@casino.example", Name: "Rūta", Role: "operator", Teams: []string{exampleTeam},
	Language: "en", CreatedAt: at(0), ExpiresAt: at(7 * 24 * 60)}
