package desk

import (
	"context"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// maxViews is how many views one person has at most, and how many a casino shares.
const maxViews = 40

// ViewHolder is who has the conversations of a view.
type ViewHolder string

// The holders of a view's conversations.
const (
	HeldByAny    ViewHolder = ""
	HeldByMe     ViewHolder = "me" // whoever looks
	HeldByNobody ViewHolder = "nobody"
	HeldByAgent  ViewHolder = "agent"
)

// View is a cut through the inbox that somebody keeps: their own, or everybody's.
type View struct {
	ID        uuid.UUID  `bun:"id"`
	Name      string     `bun:"name"`
	Owner     *uuid.UUID `bun:"owner_id"` // nil: everybody's
	State     State      `bun:"state"`
	Holder    ViewHolder `bun:"holder"`
	Assignee  *uuid.UUID `bun:"assignee_id"`
	Team      *uuid.UUID `bun:"team_id"`
	Topic     *uuid.UUID `bun:"topic_id"`
	Tag       *uuid.UUID `bun:"tag_id"`
	Channel   Channel    `bun:"channel"`
	Order     Order      `bun:"sort"`
	CreatedAt time.Time  `bun:"created_at"`
	ChangedAt time.Time  `bun:"changed_at"`
}

const viewColumns = `id, name, owner_id, state, holder, assignee_id, team_id, topic_id, tag_id, coalesce(channel, '') as channel, sort, created_at, changed_at`

// Filter is what the view shows to reader.
func (v View) Filter(reader uuid.UUID) Filter {
	f := Filter{State: v.State, Team: v.Team, Topic: v.Topic, Tag: v.Tag, Channel: v.Channel, Order: v.Order}
	switch v.Holder {
	case HeldByMe:
		f.Assignee = &reader
	case HeldByNobody:
		f.Unassigned = true
	case HeldByAgent:
		f.Assignee = v.Assignee
	}
	return f
}

// Views are everybody's views and those of whoever acts, everybody's first, by name.
func Views(ctx context.Context, tx bun.Tx) ([]View, error) {
	a, _ := authz.From(ctx)
	var all []View
	err := tx.NewRaw(`select `+viewColumns+` from inbox_views where tenant_id = current_tenant() and (owner_id is null or owner_id = ?)
		order by owner_id is not null, lower(name), id limit ?`, a.ID, 2*maxViews).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	return all, nil
}

// ViewOf returns a view of whoever acts or of everybody, or NotFound.
func ViewOf(ctx context.Context, tx bun.Tx, id uuid.UUID) (View, error) {
	a, _ := authz.From(ctx)
	var v View
	err := tx.NewRaw(`select `+viewColumns+` from inbox_views where tenant_id = current_tenant() and id = ? and (owner_id is null or owner_id = ?)`,
		id, a.ID).Scan(ctx, &v)
	if err != nil {
		return v, notFoundOr(err, fmt.Sprintf("view %s", id))
	}
	return v, nil
}

var errShared = fault.New(fault.Forbidden, "Views of everybody are a lead's to make and to change.")

// mine says whether whoever acts may make v or change it: their own they may, everybody's only leads and admins.
func (v View) mine(ctx context.Context) error {
	a, _ := authz.From(ctx)
	if v.Owner == nil && !authz.Permits(a.Role, authz.ViewShare) {
		return errShared
	}
	return nil
}

// Own is v as somebody's own, or everybody's. What isn't a person at the desk has none of its own.
func (v View) Own(ctx context.Context, shared bool) View {
	a, _ := authz.From(ctx)
	if v.Owner = nil; !shared && a.Kind == authz.KindAgent {
		v.Owner = &a.ID
	}
	return v
}

// AddView keeps a view.
func AddView(ctx context.Context, tx bun.Tx, v *View) error {
	if err := v.check(ctx, tx); err != nil {
		return err
	}
	var n int
	if err := tx.NewRaw(`select count(*) from inbox_views where tenant_id = current_tenant() and owner_id is not distinct from ?`, v.Owner).Scan(ctx, &n); err != nil {
		return err
	}
	if n >= maxViews {
		return fault.New(fault.Conflict, "There are %d views at most.", maxViews)
	}
	v.ID = tenants.NewID()
	_, err := tx.NewRaw(`insert into inbox_views (tenant_id, id, name, owner_id, state, holder, assignee_id, team_id, topic_id, tag_id, channel, sort)
		values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, v.ID, v.Name, v.Owner, string(v.State), string(v.Holder), v.Assignee, v.Team, v.Topic, v.Tag,
		orNull(string(v.Channel)), string(v.Order)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	return nil
}

// ChangeView replaces everything of a view. One that isn't theirs answers NotFound, everybody's Forbidden to who is no lead.
func ChangeView(ctx context.Context, tx bun.Tx, v *View) error {
	was, err := ViewOf(ctx, tx, v.ID)
	if err == nil {
		err = was.mine(ctx)
	}
	if err == nil {
		err = v.check(ctx, tx)
	}
	if err != nil {
		return err
	}
	res, err := tx.NewRaw(`update inbox_views set name = ?, owner_id = ?, state = ?, holder = ?, assignee_id = ?, team_id = ?, topic_id = ?, tag_id = ?,
		channel = ?, sort = ?, changed_at = now() where tenant_id = current_tenant() and id = ?`, v.Name, v.Owner, string(v.State), string(v.Holder), v.Assignee,
		v.Team, v.Topic, v.Tag, orNull(string(v.Channel)), string(v.Order), v.ID).Exec(ctx)
	return oneRow(res, err)
}

// DropView forgets a view; the conversations it showed stay.
func DropView(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	v, err := ViewOf(ctx, tx, id)
	if err == nil {
		err = v.mine(ctx)
	}
	if err != nil {
		return err
	}
	res, err := tx.NewRaw(`delete from inbox_views where tenant_id = current_tenant() and id = ?`, id).Exec(ctx)
	return oneRow(res, err)
}

func (v *View) check(ctx context.Context, tx bun.Tx) (err error) {
	if err := v.mine(ctx); err != nil {
		return err
	}
	if v.Name, err = shortText(v.Name); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(v.Name); n < 1 || n > 80 {
		return fault.New(fault.Invalid, "A view's name has 1 to 80 characters.").On("name")
	}
	if v.State == "" {
		v.State = Open
	}
	if v.Order == "" {
		v.Order = Newest
	}
	if v.Holder != HeldByAgent {
		v.Assignee = nil
	}
	switch v.Holder {
	case HeldByAny, HeldByMe, HeldByNobody:
	case HeldByAgent:
		if v.Assignee == nil {
			return fault.New(fault.Invalid, "This agent isn't there any more.").On("agent")
		}
	default:
		return fault.New(fault.Invalid, "This agent isn't there any more.").On("agent")
	}
	if _, _, err := v.Filter(uuid.Nil).where(); err != nil {
		return err
	}
	for _, each := range []struct {
		id           *uuid.UUID
		table, field string
		gone         *fault.Error
	}{
		{v.Assignee, "memberships", "agent", fault.New(fault.Invalid, "This agent isn't there any more.")},
		{v.Team, "teams", "team", fault.New(fault.Invalid, "This team isn't there any more.")},
		{v.Topic, "topics", "topic", fault.New(fault.Invalid, "This topic isn't there any more.")},
		{v.Tag, "tags", "tag", fault.New(fault.Invalid, "This tag isn't there any more.")},
	} {
		if each.id == nil {
			continue
		}
		var there bool
		if err := tx.NewRaw(`select true from ? where tenant_id = current_tenant() and id = ?`, bun.Ident(each.table), *each.id).Scan(ctx, &there); err != nil {
			return unknownHolder(err, each.gone.On(each.field))
		}
	}
	return nil
}

// CountViews counts what a scope sees through views, in one pass over at most as many conversations as a Tally looks at. Views of
// what is resolved aren't counted: there is no end to them.
func CountViews(ctx context.Context, tx bun.Tx, s authz.Scope, views []View) (map[uuid.UUID]int, error) {
	counted, columns, args := []uuid.UUID{}, "", []any{}
	a, _ := authz.From(ctx)
	for _, v := range views {
		if v.State == Resolved || v.State == Any {
			continue
		}
		where, margs, err := v.Filter(a.ID).where()
		if err != nil {
			return nil, err
		}
		columns += ", count(*) filter (where state = ?" + where + ")"
		args = append(append(args, string(v.State)), margs...)
		counted = append(counted, v.ID)
	}
	counts := map[uuid.UUID]int{}
	if len(counted) == 0 {
		return counts, nil
	}
	sight, sargs := sightOf(s)
	rows, err := tx.QueryContext(ctx, `select `+columns[2:]+` from (select id, state, team_id, topic_id, channel, assignee_id, player_id, waiting_since
		from conversations where tenant_id = current_tenant() and state in ('open', 'snoozed')`+sight+` limit `+strconv.Itoa(tallied)+`) c`, append(args, sargs...)...)
	if err != nil {
		return nil, fmt.Errorf("count views: %w", err)
	}
	defer rows.Close()
	found, into := make([]int, len(counted)), make([]any, len(counted))
	for i := range found {
		into[i] = &found[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
	}
	for i, id := range counted {
		counts[id] = found[i]
	}
	return counts, rows.Err()
}
