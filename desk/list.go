package desk

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
)

// Filter narrows a list of conversations. Zero values don't narrow; State zero is Open.
type Filter struct {
	State      State // "any" for all
	Assignee   *uuid.UUID
	Unassigned bool // no agent has it
	Team       *uuid.UUID
	Topic      *uuid.UUID
	Tag        *uuid.UUID
	Channel    Channel
	Player     *uuid.UUID
	Order      Order
	Limit      int    // 0: 50
	Cursor     string // from Page.Next
	WithTags   bool   // rows come with their tags
}

// Any is the filter's state for conversations of every state.
const Any State = "any"

// Order is how a list is sorted.
type Order string

// Newest puts the latest turn first; Waiting puts whoever waits longest first and leaves out those who don't wait.
const (
	Newest  Order = "newest"
	Waiting Order = "waiting"
)

// Page is one page of a list. Next is empty on the last one.
type Page struct {
	Rows []Row
	Next string
}

// MaxPage is the most conversations one page returns.
const MaxPage = 100

// List returns the conversations of a scope that a filter leaves, a page at a time. reader is whose unread marks are shown.
func List(ctx context.Context, tx bun.Tx, s authz.Scope, f Filter, reader uuid.UUID) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, MaxPage)
	arms, err := f.arms(s, f.Limit+1)
	if err != nil {
		return Page{}, err
	}
	column, direction := f.order()
	var rows []Row
	err = tx.NewRaw(`select `+rowColumns+tagColumn(f.WithTags)+` from (select * from (`+arms.sql+`) arms order by at `+direction+`, id `+direction+` limit ?) found
		join conversations c on c.tenant_id = current_tenant() and c.id = found.id `+rowJoins+`
		order by found.at `+direction+`, found.id `+direction, append(arms.args, f.Limit+1, reader)...).Scan(ctx, &rows)
	if err != nil {
		return Page{}, err
	}
	page := Page{Rows: rows}
	if len(rows) > f.Limit {
		page.Rows = rows[:f.Limit]
		last := page.Rows[f.Limit-1]
		at := last.TurnAt
		if column == "waiting_since" && last.WaitingSince != nil {
			at = *last.WaitingSince
		}
		page.Next = cursor(f.Order, at, last.ID)
	}
	return page, nil
}

type query struct {
	sql  string
	args []any
}

func (f Filter) order() (column, direction string) {
	if f.Order == Waiting {
		return "waiting_since", "asc"
	}
	return "turn_at", "desc"
}

// arms is the search for the ids: one arm for each way a conversation comes into an operator's sight, and each state, so that
// each can follow an index in order and stop early. No conversation comes through two of them.
func (f Filter) arms(s authz.Scope, limit int) (query, error) {
	where, args, err := f.where()
	if err != nil {
		return query{}, err
	}
	column, direction := f.order()
	var q query
	arm := func(more string, margs ...any) {
		for _, state := range f.states() {
			if q.sql != "" {
				q.sql += " union all "
			}
			q.sql += `(select id, ` + column + ` as at from conversations where tenant_id = current_tenant() and state = ?` + where + more +
				` order by ` + column + ` ` + direction + `, id ` + direction + ` limit ?)`
			q.args = append(append(append(append(q.args, string(state)), args...), margs...), limit)
		}
	}
	if s.All {
		arm("")
		return q, nil
	}
	arm(" and assignee_id = ?", s.Member)
	arm(" and assignee_id is null and team_id is null")
	for _, team := range s.Teams {
		arm(" and team_id = ? and assignee_id is distinct from ?", team, s.Member)
	}
	return q, nil
}

// states are those that the filter leaves. Each gets arms of its own: only within one state does an index follow the order.
func (f Filter) states() []State {
	switch f.State {
	case "":
		return []State{Open}
	case Any:
		return []State{Open, Snoozed, Resolved}
	}
	return []State{f.State}
}

// where is what narrows every arm, but for the state.
func (f Filter) where() (where string, args []any, err error) {
	and := func(clause string, a ...any) {
		where += " and " + clause
		args = append(args, a...)
	}
	switch f.State {
	case "", Open, Snoozed, Resolved, Any:
	default:
		return "", nil, fault.New(fault.Invalid, "A state is open, snoozed, resolved or any.")
	}
	if f.Assignee != nil {
		and("assignee_id = ?", *f.Assignee)
	}
	if f.Unassigned {
		and("assignee_id is null")
	}
	if f.Team != nil {
		and("team_id = ?", *f.Team)
	}
	if f.Topic != nil {
		and("topic_id = ?", *f.Topic)
	}
	if f.Player != nil {
		and("player_id = ?", *f.Player)
	}
	if f.Tag != nil {
		and("id in (select conversation_id from conversation_tags where tenant_id = current_tenant() and tag_id = ?)", *f.Tag)
	}
	switch f.Channel {
	case "":
	case Chat, Email, Phone, Messenger, API:
		and("channel = ?", string(f.Channel))
	default:
		return "", nil, fault.New(fault.Invalid, "There is no such channel.")
	}
	if f.Order != "" && f.Order != Newest && f.Order != Waiting {
		return "", nil, fault.New(fault.Invalid, "An order is newest or waiting.")
	}
	if f.Order == Waiting {
		and("waiting_since is not null")
	}
	if f.Cursor != "" {
		at, id, err := parseCursor(f.Order, f.Cursor)
		if err != nil {
			return "", nil, err
		}
		column, direction := f.order()
		sign := "<"
		if direction == "asc" {
			sign = ">"
		}
		and("("+column+", id) "+sign+" (?, ?)", at, id)
	}
	return where, args, nil
}

// A cursor is the order, the time in microseconds and the id of the last row.
func cursor(o Order, at time.Time, id uuid.UUID) string {
	b := []byte{1}
	if o == Waiting {
		b[0] = 2
	}
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(b, id[:]...))
}

func parseCursor(o Order, s string) (time.Time, uuid.UUID, error) {
	bad := fault.New(fault.Invalid, "This cursor isn't one of this list's.")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 25 || (b[0] == 2) != (o == Waiting) || b[0] < 1 || b[0] > 2 {
		return time.Time{}, uuid.Nil, bad
	}
	micros := int64(binary.BigEndian.Uint64(b[1:9]))
	if micros < 0 || micros > 1<<53 {
		return time.Time{}, uuid.Nil, bad
	}
	return time.UnixMicro(micros).UTC(), uuid.UUID(b[9:25]), nil
}
