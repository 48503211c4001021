package console

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/views"
)

// crew is a house whose people a page is about: one's own reseller's, the deployment's own, or a reseller's seen from above.
type crew struct {
	read, change authz.Permission
	base         string
	of           func(r *http.Request) (uuid.UUID, error)
}

var (
	ownCrew    = crew{authz.ResellerRead, authz.ResellerChange, "/people", func(r *http.Request) (uuid.UUID, error) { return signedOf(r.Context()).Person.Reseller, nil }}
	vendorCrew = crew{authz.VendorRead, authz.VendorChange, "/operators", func(*http.Request) (uuid.UUID, error) { return tenants.Nobody, nil }}
)

func (s *Server) peopleProps(ctx context.Context, r *http.Request, tx bun.IDB, c crew, of uuid.UUID) (p views.ConsolePeopleProps, err error) {
	key := c.base[1:]
	p = views.ConsolePeopleProps{Frame: s.frame(r, key, i18n.T(ctx, "console."+key)), Base: c.base, Language: i18n.Lang(ctx)}
	p.Frame.Lead = i18n.T(ctx, "console."+key+"_lead")
	p.People, err = crewOf(ctx, tx, of)
	return p, err
}

// crewOf are the people of a house.
func crewOf(ctx context.Context, tx bun.IDB, of uuid.UUID) (lines []views.PersonLine, err error) {
	all, err := office.People(ctx, tx, of)
	for _, each := range all {
		lines = append(lines, views.PersonLine{ID: tenants.PublicID(tenants.PersonPrefix, each.ID), Name: each.Name, Email: each.Email, Factor: each.Factor,
			Disabled: each.Disabled != nil, Seen: each.SeenAt, You: each.ID == signedOf(ctx).Person.ID})
	}
	return lines, err
}

// people is who may sign in.
func (s *Server) people(c crew) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		of, err := c.of(r)
		if err != nil {
			return err
		}
		var p views.ConsolePeopleProps
		if err := asking(r, c.read, authz.Whose{Reseller: of}, func(ctx context.Context, tx bun.Tx) (err error) {
			p, err = s.peopleProps(ctx, r, tx, c, of)
			return err
		}); err != nil {
			return err
		}
		return views.Render(w, r, http.StatusOK, views.ConsolePeople(p))
	}
}

// addPerson lets somebody in.
func (s *Server) addPerson(c crew) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return err
		}
		of, err := c.of(r)
		if err != nil {
			return err
		}
		n := office.New{Reseller: of, Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Language: r.PostForm.Get("language")}
		if err := asking(r, c.change, authz.Whose{Reseller: of, About: "invited " + n.Email}, func(ctx context.Context, tx bun.Tx) error {
			_, err := office.Add(ctx, tx, n)
			return err
		}); err != nil {
			return again(w, r, err, func(f views.Fault) (templ.Component, error) {
				p, err := s.peopleProps(r.Context(), r, tenants.AboveNow(r.Context()), c, of)
				p.Name, p.Email, p.Language, p.Fault = n.Name, n.Email, n.Language, f
				return views.ConsolePeople(p), err
			})
		}
		http.Redirect(w, r, c.base+"?done=invited", http.StatusSeeOther)
		return nil
	}
}

// What can be done to a person.
var personDeeds = map[string]func(ctx context.Context, tx bun.Tx, p office.Person) error{
	"disable": office.Disable, "enable": office.Enable, "factor-off": office.DropFactor,
}

// personDeed does one of personDeeds to one of a house's people. Somebody else's are NotFound.
func (s *Server) personDeed(c crew, deed string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		of, err := c.of(r)
		if err != nil {
			return err
		}
		id, err := tenants.ParseID(tenants.PersonPrefix, r.PathValue("person"))
		if err != nil {
			return err
		}
		if err := tenants.Above(r.Context(), func(ctx context.Context, tx bun.Tx) error {
			p, err := office.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			if p.Reseller != of {
				return tenants.ErrNotFound
			}
			if err := authz.AskAbove(ctx, tx, c.change, authz.Whose{Reseller: of, Object: p.ID, About: deed + " " + p.Email}); err != nil {
				return err
			}
			return personDeeds[deed](ctx, tx, p)
		}); err != nil {
			return err
		}
		to := c.base
		if r.PathValue("reseller") != "" {
			to = "/resellers/" + r.PathValue("reseller")
		}
		http.Redirect(w, r, to+"?done=saved", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
}

// namedPersonDeed is personDeed on one of a reseller's people, by the deployment's own.
func (s *Server) namedPersonDeed(deed string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return s.personDeed(namedCrew(r), deed)(w, r) }
}
