package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// licenceList is the casino's licences, what is wrong with them, and the regulators one may be added of.
func (s *Server) licenceList(w http.ResponseWriter, r *http.Request) error {
	var p views.LicenceListProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{About: "licences"}); err != nil {
			return err
		}
		p = views.LicenceListProps{Settings: s.settingsProps(r, "licences"), May: may(r)}
		if err := lastChange(ctx, tx, &p.Settings); err != nil {
			return err
		}
		all, err := licences.All(ctx, tx)
		if err != nil {
			return err
		}
		open, err := licences.Alerts(ctx, tx)
		p.Licences, p.Alerts = licenceRows(all), licenceAlerts(ctx, all, open)
		return err
	})
	if err != nil {
		return err
	}
	for _, reg := range licences.Regulators() {
		c := views.RegulatorChoice{Key: reg.Key, Name: regulatorName(r.Context(), reg)}
		if reg.Country != "" {
			c.Country = i18n.CountryName(r.Context(), reg.Country)
		}
		p.Regulators = append(p.Regulators, c)
	}
	return views.Render(w, r, http.StatusOK, views.LicenceList(p))
}

// may says whether whoever is signed in may change settings.
func may(r *http.Request) bool {
	return authz.Permits(signedOf(r.Context()).Actor.Role, authz.SettingsChange)
}

func regulatorName(ctx context.Context, r licences.Regulator) string {
	if r.Key == licences.Other {
		return i18n.T(ctx, "licences.other")
	}
	return r.Name
}

func licenceRows(all []licences.Licence) []views.LicenceRow {
	var rows []views.LicenceRow
	now, last := time.Now(), -1
	for i, l := range all {
		row := views.LicenceRow{ID: tenants.PublicID(tenants.LicencePrefix, l.ID), Regulator: l.Name(), Number: l.Number, Licensee: l.Licensee,
			Domains: len(l.Domains), Until: l.Until, State: string(l.StateAt(now)), Seal: pictures.Path(l.Seal), First: i == 0, Retired: l.RetiredAt != nil}
		if l.Last != nil {
			look := lookOfPage(*l.Last)
			row.Look = &look
		}
		if l.RetiredAt == nil {
			last = i
		}
		rows = append(rows, row)
	}
	if last >= 0 {
		rows[last].Last = true
	}
	return rows
}

func lookOfPage(l licences.Look) views.LicenceLook {
	return views.LicenceLook{At: l.At, Outcome: string(l.Outcome), Why: l.Why, Status: l.Status, Number: l.NumberFound, Licensee: l.LicenseeFound}
}

// licenceAlerts puts the open alerts into words.
func licenceAlerts(ctx context.Context, all []licences.Licence, open []licences.Alert) []views.LicenceAlert {
	var out []views.LicenceAlert
	for _, a := range open {
		i := slices.IndexFunc(all, func(l licences.Licence) bool { return l.ID == a.Licence })
		if i < 0 {
			continue
		}
		tone := views.Bad
		if a.Kind == licences.TroubleExpiring || a.Kind == licences.TroubleUnnamed {
			tone = views.Warn
		}
		out = append(out, views.LicenceAlert{Tone: tone, Text: alertSentence(ctx, a.Kind, all[i]), Since: a.RaisedAt,
			Href: "/settings/licences/" + tenants.PublicID(tenants.LicencePrefix, a.Licence)})
	}
	return out
}

// alertSentence says a trouble of a licence.
func alertSentence(ctx context.Context, kind licences.Trouble, l licences.Licence) string {
	until := ""
	if l.Until != nil {
		until = i18n.Date(ctx, *l.Until)
	}
	return i18n.T(ctx, "licences.alert_"+string(kind), "Number", l.Number, "Regulator", l.Name(), "Date", until)
}
