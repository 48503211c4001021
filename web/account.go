package web

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// account is a member's own page.
func (s *Server) account(w http.ResponseWriter, r *http.Request) error {
	var p views.AccountProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.AccountRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.accountProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Account(p))
}

func (s *Server) accountProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.AccountProps, error) {
	signed := signedOf(ctx)
	p := views.AccountProps{Page: s.page(r, i18n.T(ctx, "common.account"), "account"), Name: signed.Actor.Name, Email: signed.Email,
		Language: signed.Language}
	p.Page.Flashes = s.done(r)
	f, err := staff.FactorOf(ctx, tx, signed.Actor.ID)
	if err != nil {
		return p, err
	}
	p.Factor, p.Left = f.On, f.Left
	all, err := staff.SessionsOf(ctx, tx, signed.Actor.ID)
	if err != nil {
		return p, err
	}
	for _, each := range all {
		p.Sessions = append(p.Sessions, views.SessionLine{ID: tenants.PublicID(tenants.SessionPrefix, each.ID), Browser: browserWords(ctx, each.Browser),
			Raw: each.Browser, Address: each.Address, Since: each.CreatedAt, Seen: each.SeenAt, Here: each.ID == signed.Actor.Session})
	}
	return p, nil
}

// accountAgain shows the page once more with what is wrong with one of its forms.
func (s *Server) accountAgain(w http.ResponseWriter, r *http.Request, err error, of string, typed func(*views.AccountProps)) error {
	var p views.AccountProps
	if fault.CodeOf(err) == fault.Invalid || fault.CodeOf(err) == fault.TooMany {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.accountProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of = f, of
		if typed != nil {
			typed(&p)
		}
		return views.Account(p)
	})
}

// setProfile changes the member's own name and language.
func (s *Server) setProfile(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	name, language := r.PostForm.Get("name"), r.PostForm.Get("language")
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.AccountChange, authz.Facts{}); err != nil {
			return err
		}
		return s.Sessions.SetProfile(ctx, tx, signedOf(ctx).Actor.ID, name, language)
	})
	if err != nil {
		return s.accountAgain(w, r, err, "profile", func(p *views.AccountProps) { p.Name, p.Language = name, language })
	}
	http.Redirect(w, r, "/account?done=saved", http.StatusSeeOther)
	return nil
}

// mayChangeAccount asks for the permission in a transaction of its own, for deeds that compare passwords and so open theirs.
func (s *Server) mayChangeAccount(r *http.Request) error {
	return s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.AccountChange, authz.Facts{})
	})
}

// changePassword gives the member a new password and ends their other sessions.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	if err := s.mayChangeAccount(r); err != nil {
		return err
	}
	if err := s.Sessions.ChangePassword(r.Context(), r.PostForm.Get("old"), r.PostForm.Get("password")); err != nil {
		return s.accountAgain(w, r, err, "password", nil)
	}
	http.Redirect(w, r, "/account?done=password", http.StatusSeeOther)
	return nil
}

// endSession signs one of the member's other browsers out. One that is gone already is fine.
func (s *Server) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.SessionPrefix, r.PathValue("session"))
	if err != nil {
		return err
	}
	err = s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.AccountChange, authz.Facts{}); err != nil {
			return err
		}
		return s.Sessions.EndOne(ctx, tx, signedOf(ctx).Actor.ID, id)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=session#sessions", http.StatusSeeOther)
	return nil
}

// endSessions signs the member out everywhere, here too.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request) error {
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.AccountChange, authz.Facts{}); err != nil {
			return err
		}
		_, err := s.Sessions.EndAll(ctx, tx, signedOf(ctx).Actor.ID, tenants.Nobody)
		return err
	})
	if err != nil {
		return err
	}
	clearSession(w)
	p := s.signInProps(r.WithContext(withSigned(r.Context(), staff.Signed{})), "/inbox")
	p.Done = i18n.T(r.Context(), "staff.done_everywhere")
	return views.Render(w, r, http.StatusOK, views.SignIn(p))
}

// deeds are what a page may say was done, by the word in its address.
var deeds = map[string]string{
	"saved": "staff.done_saved", "password": "staff.done_password", "session": "staff.done_session", "factor_on": "staff.done_factor_on",
	"factor_off": "staff.done_factor_off", "reset": "staff.done_reset", "invited": "staff.done_invited",
	"revoked": "staff.done_revoked", "export": "settings.done_export", "disabled": "staff.done_disabled", "enabled": "staff.done_enabled", "added": "staff.done_added",
	"removed": "staff.done_removed", "domain_added": "settings.done_domain_added", "domain_proven": "settings.done_domain_proven",
	"domain_checked": "settings.done_domain_checked", "domain_main": "settings.done_domain_main",
	"webhook_sent": "settings.done_webhook_sent",
	"draft":        "settings.brand_done_draft", "published": "settings.brand_done_published",
	"rolled_back": "settings.brand_done_rolled_back", "retired": "macros.done_retired", "restored": "macros.done_restored",
	"ordered":      "settings.done_ordered",
	"plan_changed": "settings.done_plan_changed", "cancelled": "settings.done_cancelled", "resumed": "settings.done_resumed",
	"coupon": "settings.done_coupon",
}

// done is what has just been done, as the address that a form led to says.
func (s *Server) done(r *http.Request) []views.Flash {
	if id, ok := deeds[r.URL.Query().Get("done")]; ok {
		return []views.Flash{{Tone: views.Good, Text: i18n.T(r.Context(), id)}}
	}
	return nil
}

// Browsers and systems by what they say of themselves; the order matters, because most claim to be others too.
var (
	browsers = []struct{ sign, name string }{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"YaBrowser/", "Yandex"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = []struct{ sign, name string }{{"Windows", "Windows"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"},
		{"Mac OS", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
	versionAfter = regexp.MustCompile(`^\d{1,4}`)
)

// browserWords is a browser's line about itself in few words: "Firefox 140, Windows".
func browserWords(ctx context.Context, raw string) string {
	name, system := "", ""
	for _, b := range browsers {
		if i := strings.Index(raw, b.sign); i >= 0 {
			name = strings.TrimSpace(b.name + " " + versionAfter.FindString(raw[i+len(b.sign):]))
			break
		}
	}
	for _, each := range systems {
		if strings.Contains(raw, each.sign) {
			system = each.name
			break
		}
	}
	switch {
	case name == "":
		return i18n.T(ctx, "staff.browser_unknown")
	case system == "":
		return name
	}
	return name + ", " + system
}
