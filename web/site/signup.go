package site

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk/answers"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/signups"
	"pitdesk/views"
)

// Founding is what a casino that comes by itself is given, and by whom.
type Founding struct {
	Clerk signups.Clerk
	Begin tenants.Begin
	// Trial gives it its days to try everything.
	Trial func(ctx context.Context, tx bun.Tx) error
	// Enter makes an address on the casino's own host that signs its first admin in, once and soon.
	Enter func(ctx context.Context, tx bun.Tx, member uuid.UUID) (path string, err error)
}

// trap is the name of a field that people don't see and programs fill in.
const trap = "fax"

// signUpForm asks for the casino's name, the short one, and an address.
func (s *Site) signUpForm(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := s.signUpProps(r)
	p.Name, p.Slug, p.Email = q.Get("name"), q.Get("slug"), q.Get("email")
	return views.Render(w, r, http.StatusOK, views.SignUp(p))
}

func (s *Site) signUpProps(r *http.Request) views.SignUpProps {
	p := views.SignUpProps{Site: s.page(r, i18n.T(r.Context(), "site.sign_up"), "/sign-up"), Base: s.Web.Base, Language: i18n.Lang(r.Context()), Trap: trap}
	p.Site.Plain, p.Site.Scripts = true, []string{"site.js"}
	p.Site.About = i18n.T(r.Context(), "site.sign_up_lead")
	return p
}

// signUp notes the wish and has the letter sent.
func (s *Site) signUp(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, f := r.Context(), r.PostForm
	if f.Get(trap) != "" { // a program: it is told what a person is told, and nothing happens
		http.Redirect(w, r, "/"+i18n.Lang(ctx)+"/sign-up/sent", http.StatusSeeOther)
		return nil
	}
	token, err := s.ask(r)
	if err != nil {
		return s.again(w, r, err, func(fault views.Fault) error {
			p := s.signUpProps(r)
			p.Name, p.Slug, p.Email, p.Language, p.Fault = f.Get("name"), f.Get("slug"), f.Get("email"), pick(f.Get("language"), p.Language), fault
			return views.Render(w, r, statusOf(err), views.SignUp(p))
		})
	}
	http.Redirect(w, r, "/"+i18n.Lang(ctx)+"/sign-up/"+token, http.StatusSeeOther) // #nosec G710 -- the casino's own host or a path of our own
	return nil
}

func (s *Site) ask(r *http.Request) (string, error) {
	f := r.PostForm
	email, err := staff.CheckEmail(f.Get("email"))
	if err != nil {
		return "", err
	}
	return s.Founding.Clerk.Begin(r.Context(), signups.Request{Name: f.Get("name"), Slug: f.Get("slug"), Email: email,
		Language: pick(i18n.Supported(f.Get("language")), i18n.Lang(r.Context())), Address: s.Address(r)})
}

// proofForm asks for the code of the letter, the person's name and a password; whoever followed the letter's link needs no code.
func (s *Site) proofForm(w http.ResponseWriter, r *http.Request) error {
	up, err := s.Founding.Clerk.Find(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	if up.Tenant != tenants.Nobody {
		return s.toDesk(w, r, up)
	}
	p := s.proofProps(r, up)
	p.Sent = r.URL.Query().Get("sent") != ""
	return views.Render(w, r, http.StatusOK, views.SignUpProof(p))
}

func (s *Site) proofProps(r *http.Request, up signups.SignUp) views.SignUpProofProps {
	p := views.SignUpProofProps{Site: s.page(r, i18n.T(r.Context(), "site.proof"), "/sign-up"), Token: r.PathValue("token"),
		Casino: up.Name, Email: up.Email, Host: up.Slug + "." + s.Web.Base, Base: s.Web.Base, Proven: up.Proven}
	p.Site.Plain, p.Site.Canonical, p.Site.Scripts = true, "", []string{"site.js"}
	return p
}

// found takes the code and the password, founds the casino and leads the person in.
func (s *Site) found(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, f := r.Context(), r.PostForm
	up, err := s.Founding.Clerk.Find(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	to, err := s.open(r, &up)
	if errors.Is(err, signups.ErrSpent) {
		if up, err = s.Founding.Clerk.Find(ctx, r.PathValue("token")); err != nil {
			return err
		}
		return s.toDesk(w, r, up)
	}
	if err != nil {
		return s.again(w, r, err, func(fault views.Fault) error {
			p := s.proofProps(r, up)
			p.Person, p.Code, p.Fault = f.Get("person"), f.Get("code"), fault
			p.Other = fault.Field == "slug" || f.Get("slug") != ""
			p.Slug = f.Get("slug")
			return views.Render(w, r, statusOf(err), views.SignUpProof(p))
		})
	}
	http.Redirect(w, r, to, http.StatusSeeOther) // #nosec G710 -- the casino's own host or a path of our own
	return nil
}

// open founds the casino and returns the address that leads its first admin in.
func (s *Site) open(r *http.Request, up *signups.SignUp) (string, error) {
	ctx, f := r.Context(), r.PostForm
	person, err := staff.CheckName(f.Get("person"))
	if err != nil {
		return "", onField(err, "person")
	}
	proven, err := s.Founding.Clerk.Prove(ctx, *up, f.Get("code"))
	if err != nil {
		return "", err
	}
	chosen, err := staff.Choose(ctx, f.Get("password"), up.Email, person)
	if err != nil {
		return "", err
	}
	path := ""
	t, err := s.Founding.Clerk.Found(ctx, proven, f.Get("slug"), func(ctx context.Context, tx bun.Tx) error {
		begun, err := s.Founding.Begin(ctx, tx, tenants.Beginning{Admin: tenants.Newcomer{Email: up.Email, Name: person, Language: up.Language}})
		if err != nil {
			return err
		}
		if err := chosen.Give(ctx, tx, begun.Admin); err != nil {
			return err
		}
		if err := s.Founding.Trial(ctx, tx); err != nil {
			return err
		}
		path, err = s.Founding.Enter(ctx, tx, begun.Admin)
		return err
	})
	if err != nil {
		return "", err
	}
	return s.Web.URL(t, path), nil
}

// toDesk leads somebody whose desk is there already to its door.
func (s *Site) toDesk(w http.ResponseWriter, r *http.Request, up signups.SignUp) error {
	t, err := tenants.PoolsOf(r.Context()).Doors.ByID(r.Context(), up.Tenant)
	if err != nil {
		return err
	}
	http.Redirect(w, r, s.Web.URL(t, "/sign-in"), http.StatusSeeOther)
	return nil
}

// sendAgain has the letter written once more.
func (s *Site) sendAgain(w http.ResponseWriter, r *http.Request) error {
	ctx, token := r.Context(), r.PathValue("token")
	up, err := s.Founding.Clerk.Find(ctx, token)
	if err != nil {
		return err
	}
	if err := s.Founding.Clerk.Again(ctx, up); err != nil {
		return s.again(w, r, err, func(fault views.Fault) error {
			p := s.proofProps(r, up)
			p.Fault = fault
			return views.Render(w, r, statusOf(err), views.SignUpProof(p))
		})
	}
	http.Redirect(w, r, "/"+i18n.Lang(ctx)+"/sign-up/"+token+"?sent=1", http.StatusSeeOther) // #nosec G710 -- the casino's own host or a path of our own
	return nil
}

// sent is what a program is shown that filled in what nobody sees.
func (s *Site) sent(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, i18n.T(r.Context(), "site.proof"), "/sign-up")
	p.Canonical = ""
	return views.Render(w, r, http.StatusOK, views.SiteError(views.SiteErrorProps{Site: p}))
}

// names says whether a short name can be had, while it is being typed; a casino's name is made into one first.
func (s *Site) names(w http.ResponseWriter, r *http.Request) error {
	if err := s.looking.Take(s.Address(r)); err != nil {
		return err
	}
	ctx, q := r.Context(), r.URL.Query()
	slug := q.Get("slug")
	if name := q.Get("name"); slug == "" && name != "" && len(name) <= 500 {
		slug = strings.Trim(strings.TrimLeft(answers.Slug(name), "0123456789-"), "-")
		slug = strings.TrimRight(slug[:min(len(slug), 40)], "-")
	}
	said := map[string]any{"slug": slug, "free": false, "sentence": ""}
	if len(slug) > 0 && len(slug) <= 200 {
		clean, err := signups.Check(ctx, slug, s.Founding.Clerk.Own)
		switch fault.CodeOf(err) {
		case "":
			said["slug"], said["free"] = clean, true
			said["sentence"] = i18n.T(ctx, "site.slug_free", "Address", clean+"."+s.Web.Base)
		case fault.Invalid, fault.Conflict:
			said["sentence"] = i18n.Fault(ctx, err)
		default:
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(said)
}

// deskForm asks whoever works at a casino for its short name, since each desk has an address of its own.
func (s *Site) deskForm(w http.ResponseWriter, r *http.Request) error {
	return views.Render(w, r, http.StatusOK, views.SiteDesk(s.deskProps(r)))
}

func (s *Site) deskProps(r *http.Request) views.SiteDeskProps {
	p := views.SiteDeskProps{Site: s.page(r, i18n.T(r.Context(), "site.find_desk"), "/sign-in"), Base: s.Web.Base}
	p.Site.Plain = true
	return p
}

// toSignIn leads to a desk's own door. Whether there is one is seen there.
func (s *Site) toSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	slug := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(r.PostForm.Get("slug"))), "."+s.Web.Base)
	if err := tenants.CheckSlug(slug); err != nil {
		return s.again(w, r, err, func(f views.Fault) error {
			p := s.deskProps(r)
			p.Slug, p.Fault = r.PostForm.Get("slug"), f
			return views.Render(w, r, statusOf(err), views.SiteDesk(p))
		})
	}
	http.Redirect(w, r, s.Web.BaseURL(url.PathEscape(slug), "/sign-in"), http.StatusSeeOther)
	return nil
}
