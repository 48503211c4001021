package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// dress fills what the page of the brand shows of b: its pictures, what became of its colours, and each surface as it would be.
func (s *Server) dress(r *http.Request, p *views.BrandProps, b brands.Brand) error {
	ctx := r.Context()
	licences := s.licenceLines(r)
	p.Stills = nil
	p.Drawn = map[string]string{"logo": pictures.Path(b.Logo), "logo_dark": pictures.Path(b.LogoDark), "icon": pictures.Path(b.Icon)}
	p.Mends = views.Mends(lookOf(b))
	own := tenants.Current(ctx).Language
	said := i18n.Lang(ctx)
	c := casinoOf(b)
	c.Theme = views.StillTheme(lookOf(b))
	if c.Name == "" {
		c.Name = tenants.Current(ctx).Name
	}
	for _, scheme := range []string{"light", "dark"} {
		chat := views.Chat(views.ChatPage{Casino: c, Scheme: scheme, There: true,
			Notice: i18n.T(ctx, "chat.notice", "Name", c.Name), Licences: licences,
			Still: views.ChatTalk(pick(b.Greeting.In(said), i18n.T(ctx, "chat.hello")), i18n.T(ctx, "settings.still_player"),
				i18n.T(ctx, "settings.still_agent"), i18n.T(ctx, "settings.still_by"))})
		card := views.SignIn(views.SignInProps{Page: views.Page{Title: i18n.T(ctx, "staff.sign_in_title"), Casino: c, Scheme: scheme}})
		page := views.PageStill(views.House{Title: i18n.T(ctx, "settings.still_help"), Casino: c, Scheme: scheme, Home: "#main", Legal: legal(b, said, own), Licences: licences})
		round, _ := views.LauncherRadius(lookOf(b))
		at := fmt.Sprintf("inset-block-end:%dpx;inset-inline-%s:%dpx;border-radius:%s", kept(b.Bottom), side(b.Side), kept(b.Inset), round)
		launcher := views.LauncherStill(c, scheme, at)
		for _, each := range []struct {
			surface, title string
			page           templ.Component
		}{{"chat", i18n.T(ctx, "settings.still_chat"), chat}, {"card", i18n.T(ctx, "settings.still_card"), card},
			{"launcher", i18n.T(ctx, "settings.still_launcher"), launcher}, {"page", i18n.T(ctx, "settings.still_page"), page}} {
			if err := still(ctx, p, each.surface, scheme, each.title, each.page); err != nil {
				return err
			}
		}
	}
	return still(ctx, p, "letter", "", i18n.T(ctx, "settings.still_letter"), views.LetterHTML(stillLetter(ctx, b, c)))
}

// withoutFocus keeps a still from taking the keys, and hands its elements' styles on as data: the page's policy refuses style
// attributes, so its script sets them. Text can't hold what is looked for, as its quotes are escaped.
var withoutFocus = strings.NewReplacer(" autofocus", "", ` style="`, ` data-style="`)

func still(ctx context.Context, p *views.BrandProps, surface, scheme, title string, page templ.Component) error {
	var html bytes.Buffer
	if err := page.Render(ctx, &html); err != nil {
		return err
	}
	p.Stills = append(p.Stills, views.Still{Surface: surface, Scheme: scheme, Title: title,
		HTML: withoutFocus.Replace(html.String())})
	return nil
}

// stillLetter is a letter to nobody.
func stillLetter(ctx context.Context, b brands.Brand, c views.Casino) views.LetterProps {
	l := views.LetterProps{Language: i18n.Lang(ctx), Dir: i18n.Dir(ctx), Subject: i18n.T(ctx, "mail.reset_subject"),
		Greeting: i18n.T(ctx, "mail.greeting", "Name", i18n.T(ctx, "settings.still_by")), Paragraphs: []string{i18n.T(ctx, "mail.reset")},
		Button: i18n.T(ctx, "mail.reset_button"), URL: "#", Foot: i18n.T(ctx, "mail.foot", "Casino", c.Name)}
	dressLetter(&l, b, i18n.Lang(ctx), tenants.Current(ctx).Language)
	l.Casino, l.Logo = c.Name, c.Logo
	return l
}

// kept is a distance within what a brand may have, for one that is still being typed.
func kept(pixels int) int { return min(max(pixels, 0), brands.MaxDistance) }

func side(of brands.Side) string {
	if of == brands.Start {
		return "start"
	}
	return "end"
}

// brandTheme is the theme of colours that nobody has saved, for stills.
func (s *Server) brandTheme(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{})
	}); err != nil {
		return err
	}
	q := r.URL.Query()
	w.Header().Set("Cache-Control", "private, max-age=300")
	return squeezed(w, r, "text/css; charset=utf-8", []byte(views.Theme(views.Look{Accent: q.Get("accent"), AccentDark: q.Get("accent_dark"),
		Ink: q.Get("ink"), Corners: q.Get("corners")})))
}
