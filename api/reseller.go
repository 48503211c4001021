package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

// registerReseller declares a reseller's own account, and what was done by it.
func (a *API) registerReseller() {
	add(a, operation{Operation: Operation{"get-reseller", http.MethodGet, "/reseller", authz.ResellerRead}, tag: resellerTag, above: true,
		summary: "Get your account", answer: exampleReseller, description: "Who you are here, what is agreed with you, and how many casinos you have. The quickest way to try a key."}, a.getReseller)
	add(a, operation{Operation: Operation{"update-reseller", http.MethodPatch, "/reseller", authz.ResellerChange}, tag: resellerTag, above: true,
		summary: "Change your account", body: resellerChange{Name: new("Demo Resale"), Accent: new("#1a6b54")}, answer: exampleReseller,
		description: "What the body leaves out stays. What is agreed (`pays`, `most_tenants`) changes by agreement alone."}, a.updateReseller)
	add(a, operation{Operation: Operation{"list-deeds", http.MethodGet, "/deeds", authz.ResellerRead}, tag: resellerTag, above: true,
		summary: "List what was done", answer: examplePage(exampleDeed),
		description: "By your keys and people, and by whoever runs this service about you and your casinos: the newest first. What was done inside a " +
			"casino stands in its own audit log (`list-audit`)."}, a.listDeeds)
}

// Reseller is an account that provisions casinos.
type Reseller struct {
	ID          string    `json:"id" example:"res_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Slug        string    `json:"slug" example:"demo-resale"`
	Name        string    `json:"name" example:"Demo Resale"`
	Email       string    `json:"email" example:"desk@resale.example"`
	Accent      string    `json:"accent" example:"#1a6b54" doc:"The colour of your console."`
	Pays        string    `json:"pays" enum:"reseller,casino" doc:"Who is billed for your casinos: you, at wholesale prices, or each of them."`
	MostTenants int       `json:"most_tenants" example:"25" doc:"How many casinos you may have, closed ones not counted."`
	Tenants     int       `json:"tenants" example:"3" doc:"How many you have, closed ones not counted."`
	CreatedAt   time.Time `json:"created_at"`
}

type resellerChange struct {
	Strict
	Name   *string `json:"name,omitempty" minLength:"1" maxLength:"120" example:"Demo Resale"`
	Email  *string `json:"email,omitempty" maxLength:"254" example:"desk@resale.example"`
	Accent *string `json:"accent,omitempty" pattern:"^#[0-9a-f]{6}$" example:"#1a6b54"`
}

// Deed is one line of what was done above casinos.
type Deed struct {
	ID        string    `json:"id" example:"ded_06ey3pjmrskbk9ks8x4w2ptxqg"`
	At        time.Time `json:"at"`
	By        DeedActor `json:"by"`
	What      string    `json:"what" example:"tenant.create" doc:"The permission that was used."`
	About     string    `json:"about,omitempty" example:"demo-casino"`
	Tenant    string    `json:"tenant,omitempty" example:"ten_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"Which casino it was about."`
	Refused   bool      `json:"refused" doc:"Whether it was refused."`
	Address   string    `json:"address,omitempty" example:"203.0.113.7"`
	RequestID string    `json:"request_id,omitempty" doc:"The Request-Id of the answer."`
}

// DeedActor is who did it.
type DeedActor struct {
	Kind string `json:"kind" enum:"key,person,system,agent,player"`
	Name string `json:"name" example:"Back office" doc:"As it was called then. Empty: whoever runs this service."`
}

type resellerOut struct{ Body Reseller }

// onReseller runs fn on the asker's own account, after asking for p.
func onReseller(ctx context.Context, p authz.Permission, about string, fn func(ctx context.Context, tx bun.Tx, own uuid.UUID) error) error {
	actor, _ := authz.From(ctx)
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: actor.Reseller, Object: actor.Reseller, About: about}); err != nil {
			return err
		}
		return fn(ctx, tx, actor.Reseller)
	})
}

func resellerFrom(r resellers.Account) Reseller {
	return Reseller{ID: tenants.PublicID(tenants.ResellerPrefix, r.ID), Slug: r.Slug, Name: r.Name, Email: r.Email, Accent: r.Accent, Pays: string(r.Pays),
		MostTenants: r.MostTenants, Tenants: r.Tenants, CreatedAt: r.CreatedAt.UTC()}
}

func (a *API) getReseller(ctx context.Context, _ *nothing) (*resellerOut, error) {
	out := &resellerOut{}
	err := onReseller(ctx, authz.ResellerRead, "", func(ctx context.Context, tx bun.Tx, own uuid.UUID) error {
		r, err := resellers.Get(ctx, tx, own)
		out.Body = resellerFrom(r)
		return err
	})
	return out, err
}

func (a *API) updateReseller(ctx context.Context, in *struct{ Body resellerChange }) (*resellerOut, error) {
	out := &resellerOut{}
	err := onReseller(ctx, authz.ResellerChange, "", func(ctx context.Context, tx bun.Tx, own uuid.UUID) error {
		r, err := resellers.Amend(ctx, tx, own, resellers.Change{Name: in.Body.Name, Email: in.Body.Email, Accent: in.Body.Accent})
		out.Body = resellerFrom(r)
		return err
	})
	return out, err
}

type deedsIn struct {
	Tenant        string `query:"tenant" doc:"Only about this casino."`
	Reads         bool   `query:"reads" doc:"Those that only looked, too."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

const deedCursor = 'd'

func (a *API) listDeeds(ctx context.Context, in *deedsIn) (*struct{ Body page[Deed] }, error) {
	tenant, err := maybeID(tenants.TenantPrefix, "tenant", in.Tenant)
	if err != nil {
		return nil, err
	}
	f := resellers.DeedFilter{Reads: in.Reads, Limit: in.Limit + 1}
	if tenant != nil {
		f.Tenant = *tenant
	}
	if in.StartingAfter != "" {
		if f.Before, err = readIDCursor(deedCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	out := &struct{ Body page[Deed] }{}
	err = onReseller(ctx, authz.ResellerRead, "", func(ctx context.Context, tx bun.Tx, own uuid.UUID) error {
		f.Reseller = own
		all, err := resellers.Deeds(ctx, tx, f)
		if err != nil {
			return err
		}
		next := ""
		if len(all) > in.Limit {
			all = all[:in.Limit]
			next = idCursor(deedCursor, all[in.Limit-1].ID)
		}
		data, err := each(all, nil, deedFrom)
		out.Body = pageOf(data, next)
		return err
	})
	return out, err
}

// deedFrom tells a reseller of a deed. Of the deployment's own people it tells neither name nor address.
func deedFrom(d resellers.Deed) Deed {
	out := Deed{ID: tenants.PublicID(tenants.DeedPrefix, d.ID), At: d.At.UTC(), By: DeedActor{string(d.ActorKind), d.Actor},
		What: d.Object + "." + d.Action, Tenant: publicOrNone(tenants.TenantPrefix, d.Tenant), Refused: d.Refused, Address: d.Address, RequestID: d.Request}
	if d.Role != authz.Reseller {
		out.By.Name, out.Address, out.RequestID = "", "", ""
	}
	out.About, _ = d.Facts["about"].(string)
	return out
}

var exampleReseller = Reseller{ID: "res_06ey3pjmrskbk9ks8x4w2ptxqg", Slug: "demo-resale", Name: "Demo Resale", Email: "desk@resale.example", Accent: "#1a6b54",
	Pays: "reseller", MostTenants: 25, Tenants: 3, CreatedAt: at(0)}

var exampleDeed = Deed{ID: "ded_06ey3pjmrskbk9ks8x4w2ptxqg", At: at(0), By: DeedActor{"key", "Back office"}, What: "tenant.create", About: "demo-casino",
	Address: "203.0.113.7"}
