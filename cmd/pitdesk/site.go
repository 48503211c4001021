package main

import (
	"net/http"

	"pitdesk/web"
	"pitdesk/web/site"
)

// openSite puts the deployment's own pages at its base address.
func (a *app) openSite(s *web.Server) {
	at := a.pools.Doors.Base()
	pages := site.New(site.Config{
		Web: s.Config, Log: a.settings.log, Address: s.Address, Terms: a.settings.TermsURL, Privacy: a.settings.PrivacyURL,
		Extra: map[string]http.Handler{},
	})
	s.Extra[at] = pages.Handler()
	s.Extra["www."+at] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.Config.BaseURL("", r.URL.RequestURI()), http.StatusMovedPermanently)
	})
}
