package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

type resellerCommand struct {
	Add resellerAdd `cmd:"" help:"Make a reseller's account and its first key, which is printed this once."`
	Key resellerKey `cmd:"" help:"Make another key for a reseller and print it, this once."`
}

type resellerAdd struct {
	Slug    string `arg:"" help:"Its short name: 3 to 40 of a-z, 0-9 and -."`
	Name    string `required:"" help:"What it is called."`
	Email   string `required:"" help:"Whom bills and notices go to."`
	Pays    string `default:"reseller" enum:"reseller,casino" help:"Who is billed for its casinos: reseller, at wholesale prices, or casino."`
	Casinos int    `default:"25" help:"How many casinos it may have."`
}

// Run makes the account and a key that may everything a reseller may.
func (c *resellerAdd) Run(ctx context.Context, s *Settings, o *output) error {
	return s.aboveCasinos(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := resellers.Add(ctx, tx, resellers.New{Slug: c.Slug, Name: c.Name, Email: c.Email, Pays: resellers.Payer(c.Pays), MostTenants: c.Casinos})
		if err != nil {
			return err
		}
		if err := authz.RecordAbove(ctx, tx, authz.SystemAbove(), "add", "reseller", authz.Whose{Reseller: r.ID, Object: r.ID, About: r.Slug}, nil); err != nil {
			return err
		}
		return printKey(ctx, tx, o, r, tenants.NewKey{Name: "First key"})
	})
}

type resellerKey struct {
	Slug     string        `arg:"" help:"The reseller's short name."`
	Name     string        `default:"Key" help:"What the key is for."`
	Scopes   []string      `help:"What it may, with commas between: tenants:write,conversations:read. Empty: everything a reseller may."`
	Networks []string      `help:"Where it may be used from, with commas between: 203.0.113.0/24. Empty: anywhere."`
	For      time.Duration `help:"How long it is good. Empty: until it is revoked."`
}

// Run makes a key as the reseller could itself.
func (c *resellerKey) Run(ctx context.Context, s *Settings, o *output) error {
	n := tenants.NewKey{Name: c.Name, Scopes: c.Scopes}
	var err error
	if n.Networks, err = tenants.ParseNetworks(c.Networks); err != nil {
		return err
	}
	if c.For != 0 {
		n.ExpiresAt = new(time.Now().Add(c.For))
	}
	return s.aboveCasinos(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := resellers.BySlug(ctx, tx, c.Slug)
		if err != nil {
			return fmt.Errorf("no reseller is called %s", c.Slug)
		}
		return printKey(ctx, tx, o, r, n)
	})
}

func printKey(ctx context.Context, tx bun.Tx, o *output, r resellers.Account, n tenants.NewKey) error {
	made, err := resellers.MakeKey(ctx, tx, r.ID, n)
	if err != nil {
		return err
	}
	if err := authz.RecordAbove(ctx, tx, authz.SystemAbove(), "change", "key", authz.Whose{Reseller: r.ID, Object: made.ID, About: n.Name}, nil); err != nil {
		return err
	}
	may := "everything a reseller may"
	if n.Scopes != nil {
		may = strings.Join(n.Scopes, ", ")
	}
	_, err = fmt.Fprintf(o.out, "%s %s\nKey for %s, told this once:\n%s\n", r.Name, tenants.PublicID(tenants.ResellerPrefix, r.ID), may, made.Secret)
	return err
}

// demoKey is the demo reseller's key: the one that demo.json has told of before, or a new one.
func (a *app) demoKey(ctx context.Context, earlier *demoConsole) (string, error) {
	if earlier != nil {
		if _, err := a.pools.Doors.ByAPIKey(ctx, earlier.Reseller.APIKey); err == nil {
			return earlier.Reseller.APIKey, nil
		}
	}
	var made tenants.MadeKey
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := resellers.BySlug(ctx, tx, demoReseller)
		if err == nil {
			made, err = resellers.MakeKey(ctx, tx, r.ID, tenants.NewKey{Name: "Demo"})
		}
		return err
	})
	return made.Secret, err
}
