package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// licences are those of the casino of ctx. Where they can't be read a page goes without; that is logged.
func (s *Server) licences(ctx context.Context) []licences.Licence {
	all, err := licences.Of(ctx)
	if err != nil && ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "licences can't be read", "err", err)
	}
	return all
}

// licenceLines is who licenses the casino of r, for the foot of whatever page it asks for.
func (s *Server) licenceLines(r *http.Request) []views.LicenceLine {
	return linesOf(r.Context(), s.licences(r.Context()), tenants.CleanHost(r.Host))
}

// linesOf is how licences are shown on a page at host: each with its seal where it covers the host, else in words alone. A
// regulator's own wording is said while the licence holds, word for word; one that doesn't hold says that.
func linesOf(ctx context.Context, all []licences.Licence, host string) []views.LicenceLine {
	var lines []views.LicenceLine
	now := time.Now()
	for _, l := range all {
		state := l.StateAt(now)
		line := views.LicenceLine{Href: l.Link}
		switch wording := l.Wording(); {
		case !state.Holds():
			line.Sentence = i18n.T(ctx, "licences.sentence_ended", "Licensee", l.Licensee, "Number", l.Number, "Regulator", l.Name(),
				"State", i18n.T(ctx, "licences.state_"+string(state)))
		case wording != "":
			line.Sentence, line.Lang = wording, "en"
		default:
			line.Sentence = i18n.T(ctx, "licences.sentence", "Licensee", l.Licensee, "Number", l.Number, "Regulator", l.Name())
		}
		if l.ShowsSeal(host, now) {
			line.Seal = pictures.Path(l.Seal)
		}
		lines = append(lines, line)
	}
	return lines
}

// licencesPage tells players every licence there is, and how to check it with the regulator.
func (s *Server) licencesPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	house, err := s.house(r, i18n.T(ctx, "licences.title"))
	if err != nil {
		return err
	}
	t := tenants.Current(ctx)
	house.About = i18n.T(ctx, "licences.about", "Name", house.Casino.Name)
	house.Canonical = s.Config.URL(t, "/licences")
	for _, l := range house.Languages {
		house.Elsewhere = append(house.Elsewhere, views.HouseLink{Lang: l.Lang, Href: s.Config.URL(t, l.Href)})
	}
	all, host, now := s.licences(ctx), tenants.CleanHost(r.Host), time.Now()
	p := views.LicencesProps{House: house, Hosts: officialHosts(all)}
	for _, l := range all {
		line := views.PublicLicence{Regulator: l.Name(), Number: l.Number, Licensee: l.Licensee, Country: i18n.CountryName(ctx, l.Country),
			Link: l.Link, Host: l.LinkHost(), State: string(l.StateAt(now)), Wording: l.Wording(), From: l.From, Until: l.Until}
		if !l.StateAt(now).Holds() {
			line.Wording = ""
		}
		for _, d := range l.Domains {
			line.Domains = append(line.Domains, views.LicenceDomain{Name: licences.Unicode(d), Here: d == host})
		}
		if l.ShowsSeal(host, now) {
			line.Seal = pictures.Path(l.Seal)
		}
		p.Licences = append(p.Licences, line)
	}
	return views.Render(w, r, http.StatusOK, views.LicencesPage(p))
}

// officialHosts are the hosts on which the regulators of these licences have their pages; of all that are known, where there
// are no licences.
func officialHosts(all []licences.Licence) []views.OfficialHosts {
	var out []views.OfficialHosts
	add := func(name string, hosts []string) {
		if !slices.ContainsFunc(out, func(o views.OfficialHosts) bool { return o.Regulator == name && slices.Equal(o.Hosts, hosts) }) {
			out = append(out, views.OfficialHosts{Regulator: name, Hosts: hosts})
		}
	}
	for _, l := range all {
		add(l.Name(), l.Hosts())
	}
	if len(all) == 0 {
		for _, r := range licences.Regulators() {
			if r.Key != licences.Other {
				add(r.Name, r.Hosts)
			}
		}
	}
	return out
}
