package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/tenants/resellers"
)

// demoConsole is how to sign in to the console: by a link that the demo's mailbox shows, and, for the deployment's own people, a
// code of the second factor.
type demoConsole struct {
	URL      string       `json:"url"`
	Operator demoOperator `json:"operator"` // one of the deployment's own people
	Reseller demoOperator `json:"reseller"` // somebody of a reseller's
}

type demoOperator struct {
	Email string `json:"email"`
	TOTP  string `json:"totp_secret,omitempty"` // RFC 6238, in base32
	// APIKey is the reseller's to the API at api.{base}.
	APIKey string `json:"api_key,omitempty"`
}

// demoSecret is the second factor of the demo's operator. Everybody knows it; a demo's data is nobody's.
const demoSecret = "PDEMOPDEMOPDEMOPDEMOPDEMOPDEMO22" // #nosec G101 -- an example, and opens nothing

const demoReseller = "north-tables"

// seedConsole lets two people in above casinos: one of the deployment's, and one of the demo's reseller, whose the first demo
// casino is.
func (a *app) seedConsole(ctx context.Context, facts *demoFacts) error {
	facts.Console = &demoConsole{Operator: demoOperator{Email: "operator@pitdesk.example", TOTP: demoSecret}, Reseller: demoOperator{Email: "office@" + demoReseller + ".example"}}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := office.Add(ctx, tx, office.New{Name: "Vera Demo", Email: facts.Console.Operator.Email, Language: "en"})
		if fault.CodeOf(err) == fault.Conflict {
			return nil // all of it was made earlier
		}
		if err != nil {
			return err
		}
		if err := office.SetSecret(ctx, tx, p.ID, demoSecret); err != nil {
			return err
		}
		r, err := resellers.BySlug(ctx, tx, demoReseller)
		if fault.CodeOf(err) == fault.NotFound {
			r, err = resellers.Add(ctx, tx, resellers.New{Slug: demoReseller, Name: "North Tables (demo)", Email: facts.Console.Reseller.Email})
		}
		if err != nil {
			return err
		}
		accent := "#0f6b5c"
		if _, err := resellers.Amend(ctx, tx, r.ID, resellers.Change{Accent: &accent}); err != nil {
			return err
		}
		if _, err := office.Add(ctx, tx, office.New{Reseller: r.ID, Name: "Ida Demo", Email: facts.Console.Reseller.Email, Language: "en"}); err != nil {
			return err
		}
		for _, c := range facts.Casinos[:1] {
			id, err := tenants.ParseID(tenants.TenantPrefix, c.ID)
			if err != nil {
				return err
			}
			if err := resellers.Adopt(ctx, tx, id, r.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *demoConsole) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nConsole above casinos: %s (asks for an address and mails a link)\n", c.URL)
	fmt.Fprintf(&b, "  operator  %s, second factor %s\n  reseller  %s\n", c.Operator.Email, c.Operator.TOTP, c.Reseller.Email)
	return b.String()
}
