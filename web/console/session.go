package console

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants/office"
	"pitdesk/views"
	"pitdesk/web"
)

type signedKey struct{}

func withSigned(ctx context.Context, s office.Signed, from office.From) context.Context {
	if s.Person.Language != "" {
		ctx = i18n.With(ctx, s.Person.Language)
	}
	return authz.With(context.WithValue(ctx, signedKey{}, s), s.Actor(from))
}

// signedOf returns who is signed in on a person's route.
func signedOf(ctx context.Context) office.Signed {
	s, _ := ctx.Value(signedKey{}).(office.Signed)
	return s
}

// signedIn finds the person behind a request's cookie.
func (s *Server) signedIn(r *http.Request) (office.Signed, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return office.Signed{}, fault.New(fault.Unauthenticated, "Please sign in.")
	}
	return office.Find(r.Context(), c.Value)
}

// doorOf is where a session that waits for a step has to go.
func doorOf(next office.Step) string {
	switch next {
	case office.GiveCode:
		return "/sign-in/code"
	case office.SetFactor:
		return "/factor"
	}
	return ""
}

func (s *Server) from(r *http.Request) office.From {
	return office.From{Address: s.Address(r), Browser: r.UserAgent(), RequestID: web.RequestID(r.Context())}
}

func setSession(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: token, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: int((12 * time.Hour).Seconds())})
}

func clearSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1})
}

// card is the frame of a page for somebody who isn't signed in whole.
func (s *Server) card(r *http.Request, title string) views.Page {
	return views.Page{Title: title, Casino: s.house(r.Context())}
}

// house is whose console it is: the reseller's of whoever is signed in, else the vendor's.
func (s *Server) house(ctx context.Context) views.Casino {
	h := signedOf(ctx).House
	if h.Name == "" {
		return views.Casino{Name: s.Config.Vendor, Theme: views.ConsoleTheme("")}
	}
	return views.Casino{Name: h.Name, Logo: logoPath(h.Logo), Theme: views.ConsoleTheme(h.Accent)}
}

// frame is the frame of a page for whoever is signed in.
func (s *Server) frame(r *http.Request, here, title string) views.ConsolePage {
	ctx := r.Context()
	signed := signedOf(ctx)
	role := "console.role_vendor"
	if signed.Person.Role() == authz.Reseller {
		role = "console.role_reseller"
	}
	p := views.ConsolePage{Title: title, Page: views.Page{Title: title, Here: here, Casino: s.house(ctx), Rail: rail(ctx, signed.Person.Role()),
		Reader: &views.Reader{Name: signed.Person.Name, Email: signed.Person.Email, Role: i18n.T(ctx, role)}}}
	if done := r.URL.Query().Get("done"); done != "" && i18n.Has("console.done_"+done) {
		p.Flashes = []views.Flash{{Tone: views.Good, Text: i18n.T(ctx, "console.done_"+done)}}
	}
	return p
}

// pages are the console's pages in their order, and whose they are.
var pages = []struct {
	key, icon, href string
	roles           []authz.Role
}{
	{"casinos", "dices", "/casinos", []authz.Role{authz.Reseller, authz.Vendor}},
	{"sign_ups", "user-plus", "/sign-ups", []authz.Role{authz.Vendor}},
	{"resellers", "landmark", "/resellers", []authz.Role{authz.Vendor}},
	{"bills", "banknote", "/bills", []authz.Role{authz.Reseller, authz.Vendor}},
	{"jobs", "layers", "/jobs", []authz.Role{authz.Vendor}},
	{"keys", "key-round", "/keys", []authz.Role{authz.Reseller}},
	{"people", "users-round", "/people", []authz.Role{authz.Reseller}},
	{"operators", "users-round", "/operators", []authz.Role{authz.Vendor}},
	{"brand", "palette", "/brand", []authz.Role{authz.Reseller}},
	{"deeds", "history", "/deeds", []authz.Role{authz.Reseller, authz.Vendor}},
}

func rail(ctx context.Context, role authz.Role) []views.RailItem {
	var all []views.RailItem
	for _, p := range pages {
		for _, of := range p.roles {
			if of == role {
				all = append(all, views.RailItem{Key: p.key, Icon: p.icon, Name: i18n.T(ctx, "console."+p.key), Href: p.href})
			}
		}
	}
	return all
}

// readForm reads a posted form, or says that it can't be read.
func readForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Malformed, "This form can't be read.").Because(err)
	}
	return nil
}

// mendable says whether an error belongs beside the form that caused it.
func mendable(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany:
		return true
	}
	return false
}

// again shows a form once more with what is wrong with it, when err is something its reader can mend; any other error goes the
// common way.
func again(w http.ResponseWriter, r *http.Request, err error, show func(f views.Fault) (templ.Component, error)) error {
	if !mendable(err) {
		return err
	}
	retryAfter(w, err)
	c, bad := show(views.Fault{Field: fault.Of(err).Field, Sentence: i18n.Fault(r.Context(), err)})
	if bad != nil {
		return bad
	}
	return views.Render(w, r, fault.StatusOf(err), c)
}

func retryAfter(w http.ResponseWriter, err error) {
	if after := fault.Of(err).RetryAfter; after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(after.Seconds()))))
	}
}
