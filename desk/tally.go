package desk

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
)

// tallied is how many conversations a tally looks at before it stops: beyond it, a count is "that many or more".
const tallied = 3000

// Tally counts the conversations of a scope that aren't resolved, each way an inbox cuts them.
type Tally struct {
	Open       int
	Mine       int
	Unassigned int
	Snoozed    int
	Unread     int // open ones of the reader's with a message they haven't read
	Teams      map[uuid.UUID]int
	Topics     map[uuid.UUID]int
	Channels   map[Channel]int
	AtLeast    bool // there are more than were looked at
}

// Count tallies a scope in one statement. reader is whose own and unread ones are counted.
func Count(ctx context.Context, tx bun.Tx, s authz.Scope, reader uuid.UUID) (Tally, error) {
	t := Tally{Teams: map[uuid.UUID]int{}, Topics: map[uuid.UUID]int{}, Channels: map[Channel]int{}}
	sight, args := sightOf(s)
	var rows []struct {
		State  State      `bun:"state"`
		Team   *uuid.UUID `bun:"team_id"`
		Topic  *uuid.UUID `bun:"topic_id"`
		By     Channel    `bun:"channel"`
		Mine   bool       `bun:"mine"`
		Nobody bool       `bun:"nobody"`
		Count  int        `bun:"count"`
		Unread int        `bun:"unread"`
	}
	args = append(append([]any{reader}, args...), tallied, reader)
	err := tx.NewRaw(`select c.state, c.team_id, c.topic_id, c.channel, c.mine, c.nobody, count(*) as count,
			count(*) filter (where c.mine and c.state = 'open' and c.last_message_seq > coalesce(r.seq, 0)) as unread
		from (select id, state, team_id, topic_id, channel, last_message_seq, coalesce(assignee_id = ?, false) as mine, assignee_id is null as nobody
			from conversations where tenant_id = current_tenant() and state in ('open', 'snoozed')`+sight+` limit ?) c
		left join conversation_reads r on c.mine and r.tenant_id = current_tenant() and r.conversation_id = c.id and r.membership_id = ?
		group by 1, 2, 3, 4, 5, 6`, args...).Scan(ctx, &rows)
	if err != nil {
		return t, err
	}
	all := 0
	for _, r := range rows {
		all += r.Count
		if r.State == Snoozed {
			t.Snoozed += r.Count
			continue
		}
		t.Open += r.Count
		t.Unread += r.Unread
		t.Channels[r.By] += r.Count
		if r.Mine {
			t.Mine += r.Count
		}
		if r.Nobody {
			t.Unassigned += r.Count
		}
		if r.Team != nil {
			t.Teams[*r.Team] += r.Count
		}
		if r.Topic != nil {
			t.Topics[*r.Topic] += r.Count
		}
	}
	t.AtLeast = all >= tallied
	return t, nil
}

// sightOf is the predicate on conversations that keeps to a scope, with its arguments.
func sightOf(s authz.Scope) (sight string, args []any) {
	if s.All {
		return "", nil
	}
	sight, args = " and (assignee_id = ? or (assignee_id is null and team_id is null)", append(args, s.Member)
	for _, team := range s.Teams {
		sight += " or team_id = ?"
		args = append(args, team)
	}
	return sight + ")", args
}
