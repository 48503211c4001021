package web

import (
	"context"
	"net/http"
	"strings"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// whileShut are the public routes that answer however a casino stands, each with its reason. All other public routes answer
// that it is closed. What isn't public asks authz, which knows.
var whileShut = map[string]string{
	"GET /{$}":                 "leads to a page that says so",
	"GET /theme.css":           "the pages that say so wear it",
	"GET /assets/{name}":       "the pages that say so load them",
	"GET /pictures/{picture}":  "the pages that say so show the casino's mark",
	"GET /licences":            "who licenses a casino must always be found",
	"GET /robots.txt":          "a host without it would be read whole",
	"GET /sign-in":             "admins come for their bill and their data",
	"POST /sign-in":            "admins come for their bill and their data",
	"POST /sign-out":           "whoever is in may leave",
	"GET /sign-in/code":        "admins come for their bill and their data",
	"POST /sign-in/code":       "admins come for their bill and their data",
	"GET /forgot":              "who lost a password still has to come in",
	"POST /forgot":             "who lost a password still has to come in",
	"GET /reset/{token}":       "who lost a password still has to come in",
	"POST /reset/{token}":      "who lost a password still has to come in",
	"GET /chat.js":             "casinos' pages load it",
	"GET /chat":                "says so itself",
	"GET /chat/api/config":     "says so itself",
	"DELETE /chat/api/session": "whoever is in may leave",
}

// addsSomething are the public routes that take something new, which a read-only casino doesn't.
var addsSomething = map[string]bool{
	"POST /invitation/{token}":          true,
	"POST /help/{language}/{slug}/vote": true,
}

// standsFor refuses a public route that a casino's standing closes.
func standsFor(ctx context.Context, route Route) error {
	switch tenants.Current(ctx).Standing {
	case tenants.Open:
		return nil
	case tenants.ReadOnly:
		if !addsSomething[route.Pattern] {
			return nil
		}
	default:
		if whileShut[route.Pattern] != "" {
			return nil
		}
	}
	if route.readers() == i18n.Agents {
		return authz.Stands(stranger(ctx, authz.KindAgent), authz.PeopleInvite)
	}
	return authz.Stands(stranger(ctx, authz.KindPlayer), authz.ChatSend)
}

// stranger puts somebody into ctx of whom only the kind is known: that decides what they are told.
func stranger(ctx context.Context, kind authz.Kind) context.Context {
	return authz.With(ctx, authz.Actor{Kind: kind, Tenant: tenants.Current(ctx).ID})
}

// held is why a player can send nothing to the casino of ctx at present, "" while they can.
func held(ctx context.Context) string {
	return i18n.Fault(ctx, authz.Stands(stranger(ctx, authz.KindPlayer), authz.ChatSend))
}

// standing is how the casino of ctx stands now, however it stood when ctx began. Streams ask it, since they outlive that.
func (s *Server) standing(ctx context.Context) tenants.Tenant {
	t := tenants.Current(ctx)
	if now, err := s.Pools.Doors.ByHost(ctx, t.Host); err == nil && now.ID == t.ID {
		t.Standing = now.Standing
	}
	return t
}

// shut says whether the casino of ctx answers nobody.
func shut(ctx context.Context) bool {
	t, ok := tenants.FromContext(ctx)
	return ok && (t.Standing == tenants.Suspended || t.Standing == tenants.Closed)
}

// shutPage answers a page with what is to be said while the casino is shut: staff with what is left to them, players with
// when to come back.
func (s *Server) shutPage(w http.ResponseWriter, r *http.Request) error {
	if signedOf(r.Context()).Actor.ID != tenants.Nobody {
		return s.shutForStaff(w, r)
	}
	ctx := r.Context()
	if _, path, ok := strings.Cut(r.URL.Path, "/help/"); ok {
		// Its address says the language of a page of the help centre.
		lang, _, _ := strings.Cut(path, "/")
		ctx = i18n.With(ctx, i18n.Choose(ctx, i18n.Players, i18n.Lang(ctx), "", lang))
		r = r.WithContext(ctx)
	}
	house, err := s.house(r, i18n.T(ctx, "help.away_title"))
	if err != nil {
		return err
	}
	p := views.AwayProps{House: house, Title: i18n.T(ctx, "help.away_title"), Text: i18n.T(ctx, "help.away")}
	// Search engines keep what is away for a while (RFC 9110, section 15.6.4) and forget what is gone.
	status := http.StatusServiceUnavailable
	if tenants.Current(ctx).Standing == tenants.Closed {
		p.Text = i18n.T(ctx, "help.gone")
		status = http.StatusGone
	} else {
		w.Header().Set("Retry-After", "3600")
	}
	return views.Render(w, r, status, views.Away(p))
}

func (s *Server) shutForStaff(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	title, text := i18n.T(ctx, "staff.shut_title"), i18n.T(ctx, "staff.shut")
	if tenants.Current(ctx).Standing == tenants.Closed {
		title, text = i18n.T(ctx, "staff.shut_closed_title"), i18n.T(ctx, "staff.shut_closed")
	}
	p := views.ShutProps{Page: views.Page{Title: title, Casino: s.casino(ctx)}, Title: title, Text: text}
	role := signedOf(ctx).Actor.Role
	if !authz.Permits(role, authz.BillingRead) {
		p.Text += " " + i18n.T(ctx, "staff.shut_ask")
	}
	if authz.Permits(role, authz.BillingRead) {
		p.Links = append(p.Links, views.RailItem{Icon: "credit-card", Name: i18n.T(ctx, "settings.billing"), Href: billingPath})
	}
	if authz.Permits(role, authz.ExportTake) && signedOf(ctx).Visit == nil {
		p.Links = append(p.Links, views.RailItem{Icon: "archive", Name: i18n.T(ctx, "settings.export"), Href: "/settings/export"})
	}
	if signedOf(ctx).Visit == nil {
		p.Links = append(p.Links, views.RailItem{Icon: "user", Name: i18n.T(ctx, "common.account"), Href: "/account"})
	}
	return views.Render(w, r, fault.Suspended.Status(), views.Shut(p))
}

// bar is what the pages of the staff say of the whole desk, nil while there is nothing to say. Of the bill admins alone read.
func (s *Server) bar(ctx context.Context) *views.Bar {
	if a, ok := authz.From(ctx); ok && authz.Permits(a.Role, authz.BillingRead) {
		if b := billingBar(ctx); b != nil {
			return b
		}
	}
	if tenants.Current(ctx).Standing == tenants.ReadOnly {
		return &views.Bar{Tone: views.Warn, Text: i18n.T(ctx, "staff.bar_read_only")}
	}
	return nil
}

// heldFor is why an agent can write nothing in a conversation at present, "" while they can.
func heldFor(ctx context.Context) string {
	return i18n.Fault(ctx, authz.Stands(ctx, authz.ConversationReply))
}
