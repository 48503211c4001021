package main

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
)

type operatorCommand struct {
	Add   operatorAdd   `cmd:"" help:"Let somebody into the deployment's console, and print their first link."`
	Reset operatorReset `cmd:"" help:"Take somebody's second factor away, for one who has lost the phone, and print a link."`
}

type operatorAdd struct {
	Email    string `arg:"" help:"Their mail address."`
	Name     string `help:"What they are called. Empty: the address."`
	Language string `default:"en" help:"The language they read."`
}

// Run adds one of the deployment's own people. The first comes in by the link that is printed; it works once, for 15 minutes.
func (c *operatorAdd) Run(ctx context.Context, s *Settings, o *output) error {
	if c.Name == "" {
		c.Name = c.Email
	}
	return s.aboveCasinos(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := office.Add(ctx, tx, office.New{Email: c.Email, Name: c.Name, Language: c.Language})
		if fault.CodeOf(err) == fault.Conflict {
			return fmt.Errorf("%s may sign in already; `pitdesk operator reset %s` gives a new link", c.Email, c.Email)
		}
		if err != nil {
			return err
		}
		if err := authz.RecordAbove(ctx, tx, authz.SystemAbove(), "invite", "person", authz.Whose{Object: p.ID, About: p.Email}, nil); err != nil {
			return err
		}
		return s.printLink(ctx, tx, p, o)
	})
}

type operatorReset struct {
	Email string `arg:"" help:"Their mail address."`
}

// Run takes the second factor of one of the deployment's own people away. They set up a new one when they come in.
func (c *operatorReset) Run(ctx context.Context, s *Settings, o *output) error {
	return s.aboveCasinos(ctx, func(ctx context.Context, tx bun.Tx) error {
		all, err := office.People(ctx, tx, tenants.Nobody)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.Email != c.Email {
				continue
			}
			if p.Disabled != nil {
				return fmt.Errorf("%s is disabled; a colleague enables them in the console", c.Email)
			}
			if err := office.DropFactor(ctx, tx, p); err != nil {
				return err
			}
			if err := authz.RecordAbove(ctx, tx, authz.SystemAbove(), "factor_off", "person", authz.Whose{Object: p.ID, About: p.Email}, nil); err != nil {
				return err
			}
			return s.printLink(ctx, tx, p, o)
		}
		return fmt.Errorf("nobody of the deployment has the address %s", c.Email)
	})
}

// aboveCasinos runs fn in a transaction above casinos, beside a running process or without one.
func (s *Settings) aboveCasinos(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	s.guest = true
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	return tenants.Above(a.context(ctx), fn)
}

func (s *Settings) printLink(ctx context.Context, tx bun.Tx, p office.Person, o *output) error {
	path, err := office.LinkNow(ctx, tx, p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.out, "%s may sign in to the console. This link works once, for 15 minutes:\n%s\n", p.Email,
		s.base.Scheme+"://console."+s.base.Hostname()+s.port()+path)
	return err
}
