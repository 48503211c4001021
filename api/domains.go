package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

// Domain is an address of the casino's own.
type Domain struct {
	ID          string      `json:"id"`
	Host        string      `json:"host" doc:"As the DNS has it."`
	Name        string      `json:"name" doc:"The same in its own script."`
	State       string      `json:"state" enum:"pending,proven,suspended" doc:"A suspended one was proven and has lost its proof: nothing is served there."`
	Main        bool        `json:"main" doc:"Whether links lead there."`
	Records     []DNSRecord `json:"records" doc:"The records that prove it: either does."`
	Finding     string      `json:"finding,omitempty" enum:"held,missing,nowhere,elsewhere,silent,taken" doc:"What the last check found. Taken: the proof is there, but the domain is served for somebody else."`
	Found       string      `json:"found,omitempty" doc:"Where it points instead."`
	AddedAt     time.Time   `json:"added_at"`
	ProvenAt    *time.Time  `json:"proven_at,omitempty"`
	CheckedAt   *time.Time  `json:"checked_at,omitempty" doc:"When the DNS answered last."`
	SuspendedAt *time.Time  `json:"suspended_at,omitempty"`
}

// DNSRecord is a record to set.
type DNSRecord struct {
	Type  string `json:"type" enum:"CNAME,TXT"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (a *API) domain(ctx context.Context, d domains.Domain) Domain {
	out := Domain{ID: tenants.PublicID(tenants.DomainPrefix, d.ID), Host: d.Host, Name: d.Spoken(), State: string(d.State()),
		Main: d.State() == domains.Proven && d.Host == tenants.Current(ctx).Host, Finding: string(d.Finding), Found: d.Found,
		AddedAt: d.AddedAt, ProvenAt: d.ProvenAt, CheckedAt: d.CheckedAt, SuspendedAt: d.SuspendedAt}
	if !d.Bare() {
		out.Records = append(out.Records, DNSRecord{"CNAME", d.Host, domains.Target(ctx, a.options.DomainsUnder)})
	}
	out.Records = append(out.Records, DNSRecord{"TXT", d.TXTName(), d.Token})
	return out
}

type domainsOut struct{ Body page[Domain] }

func (a *API) listDomains(ctx context.Context, _ *nothing) (*domainsOut, error) {
	var all []Domain
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		list, err := domains.List(ctx, tx)
		all, err = each(list, err, func(d domains.Domain) Domain { return a.domain(ctx, d) })
		return err
	})
	return &domainsOut{pageOf(all, "")}, err
}

type domainBody struct {
	Strict
	Domain string `json:"domain" maxLength:"300" example:"help.casino.example" doc:"In any alphabet."`
}

type domainIn struct{ Body domainBody }

type domainOut struct{ Body Domain }

// changeDomain asks for the permission and answers with the domain as it is after a change.
func (a *API) changeDomain(ctx context.Context, change func(ctx context.Context, tx bun.Tx) (domains.Domain, error)) (*domainOut, error) {
	var d domains.Domain
	err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: "domains"}); err != nil {
			return err
		}
		d, err = change(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &domainOut{a.domain(ctx, d)}, nil
}

func (a *API) addDomain(ctx context.Context, in *domainIn) (*domainOut, error) {
	return a.changeDomain(ctx, func(ctx context.Context, tx bun.Tx) (domains.Domain, error) {
		if err := billing.RoomForDomain(ctx, tx); err != nil {
			return domains.Domain{}, err
		}
		return domains.Add(ctx, tx, in.Body.Domain, a.options.OwnHosts...)
	})
}

type domainPath struct {
	Domain string `path:"domain" example:"dom_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

func (p domainPath) id() (uuid.UUID, error) { return tenants.ParseID(tenants.DomainPrefix, p.Domain) }

// checkDomain asks the DNS between two transactions: name servers may take their time.
func (a *API) checkDomain(ctx context.Context, path *domainPath) (*domainOut, error) {
	id, err := path.id()
	if err != nil {
		return nil, err
	}
	var d domains.Domain
	if _, err := a.changeDomain(ctx, func(ctx context.Context, tx bun.Tx) (_ domains.Domain, err error) {
		d, err = domains.Get(ctx, tx, id)
		return d, err
	}); err != nil {
		return nil, err
	}
	found := domains.Look(ctx, a.options.DNS, d, domains.Target(ctx, a.options.DomainsUnder))
	if err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = domains.Settle(ctx, tx, id, found, true)
		return err
	}); err != nil {
		return nil, err
	}
	if err := domains.Refusal(d); err != nil {
		return nil, err
	}
	return &domainOut{a.domain(ctx, d)}, nil
}

func (a *API) mainDomain(ctx context.Context, path *domainPath) (*domainOut, error) {
	id, err := path.id()
	if err != nil {
		return nil, err
	}
	out, err := a.changeDomain(ctx, func(ctx context.Context, tx bun.Tx) (domains.Domain, error) { return domains.MakeMain(ctx, tx, id) })
	if err == nil {
		out.Body.Main = true // the casino of ctx is as it was before
	}
	return out, err
}

func (a *API) removeDomain(ctx context.Context, path *domainPath) (*struct{}, error) {
	id, err := path.id()
	if err != nil {
		return nil, err
	}
	_, err = a.changeDomain(ctx, func(ctx context.Context, tx bun.Tx) (domains.Domain, error) { return domains.Remove(ctx, tx, id) })
	return nil, err
}

var exampleDomain = Domain{ID: "dom_06ey3pjmrskbk9ks8x4w2ptxqg", Host: "help.casino.example", Name: "help.casino.example", State: "pending",
	Records: []DNSRecord{{"CNAME", "help.casino.example", "demo-casino.desk.example"},
		{"TXT", "_desk-verify.help.casino.example", "q5v2m4zr7x3c6n1b8k0j9h7g5f3d2s1a"}}, AddedAt: at(0)}

// registerDomains declares what can be done about the casino's domains.
func (a *API) registerDomains() {
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	proven := exampleDomain
	proven.State, proven.Finding = "proven", "held"
	add(a, operation{Operation: op("list-domains", http.MethodGet, "/domains", authz.HouseRead), tag: domainsTag, summary: "List the casino's domains",
		answer: page[Domain]{Data: []Domain{exampleDomain}}, description: "The oldest first, all in one piece."}, paged(a.listDomains, func(v Domain) string { return v.ID }))
	add(a, operation{Operation: op("add-domain", http.MethodPost, "/domains", authz.SettingsChange), tag: domainsTag, status: http.StatusCreated,
		summary: "Claim a domain", body: domainBody{Domain: "help.casino.example"}, answer: exampleDomain,
		description: "Nothing is served there before one of its `records` is found in the DNS."}, a.addDomain)
	add(a, operation{Operation: op("check-domain", http.MethodPost, "/domains/{domain}/check", authz.SettingsChange), tag: domainsTag,
		summary: "Look for a domain's proof", answer: proven,
		description: "Claims are looked at every hour by themselves. A proven domain that somebody else serves answers 409. It may take some seconds."}, a.checkDomain)
	add(a, operation{Operation: op("make-domain-main", http.MethodPost, "/domains/{domain}/main", authz.SettingsChange), tag: domainsTag,
		summary: "Let links lead to a domain", answer: proven, description: "One that isn't proven answers 409."}, a.mainDomain)
	add(a, operation{Operation: op("remove-domain", http.MethodDelete, "/domains/{domain}", authz.SettingsChange), tag: domainsTag, status: http.StatusNoContent,
		summary: "Give a domain up", description: "Nothing is served there from then on."}, a.removeDomain)
}
