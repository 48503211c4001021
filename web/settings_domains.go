package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
	"pitdesk/views"
)

// domainSettings is where the casino's desk is reached. Leads read it; admins change it.
func (s *Server) domainSettings(w http.ResponseWriter, r *http.Request) error {
	var p views.DomainsProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.domainsProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Domains(p))
}

func (s *Server) domainsProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.DomainsProps, error) {
	t := tenants.Current(ctx)
	p := views.DomainsProps{Settings: s.settingsProps(r, "domains"), May: authz.Permits(signedOf(ctx).Actor.Role, authz.SettingsChange),
		Given: s.givenDomain(t)}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	all, err := domains.List(ctx, tx)
	waiting := 0
	for _, d := range all {
		line := s.domainLine(ctx, d)
		line.Open = line.ID == r.URL.Query().Get("at")
		if d.State() == domains.Pending {
			waiting++
		}
		p.Domains = append(p.Domains, line)
	}
	for i := range p.Domains { // the one that has to be dealt with is open at once
		p.Domains[i].Open = p.Domains[i].Open || waiting <= 1
	}
	return p, err
}

func (s *Server) givenDomain(t tenants.Tenant) views.DomainLine {
	host := s.Pools.Doors.SlugHost(t)
	return views.DomainLine{Host: host, Spoken: host, URL: s.Config.at(host, "/"), Main: host == t.Host}
}

func (s *Server) domainLine(ctx context.Context, d domains.Domain) views.DomainLine {
	return views.DomainLine{
		ID: tenants.PublicID(tenants.DomainPrefix, d.ID), Host: d.Host, Spoken: d.Spoken(), URL: s.Config.at(d.Host, "/"),
		Main: d.State() == domains.Proven && d.Host == tenants.Current(ctx).Host, State: string(d.State()), Finding: string(d.Finding),
		Found: d.Found, Proof: string(d.Proof), Added: d.AddedAt, Checked: d.CheckedAt, Off: d.SuspendedAt,
		Failing: d.State() == domains.Proven && d.Proof != domains.Vouched && d.Finding != domains.Held,
		TXTName: d.TXTName(), Token: d.Token, Target: domains.Target(ctx, s.Config.DomainsUnder), Bare: d.Bare(),
	}
}

// addDomain claims a domain for the casino.
func (s *Server) addDomain(w http.ResponseWriter, r *http.Request) error {
	var added domains.Domain
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := billing.RoomForDomain(ctx, tx); err != nil {
			return err
		}
		added, err = domains.Add(ctx, tx, r.PostForm.Get("domain"), s.Config.OwnHosts()...)
		return err
	})
	if err != nil {
		return s.domainsAgain(w, r, err)
	}
	return toDomain(w, r, "domain_added", added)
}

// checkDomain looks at the DNS for a domain's proof, between two transactions: name servers may take their time.
func (s *Server) checkDomain(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.DomainPrefix, r.PathValue("domain"))
	if err != nil {
		return err
	}
	var d domains.Domain
	if err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) { d, err = domains.Get(ctx, tx, id); return err }); err != nil {
		return err
	}
	before := d.State()
	found := domains.Look(r.Context(), s.dns(), d, domains.Target(r.Context(), s.Config.DomainsUnder))
	if err := s.writing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = domains.Settle(ctx, tx, id, found, true)
		return err
	}); err != nil {
		return err
	}
	if d.State() == domains.Proven && before != domains.Proven {
		return toDomain(w, r, "domain_proven", d)
	}
	return toDomain(w, r, "domain_checked", d)
}

// mainDomain lets links in mail and pages lead to a domain.
func (s *Server) mainDomain(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.DomainPrefix, r.PathValue("domain"))
	if err != nil {
		return err
	}
	var d domains.Domain
	if err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) { d, err = domains.MakeMain(ctx, tx, id); return err }); err != nil {
		return s.domainsAgain(w, r, err)
	}
	return toDomain(w, r, "domain_main", d)
}

// mainGiven lets them lead to the address that the casino has from the start.
func (s *Server) mainGiven(w http.ResponseWriter, r *http.Request) error {
	if err := s.changing(r, domains.MakeSlugMain); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/domains?done=domain_main", http.StatusSeeOther)
	return nil
}

// removeDomain gives a domain up. Whoever stands on it is led to where the desk still is.
func (s *Server) removeDomain(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.DomainPrefix, r.PathValue("domain"))
	if err != nil {
		return err
	}
	var d domains.Domain
	if err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) { d, err = domains.Remove(ctx, tx, id); return err }); err != nil {
		return err
	}
	to := "/settings/domains?done=removed"
	if d.Host == tenants.CleanHost(r.Host) {
		to = s.Config.at(s.Pools.Doors.SlugHost(tenants.Current(r.Context())), to)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func toDomain(w http.ResponseWriter, r *http.Request, done string, d domains.Domain) error {
	id := tenants.PublicID(tenants.DomainPrefix, d.ID)
	at := url.URL{Path: "/settings/domains", RawQuery: url.Values{"done": {done}, "at": {id}}.Encode(), Fragment: id}
	http.Redirect(w, r, at.String(), http.StatusSeeOther)
	return nil
}

func (s *Server) domainsAgain(w http.ResponseWriter, r *http.Request, err error) error {
	var p views.DomainsProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.domainsProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Typed = f, r.PostForm.Get("domain")
		return views.Domains(p)
	})
}

// dns is whom proofs are asked of.
func (s *Server) dns() domains.Resolver {
	if s.DNS != nil {
		return s.DNS
	}
	return domains.DNS{}
}
