package api

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/pictures"
)

// Licence is a licence the casino works under.
type Licence struct {
	ID        string       `json:"id" example:"lic_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Regulator string       `json:"regulator" example:"mga" doc:"One of mga, ukgc, curacao, anjouan, kahnawake, isleofman, gibraltar, estonia, lithuania, other."`
	Authority string       `json:"authority" example:"Malta Gaming Authority" doc:"The regulator's name."`
	Number    string       `json:"number" example:"MGA/B2C/000/2025"`
	Licensee  string       `json:"licensee" example:"Demo Gaming Limited"`
	Country   string       `json:"country" example:"MT" doc:"The regulator's, as ISO 3166-1 alpha-2."`
	Domains   []string     `json:"domains" doc:"What it covers, each host exactly, in ASCII."`
	Link      string       `json:"link" doc:"The regulator's page about it."`
	Seal      string       `json:"seal,omitempty" doc:"Path of the seal's picture on the casino's hosts."`
	From      string       `json:"from,omitempty" format:"date" doc:"Its first day."`
	Until     string       `json:"until,omitempty" format:"date" doc:"Its last day, which ends in UTC."`
	Status    string       `json:"status" enum:"active,suspended,revoked,surrendered" doc:"What the regulator says, as it was entered."`
	State     string       `json:"state" enum:"active,expiring,expired,pending,suspended,revoked,surrendered,gone,retired" doc:"How it stands today. The seal is shown while it is active or expiring."`
	LastLook  *LicenceLook `json:"last_look,omitempty" doc:"What the newest look at the page found."`
	CreatedAt time.Time    `json:"created_at"`
	UpdatedAt time.Time    `json:"updated_at"`
}

// LicenceLook is what a look at the regulator's page found.
type LicenceLook struct {
	At            time.Time `json:"at"`
	Outcome       string    `json:"outcome" enum:"reachable,changed,gone,unreachable"`
	Why           string    `json:"why,omitempty" doc:"Why it couldn't be reached: timeout, address, inside, certificate, network, strayed, status, size, kind or robots."`
	NumberFound   bool      `json:"number_found"`
	LicenseeFound bool      `json:"licensee_found"`
}

func licenceOf(l licences.Licence) Licence {
	out := Licence{ID: tenants.PublicID(tenants.LicencePrefix, l.ID), Regulator: l.Regulator, Authority: l.Name(), Number: l.Number, Licensee: l.Licensee,
		Country: l.Country, Domains: l.Domains, Link: l.Link, Seal: pictures.Path(l.Seal), From: dayText(l.From), Until: dayText(l.Until),
		Status: string(l.Status), State: string(l.StateAt(time.Now())), CreatedAt: l.CreatedAt.UTC(), UpdatedAt: l.UpdatedAt.UTC()}
	if l.Last != nil {
		out.LastLook = &LicenceLook{At: l.Last.At.UTC(), Outcome: string(l.Last.Outcome), Why: l.Last.Why,
			NumberFound: l.Last.NumberFound, LicenseeFound: l.Last.LicenseeFound}
	}
	return out
}

func dayText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

type licencesOut struct{ Body page[Licence] }

func (a *API) listLicences(ctx context.Context, _ *nothing) (*licencesOut, error) {
	var data []Licence
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{About: "licences"}); err != nil {
			return err
		}
		all, err := licences.All(ctx, tx)
		data, err = each(all, err, licenceOf)
		return err
	})
	return &licencesOut{pageOf(data, "")}, err
}

// LicencePath names a licence in an address.
type LicencePath struct {
	Licence string `path:"licence" example:"lic_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type licenceOut struct{ Body Licence }

func (a *API) getLicence(ctx context.Context, in *LicencePath) (*licenceOut, error) {
	id, err := tenants.ParseID(tenants.LicencePrefix, in.Licence)
	if err != nil {
		return nil, err
	}
	var out licenceOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{About: "licences"}); err != nil {
			return err
		}
		l, err := licences.Get(ctx, tx, id)
		out.Body = licenceOf(l)
		return err
	})
	return &out, err
}

type licenceBody struct {
	Strict
	Regulator string   `json:"regulator" enum:"mga,ukgc,curacao,anjouan,kahnawake,isleofman,gibraltar,estonia,lithuania,other" example:"mga" doc:"It can't be changed later."`
	Authority string   `json:"authority,omitempty" maxLength:"400" doc:"The regulator's name, for other."`
	Host      string   `json:"host,omitempty" maxLength:"253" doc:"The regulator's own host, for other: naming it confirms that it is."`
	Number    string   `json:"number" maxLength:"200" example:"MGA/B2C/000/2025"`
	Licensee  string   `json:"licensee" maxLength:"400" example:"Demo Gaming Limited"`
	Country   string   `json:"country,omitempty" maxLength:"2" doc:"For other."`
	Domains   []string `json:"domains" maxItems:"200" doc:"What it covers."`
	Link      string   `json:"link" maxLength:"4000" doc:"The regulator's page about it, in the regulator's form."`
	From      string   `json:"from,omitempty" maxLength:"10" example:"2025-01-01"`
	Until     string   `json:"until,omitempty" maxLength:"10" example:"2035-12-31"`
	Status    string   `json:"status,omitempty" enum:"active,suspended,revoked,surrendered" doc:"Absent: active."`
}

func (b licenceBody) draft() licences.Draft {
	return licences.Draft{Regulator: b.Regulator, Authority: b.Authority, Host: b.Host, Confirm: b.Host != "", Number: b.Number, Licensee: b.Licensee,
		Country: b.Country, Domains: b.Domains, Link: b.Link, From: b.From, Until: b.Until, Status: licences.Status(b.Status)}
}

type newLicenceIn struct{ Body licenceBody }

func (a *API) addLicence(ctx context.Context, in *newLicenceIn) (*licenceOut, error) {
	return settledLicence(ctx, func(ctx context.Context, tx bun.Tx) (licences.Licence, error) {
		return licences.Add(ctx, tx, in.Body.draft())
	})
}

type licenceIn struct {
	LicencePath
	Body licenceBody
}

func (a *API) changeLicence(ctx context.Context, in *licenceIn) (*licenceOut, error) {
	return namedLicence(ctx, in.Licence, func(ctx context.Context, tx bun.Tx, id uuid.UUID) (licences.Licence, error) {
		return licences.Change(ctx, tx, id, in.Body.draft())
	})
}

func (a *API) retireLicence(ctx context.Context, in *LicencePath) (*licenceOut, error) {
	return namedLicence(ctx, in.Licence, func(ctx context.Context, tx bun.Tx, id uuid.UUID) (l licences.Licence, err error) {
		if err = licences.Retire(ctx, tx, id); err == nil {
			l, err = licences.Get(ctx, tx, id)
		}
		return l, err
	})
}

// namedLicence is settledLicence for the licence of that public id.
func namedLicence(ctx context.Context, public string, do func(ctx context.Context, tx bun.Tx, id uuid.UUID) (licences.Licence, error)) (*licenceOut, error) {
	id, err := tenants.ParseID(tenants.LicencePrefix, public)
	if err != nil {
		return nil, err
	}
	return settledLicence(ctx, func(ctx context.Context, tx bun.Tx) (licences.Licence, error) { return do(ctx, tx, id) })
}

// settledLicence changes licences under the permission to change settings.
func settledLicence(ctx context.Context, do func(ctx context.Context, tx bun.Tx) (licences.Licence, error)) (*licenceOut, error) {
	var out licenceOut
	err := in(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: "licences"}); err != nil {
			return err
		}
		l, err := do(ctx, tx)
		out.Body = licenceOf(l)
		return err
	})
	return &out, err
}

// registerLicences declares the operations on licences.
func (a *API) registerLicences(get, post, put, drop func(id, path string, p authz.Permission) Operation) {
	add(a, operation{Operation: get("list-licences", "/licences", authz.HouseRead), tag: houseTag, summary: "List the casino's licences",
		answer: page[Licence]{Data: []Licence{exampleLicence}}, description: "In the order players see them; retired ones come last."}, paged(a.listLicences, func(v Licence) string { return v.ID }))
	add(a, operation{Operation: get("get-licence", "/licences/{licence}", authz.HouseRead), tag: houseTag, summary: "Get a licence",
		answer: exampleLicence}, a.getLicence)
	add(a, operation{Operation: post("add-licence", "/licences", authz.SettingsChange), tag: houseTag, status: 201, summary: "Add a licence",
		body: exampleLicenceBody, answer: exampleLicence,
		description: "It is shown wherever players look, at once. The link is held against the regulator's form: a host that isn't the regulator's, " +
			"a look-alike, a missing or an extra part answer 422 with the reason."}, a.addLicence)
	add(a, operation{Operation: put("change-licence", "/licences/{licence}", authz.SettingsChange), tag: houseTag, summary: "Change a licence",
		body: exampleLicenceBody, answer: exampleLicence, description: "The body is the whole licence; its regulator and its seal stay."}, a.changeLicence)
	add(a, operation{Operation: drop("retire-licence", "/licences/{licence}", authz.SettingsChange), tag: houseTag, summary: "Retire a licence",
		answer: exampleLicence, description: "Players aren't shown it any more; its history stays."}, a.retireLicence)
}

var exampleLicenceBody = licenceBody{Regulator: "mga", Number: "MGA/B2C/000/2025", Licensee: "Demo Gaming Limited", Domains: []string{"play.casino.example"},
	Link: "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=00000000-0000-4000-8000-00000000d310&details=1", Until: "2035-12-31"}

var exampleLicence = Licence{ID: "lic_06ey3pjmrskbk9ks8x4w2ptxqg", Regulator: "mga", Authority: "Malta Gaming Authority", Number: exampleLicenceBody.Number,
	Licensee: exampleLicenceBody.Licensee, Country: "MT", Domains: exampleLicenceBody.Domains, Link: exampleLicenceBody.Link, Until: "2035-12-31",
	Status: "active", State: "active", CreatedAt: exampleTime, UpdatedAt: exampleTime,
	LastLook: &LicenceLook{At: exampleTime, Outcome: "reachable", NumberFound: true, LicenseeFound: true}}
