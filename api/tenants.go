package api

import (
	"context"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

// registerTenants declares what a reseller's program does with its casinos.
func (a *API) registerTenants() {
	made := NewTenant{exampleTenant, exampleAgent}
	held := exampleTenant
	held.Standing, held.Holds = "suspended", []TenantHold{{"reseller", "suspended", "The contract is being renewed.", at(0)}}
	add(a, operation{Operation: Operation{"create-tenant", http.MethodPost, "/tenants", authz.TenantCreate}, tag: tenantsTag, above: true, founds: true,
		status: http.StatusCreated, summary: "Create a casino", body: exampleTenantNew, answer: made,
		description: "It can be worked with as soon as this answers: its host is served, its chat takes messages, `admin` is its first admin. " +
			"They have no password: give them a sign-in link (`create-sign-in-link`), or let them choose one by \"forgot password\". Topics, a team " +
			"for leads and a trial are there; drafts of the commonest answers follow within seconds."}, a.createTenant)
	add(a, operation{Operation: Operation{"list-tenants", http.MethodGet, "/tenants", authz.TenantRead}, tag: tenantsTag, above: true,
		summary: "List your casinos", answer: examplePage(exampleTenant), description: "The newest first."}, a.listTenants)
	add(a, operation{Operation: Operation{"get-tenant", http.MethodGet, "/tenants/{tenant}", authz.TenantRead}, tag: tenantsTag, above: true,
		summary: "Get a casino", answer: exampleTenant}, a.getTenant)
	add(a, operation{Operation: Operation{"update-tenant", http.MethodPatch, "/tenants/{tenant}", authz.TenantChange}, tag: tenantsTag, above: true,
		summary: "Change a casino", body: exampleTenantChange, answer: exampleTenant,
		description: "What the body leaves out stays. Players see the name until the casino has a brand of its own."}, a.updateTenant)
	add(a, operation{Operation: Operation{"suspend-tenant", http.MethodPost, "/tenants/{tenant}/suspend", authz.TenantHold}, tag: tenantsTag, above: true,
		summary: "Suspend a casino", body: whyBody{Why: "The contract is being renewed."}, answer: held,
		description: "It is shut for a while: its people and players are told that it is closed at present. Nothing is deleted. The reason stands in " +
			"`holds`; players never read it."}, a.holdTenant(tenants.Suspended))
	add(a, operation{Operation: Operation{"resume-tenant", http.MethodPost, "/tenants/{tenant}/resume", authz.TenantHold}, tag: tenantsTag, above: true,
		summary: "Resume a casino", answer: exampleTenant,
		description: "Ends what `suspend-tenant` or `close-tenant` began. Where something else holds it back too (see `holds`) it goes on to."}, a.resumeTenant)
	closed := held
	closed.Standing, closed.Holds = "closed", []TenantHold{{"reseller", "closed", "The operator has stopped.", at(0)}}
	add(a, operation{Operation: Operation{"close-tenant", http.MethodPost, "/tenants/{tenant}/close", authz.TenantHold}, tag: tenantsTag, above: true,
		summary: "Close a casino", body: whyBody{Why: "The operator has stopped."}, answer: closed,
		description: "For good, though nothing is deleted: its admins can still take everything along, and `resume-tenant` opens it again. " +
			"It no longer counts among the casinos that you may have."}, a.holdTenant(tenants.Closed))
}

// Tenant is a casino as its reseller sees it.
type Tenant struct {
	ID         string       `json:"id" example:"ten_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Slug       string       `json:"slug" example:"demo-casino" doc:"Its short name; never changes."`
	Name       string       `json:"name" example:"Demo Casino"`
	Language   string       `json:"language" example:"en" doc:"What players are spoken to in when they don't say otherwise."`
	Reference  string       `json:"reference,omitempty" example:"contract-4711" doc:"Your own name for it. Nobody at the casino sees it."`
	URL        string       `json:"url" format:"uri" example:"https://demo-casino.desk.example" doc:"Where its people sign in and its chat is."`
	Standing   string       `json:"standing" enum:"open,read_only,suspended,closed" doc:"How much of it works: the worst of its holds."`
	StandingAt time.Time    `json:"standing_at" doc:"Since when."`
	Holds      []TenantHold `json:"holds" doc:"Who holds it back and why. Empty: nobody does."`
	CreatedAt  time.Time    `json:"created_at"`
}

// TenantHold is one reason for which a casino doesn't work as it could.
type TenantHold struct {
	Source   string    `json:"source" enum:"billing,reseller,vendor,casino" doc:"reseller: you. vendor: whoever runs this service."`
	Standing string    `json:"standing" enum:"read_only,suspended,closed"`
	Why      string    `json:"why" example:"The contract is being renewed."`
	Since    time.Time `json:"since"`
}

// NewTenant is a casino that was just made, with its first admin.
type NewTenant struct {
	Tenant
	Admin string `json:"admin" example:"agt_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"The first admin, as the casino's staff knows them."`
}

// AdminBody is somebody who becomes an admin.
type AdminBody struct {
	Strict
	Email    string `json:"email" maxLength:"254" example:"ieva@casino.example"`
	Name     string `json:"name" minLength:"1" maxLength:"120" example:"Ieva"`
	Language string `json:"language,omitempty" maxLength:"35" example:"en" doc:"What the desk speaks to them in. Absent: the casino's language."`
}

type tenantNew struct {
	Strict
	Slug      string    `json:"slug" minLength:"3" maxLength:"40" example:"demo-casino" doc:"a-z, 0-9 and -, starting with a letter: the first part of its address."`
	Name      string    `json:"name" minLength:"1" maxLength:"60" example:"Demo Casino"`
	Language  string    `json:"language,omitempty" maxLength:"35" example:"en" doc:"Absent: English."`
	Reference string    `json:"reference,omitempty" maxLength:"120" example:"contract-4711" doc:"Your own name for it, once among your casinos."`
	Admin     AdminBody `json:"admin"`
	Site      string    `json:"site,omitempty" maxLength:"200" example:"https://www.casino.example" doc:"The casino's own site: its pages may hold the chat."`
	Accent    string    `json:"accent,omitempty" pattern:"^#[0-9a-f]{6}$" example:"#1a6b54" doc:"The brand's colour."`
}

type tenantChange struct {
	Strict
	Name      *string `json:"name,omitempty" minLength:"1" maxLength:"60" example:"Demo Casino"`
	Language  *string `json:"language,omitempty" maxLength:"35" example:"en"`
	Reference *string `json:"reference,omitempty" maxLength:"120" example:"contract-4711" doc:"An empty one takes it away."`
}

type whyBody struct {
	Strict
	Why string `json:"why" minLength:"1" maxLength:"500" example:"The contract is being renewed." doc:"The casino's admins may read it."`
}

type tenantOut struct{ Body Tenant }

type newTenantOut struct{ Body NewTenant }

// TenantPath is the casino that a path names.
type TenantPath struct {
	Tenant string `path:"tenant" example:"ten_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

func (a *API) tenantOf(ctx context.Context, c resellers.Casino) Tenant {
	t := Tenant{ID: tenants.PublicID(tenants.TenantPrefix, c.ID), Slug: c.Slug, Name: c.Name, Language: c.Language, Reference: c.Reference,
		Standing: string(c.Standing), StandingAt: c.StandingAt.UTC(), Holds: []TenantHold{}, CreatedAt: c.CreatedAt.UTC()}
	host := c.Host
	if host == "" {
		host = tenants.PoolsOf(ctx).Doors.SlugHost(tenants.Tenant{Slug: c.Slug})
	}
	t.URL = a.options.URL(tenants.Tenant{ID: c.ID, Host: host}, "")
	for _, h := range c.Holds {
		t.Holds = append(t.Holds, TenantHold{string(h.Source), string(h.Standing), h.Why, h.Since.UTC()})
	}
	return t
}

// errNoFounding answers where casinos can't be made, which is a deployment put together wrongly.
var errNoFounding = fault.New(fault.Internal, "This didn't work. We have been told.")

// createTenant asks first, in a transaction of its own: the log may tell of a casino that then couldn't be made, but none is
// without its line.
func (a *API) createTenant(ctx context.Context, in *struct{ Body tenantNew }) (*newTenantOut, error) {
	actor, _ := authz.From(ctx)
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		return authz.AskAbove(ctx, tx, authz.TenantCreate, authz.Whose{Reseller: actor.Reseller, About: in.Body.Slug})
	}); err != nil {
		return nil, err
	}
	if a.options.Begin == nil {
		return nil, errNoFounding
	}
	b := in.Body
	out := &newTenantOut{}
	_, err := tenants.PoolsOf(ctx).Doors.Founding(ctx, tenants.New{Slug: b.Slug, Name: b.Name, Language: b.Language, Reseller: actor.Reseller, Reference: b.Reference},
		func(ctx context.Context, tx bun.Tx, register func() error) error {
			return once(ctx, tx, http.StatusCreated, func() (any, error) {
				if err := register(); err != nil {
					return nil, err
				}
				t := tenants.Current(ctx)
				founder := actor
				founder.Tenant, founder.Role = t.ID, authz.Admin
				begun, err := a.options.Begin(authz.With(ctx, founder), tx, tenants.Beginning{Site: b.Site, Accent: b.Accent,
					Admin: tenants.Newcomer{Email: b.Admin.Email, Name: b.Admin.Name, Language: b.Admin.Language}})
				if err != nil {
					return nil, under("admin", err)
				}
				var now time.Time
				if err := tx.NewRaw(`select now()`).Scan(ctx, &now); err != nil {
					return nil, err
				}
				out.Body = NewTenant{a.tenantOf(ctx, resellers.Casino{ID: t.ID, Slug: t.Slug, Name: t.Name, Language: t.Language, Reference: b.Reference,
					Standing: tenants.Open, StandingAt: now, CreatedAt: now}), tenants.PublicID(tenants.MemberPrefix, begun.Admin)}
				return out.Body, authz.Record(ctx, tx, founder, "founded", "casino", map[string]any{"name": t.Name})
			})
		})
	return out, err
}

// under says that a fault about a person's name, address or language is about a part of the body.
func under(part string, err error) error {
	e := fault.Of(err)
	switch e.Field {
	case "name", "email", "language":
		return e.On(part + "." + e.Field)
	}
	return err
}

// overTenant runs fn on one of the reseller's casinos, after asking for p.
func (a *API) overTenant(ctx context.Context, id string, p authz.Permission, about string, fn func(ctx context.Context, tx bun.Tx, c resellers.Casino) error) error {
	tenant, err := tenants.ParseID(tenants.TenantPrefix, id)
	if err != nil {
		return err
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		c, err := resellers.CasinoOf(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: c.Reseller, Tenant: c.ID, Object: c.ID, About: about}); err != nil {
			return err
		}
		return fn(ctx, tx, c)
	})
}

// changeTenant is overTenant for what answers with the casino as it is then.
func (a *API) changeTenant(ctx context.Context, id string, p authz.Permission, about string, fn func(ctx context.Context, tx bun.Tx, c resellers.Casino) (resellers.Casino, error)) (*tenantOut, error) {
	out := &tenantOut{}
	err := a.overTenant(ctx, id, p, about, func(ctx context.Context, tx bun.Tx, c resellers.Casino) error {
		c, err := fn(ctx, tx, c)
		out.Body = a.tenantOf(ctx, c)
		return err
	})
	return out, err
}

func (a *API) getTenant(ctx context.Context, in *TenantPath) (*tenantOut, error) {
	return a.changeTenant(ctx, in.Tenant, authz.TenantRead, "", func(_ context.Context, _ bun.Tx, c resellers.Casino) (resellers.Casino, error) { return c, nil })
}

func (a *API) updateTenant(ctx context.Context, in *struct {
	TenantPath
	Body tenantChange
}) (*tenantOut, error) {
	return a.changeTenant(ctx, in.Tenant, authz.TenantChange, "", func(ctx context.Context, tx bun.Tx, c resellers.Casino) (resellers.Casino, error) {
		if err := tenants.Amend(ctx, tx, c.ID, tenants.Amendment{Name: in.Body.Name, Language: in.Body.Language, Reference: in.Body.Reference}); err != nil {
			return c, err
		}
		return resellers.CasinoOf(ctx, tx, c.ID)
	})
}

func (a *API) holdTenant(to tenants.Standing) func(context.Context, *struct {
	TenantPath
	Body whyBody
}) (*tenantOut, error) {
	return func(ctx context.Context, in *struct {
		TenantPath
		Body whyBody
	}) (*tenantOut, error) {
		return a.changeTenant(ctx, in.Tenant, authz.TenantHold, string(to), func(ctx context.Context, tx bun.Tx, c resellers.Casino) (resellers.Casino, error) {
			return resellers.Restrict(ctx, tx, c.ID, tenants.ByReseller, to, in.Body.Why)
		})
	}
}

func (a *API) resumeTenant(ctx context.Context, in *TenantPath) (*tenantOut, error) {
	return a.changeTenant(ctx, in.Tenant, authz.TenantHold, string(tenants.Open), func(ctx context.Context, tx bun.Tx, c resellers.Casino) (resellers.Casino, error) {
		return resellers.Restrict(ctx, tx, c.ID, tenants.ByReseller, tenants.Open, "")
	})
}

type tenantsIn struct {
	Standing      string `query:"standing" enum:"open,read_only,suspended,closed" doc:"Only those that stand so."`
	Reference     string `query:"reference" maxLength:"120" doc:"Only the one that you call so."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

type tenantsOut struct{ Body page[Tenant] }

// tenantCursor is the first octet of this list's cursors.
const tenantCursor = 't'

func (a *API) listTenants(ctx context.Context, in *tenantsIn) (*tenantsOut, error) {
	actor, _ := authz.From(ctx)
	f := resellers.Filter{Reseller: actor.Reseller, Standing: tenants.Standing(in.Standing), Reference: in.Reference, Limit: in.Limit + 1}
	if in.StartingAfter != "" {
		var err error
		if f.Before, err = readIDCursor(tenantCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	out := &tenantsOut{}
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.AskAbove(ctx, tx, authz.TenantRead, authz.Whose{Reseller: actor.Reseller}); err != nil {
			return err
		}
		all, err := resellers.Casinos(ctx, tx, f)
		if err != nil {
			return err
		}
		next := ""
		if len(all) > in.Limit {
			all = all[:in.Limit]
			next = idCursor(tenantCursor, all[in.Limit-1].ID)
		}
		data := make([]Tenant, 0, len(all))
		for _, c := range all {
			data = append(data, a.tenantOf(ctx, c))
		}
		out.Body = pageOf(data, next)
		return nil
	})
	return out, err
}

var exampleTenant = Tenant{ID: "ten_06ey3pjmrskbk9ks8x4w2ptxqg", Slug: "demo-casino", Name: "Demo Casino", Language: "en", Reference: "contract-4711",
	URL: "https://demo-casino.desk.example", Standing: "open", StandingAt: at(0), Holds: []TenantHold{}, CreatedAt: at(0)}

var exampleTenantNew = tenantNew{Slug: "demo-casino", Name: "Demo Casino", Language: "en", Reference: "contract-4711",
	Admin: AdminBody{Email: "ieva@casino.example", Name: "Ieva", Language: "en"}, Site: "https://www.casino.example", Accent: "#1a6b54"}

var exampleTenantChange = tenantChange{Name: new("Demo Casino"), Reference: new("contract-4712")}
