package api

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/players"
	"pitdesk/desk/staff"
	"pitdesk/tenants"
)

// Expanding names the members of a conversation that are wanted whole. It is exported because huma looks at no other parts.
type Expanding struct {
	Expand []string `query:"expand" maxItems:"4" enum:"player,agent,team,topic" doc:"Members to give whole, parted by commas. The key needs the permission to read them by themselves."`
}

// PlayerMore is what a player has besides when expanded.
type PlayerMore struct {
	Sub       string     `json:"sub,omitempty" example:"player-4711" doc:"With expand=player: the casino's own id."`
	Email     string     `json:"email,omitempty" example:"mara@players.example" doc:"With expand=player."`
	Phone     string     `json:"phone,omitempty" doc:"With expand=player."`
	Language  string     `json:"language,omitempty" doc:"With expand=player."`
	Country   string     `json:"country,omitempty" doc:"With expand=player: ISO 3166-1 alpha-2."`
	CreatedAt *time.Time `json:"created_at,omitempty" doc:"With expand=player."`
	SeenAt    *time.Time `json:"seen_at,omitempty" doc:"With expand=player."`
}

// AgentBrief is the agent who has a conversation.
type AgentBrief struct {
	Named
	Role   string     `json:"role,omitempty" doc:"With expand=agent: operator, lead or admin. Absent: they can't sign in any more."`
	SeenAt *time.Time `json:"seen_at,omitempty" doc:"With expand=agent: when they last were at the desk."`
}

// TeamBrief is the team that has a conversation.
type TeamBrief struct {
	Named
	ForLeads *bool `json:"for_leads,omitempty" doc:"With expand=team: whether it is where topics of leads go."`
}

// expandsTo are the permissions that expand may ask besides.
var expandsTo = []authz.Permission{authz.PlayerRead, authz.DeskRead}

// expand gives conversations whole the members that are asked for.
func (e Expanding) expand(ctx context.Context, tx bun.Tx, all []Conversation) error {
	if slices.Contains(e.Expand, "player") {
		if err := expandPlayers(ctx, tx, all); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(e.Expand, func(s string) bool { return s != "player" }) {
		return nil
	}
	if _, err := authz.ScopeOf(ctx, tx, authz.DeskRead); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		do   func(context.Context, bun.Tx, []Conversation) error
	}{{"agent", expandAgents}, {"team", expandTeams}, {"topic", expandTopics}} {
		if slices.Contains(e.Expand, part.name) {
			if err := part.do(ctx, tx, all); err != nil {
				return err
			}
		}
	}
	return nil
}

func expandPlayers(ctx context.Context, tx bun.Tx, all []Conversation) error {
	if _, err := authz.ScopeOf(ctx, tx, authz.PlayerRead); err != nil {
		return err
	}
	whole := map[string]*PlayerMore{}
	for i := range all {
		id := all[i].Player.ID
		if whole[id] == nil {
			parsed, err := tenants.ParseID(tenants.PlayerPrefix, id)
			if err != nil {
				return err
			}
			found, err := players.Get(ctx, tx, parsed)
			if err != nil {
				return err
			}
			p := playerOf(found)
			whole[id] = &PlayerMore{p.Sub, p.Email, p.Phone, p.Language, p.Country, &p.CreatedAt, &p.SeenAt}
		}
		all[i].Player.PlayerMore = whole[id]
	}
	return nil
}

func expandAgents(ctx context.Context, tx bun.Tx, all []Conversation) error {
	var ids []uuid.UUID
	for _, c := range all {
		if c.Agent == nil {
			continue
		}
		id, err := tenants.ParseID(tenants.MemberPrefix, c.Agent.ID)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	colleagues, err := staff.ColleaguesOf(ctx, tx, ids...)
	for _, c := range colleagues {
		id := tenants.PublicID(tenants.MemberPrefix, c.ID)
		for i := range all {
			if a := all[i].Agent; a != nil && a.ID == id {
				a.Role, a.SeenAt = string(c.Role), utc(c.LastSeen)
			}
		}
	}
	return err
}

func expandTeams(ctx context.Context, tx bun.Tx, all []Conversation) error {
	teams, err := staff.AllTeams(ctx, tx)
	for _, found := range teams {
		id := tenants.PublicID(tenants.TeamPrefix, found.ID)
		for i := range all {
			if t := all[i].Team; t != nil && t.ID == id {
				t.ForLeads = &found.ForLeads
			}
		}
	}
	return err
}

func expandTopics(ctx context.Context, tx bun.Tx, all []Conversation) error {
	topics, err := desk.AllTopics(ctx, tx)
	for _, found := range topics {
		id := tenants.PublicID(tenants.TopicPrefix, found.ID)
		for i := range all {
			if t := all[i].Topic; t != nil && t.ID == id {
				whole := topicOf(found)
				t.TopicMore = &TopicMore{&whole.ToLead, &whole.Retired}
			}
		}
	}
	return err
}
