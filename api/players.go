package api

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/players"
	"pitdesk/tenants"
)

// Player is a player or visitor as programs see them.
type Player struct {
	ID        string    `json:"id" example:"ply_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Sub       string    `json:"sub,omitempty" example:"player-4711" doc:"The casino's own id. Absent: a visitor of whom nobody knows anything."`
	Name      string    `json:"name,omitempty" example:"Mara"`
	Email     string    `json:"email,omitempty" example:"mara@players.example"`
	Phone     string    `json:"phone,omitempty" example:"+37060000000"`
	Language  string    `json:"language,omitempty" example:"ru"`
	Country   string    `json:"country,omitempty" example:"LT" doc:"ISO 3166-1 alpha-2."`
	VIP       string    `json:"vip,omitempty" example:"gold"`
	Status    string    `json:"status" example:"active" doc:"What the casino says of the player's gaming: active, at_risk, excluded or unknown."`
	Verified  bool      `json:"verified" doc:"Whether a signed identity proved who this is."`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	Visitors  []string  `json:"visitors,omitempty" doc:"Of one player: the visitors who turned out to be them. Their conversations are under these ids."`
}

func playerOf(p players.Player) Player {
	return Player{
		ID: tenants.PublicID(tenants.PlayerPrefix, p.ID), Sub: text(p.Sub), Name: text(p.Name), Email: text(p.Email), Phone: text(p.Phone),
		Language: text(p.Language), Country: text(p.Country), VIP: text(p.VIP), Status: string(p.Status), Verified: p.ProvenAt != nil,
		CreatedAt: p.CreatedAt.UTC(), SeenAt: p.SeenAt.UTC(),
	}
}

type playersIn struct {
	Sub           string `query:"sub" maxLength:"255" doc:"Only the player with this id of the casino's."`
	Email         string `query:"email" maxLength:"254" doc:"Only players with this e-mail address, in any case."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

type playersOut struct{ Body page[Player] }

// playersCursor is the kind of the cursors of lists of players.
const playersCursor = 'p'

func (a *API) listPlayers(ctx context.Context, in *playersIn) (*playersOut, error) {
	q := players.Query{Sub: in.Sub, Email: in.Email, Limit: in.Limit}
	var err error
	if in.StartingAfter != "" {
		if q.Before, err = readIDCursor(playersCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	var found []players.Player
	more := false
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := authz.ScopeOf(ctx, tx, authz.PlayerRead); err != nil {
			return err
		}
		found, more, err = players.List(ctx, tx, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	data := make([]Player, 0, len(found))
	for _, p := range found {
		data = append(data, playerOf(p))
	}
	next := ""
	if more {
		next = idCursor(playersCursor, found[len(found)-1].ID)
	}
	return &playersOut{pageOf(data, next)}, nil
}

// PlayerPath is the player that a path names.
type PlayerPath struct {
	Player string `path:"player" example:"ply_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type playerOut struct{ Body Player }

func (a *API) getPlayer(ctx context.Context, in *PlayerPath) (*playerOut, error) {
	id, err := tenants.ParseID(tenants.PlayerPrefix, in.Player)
	if err != nil {
		return nil, err
	}
	var out playerOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := players.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := authz.Ask(ctx, tx, authz.PlayerRead, authz.Facts{Object: id}); err != nil {
			return err
		}
		out.Body = playerOf(p)
		visitors, err := players.Visitors(ctx, tx, id)
		for _, v := range visitors {
			out.Body.Visitors = append(out.Body.Visitors, tenants.PublicID(tenants.PlayerPrefix, v.ID))
		}
		return err
	})
	return &out, err
}

type playerListIn struct {
	PlayerPath
	State string `query:"state" enum:"open,snoozed,resolved,any" default:"any" doc:"Only in this state."`
	ConversationFilters
}

func (a *API) listPlayerConversations(ctx context.Context, in *playerListIn) (*conversationsOut, error) {
	id, err := tenants.ParseID(tenants.PlayerPrefix, in.Player)
	if err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	f.State, f.Player = desk.State(in.State), &id
	var out conversationsOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := players.Get(ctx, tx, *f.Player); err != nil {
			return err
		}
		scope, err := authz.ScopeOf(ctx, tx, authz.ConversationList)
		if err != nil {
			return err
		}
		if out.Body, err = conversationPage(ctx, tx, scope, f); err != nil {
			return err
		}
		return in.expand(ctx, tx, out.Body.Data)
	})
	return &out, err
}
