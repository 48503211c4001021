package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/picture"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// maxBrandBody holds a brand's three pictures, each as large as it may be, and its texts.
const maxBrandBody = 6 << 20

// versionsShown is how many versions the page lists at once.
const versionsShown = 20

// brandSettings is the casino's face: the newest version in the form, or the one that ?version= names.
func (s *Server) brandSettings(w http.ResponseWriter, r *http.Request) error {
	var p views.BrandProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.brandProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Brand(p))
}

// brandProps is the page with what is saved.
func (s *Server) brandProps(ctx context.Context, tx bun.Tx, r *http.Request) (p views.BrandProps, err error) {
	p = views.BrandProps{Settings: s.settingsProps(r, "brand"), May: authz.Permits(signedOf(ctx).Actor.Role, authz.SettingsChange)}
	p.Settings.Page.Scripts = []string{"brand.js"}
	own := tenants.Current(ctx).Language
	p.Languages = []views.Named{{Key: own, Name: i18n.LanguageName(ctx, own)}}
	for _, lang := range i18n.Offered(ctx, i18n.Players) {
		if lang != own {
			p.Languages = append(p.Languages, views.Named{Key: lang, Name: i18n.LanguageName(ctx, lang)})
		}
	}
	newest, err := brands.Newest(ctx, tx)
	if err != nil {
		return p, err
	}
	live, err := brands.Get(ctx, tx)
	if err != nil {
		return p, err
	}
	p.Seen, p.Live = newest.Number, live.Version
	shown := newest
	if number, err := strconv.Atoi(r.URL.Query().Get("version")); err == nil && r.Method == http.MethodGet {
		if shown, err = brands.VersionOf(ctx, tx, number); err != nil {
			return p, err
		}
	}
	if shown.Number != newest.Number {
		p.Looking = new(brandVersion(shown, newest.Number))
	}
	if newest.Number > 0 && !newest.Live {
		p.Draft = new(brandVersion(newest, newest.Number))
	}
	before, _ := strconv.Atoi(r.URL.Query().Get("before"))
	all, err := brands.Versions(ctx, tx, max(before, 0), versionsShown+1)
	if err != nil {
		return p, err
	}
	if len(all) > versionsShown {
		all = all[:versionsShown]
		p.Older = "/settings/brand?before=" + strconv.Itoa(all[versionsShown-1].Number) + "#versions"
	}
	for _, v := range all {
		p.Versions = append(p.Versions, brandVersion(v, newest.Number))
	}
	p.Form = brandForm(shown.Brand)
	return p, s.dress(r.WithContext(ctx), &p, shown.Brand)
}

func brandVersion(v brands.Version, newest int) views.BrandVersion {
	line := views.BrandVersion{Number: v.Number, Who: v.AuthorName, At: v.MadeAt, Live: v.Live, Draft: v.PublishedAt == nil && v.Number == newest,
		Accent: v.Brand.Accent, Name: v.Brand.Name}
	if v.Restores != nil {
		line.Restores = *v.Restores
	}
	return line
}

// brandForm is a brand as the fields hold it.
func brandForm(b brands.Brand) views.BrandForm {
	return views.BrandForm{Name: b.Name, LegalName: b.LegalName, Site: b.Site, Logo: b.Logo, LogoDark: b.LogoDark, Icon: b.Icon,
		Accent: b.Accent, AccentDark: b.AccentDark, Ink: b.Ink, Corners: string(b.Corners), Side: string(b.Side),
		Bottom: strconv.Itoa(b.Bottom), Inset: strconv.Itoa(b.Inset), Sender: b.Sender, Greeting: b.Greeting, Sign: b.Signature, Foot: b.Footer}
}

// brandOf reads a brand from a posted form. What isn't a number is one that no brand may have.
func brandOf(r *http.Request) brands.Brand {
	f := r.PostForm
	number := func(field string) int {
		if n, err := strconv.Atoi(strings.TrimSpace(f.Get(field))); err == nil {
			return n
		}
		return -1
	}
	by := func(field string) brands.Texts {
		all := brands.Texts{}
		for name := range f {
			if lang, ok := strings.CutPrefix(name, field+"_"); ok {
				all[lang] = f.Get(name)
			}
		}
		return all
	}
	return brands.Brand{Name: f.Get("name"), LegalName: f.Get("legal_name"), Site: f.Get("site"),
		Logo: f.Get("logo"), LogoDark: f.Get("logo_dark"), Icon: f.Get("icon"), Accent: f.Get("accent"), AccentDark: f.Get("accent_dark"), Ink: f.Get("ink"),
		Corners: brands.Corners(f.Get("corners")), Side: brands.Side(f.Get("side")), Bottom: number("bottom"), Inset: number("inset"),
		Sender: f.Get("sender"), Greeting: by("greeting"), Signature: by("signature"), Footer: by("footer")}
}

// postedBrand is the brand that a form holds, its uploads kept. A picture that can't be taken is a fault of its field.
func (s *Server) postedBrand(r *http.Request) (b brands.Brand, seen int, err error) {
	b = brandOf(r)
	seen, _ = strconv.Atoi(r.PostForm.Get("seen"))
	for _, p := range []struct {
		field  string
		name   *string
		limits picture.Limits
	}{{"logo", &b.Logo, picture.Logo}, {"logo_dark", &b.LogoDark, picture.Logo}, {"icon", &b.Icon, picture.Icon}} {
		if r.PostForm.Get("drop_"+p.field) == "yes" {
			*p.name = ""
		}
		name, uploadErr := s.upload(r, "file_"+p.field, p.limits)
		switch {
		case uploadErr != nil && err == nil:
			err = onField(uploadErr, p.field)
		case name != "":
			*p.name = name
		}
		// A name that came with the form may be of a picture that isn't there.
		if *p.name != "" && name == "" {
			content, _, openErr := pictures.Open(r.Context(), s.Files, *p.name)
			if openErr != nil {
				*p.name = ""
				if err == nil {
					err = fault.New(fault.Invalid, "There is no such picture. Upload it again.").On(p.field)
				}
				continue
			}
			_ = content.Close()
		}
	}
	return b, seen, err
}

// upload keeps the picture of a form's file field; "" where none was chosen.
func (s *Server) upload(r *http.Request, field string, limits picture.Limits) (string, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File[field]) == 0 {
		return "", nil
	}
	head := r.MultipartForm.File[field][0]
	if head.Size == 0 {
		return "", nil
	}
	file, err := head.Open()
	if err != nil {
		return "", err
	}
	defer file.Close()
	read, err := picture.Read(file, limits)
	if err != nil {
		return "", err
	}
	return pictures.Keep(r.Context(), s.Files, read)
}

// onField makes what is wrong with a picture a fault of its field, which its sender can mend.
func onField(err error, field string) error {
	switch fault.CodeOf(err) {
	case fault.TooLarge, fault.Unsupported:
		f := *fault.Of(err)
		f.Code = fault.Invalid
		return f.On(field)
	}
	return err
}

// readBrand reads a form with its uploads. Pictures are read and kept by those alone who may change anything.
func (s *Server) readBrand(r *http.Request) (b brands.Brand, seen int, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(1 << 20); err != nil { // #nosec G120 -- the body is limited before it gets here
			return b, 0, fault.New(fault.Malformed, "This form can't be read.").Because(err)
		}
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	} else if err := readForm(r); err != nil {
		return b, 0, err
	}
	if !authz.Permits(signedOf(r.Context()).Actor.Role, authz.SettingsChange) {
		return b, 0, nil
	}
	return s.postedBrand(r)
}

// saveBrand keeps what the form holds as a new version, and shows it to everybody when it was told to.
func (s *Server) saveBrand(w http.ResponseWriter, r *http.Request) error {
	b, seen, posted := s.readBrand(r)
	if posted != nil && !mendable(posted) {
		return posted
	}
	done := "draft"
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		if posted != nil {
			return posted
		}
		v, err := brands.Save(ctx, tx, b, seen)
		if err != nil || r.PostForm.Get("do") != "publish" {
			return err
		}
		done = "published"
		_, err = brands.Publish(ctx, tx, v.Number)
		return err
	})
	if err != nil {
		return s.brandAgain(w, r, b, err)
	}
	http.Redirect(w, r, "/settings/brand?done="+done, http.StatusSeeOther)
	return nil
}

// lookBrand shows how what the form holds would look, and saves nothing: as the page again, or to the page's script as the
// parts that follow typing. What is wrong with a picture is said at once, anything else when it is saved.
func (s *Server) lookBrand(w http.ResponseWriter, r *http.Request) error {
	b, _, posted := s.readBrand(r)
	if posted != nil && !mendable(posted) {
		return posted
	}
	var p views.BrandProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.brandProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	if p.May {
		if err := s.typed(r, &p, b); err != nil {
			return err
		}
	}
	if posted != nil {
		p.Fault = views.Fault{Field: fault.Of(posted).Field, Sentence: i18n.Fault(r.Context(), posted)}
	}
	if r.Header.Get("HX-Request") != "" {
		return views.Render(w, r, http.StatusOK, views.BrandLook(p))
	}
	return views.Render(w, r, http.StatusOK, views.Brand(p))
}

// typed puts what a form holds in the place of what is saved.
func (s *Server) typed(r *http.Request, p *views.BrandProps, b brands.Brand) error {
	p.Form, p.Typed = brandForm(b), true
	p.Form.Bottom, p.Form.Inset = r.PostForm.Get("bottom"), r.PostForm.Get("inset")
	if seen, err := strconv.Atoi(r.PostForm.Get("seen")); err == nil {
		p.Seen = seen
	}
	return s.dress(r, p, b)
}

// publishBrand shows the draft to everybody.
func (s *Server) publishBrand(w http.ResponseWriter, r *http.Request) error {
	return s.brandDeed(w, r, "published", func(ctx context.Context, tx bun.Tx, seen int) error {
		_, err := brands.Publish(ctx, tx, seen)
		return err
	})
}

// rollBackBrand shows an earlier version again.
func (s *Server) rollBackBrand(w http.ResponseWriter, r *http.Request) error {
	return s.brandDeed(w, r, "rolled_back", func(ctx context.Context, tx bun.Tx, seen int) error {
		number, err := strconv.Atoi(r.PostForm.Get("number"))
		if err != nil {
			return tenants.ErrNotFound
		}
		_, err = brands.RollBack(ctx, tx, number, seen)
		return err
	})
}

func (s *Server) brandDeed(w http.ResponseWriter, r *http.Request, done string, do func(ctx context.Context, tx bun.Tx, seen int) error) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		seen, _ := strconv.Atoi(r.PostForm.Get("seen"))
		return do(ctx, tx, seen)
	})
	if err != nil {
		return s.brandAgain(w, r, brands.Brand{}, err)
	}
	http.Redirect(w, r, "/settings/brand?done="+done, http.StatusSeeOther)
	return nil
}

// brandAgain shows the page with what is wrong and with what was typed, where something was.
func (s *Server) brandAgain(w http.ResponseWriter, r *http.Request, b brands.Brand, err error) error {
	var p views.BrandProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.brandProps(ctx, tx, r); return err }); err != nil {
			return err
		}
		if b.Corners != "" {
			if err := s.typed(r, &p, b); err != nil {
				return err
			}
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault = f
		return views.Brand(p)
	})
}
