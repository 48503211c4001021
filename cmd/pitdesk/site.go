package main

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/desk/steps"
	"pitdesk/tenants/signups"
	"pitdesk/web"
	"pitdesk/web/site"
)

// openSite puts the deployment's own pages at its base address.
func (a *app) openSite(s *web.Server) {
	at := a.pools.Doors.Base()
	pages := site.New(site.Config{
		Web: s.Config, Log: a.settings.log, Address: s.Address, Contact: a.settings.ContactEmail, Terms: a.settings.TermsURL, Privacy: a.settings.PrivacyURL,
		Extra:    a.stripe(),
		Founding: site.Founding{Clerk: a.clerk(), Begin: begin, Trial: billing.Begin, Enter: enterNew},
	})
	s.Extra[at] = pages.Handler()
	s.Extra["www."+at] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.Config.BaseURL("", r.URL.RequestURI()), http.StatusMovedPermanently) // #nosec G710 -- the host is the deployment's own
	})
}

// enterNew gives a new casino the list of its first steps, and its first admin a way in.
func enterNew(ctx context.Context, tx bun.Tx, member uuid.UUID) (string, error) {
	if err := steps.Begin(ctx, tx); err != nil {
		return "", err
	}
	path, _, err := staff.MakeLink(ctx, tx, member, "sign-up")
	return path + "?next=/start", err
}

// clerk takes in casinos that come by themselves.
func (a *app) clerk() signups.Clerk {
	return signups.Clerk{Key: a.linkKey, Own: []string{a.settings.VendorName}}
}

// siteMails writes the letters of those who sign up.
func (a *app) siteMails() site.Postman { return site.Postman{Web: a.config(), Mailer: a.mailer} }
