package console

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/picture"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/tenants/pictures"
	"pitdesk/tenants/resellers"
	"pitdesk/views"
)

func (s *Server) resellersProps(ctx context.Context, r *http.Request, tx bun.IDB) (p views.ConsoleResellersProps, err error) {
	p.Frame = s.frame(r, "resellers", i18n.T(ctx, "console.resellers"))
	all, err := resellers.All(ctx, tx)
	for _, a := range all {
		p.Rows = append(p.Rows, views.ResellerRow{ID: tenants.PublicID(tenants.ResellerPrefix, a.ID), Name: a.Name, Email: a.Email, Pays: string(a.Pays), Casinos: a.Tenants,
			Most: a.MostTenants, Suspended: a.SuspendedAt != nil, Since: a.CreatedAt})
	}
	return p, err
}

// resellers is the list.
func (s *Server) resellers(w http.ResponseWriter, r *http.Request) error {
	var p views.ConsoleResellersProps
	if err := asking(r, authz.VendorRead, authz.Whose{}, func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = s.resellersProps(ctx, r, tx)
		return err
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleResellers(p))
}

// addReseller makes an account, and lets whoever reads its address in.
func (s *Server) addReseller(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	n := resellers.New{Name: r.PostForm.Get("name"), Slug: r.PostForm.Get("slug"), Email: r.PostForm.Get("email")}
	var a resellers.Account
	if err := asking(r, authz.VendorChange, authz.Whose{About: "reseller " + n.Slug}, func(ctx context.Context, tx bun.Tx) (err error) {
		if a, err = resellers.Add(ctx, tx, n); err != nil {
			return err
		}
		_, err = office.Add(ctx, tx, office.New{Reseller: a.ID, Name: a.Name, Email: a.Email, Language: i18n.Lang(ctx)})
		return err
	}); err != nil {
		return again(w, r, err, func(f views.Fault) (templ.Component, error) {
			p, err := s.resellersProps(r.Context(), r, tenants.AboveNow(r.Context()))
			p.Name, p.Slug, p.Email, p.Fault = r.PostForm.Get("name"), n.Slug, r.PostForm.Get("email"), f
			return views.ConsoleResellers(p), err
		})
	}
	http.Redirect(w, r, "/resellers/"+tenants.PublicID(tenants.ResellerPrefix, a.ID)+"?done=saved", http.StatusSeeOther)
	return nil
}

// named is the reseller that a path names.
func named(r *http.Request) (uuid.UUID, error) {
	return tenants.ParseID(tenants.ResellerPrefix, r.PathValue("reseller"))
}

// namedCrew are its people, seen from above.
func namedCrew(r *http.Request) crew {
	return crew{authz.VendorRead, authz.VendorChange, "/resellers/" + r.PathValue("reseller") + "/people", named}
}

func (s *Server) resellerProps(ctx context.Context, r *http.Request, tx bun.IDB, a resellers.Account) (p views.ConsoleResellerProps, err error) {
	p = views.ConsoleResellerProps{Frame: s.frame(r, "resellers", a.Name), ID: tenants.PublicID(tenants.ResellerPrefix, a.ID), Pays: string(a.Pays), Most: strconv.Itoa(a.MostTenants),
		Suspended: a.SuspendedWhy, Facts: []views.Fact{{Name: i18n.T(ctx, "common.email"), Value: a.Email, Ltr: true}, {Name: i18n.T(ctx, "console.slug"), Value: a.Slug, Ltr: true},
			{Name: i18n.T(ctx, "console.casinos"), Value: i18n.T(ctx, "console.of_most", "Count", i18n.Number(ctx, a.Tenants), "Most", i18n.Number(ctx, a.MostTenants))},
			{Name: i18n.T(ctx, "console.since"), Value: i18n.Exact(ctx, a.CreatedAt)}}}
	p.Frame.Back = "/resellers"
	p.People = views.ConsolePeopleProps{Base: namedCrew(r).base, Language: i18n.Lang(ctx)}
	p.People.People, err = crewOf(ctx, tx, a.ID)
	return p, err
}

// reseller is one reseller's page.
func (s *Server) reseller(w http.ResponseWriter, r *http.Request) error {
	id, err := named(r)
	if err != nil {
		return err
	}
	var p views.ConsoleResellerProps
	if err := asking(r, authz.VendorRead, authz.Whose{Reseller: id, Object: id}, func(ctx context.Context, tx bun.Tx) error {
		a, err := resellers.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err = s.resellerProps(ctx, r, tx, a)
		return err
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleReseller(p))
}

// resellerDeed changes one reseller's terms or standing. of is the form that is shown again when something is wrong.
func (s *Server) resellerDeed(of string, deed func(ctx context.Context, tx bun.Tx, id uuid.UUID, r *http.Request) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return err
		}
		id, err := named(r)
		if err != nil {
			return err
		}
		if err := asking(r, authz.VendorChange, authz.Whose{Reseller: id, Object: id, About: of + " " + r.PostForm.Get("why")}, func(ctx context.Context, tx bun.Tx) error {
			return deed(ctx, tx, id, r)
		}); err != nil {
			return s.resellerAgain(w, r, id, err, of)
		}
		http.Redirect(w, r, "/resellers/"+r.PathValue("reseller")+"?done=saved", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
}

func (s *Server) resellerAgain(w http.ResponseWriter, r *http.Request, id uuid.UUID, err error, of string) error {
	return again(w, r, err, func(f views.Fault) (templ.Component, error) {
		ctx := r.Context()
		a, err := resellers.Get(ctx, tenants.AboveNow(ctx), id)
		if err != nil {
			return nil, err
		}
		p, err := s.resellerProps(ctx, r, tenants.AboveNow(ctx), a)
		if of == "people" {
			p.People.Fault, p.People.Name, p.People.Email = f, r.PostForm.Get("name"), r.PostForm.Get("email")
		} else {
			p.Fault, p.Of, p.Why = f, of, r.PostForm.Get("why")
		}
		return views.ConsoleReseller(p), err
	})
}

func setTerms(ctx context.Context, tx bun.Tx, id uuid.UUID, r *http.Request) error {
	pays := resellers.Payer(r.PostForm.Get("pays"))
	most, err := strconv.Atoi(r.PostForm.Get("most_tenants"))
	if err != nil {
		return fault.New(fault.Invalid, "An account has 0 to %d casinos.", 100_000).On("most_tenants")
	}
	_, err = resellers.Amend(ctx, tx, id, resellers.Change{Pays: &pays, MostTenants: &most})
	return err
}

func suspendReseller(ctx context.Context, tx bun.Tx, id uuid.UUID, r *http.Request) error {
	return resellers.Suspend(ctx, tx, id, r.PostForm.Get("why"))
}

func resumeReseller(ctx context.Context, tx bun.Tx, id uuid.UUID, _ *http.Request) error {
	return resellers.Resume(ctx, tx, id)
}

func addResellersPerson(ctx context.Context, tx bun.Tx, id uuid.UUID, r *http.Request) error {
	_, err := office.Add(ctx, tx, office.New{Reseller: id, Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Language: r.PostForm.Get("language")})
	return err
}

// logoLimits are what a house's logo may be.
var logoLimits = picture.Limits{Bytes: 900 << 10, Pixels: picture.Logo.Pixels, Width: picture.Logo.Width, Height: picture.Logo.Height}

// ofHouse is a ctx in which pictures are those of a reseller, under whose id they stand beside those of casinos.
func ofHouse(ctx context.Context, reseller uuid.UUID) context.Context {
	return tenants.With(ctx, tenants.Tenant{ID: reseller})
}

func (s *Server) brandProps(ctx context.Context, r *http.Request, tx bun.IDB) (p views.ConsoleBrandProps, err error) {
	a, err := resellers.Get(ctx, tx, signedOf(ctx).Person.Reseller)
	p = views.ConsoleBrandProps{Frame: s.frame(r, "brand", i18n.T(ctx, "console.brand")), Name: a.Name, Accent: a.Accent, Email: a.Email, Logo: logoPath(a.Logo)}
	return p, err
}

func logoPath(name string) string {
	if name == "" {
		return ""
	}
	return "/logos/" + name
}

// brand is how the reseller's console looks.
func (s *Server) brand(w http.ResponseWriter, r *http.Request) error {
	var p views.ConsoleBrandProps
	if err := asking(r, authz.ResellerRead, mine(r.Context()), func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = s.brandProps(ctx, r, tx)
		return err
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleBrand(p))
}

// setBrand changes it.
func (s *Server) setBrand(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(maxBody); err != nil && !errors.Is(err, http.ErrNotMultipart) { // #nosec G120 -- the body is limited before it gets here
		return fault.New(fault.Malformed, "This form can't be read.").Because(err)
	}
	name, accent, email := r.FormValue("name"), r.FormValue("accent"), r.FormValue("email")
	change := resellers.Change{Name: &name, Accent: &accent, Email: &email}
	whose := mine(r.Context())
	whose.About = "brand"
	err := asking(r, authz.ResellerChange, whose, func(ctx context.Context, tx bun.Tx) error {
		logo, err := s.keepLogo(ctx, r)
		if err != nil {
			return err
		}
		change.Logo = logo
		_, err = resellers.Amend(ctx, tx, whose.Reseller, change)
		return err
	})
	if err != nil {
		return again(w, r, err, func(f views.Fault) (templ.Component, error) {
			p, err := s.brandProps(r.Context(), r, tenants.AboveNow(r.Context()))
			p.Name, p.Email, p.Fault = r.FormValue("name"), r.FormValue("email"), f
			return views.ConsoleBrand(p), err
		})
	}
	http.Redirect(w, r, "/brand?done=saved", http.StatusSeeOther)
	return nil
}

// keepLogo keeps the logo that a form brings and returns its name: nil where there is none, "" where it is to go.
func (s *Server) keepLogo(ctx context.Context, r *http.Request) (*string, error) {
	if r.FormValue("no_logo") == "yes" {
		none := ""
		return &none, nil
	}
	file, head, err := r.FormFile("logo")
	if err != nil || head.Size == 0 || s.Files == nil {
		return nil, nil
	}
	defer file.Close()
	p, err := picture.Read(file, logoLimits)
	if err != nil {
		return nil, fault.New(fault.Invalid, "A logo is a PNG or JPEG of at most %d KB.", logoLimits.Bytes/1024).On("logo").Because(err)
	}
	name, err := pictures.Keep(ofHouse(ctx, signedOf(ctx).Person.Reseller), s.Files, p)
	return &name, err
}

// logo is a reseller's logo, for its own people.
func (s *Server) logo(w http.ResponseWriter, r *http.Request) error {
	whose := mine(r.Context())
	if err := asking(r, authz.ResellerRead, whose, nil); err != nil {
		return err
	}
	if s.Files == nil {
		return tenants.ErrNotFound
	}
	content, kind, err := pictures.Open(ofHouse(r.Context(), whose.Reseller), s.Files, r.PathValue("picture"))
	if err != nil {
		return err
	}
	defer content.Close()
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, max-age=86400")
	_, err = io.Copy(w, content)
	return err
}
