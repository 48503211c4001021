package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// registerStaff declares who works at the desk, what they may, and how a back office lets them in.
func (a *API) registerStaff() {
	gone := exampleMember
	gone.DisabledAt = new(at(10))
	add(a, operation{Operation: Operation{"list-staff", http.MethodGet, "/staff", authz.PeopleRead}, tag: staffTag, summary: "List the casino's staff",
		answer: page[Member]{Data: []Member{exampleMember}}, description: "Everybody, those who may not sign in any more included; the newest first."}, a.listStaff)
	add(a, operation{Operation: Operation{"add-member", http.MethodPost, "/staff", authz.PeopleInvite}, tag: staffTag, status: http.StatusCreated,
		summary: "Add somebody at once", body: memberNew{Email: exampleMember.Email, Name: "Rūta", Role: "operator", Teams: []string{exampleTeam}}, answer: exampleMember,
		description: "They work here from then on, without an invitation and without a password: give them a sign-in link, or let them choose a " +
			"password by \"forgot password\". Where they should agree first, invite them instead. One more than the plan has seats for answers 403."}, a.addMember)
	add(a, operation{Operation: Operation{"get-member", http.MethodGet, "/staff/{member}", authz.PeopleRead}, tag: staffTag, summary: "Get a member of staff",
		answer: exampleMember}, a.getMember)
	add(a, operation{Operation: Operation{"update-member", http.MethodPatch, "/staff/{member}", authz.PeopleChange}, tag: staffTag,
		summary: "Give a member another role or other teams", body: memberChange{Role: new("lead")}, answer: exampleMember,
		description: "What the body leaves out stays. `teams` names all of them. The last admin stays one: 409."}, a.updateMember)
	add(a, operation{Operation: Operation{"disable-member", http.MethodPost, "/staff/{member}/disable", authz.PeopleChange}, tag: staffTag,
		summary: "Keep a member from signing in", answer: gone, description: "Their sessions end at once, and their seat is free. What they did stays theirs."},
		a.memberDeed(func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
			return a.options.Sessions.Disable(ctx, tx, id)
		}))
	add(a, operation{Operation: Operation{"enable-member", http.MethodPost, "/staff/{member}/enable", authz.PeopleChange}, tag: staffTag,
		summary: "Let a member sign in again", answer: exampleMember, description: "It takes a seat."},
		a.memberDeed(func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
			return a.options.Sessions.Enable(ctx, tx, id)
		}))
	add(a, operation{Operation: Operation{"create-sign-in-link", http.MethodPost, "/staff/{member}/sign-in-links", authz.SignInLinkMake}, tag: staffTag, status: http.StatusCreated,
		summary: "Make a link that signs a member in", answer: SignInLink{URL: "https://demo-casino.desk.example/enter/mZ0bXk3Qw", ExpiresAt: at(5)},
		description: "It works once, for five minutes, and ends links made for them earlier. Lead their browser there; `?next=/settings` says where they " +
			"go then. It stands for the password alone: who has a second factor is asked for it. Treat it as a password until it is used."}, a.createSignInLink)
	add(a, operation{Operation: Operation{"list-roles", http.MethodGet, "/roles", authz.PeopleRead}, tag: staffTag, summary: "List the roles that staff can have",
		answer: page[RoleInfo]{Data: []RoleInfo{{"operator", []string{"conversation.reply"}}}}, description: "From the least to the most. A role may all that the ones before it may."}, paged(a.listRoles, func(v RoleInfo) string { return v.Role }))
}

// Member is one of the casino's staff.
type Member struct {
	ID         string     `json:"id" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Email      string     `json:"email" example:"ruta@casino.example"`
	Name       string     `json:"name" example:"Rūta"`
	Role       string     `json:"role" enum:"operator,lead,admin"`
	Teams      []string   `json:"teams" doc:"Ids of the teams they are in."`
	Language   string     `json:"language" example:"en"`
	Factor     bool       `json:"second_factor" doc:"Whether they sign in with a second factor."`
	SeenAt     *time.Time `json:"seen_at,omitempty" doc:"When they last were at the desk."`
	DisabledAt *time.Time `json:"disabled_at,omitempty" doc:"Since when they may not sign in any more."`
}

// SignInLink lets one member in, once.
type SignInLink struct {
	URL       string    `json:"url" format:"uri"`
	ExpiresAt time.Time `json:"expires_at"`
}

// RoleInfo is a role with what it may.
type RoleInfo struct {
	Role        string   `json:"role" enum:"operator,lead,admin"`
	Permissions []string `json:"permissions" doc:"As operations name them."`
}

type memberNew struct {
	Strict
	Email    string   `json:"email" maxLength:"254" example:"ruta@casino.example"`
	Name     string   `json:"name" minLength:"1" maxLength:"120" example:"Rūta"`
	Role     string   `json:"role" enum:"operator,lead,admin"`
	Teams    []string `json:"teams,omitempty" maxItems:"200"`
	Language string   `json:"language,omitempty" maxLength:"35" example:"en" doc:"Absent: the casino's language."`
}

type memberChange struct {
	Strict
	Role  *string   `json:"role,omitempty" enum:"operator,lead,admin"`
	Teams *[]string `json:"teams,omitempty" maxItems:"200"`
}

// MemberPath is the member that a path names.
type MemberPath struct {
	Member string `path:"member" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type memberOut struct{ Body Member }

func memberFrom(m staff.Member) Member {
	out := Member{ID: tenants.PublicID(tenants.MemberPrefix, m.ID), Email: m.Email, Name: m.Name, Role: string(m.Role), Teams: []string{},
		Language: m.Language, Factor: m.Factor, SeenAt: utc(m.LastSeenAt), DisabledAt: utc(m.DisabledAt)}
	for _, t := range m.Teams {
		out.Teams = append(out.Teams, tenants.PublicID(tenants.TeamPrefix, t))
	}
	return out
}

type staffIn struct {
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

const staffCursor = 's'

func (a *API) listStaff(ctx context.Context, in *staffIn) (*struct{ Body page[Member] }, error) {
	var before uuid.UUID
	if in.StartingAfter != "" {
		var err error
		if before, err = readIDCursor(staffCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	out := &struct{ Body page[Member] }{}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleRead, authz.Facts{}); err != nil {
			return err
		}
		all, err := staff.Page(ctx, tx, before, in.Limit+1)
		if err != nil {
			return err
		}
		next := ""
		if len(all) > in.Limit {
			all = all[:in.Limit]
			next = idCursor(staffCursor, all[in.Limit-1].ID)
		}
		data, err := each(all, nil, memberFrom)
		out.Body = pageOf(data, next)
		return err
	})
	return out, err
}

func (a *API) getMember(ctx context.Context, in *MemberPath) (*memberOut, error) {
	id, err := tenants.ParseID(tenants.MemberPrefix, in.Member)
	if err != nil {
		return nil, err
	}
	out := &memberOut{}
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleRead, authz.Facts{}); err != nil {
			return err
		}
		m, err := staff.MemberOf(ctx, tx, id)
		out.Body = memberFrom(m)
		return err
	})
	return out, err
}

// noMoreThan refuses a key that would make somebody of a role above its own.
func noMoreThan(ctx context.Context, role string) error {
	return authz.Grants(ctx, authz.Role(role), []string{})
}

func (a *API) addMember(ctx context.Context, in *struct{ Body memberNew }) (*memberOut, error) {
	teams, err := idsIn(tenants.TeamPrefix, "teams", in.Body.Teams)
	if err != nil {
		return nil, err
	}
	out := &memberOut{}
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleInvite, authz.Facts{About: "people"}); err != nil {
			return err
		}
		if err := noMoreThan(ctx, in.Body.Role); err != nil {
			return err
		}
		n := tenants.Newcomer{Email: in.Body.Email, Name: in.Body.Name, Language: in.Body.Language}
		if n.Language == "" {
			n.Language = tenants.Current(ctx).Language
		}
		id, err := staff.Hire(ctx, tx, n, authz.Role(in.Body.Role), teams)
		if err != nil {
			return err
		}
		m, err := staff.MemberOf(ctx, tx, id)
		out.Body = memberFrom(m)
		return err
	})
	return out, err
}

// changeMember does a deed to a member and answers with them as they are then.
func (a *API) changeMember(ctx context.Context, id string, deed func(ctx context.Context, tx bun.Tx, m staff.Member) error) (*memberOut, error) {
	member, err := tenants.ParseID(tenants.MemberPrefix, id)
	if err != nil {
		return nil, err
	}
	out := &memberOut{}
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.PeopleChange, authz.Facts{Object: member, About: "people"}); err != nil {
			return err
		}
		m, err := staff.MemberOf(ctx, tx, member)
		if err != nil {
			return err
		}
		if err := deed(ctx, tx, m); err != nil {
			return err
		}
		m, err = staff.MemberOf(ctx, tx, member)
		out.Body = memberFrom(m)
		return err
	})
	return out, err
}

func (a *API) memberDeed(deed func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) func(context.Context, *MemberPath) (*memberOut, error) {
	return func(ctx context.Context, in *MemberPath) (*memberOut, error) {
		return a.changeMember(ctx, in.Member, func(ctx context.Context, tx bun.Tx, m staff.Member) error { return deed(ctx, tx, m.ID) })
	}
}

func (a *API) updateMember(ctx context.Context, in *struct {
	MemberPath
	Body memberChange
}) (*memberOut, error) {
	return a.changeMember(ctx, in.Member, func(ctx context.Context, tx bun.Tx, m staff.Member) error {
		if in.Body.Role != nil {
			m.Role = authz.Role(*in.Body.Role)
			if err := noMoreThan(ctx, *in.Body.Role); err != nil {
				return err
			}
		}
		if in.Body.Teams != nil {
			teams, err := idsIn(tenants.TeamPrefix, "teams", *in.Body.Teams)
			if err != nil {
				return err
			}
			m.Teams = teams
		}
		return a.options.Sessions.Place(ctx, tx, m.ID, m.Role, m.Teams)
	})
}

type signInLinkOut struct{ Body SignInLink }

func (a *API) createSignInLink(ctx context.Context, in *MemberPath) (*signInLinkOut, error) {
	id, err := tenants.ParseID(tenants.MemberPrefix, in.Member)
	if err != nil {
		return nil, err
	}
	out := &signInLinkOut{}
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.SignInLinkMake, authz.Facts{Object: id}); err != nil {
			return err
		}
		m, err := staff.MemberOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.DisabledAt != nil {
			return fault.New(fault.Conflict, "This person may not sign in. Enable them first.")
		}
		actor, _ := authz.From(ctx)
		path, until, err := staff.MakeLink(ctx, tx, id, actor.Name)
		out.Body = SignInLink{a.options.URL(tenants.Current(ctx), path), until.UTC()}
		return err
	})
	return out, err
}

func (a *API) listRoles(ctx context.Context, _ *nothing) (*struct{ Body page[RoleInfo] }, error) {
	var all []RoleInfo
	for _, role := range []authz.Role{authz.Operator, authz.Lead, authz.Admin} {
		info := RoleInfo{Role: string(role)}
		for _, o := range a.operations {
			if p := o.Permission; authz.Permits(role, p) && !slices.Contains(info.Permissions, p.String()) {
				info.Permissions = append(info.Permissions, p.String())
			}
		}
		slices.Sort(info.Permissions)
		all = append(all, info)
	}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error { return authz.Ask(ctx, tx, authz.PeopleRead, authz.Facts{}) })
	return &struct{ Body page[RoleInfo] }{pageOf(all, "")}, err
}

var exampleMember = Member{ID: exampleAgent, Email: "ruta@casino.example", Name: "Rūta", Role: "operator", Teams: []string{exampleTeam}, Language: "en"}
