package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/picture"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// maxSeal is the largest request that brings a seal: the picture, and what a form puts around it.
const maxSeal = 1<<20 + 16<<10

// newLicence is the form for a licence of the regulator that the address names.
func (s *Server) newLicence(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, askChange); err != nil {
		return err
	}
	reg, ok := licences.RegulatorOf(r.URL.Query().Get("regulator"))
	if !ok {
		http.Redirect(w, r, "/settings/licences#new", http.StatusSeeOther)
		return nil
	}
	p := s.licenceForm(r, reg)
	p.Typed.Domains, p.Typed.Status, p.Typed.Country = tenants.Current(r.Context()).Host, string(licences.Active), reg.Country
	return views.Render(w, r, http.StatusOK, views.LicenceForm(p))
}

func askChange(ctx context.Context, tx bun.Tx) error {
	return authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: "licences"})
}

// licenceForm is the empty form for a regulator's licence.
func (s *Server) licenceForm(r *http.Request, reg licences.Regulator) views.LicenceFormProps {
	ctx := r.Context()
	name := regulatorName(ctx, reg)
	p := views.LicenceFormProps{Settings: s.settingsProps(r, "licences"), Title: i18n.T(ctx, "licences.new", "Regulator", name), May: may(r),
		Regulator: views.LicenceTemplate{Key: reg.Key, Other: reg.Key == licences.Other, Numbers: reg.Numbers, Example: reg.Example,
			Hosts: reg.Hosts, Path: reg.PathIs}}
	for _, param := range reg.Params {
		p.Regulator.Parts = append(p.Regulator.Parts, param.Name+"="+param.Looks)
	}
	for _, status := range licences.Statuses() {
		p.Statuses = append(p.Statuses, views.LicenceChoice{Key: string(status), Name: i18n.T(ctx, "licences.state_"+string(status))})
	}
	if p.Regulator.Other {
		p.Countries = countries(ctx)
	}
	return p
}

// typedLicence is what stands in a form that was sent.
func typedLicence(r *http.Request) (licences.Draft, views.LicenceTyped) {
	f := r.PostForm
	d := licences.Draft{Regulator: f.Get("regulator"), Authority: f.Get("authority"), Host: f.Get("host"), Confirm: f.Get("confirm") == "yes",
		Number: f.Get("number"), Licensee: f.Get("licensee"), Country: f.Get("country"), Link: f.Get("link"), From: f.Get("from"), Until: f.Get("until"),
		Status: licences.Status(f.Get("status"))}
	d.Domains = strings.FieldsFunc(f.Get("domains"), func(r rune) bool { return strings.ContainsRune("\r\n,; \t", r) })
	return d, views.LicenceTyped{Authority: d.Authority, Host: d.Host, Confirm: d.Confirm, Number: d.Number, Licensee: d.Licensee, Country: d.Country,
		Domains: f.Get("domains"), Link: d.Link, From: d.From, Until: d.Until, Status: string(d.Status)}
}

// addLicence adds a licence, or shows what players would see of it.
func (s *Server) addLicence(w http.ResponseWriter, r *http.Request) error {
	var made licences.Licence
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		d, _ := typedLicence(r)
		if r.PostForm.Get("deed") == "preview" {
			made, err = d.Check("")
			return err
		}
		made, err = licences.Add(ctx, tx, d)
		return err
	})
	reg, known := licences.RegulatorOf(r.PostForm.Get("regulator"))
	if err != nil && !known {
		return err
	}
	if err != nil || r.PostForm.Get("deed") == "preview" {
		return s.licenceAgain(w, r, err, func(views.Fault) (views.LicenceFormProps, error) { return s.licenceForm(r, reg), nil }, made)
	}
	http.Redirect(w, r, licencePath(made.ID)+"?done=added", http.StatusSeeOther)
	return nil
}

func licencePath(id uuid.UUID) string {
	return "/settings/licences/" + tenants.PublicID(tenants.LicencePrefix, id)
}

// licenceAgain shows the form once more: with what is wrong, or with the preview that was asked for.
func (s *Server) licenceAgain(w http.ResponseWriter, r *http.Request, err error, form func(views.Fault) (views.LicenceFormProps, error), l licences.Licence) error {
	show := func(f views.Fault) (views.LicenceFormProps, error) {
		p, err := form(f)
		_, p.Typed = typedLicence(r)
		p.Fault = f
		if f.Sentence == "" {
			p.Preview = s.licencePreview(r, l)
		}
		return p, err
	}
	if err == nil {
		p, err := show(views.Fault{})
		if err != nil {
			return err
		}
		return views.Render(w, r, http.StatusOK, views.LicenceForm(p))
	}
	var failed error
	answered := s.again(w, r, err, func(f views.Fault) templ.Component {
		var p views.LicenceFormProps
		if p, failed = show(f); failed != nil {
			return views.Problem("")
		}
		return views.LicenceForm(p)
	})
	if failed != nil {
		return failed
	}
	return answered
}

// licencePreview is the foot of a page at a host that a licence covers and at one that it doesn't.
func (s *Server) licencePreview(r *http.Request, l licences.Licence) *views.LicencePreview {
	ctx := r.Context()
	p := &views.LicencePreview{Covered: licences.Unicode(l.Domains[0]), Other: tenants.Current(ctx).Host}
	if l.Covers(p.Other) {
		p.Other = "www.example.com"
	}
	// Players read it in the casino's language, whatever the admin reads.
	said := i18n.With(ctx, tenants.Current(ctx).Language)
	p.CoveredLines, p.OtherLines = linesOf(said, []licences.Licence{l}, l.Domains[0]), linesOf(said, []licences.Licence{l}, p.Other)
	switch state := l.StateAt(time.Now()); {
	case !state.Proven():
		p.Why = i18n.T(ctx, "licences.seal_hidden", "State", i18n.T(ctx, "licences.state_"+string(state)))
	case l.Seal == "":
		p.Why = i18n.T(ctx, "licences.seal_missing")
	}
	return p
}

// withLicence finds the licence that r's path names and does something with it under the permission to change settings.
func (s *Server) withLicence(r *http.Request, do func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) error {
	id, err := tenants.ParseID(tenants.LicencePrefix, r.PathValue("licence"))
	if err != nil {
		return err
	}
	return s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := askChange(ctx, tx); err != nil {
			return err
		}
		return do(ctx, tx, id)
	})
}

// licence is one licence with its form, its preview, its seal and what was found at its regulator.
func (s *Server) licence(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.LicencePrefix, r.PathValue("licence"))
	if err != nil {
		return err
	}
	var p views.LicenceFormProps
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{About: "licences"}); err != nil {
			return err
		}
		p, _, err = s.licenceProps(ctx, tx, r, id)
		return err
	}); err != nil {
		return err
	}
	p.Asked = r.URL.Query().Get("asked") != ""
	return views.Render(w, r, http.StatusOK, views.LicenceForm(p))
}

// looksShown is how many looks the page of a licence lists.
const looksShown = 60

func (s *Server) licenceProps(ctx context.Context, tx bun.Tx, r *http.Request, id uuid.UUID) (p views.LicenceFormProps, l licences.Licence, err error) {
	if l, err = licences.Get(ctx, tx, id); err != nil {
		return p, l, err
	}
	reg, _ := licences.RegulatorOf(l.Regulator)
	p = s.licenceForm(r, reg)
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, l, err
	}
	p.ID, p.Title, p.State, p.Seal = tenants.PublicID(tenants.LicencePrefix, id), l.Name(), string(l.StateAt(time.Now())), pictures.Path(l.Seal)
	p.Confirmed, p.Retired, p.Link = l.Confirmed, l.RetiredAt != nil, l.Link
	p.Typed = views.LicenceTyped{Authority: l.Authority, Number: l.Number, Licensee: l.Licensee, Country: l.Country, Link: l.Link, Status: string(l.Status)}
	var domains []string
	for _, d := range l.Domains {
		domains = append(domains, licences.Unicode(d))
	}
	p.Typed.Domains = strings.Join(domains, "\n")
	if l.Confirmed != "" {
		p.Typed.Host, p.Typed.Confirm = l.LinkHost(), true
	}
	if l.From != nil {
		p.Typed.From = l.From.Format(time.DateOnly)
	}
	if l.Until != nil {
		p.Typed.Until = l.Until.Format(time.DateOnly)
	}
	p.Preview = s.licencePreview(r, l)
	looks, err := licences.Looks(ctx, tx, id, looksShown)
	for _, look := range looks {
		p.Looks = append(p.Looks, lookOfPage(look))
	}
	return p, l, err
}

// changeLicence saves a licence, or shows what players would see of it.
func (s *Server) changeLicence(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	var p views.LicenceFormProps
	var l licences.Licence
	preview := r.PostForm.Get("deed") == "preview"
	err := s.withLicence(r, func(ctx context.Context, tx bun.Tx, id uuid.UUID) (err error) {
		var old licences.Licence
		if p, old, err = s.licenceProps(ctx, tx, r, id); err != nil {
			return err
		}
		d, _ := typedLicence(r)
		d.Regulator = old.Regulator
		if !preview {
			_, err = licences.Change(ctx, tx, id, d)
			return err
		}
		l, err = d.Check(old.Confirmed)
		l.Seal, l.Gone = old.Seal, old.Gone && l.Link == old.Link
		return err
	})
	if err != nil && (p.ID == "" || !mendable(err)) {
		return err
	}
	if err != nil || preview {
		return s.licenceAgain(w, r, err, func(views.Fault) (views.LicenceFormProps, error) { return p, nil }, l)
	}
	http.Redirect(w, r, "/settings/licences/"+p.ID+"?done=saved", http.StatusSeeOther)
	return nil
}

// setSeal takes a licence's seal.
func (s *Server) setSeal(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Malformed, "This form can't be read.").Because(err)
	}
	var seal picture.Picture
	err = fault.New(fault.Invalid, "Choose a picture first.").On("seal")
	for {
		part, end := parts.NextPart()
		if end != nil {
			break
		}
		if part.FormName() == "seal" && part.FileName() != "" {
			seal, err = picture.Read(part, picture.Seal)
			break
		}
	}
	refused := err
	var p views.LicenceFormProps
	err = s.withLicence(r, func(ctx context.Context, tx bun.Tx, id uuid.UUID) (err error) {
		if p, _, err = s.licenceProps(ctx, tx, r, id); err != nil || refused != nil {
			return err
		}
		name, err := pictures.Keep(ctx, s.Files, seal)
		if err != nil {
			return err
		}
		return licences.SetSeal(ctx, tx, id, name)
	})
	if err != nil {
		return err
	}
	if refused != nil {
		if c := fault.CodeOf(refused); c != fault.Invalid && c != fault.TooLarge && c != fault.Unsupported {
			return refused
		}
		p.Fault = views.Fault{Field: "seal", Sentence: i18n.Fault(r.Context(), refused)}
		return views.Render(w, r, fault.StatusOf(refused), views.LicenceForm(p))
	}
	http.Redirect(w, r, "/settings/licences/"+p.ID+"?done=saved#seal", http.StatusSeeOther)
	return nil
}

// licenceDeed does one thing with a licence and leads back to its page.
func (s *Server) licenceDeed(then string, deed func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.withLicence(r, deed); err != nil {
			return err
		}
		http.Redirect(w, r, strings.Replace(then, "{licence}", r.PathValue("licence"), 1), http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
}

func dropSeal(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return licences.SetSeal(ctx, tx, id, "")
}

func licenceUp(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return licences.Move(ctx, tx, id, true)
}

func licenceDown(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return licences.Move(ctx, tx, id, false)
}
