package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// How long a link works: one that was asked for, and one that comes with an invitation.
const (
	linkFor   = 15 * time.Minute
	invitedIn = 72 * time.Hour
)

var (
	errLink  = fault.New(fault.NotFound, "This link has been used, or is too old. Please ask for a new one.")
	errEmail = fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
)

// LetterArgs are the job that mails one link: an id and no secret. The token is made when the letter is.
type LetterArgs struct {
	Link uuid.UUID `json:"link"`
}

// Kind names the job.
func (LetterArgs) Kind() string { return "console_letter" }

// Letter is what is to be said to one person, in their language.
type Letter struct {
	Person  Person
	House   string // the reseller's name; empty for the deployment's own people
	Invites bool   // it tells somebody that they may come; else they have asked for a link
	Path    string // of the link, on the console's host
}

// Mailer sends letters.
type Mailer interface {
	Mail(ctx context.Context, l Letter) error
}

// AskLink has a link mailed to everybody above casinos who has an address: somebody who works for two houses gets one for each.
// The answer, and what it takes to give it, is the same for an address nobody has.
func AskLink(ctx context.Context, email string, from From) error {
	email = strings.ToLower(strings.TrimSpace(email))
	if !mailable(email) {
		return errEmail
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := try(ctx, tx, "link:"+email, "link:"+from.network(), linkTries); err != nil {
			return err
		}
		var all []Person
		if err := tx.NewRaw(personColumns+`where p.email = ? and p.disabled_at is null`, email).Scan(ctx, &all); err != nil {
			return fmt.Errorf("ask link: %w", err)
		}
		for _, p := range all {
			if err := send(ctx, tx, p, false, linkFor); err != nil {
				return err
			}
		}
		return nil
	})
}

func invite(ctx context.Context, tx bun.Tx, p Person) error { return send(ctx, tx, p, true, invitedIn) }

func send(ctx context.Context, tx bun.Tx, p Person, invites bool, lasts time.Duration) error {
	id := tenants.NewID()
	if _, err := tx.NewRaw(`insert into control.console_links (id, person_id, invites, expires_at) values (?, ?, ?, ?)`,
		id, p.ID, invites, time.Now().Add(lasts)).Exec(ctx); err != nil {
		return fmt.Errorf("link: %w", err)
	}
	return jobs.Insert(ctx, tx, LetterArgs{Link: id}, nil)
}

// LinkNow is a link for whoever adds a person at a terminal, where no mail goes out yet: a token, shown once.
func LinkNow(ctx context.Context, tx bun.Tx, p Person) (path string, err error) {
	token, hash := newToken()
	_, err = tx.NewRaw(`insert into control.console_links (id, person_id, token_hash, expires_at) values (?, ?, ?, ?)`,
		tenants.NewID(), p.ID, hash, time.Now().Add(linkFor)).Exec(ctx)
	return linkPath + token, err
}

const linkPath = "/enter/"

// WriteLetter does one job of LetterArgs. The token is stored before the letter leaves; when sending fails, the next try makes a
// new one. A link that nobody needs any more is not sent.
func WriteLetter(ctx context.Context, mailer Mailer, args LetterArgs) error {
	var l Letter
	token, hash := newToken()
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		var person uuid.UUID
		err := tx.NewRaw(`update control.console_links set token_hash = ? where id = ? and used_at is null and expires_at > now()
			returning person_id, invites`, hash, args.Link).Scan(ctx, &person, &l.Invites)
		if err != nil {
			return err
		}
		if l.Person, err = Get(ctx, tx, person); err != nil {
			return err
		}
		return tx.NewRaw(`select coalesce((select name from control.resellers where id = ?), '')`, l.Person.Reseller).Scan(ctx, &l.House)
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && l.Person.Disabled != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("console letter: %w", err)
	}
	l.Path = linkPath + token
	return mailer.Mail(ctx, l)
}

// LinkOf is whose a link is; NotFound once it is used or too old. It uses nothing up: mail scanners open links.
func LinkOf(ctx context.Context, token string) (p Person, err error) {
	return linkOf(ctx, tenants.AboveNow(ctx), token)
}

func linkOf(ctx context.Context, tx bun.IDB, token string) (p Person, err error) {
	hash := hashToken(token)
	err = tx.NewRaw(personColumns+`join control.console_links l on l.person_id = p.id
		where l.token_hash = ? and l.used_at is null and l.expires_at > now() and p.disabled_at is null`, hash).Scan(ctx, &p)
	if errors.Is(err, sql.ErrNoRows) {
		return p, errLink
	}
	return p, err
}

// Entered is a sign-in by a link. Until Next is done the session opens nothing else.
type Entered struct {
	Token string
	Next  Step
}

// Step is what a session waits for.
type Step string

// The steps.
const (
	Nothing   Step = ""          // it is open
	GiveCode  Step = "code"      // a code of the second factor
	SetFactor Step = "factor"    // a second factor, which the deployment's people must have
	Shut      Step = "suspended" // the reseller is suspended; its people see that and no more
)

// UseLink takes a link, once, and begins a session.
func UseLink(ctx context.Context, token string, from From) (in Entered, err error) {
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := linkOf(ctx, tx, token)
		if err != nil {
			return err
		}
		res, err := tx.NewRaw(`update control.console_links set used_at = now() where person_id = ? and used_at is null
			and exists (select from control.console_links l where l.token_hash = ? and l.used_at is null)`, p.ID, hashToken(token)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("link: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 { // another window was faster
			return errLink
		}
		switch {
		case p.Factor:
			in.Next = GiveCode
		case p.Role() == authz.Vendor:
			in.Next = SetFactor
		}
		if in.Token, err = begin(ctx, tx, p.ID, in.Next == Nothing, from); err != nil || in.Next != Nothing {
			return err
		}
		return authz.RecordAbove(ctx, tx, p.actor(from), "sign_in", "session", p.whose(), map[string]any{"by": "link"})
	})
	return in, err
}
