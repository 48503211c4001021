package signups

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// ErrSpent is what Found answers where the sign-up has become a casino already, in another window or by a second press.
var ErrSpent = fault.New(fault.Conflict, "This desk is there already. Please sign in.")

// Found registers the casino of a proven sign-up and lets with give it what it begins with, in one transaction: both are there
// or neither is. slug is the short name that is wanted at last; empty is the one that was asked for. A name that somebody else has taken
// meanwhile answers Conflict, on the field "slug".
func (c Clerk) Found(ctx context.Context, s SignUp, slug string, with func(ctx context.Context, tx bun.Tx) error) (tenants.Tenant, error) {
	if s.Tenant != tenants.Nobody {
		return tenants.Tenant{}, ErrSpent
	}
	if !s.Proven {
		return tenants.Tenant{}, fault.New(fault.Forbidden, "This address isn't proven.")
	}
	if slug == "" {
		slug = s.Slug
	}
	slug, err := Check(ctx, slug, c.Own)
	if err != nil {
		if spent, e := c.spent(ctx, s.ID); e == nil && spent {
			return tenants.Tenant{}, ErrSpent
		}
		return tenants.Tenant{}, err
	}
	t, err := tenants.PoolsOf(ctx).Doors.Found(ctx, tenants.New{Slug: slug, Name: s.Name, Language: s.Language}, func(ctx context.Context, tx bun.Tx) error {
		var said string
		if err := tx.NewRaw(`select use_sign_up(?, ?)`, s.ID, pgdialect.Array(looks(slug))).Scan(ctx, &said); err != nil {
			return fmt.Errorf("found %s: %w", slug, err)
		}
		switch said {
		case "used":
			return ErrSpent
		case "near":
			return errNear
		}
		return with(ctx, tx)
	})
	if fault.CodeOf(err) == fault.Conflict { // two presses at once: the name was taken by the first of them
		if spent, e := c.spent(ctx, s.ID); e == nil && spent {
			return tenants.Tenant{}, ErrSpent
		}
	}
	return t, err
}

func (c Clerk) spent(ctx context.Context, id uuid.UUID) (spent bool, err error) {
	err = tenants.AboveNow(ctx).NewRaw(`select tenant_id is not null from control.sign_ups where id = ?`, id).Scan(ctx, &spent)
	return spent, err
}

// LetterArgs are the job that writes the letter of a sign-up. The code and the link are made when it is written, so that no
// job holds them.
type LetterArgs struct {
	SignUp uuid.UUID `json:"sign_up"`
}

// Kind names the job.
func (LetterArgs) Kind() string { return "sign_up_letter" }

// Letter is what is to be said to somebody who signs up.
type Letter struct {
	To, Casino, Language string
	Code                 string
	Token                string // proves the address in a link
	Lasts                time.Duration
}

// Mailer sends letters.
type Mailer interface {
	Mail(ctx context.Context, l Letter) error
}

// WriteLetter does one job of LetterArgs. What needs no letter any more sends none.
func (c Clerk) WriteLetter(ctx context.Context, mailer Mailer, args LetterArgs) error {
	code, token := newCode(), newToken()
	l := Letter{Code: code, Token: token, Lasts: lasts}
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`update control.sign_ups set code_hash = ?, proof_hash = ? where id = ? and founded_at is null and expires_at > now() and tries < ?
			returning email, name, language`, c.codeHash(args.SignUp, code), hashed(token), args.SignUp, mostTries).Scan(ctx, &l.To, &l.Casino, &l.Language)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sign-up's letter: %w", err)
	}
	if err := mailer.Mail(ctx, l); err != nil {
		return fmt.Errorf("sign-up's letter: %w", err)
	}
	_, err = tenants.AboveNow(ctx).NewRaw(`update control.sign_ups set mailed_at = now() where id = ?`, args.SignUp).Exec(ctx)
	return err
}

// Clear forgets those who began and didn't go through with it, after a week.
func Clear(ctx context.Context) error {
	_, err := tenants.AboveNow(ctx).NewRaw(`delete from control.sign_ups where founded_at is null and begun_at < now() - interval '7 days'`).Exec(ctx)
	return err
}
