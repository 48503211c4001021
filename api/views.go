package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// View is a cut through the inbox that the casino keeps for everybody.
type View struct {
	ID string `json:"id" example:"viw_06ey3pjmrskbk9ks8x4w2ptxqg"`
	ViewFields
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
}

// ViewFields are what can be set of a view.
type ViewFields struct {
	Name    string `json:"name" maxLength:"80" example:"Late payouts"`
	State   string `json:"state,omitempty" enum:"open,snoozed,resolved,any" default:"open"`
	Holder  string `json:"holder,omitempty" maxLength:"30" example:"nobody" doc:"Who has the conversations: me (whoever looks), nobody, or an agent's id. Absent: anybody."`
	Team    string `json:"team,omitempty" example:"tea_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Topic   string `json:"topic,omitempty" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Tag     string `json:"tag,omitempty" example:"tag_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Channel string `json:"channel,omitempty" enum:"chat,email,phone,messenger,api"`
	Order   string `json:"order,omitempty" enum:"newest,waiting" default:"newest"`
}

type viewBody struct {
	Strict
	ViewFields
}

// viewPatch names what changes; null takes a value away.
type viewPatch struct {
	Strict
	Name    *string `json:"name,omitempty" nullable:"true" maxLength:"80"`
	State   *string `json:"state,omitempty" nullable:"true" maxLength:"20"`
	Holder  *string `json:"holder,omitempty" nullable:"true" maxLength:"30"`
	Team    *string `json:"team,omitempty" nullable:"true" maxLength:"30"`
	Topic   *string `json:"topic,omitempty" nullable:"true" maxLength:"30"`
	Tag     *string `json:"tag,omitempty" nullable:"true" maxLength:"30"`
	Channel *string `json:"channel,omitempty" nullable:"true" maxLength:"20"`
	Order   *string `json:"order,omitempty" nullable:"true" maxLength:"20"`
}

func viewOf(v desk.View) View {
	out := View{ID: tenants.PublicID(tenants.ViewPrefix, v.ID), CreatedAt: v.CreatedAt.UTC(), ChangedAt: v.ChangedAt.UTC(), ViewFields: ViewFields{Name: v.Name,
		State: string(v.State), Holder: string(v.Holder), Team: publicOrNone(tenants.TeamPrefix, v.Team), Topic: publicOrNone(tenants.TopicPrefix, v.Topic),
		Tag: publicOrNone(tenants.TagPrefix, v.Tag), Channel: string(v.Channel), Order: string(v.Order)}}
	if v.Holder == desk.HeldByAgent {
		out.Holder = publicOrNone(tenants.MemberPrefix, v.Assignee)
	}
	return out
}

func (f ViewFields) view() (desk.View, error) {
	v := desk.View{Name: f.Name, State: desk.State(f.State), Channel: desk.Channel(f.Channel), Order: desk.Order(f.Order)}
	var err error
	if strings.HasPrefix(f.Holder, tenants.MemberPrefix+"_") {
		v.Holder = desk.HeldByAgent
		v.Assignee, err = maybeID(tenants.MemberPrefix, "holder", f.Holder)
	} else {
		v.Holder = desk.ViewHolder(f.Holder)
	}
	if err == nil {
		v.Team, err = maybeID(tenants.TeamPrefix, "team", f.Team)
	}
	if err == nil {
		v.Topic, err = maybeID(tenants.TopicPrefix, "topic", f.Topic)
	}
	if err == nil {
		v.Tag, err = maybeID(tenants.TagPrefix, "tag", f.Tag)
	}
	return v, err
}

type viewsOut struct{ Body page[View] }

func (a *API) listViews(ctx context.Context, _ *nothing) (*viewsOut, error) {
	var out viewsOut
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ViewRead, authz.Facts{}); err != nil {
			return err
		}
		all, err := desk.Views(ctx, tx)
		data, err := each(all, err, viewOf)
		out.Body = pageOf(data, "")
		return err
	})
	return &out, err
}

// ViewPath is the view that a path names.
type ViewPath struct {
	View string `path:"view" example:"viw_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type viewOut struct{ Body View }

// oneView does something to the view that a path names, after asking for p, and answers with it as it is then, or was before it went.
func oneView(ctx context.Context, public string, p authz.Permission, do func(ctx context.Context, tx bun.Tx, v desk.View) error) (*viewOut, error) {
	id, err := tenants.ParseID(tenants.ViewPrefix, public)
	if err != nil {
		id = uuid.Nil // asked all the same: what isn't an id answers as an unknown one does
	}
	run := in
	if p.Read {
		run = reading
	}
	var out viewOut
	err = run(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, p, authz.Facts{Object: id}); err != nil {
			return err
		}
		v, err := desk.ViewOf(ctx, tx, id)
		if err == nil && do != nil {
			err = do(ctx, tx, v)
			if now, gone := desk.ViewOf(ctx, tx, id); gone == nil {
				v = now
			}
		}
		out.Body = viewOf(v)
		return err
	})
	return &out, err
}

func (a *API) getView(ctx context.Context, in *ViewPath) (*viewOut, error) {
	return oneView(ctx, in.View, authz.ViewRead, nil)
}

type newViewIn struct{ Body viewBody }

func (a *API) addView(ctx context.Context, body *newViewIn) (*viewOut, error) {
	var out viewOut
	err := in(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ViewShare, authz.Facts{}); err != nil {
			return err
		}
		v, err := body.Body.view()
		if err != nil {
			return err
		}
		if err := desk.AddView(ctx, tx, &v); err != nil {
			return err
		}
		v, err = desk.ViewOf(ctx, tx, v.ID)
		out.Body = viewOf(v)
		return err
	})
	return &out, err
}

type viewChangeIn struct {
	ViewPath
	Body    viewPatch
	RawBody []byte
}

func (a *API) changeView(ctx context.Context, in *viewChangeIn) (*viewOut, error) {
	return oneView(ctx, in.View, authz.ViewShare, func(ctx context.Context, tx bun.Tx, v desk.View) error {
		set, err := merged(viewOf(v).ViewFields, in.RawBody)
		if err != nil {
			return fault.New(fault.Invalid, "This can't be laid over what is there.").Because(err)
		}
		to, err := set.view()
		if err != nil {
			return err
		}
		to.ID = v.ID
		return desk.ChangeView(ctx, tx, &to)
	})
}

func (a *API) dropView(ctx context.Context, in *ViewPath) (*viewOut, error) {
	return oneView(ctx, in.View, authz.ViewShare, func(ctx context.Context, tx bun.Tx, v desk.View) error { return desk.DropView(ctx, tx, v.ID) })
}

// registerViews declares what programs may do with the views of everybody.
func (a *API) registerViews() {
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	add(a, operation{Operation: op("list-views", http.MethodGet, "/views", authz.ViewRead), tag: viewsTag, summary: "List the casino's views",
		answer: page[View]{Data: []View{exampleView}}, description: "By name. Agents' own views are theirs alone."}, paged(a.listViews, func(v View) string { return v.ID }))
	add(a, operation{Operation: op("get-view", http.MethodGet, "/views/{view}", authz.ViewRead), tag: viewsTag, summary: "Get a view", answer: exampleView}, a.getView)
	add(a, operation{Operation: op("add-view", http.MethodPost, "/views", authz.ViewShare), tag: viewsTag, status: http.StatusCreated,
		summary: "Make a view for everybody", body: exampleView.ViewFields, answer: exampleView}, a.addView)
	add(a, operation{Operation: op("change-view", http.MethodPatch, "/views/{view}", authz.ViewShare), tag: viewsTag, summary: "Change a view",
		body: map[string]any{"state": "any", "team": nil}, answer: exampleView, description: "What the body doesn't name stays; null takes a value away."}, a.changeView)
	add(a, operation{Operation: op("delete-view", http.MethodDelete, "/views/{view}", authz.ViewShare), tag: viewsTag, summary: "Delete a view",
		answer: exampleView, description: "The conversations it showed stay. The answer is the view as it was."}, a.dropView)
}

var exampleView = View{ID: "viw_06ey3pjmrskbk9ks8x4w2ptxqg", CreatedAt: exampleTime, ChangedAt: exampleTime,
	ViewFields: ViewFields{Name: "Late payouts", State: "open", Holder: "nobody", Topic: exampleTopic, Order: "waiting"}}
