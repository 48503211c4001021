package staff

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// Staffed is a team with how many may sign in of it.
type Staffed struct {
	ID       uuid.UUID `bun:"id"`
	Name     string    `bun:"name"`
	ForLeads bool      `bun:"for_leads"` // gets what goes to a lead at once
	Members  int       `bun:"members"`
}

// Teams are the casino's teams by name, with their sizes.
func Teams(ctx context.Context, tx bun.Tx) ([]Staffed, error) {
	var all []Staffed
	err := tx.NewRaw(`select t.id, t.name, t.for_leads, (select count(*) from membership_teams m join memberships p
			on p.tenant_id = m.tenant_id and p.id = m.membership_id and p.disabled_at is null
			where m.tenant_id = t.tenant_id and m.team_id = t.id) as members
		from teams t where t.tenant_id = current_tenant() order by lower(t.name), t.id`).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("teams: %w", err)
	}
	return all, nil
}

// AddTeam makes a team. A name that is taken is a Conflict.
func AddTeam(ctx context.Context, tx bun.Tx, name string, forLeads bool) (Team, error) {
	name, err := checkTeamName(name)
	if err != nil {
		return Team{}, err
	}
	t := Team{ID: tenants.NewID(), Name: name, ForLeads: forLeads}
	res, err := tx.NewRaw(`insert into teams (tenant_id, id, name, for_leads) values (current_tenant(), ?, ?, ?) on conflict do nothing`,
		t.ID, t.Name, t.ForLeads).Exec(ctx)
	if err != nil {
		return Team{}, fmt.Errorf("team: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return Team{}, errTeamName
	}
	announceSettings(ctx)
	return t, nil
}

// ChangeTeam gives a team another name, and says whether it is the leads'.
func ChangeTeam(ctx context.Context, tx bun.Tx, id uuid.UUID, name string, forLeads bool) error {
	name, err := checkTeamName(name)
	if err != nil {
		return err
	}
	var taken bool
	if err := tx.NewRaw(`select exists (select from teams where tenant_id = current_tenant() and name = ? and id <> ?)`,
		name, id).Scan(ctx, &taken); err != nil {
		return fmt.Errorf("team: %w", err)
	}
	if taken {
		return errTeamName
	}
	res, err := tx.NewRaw(`update teams set name = ?, for_leads = ? where tenant_id = current_tenant() and id = ?`, name, forLeads, id).Exec(ctx)
	if err := one(res, err, "team"); err != nil {
		return err
	}
	announceSettings(ctx)
	return nil
}

var errTeamName = fault.New(fault.Conflict, "There is a team with this name already.").On("name")

func checkTeamName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 1 || n > 80 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fault.New(fault.Invalid, "A team's name has 1 to 80 characters.").On("name")
	}
	return name, nil
}

// checkTeams refuses teams that aren't the casino's, in the words for one that was there and is gone.
func checkTeams(ctx context.Context, tx bun.Tx, teams []uuid.UUID) error {
	if len(teams) == 0 {
		return nil
	}
	var n int
	err := tx.NewRaw(`select count(distinct id) from teams where tenant_id = current_tenant() and id = any(?::uuid[])`,
		pgdialect.Array(texts(teams))).Scan(ctx, &n)
	if err != nil {
		return fmt.Errorf("teams: %w", err)
	}
	if n != len(texts(teams)) {
		return fault.New(fault.Invalid, "This team isn't there any more.").On("teams")
	}
	return nil
}

func putInTeams(ctx context.Context, tx bun.Tx, member uuid.UUID, teams []uuid.UUID) error {
	_, err := tx.NewRaw(`insert into membership_teams (tenant_id, membership_id, team_id)
		select tenant_id, ?, id from teams where tenant_id = current_tenant() and id = any(?::uuid[]) on conflict do nothing`,
		member, pgdialect.Array(texts(teams))).Exec(ctx)
	if err != nil {
		return fmt.Errorf("teams: %w", err)
	}
	return nil
}

func announceSettings(ctx context.Context) {
	live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatSettings})
}

// texts are ids as an array of Postgres takes them, each once.
func texts(ids []uuid.UUID) []string {
	out, seen := []string{}, map[uuid.UUID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id.String())
		}
	}
	return out
}

func ids(texts []string) []uuid.UUID {
	var out []uuid.UUID
	for _, t := range texts {
		if id, err := uuid.Parse(t); err == nil {
			out = append(out, id)
		}
	}
	return out
}
