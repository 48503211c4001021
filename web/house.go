package web

import (
	"context"
	"net/http"
	"net/url"

	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

type brandKey struct{}

// withBrand puts what the casino of ctx looks like into ctx, so that a page made within a transaction opens no second one.
func (s *Server) withBrand(ctx context.Context) context.Context {
	return context.WithValue(ctx, brandKey{}, s.brand(ctx))
}

// brand is what the casino of ctx looks like. Where that can't be read the page still shows whose it is.
func (s *Server) brand(ctx context.Context) brands.Brand {
	if b, ok := ctx.Value(brandKey{}).(brands.Brand); ok {
		return b
	}
	b, err := brands.Of(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "brand can't be read", "err", err)
		}
		return brands.Plain(tenants.Current(ctx).Name)
	}
	return b
}

// casino is whose page it is, for the frame of any page.
func (s *Server) casino(ctx context.Context) views.Casino { return casinoOf(s.brand(ctx)) }

// lookOf is what the theme is made of.
func lookOf(b brands.Brand) views.Look {
	return views.Look{Accent: b.Accent, AccentDark: b.AccentDark, Ink: b.Ink, Corners: string(b.Corners)}
}

func casinoOf(b brands.Brand) views.Casino {
	return views.Casino{Name: b.Name, Logo: pictures.Path(b.Logo), LogoDark: pictures.Path(b.LogoDark), Icon: pictures.Path(b.Icon),
		Theme: views.ThemePath(lookOf(b))}
}

// house is the frame of a page that players read, in the language of r. Its languages lead to the same address with ?lang=;
// pages with a language in their path give their own. Canonical and Elsewhere are the page's to fill.
func (s *Server) house(r *http.Request, title string) (views.House, error) {
	ctx := r.Context()
	b := s.brand(ctx)
	h := views.House{Title: title, Casino: casinoOf(b), Legal: legal(b, i18n.Lang(ctx), tenants.Current(ctx).Language)}
	for _, lang := range i18n.Offered(ctx, i18n.Players) {
		h.Languages = append(h.Languages, views.HouseLink{Name: i18n.OwnName(lang), Lang: lang, Here: lang == i18n.Lang(ctx), Href: inLanguage(r.URL, lang)})
	}
	if h.Licences = s.licenceLines(r); len(h.Licences) > 0 {
		h.Links = append(h.Links, views.HouseLink{Name: i18n.T(ctx, "licences.title"), Href: "/licences"})
	}
	return h, nil
}

// legal is what a casino says at the foot of pages and mails: its legal name and its footer, in the reader's language or else
// in the casino's own.
func legal(b brands.Brand, language, own string) string {
	said := pick(b.Footer.In(language), b.Footer.In(own))
	if b.LegalName != "" && said != "" {
		return b.LegalName + "\n" + said
	}
	return b.LegalName + said
}

// inLanguage is an address of ours in another language.
func inLanguage(at *url.URL, lang string) string {
	q := at.Query()
	q.Set("lang", lang)
	return at.Path + "?" + q.Encode()
}
