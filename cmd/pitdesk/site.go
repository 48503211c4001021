package main

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/tenants/signups"
	"pitdesk/web"
	"pitdesk/web/site"
)

// openSite puts the deployment's own pages at its base address.
func (a *app) openSite(s *web.Server) {
	at := a.pools.Doors.Base()
	pages := site.New(site.Config{
		Web: s.Config, Log: a.settings.log, Address: s.Address, Terms: a.settings.TermsURL, Privacy: a.settings.PrivacyURL,
		Extra: a.stripe(),
		Founding: site.Founding{Clerk: a.clerk(), Begin: begin, Trial: billing.Begin,
			Enter: func(context.Context, bun.Tx, uuid.UUID, string) (string, error) { return "/sign-in", nil }},
	})
	s.Extra[at] = pages.Handler()
	s.Extra["www."+at] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.Config.BaseURL("", r.URL.RequestURI()), http.StatusMovedPermanently)
	})
}

// clerk takes in casinos that come by themselves.
func (a *app) clerk() signups.Clerk {
	return signups.Clerk{Key: a.linkKey, Own: []string{a.settings.VendorName}}
}

// siteMails writes the letters of those who sign up.
func (a *app) siteMails() site.Postman { return site.Postman{Web: a.config(), Mailer: a.mailer} }
