package api

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/tenants"
)

// Topic is something a conversation can be about.
type Topic struct {
	TopicBrief
	ToLead  bool `json:"to_lead" doc:"Whether conversations about it go to a lead at once."`
	Retired bool `json:"retired" doc:"Whether it is offered no more. Lists leave retired ones out."`
}

// Team is a group of agents that conversations can go to.
type Team struct {
	Named
	ForLeads bool `json:"for_leads" doc:"Whether it is where topics of leads go."`
}

// Agent is somebody who answers players.
type Agent struct {
	Named
	Role   string     `json:"role" enum:"operator,lead,admin"`
	SeenAt *time.Time `json:"seen_at,omitempty" doc:"When they last were at the desk."`
}

// Key is the API key that asks.
type Key struct {
	ID     string     `json:"id" example:"key_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name   string     `json:"name" example:"CRM"`
	Role   string     `json:"role" enum:"operator,lead,admin" example:"lead"`
	Casino CasinoInfo `json:"casino"`
}

// CasinoInfo is whose desk it is.
type CasinoInfo struct {
	ID       string `json:"id" example:"ten_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name     string `json:"name" example:"Demo Casino"`
	Language string `json:"language" example:"en" doc:"What players are spoken to in when they don't say otherwise."`
}

type nothing struct{}

// whole is a list that always comes in one piece, in the form of a page.
func whole[T any](ctx context.Context, read func(ctx context.Context, tx bun.Tx) ([]T, error)) (page[T], error) {
	var data []T
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if _, err := authz.ScopeOf(ctx, tx, authz.DeskRead); err != nil {
			return err
		}
		data, err = read(ctx, tx)
		return err
	})
	return pageOf(data, ""), err
}

func each[T, U any](list []T, err error, to func(T) U) ([]U, error) {
	var out []U
	for _, v := range list {
		out = append(out, to(v))
	}
	return out, err
}

type topicsOut struct{ Body page[Topic] }

func (a *API) listTopics(ctx context.Context, _ *nothing) (*topicsOut, error) {
	all, err := whole(ctx, func(ctx context.Context, tx bun.Tx) ([]Topic, error) {
		list, err := desk.Topics(ctx, tx)
		return each(list, err, topicOf)
	})
	return &topicsOut{all}, err
}

type teamsOut struct{ Body page[Team] }

func (a *API) listTeams(ctx context.Context, _ *nothing) (*teamsOut, error) {
	all, err := whole(ctx, func(ctx context.Context, tx bun.Tx) ([]Team, error) {
		list, err := staff.AllTeams(ctx, tx)
		return each(list, err, func(t staff.Team) Team {
			return Team{Named{tenants.PublicID(tenants.TeamPrefix, t.ID), t.Name}, t.ForLeads}
		})
	})
	return &teamsOut{all}, err
}

type tagsOut struct{ Body page[Named] }

func (a *API) listTags(ctx context.Context, _ *nothing) (*tagsOut, error) {
	all, err := whole(ctx, func(ctx context.Context, tx bun.Tx) ([]Named, error) {
		list, err := desk.Tags(ctx, tx)
		return each(list, err, tagOf)
	})
	return &tagsOut{all}, err
}

type agentsOut struct{ Body page[Agent] }

func (a *API) listAgents(ctx context.Context, _ *nothing) (*agentsOut, error) {
	all, err := whole(ctx, func(ctx context.Context, tx bun.Tx) ([]Agent, error) {
		list, err := staff.Colleagues(ctx, tx)
		return each(list, err, func(c staff.Colleague) Agent {
			return Agent{Named{tenants.PublicID(tenants.MemberPrefix, c.ID), c.Name}, string(c.Role), utc(c.LastSeen)}
		})
	})
	return &agentsOut{all}, err
}

type keyOut struct{ Body Key }

func (a *API) getKey(ctx context.Context, _ *nothing) (*keyOut, error) {
	key, _ := authz.From(ctx)
	t := tenants.Current(ctx)
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.AccountRead, authz.Facts{Object: key.ID})
	})
	return &keyOut{Key{ID: tenants.PublicID(tenants.KeyPrefix, key.ID), Name: key.Name, Role: string(key.Role),
		Casino: CasinoInfo{tenants.PublicID(tenants.TenantPrefix, t.ID), t.Name, t.Language}}}, err
}
