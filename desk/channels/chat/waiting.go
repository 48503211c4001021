package chat

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/tenants"
)

// believedFor is how long a process shows players the same picture of who waits and who is there: hundreds of open chats then
// cost one question each few seconds.
const believedFor = 3 * time.Second

// hereFor is how long after the last sign of life an agent counts as there.
const hereFor = "5 minutes"

// longest is how far a line is counted; beyond it the number tells nobody anything.
const longest = 2000

// Room knows who waits for which team and whether anybody is there to answer. One belongs to one process.
type Room struct {
	mu    sync.Mutex
	kept  map[uuid.UUID]picture
	doing map[uuid.UUID]*sync.Mutex
}

type picture struct {
	lines map[uuid.UUID][]time.Time // by team, Nil for those given to none; sorted
	there bool
	until time.Time
}

// NewRoom returns an empty room.
func NewRoom() *Room {
	return &Room{kept: map[uuid.UUID]picture{}, doing: map[uuid.UUID]*sync.Mutex{}}
}

// Waiting is what a player is told while nobody has answered. Ahead is nil when they don't wait.
type Waiting struct {
	Ahead  *int `json:"ahead"`
	Agents bool `json:"agents"`
}

// Of says how many conversations of the same team are unanswered and began to wait earlier, and whether an agent is there.
func (r *Room) Of(ctx context.Context, c desk.Conversation) (Waiting, error) {
	p, err := r.picture(ctx)
	if err != nil {
		return Waiting{}, err
	}
	w := Waiting{Agents: p.there}
	if c.WaitingSince == nil || c.State == desk.Resolved {
		return w, nil
	}
	line := p.lines[teamOf(c.TeamID)]
	n := sort.Search(len(line), func(i int) bool { return !line[i].Before(*c.WaitingSince) })
	w.Ahead = &n
	return w, nil
}

// There says whether an agent of the casino of ctx is there.
func (r *Room) There(ctx context.Context) (bool, error) {
	p, err := r.picture(ctx)
	return p.there, err
}

// picture returns the casino's picture, looking again when it is too old. While one looks, others make do with the old one, so
// that hundreds of streams don't stand still at once; where there is none yet they wait for the same look.
func (r *Room) picture(ctx context.Context) (picture, error) {
	tenant := tenants.Current(ctx).ID
	old, ok := r.fresh(tenant)
	if ok {
		return old, nil
	}
	r.mu.Lock()
	looking := r.doing[tenant]
	if looking == nil {
		looking = &sync.Mutex{}
		r.doing[tenant] = looking
	}
	r.mu.Unlock()
	if !looking.TryLock() {
		if old.lines != nil {
			return old, nil
		}
		looking.Lock()
	}
	defer looking.Unlock()
	if p, ok := r.fresh(tenant); ok {
		return p, nil
	}
	p := picture{lines: map[uuid.UUID][]time.Time{}, until: time.Now().Add(believedFor)}
	err := tenants.Reading(ctx, tenant, func(ctx context.Context, tx bun.Tx) error { return p.look(ctx, tx) })
	if err != nil {
		return picture{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept[tenant] = p
	return p, nil
}

func (r *Room) fresh(tenant uuid.UUID) (picture, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.kept[tenant]
	return p, ok && time.Now().Before(p.until)
}

func (p *picture) look(ctx context.Context, tx bun.Tx) error {
	rows, err := tx.QueryContext(ctx, `select team_id, waiting_since from conversations
		where tenant_id = current_tenant() and waiting_since is not null and state = 'open' and channel = 'chat'
		order by waiting_since limit ?`, longest)
	if err != nil {
		return fmt.Errorf("who waits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var team *uuid.UUID
		var since time.Time
		if err := rows.Scan(&team, &since); err != nil {
			return err
		}
		p.lines[teamOf(team)] = append(p.lines[teamOf(team)], since)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	err = tx.NewRaw(`select exists (select from staff_sessions s join memberships m on m.tenant_id = s.tenant_id and m.id = s.membership_id
		where s.tenant_id = current_tenant() and s.seen_at > now() - ?::interval and s.expires_at > now() and s.proven_at is not null
		and m.away_since is null and m.disabled_at is null)`, hereFor).Scan(ctx, &p.there)
	if err != nil {
		return fmt.Errorf("who is there: %w", err)
	}
	return nil
}

func teamOf(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
