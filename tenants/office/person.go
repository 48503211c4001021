package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Person is somebody who works above casinos.
type Person struct {
	ID        uuid.UUID  `bun:"id"`
	Reseller  uuid.UUID  `bun:"reseller"` // whose they are; tenants.Nobody for the deployment's own
	Email     string     `bun:"email"`
	Name      string     `bun:"name"`
	Language  string     `bun:"language"`
	Factor    bool       `bun:"factor"` // the second factor is on
	CreatedAt time.Time  `bun:"created_at"`
	SeenAt    *time.Time `bun:"last_seen_at"` // nil for somebody who has never come
	Disabled  *time.Time `bun:"disabled_at"`
}

// Role is what a person may do at most.
func (p Person) Role() authz.Role {
	if p.Reseller == tenants.Nobody {
		return authz.Vendor
	}
	return authz.Reseller
}

// actor is the person as whoever acts.
func (p Person) actor(from From) authz.Actor {
	return authz.Actor{Kind: authz.KindPerson, ID: p.ID, Role: p.Role(), Name: p.Name, Reseller: p.Reseller,
		Address: from.Address, RequestID: from.RequestID}
}

// whose is the person as the object of a line.
func (p Person) whose() authz.Whose {
	return authz.Whose{Reseller: p.Reseller, Object: p.ID, About: p.Email}
}

const personColumns = `select p.id, coalesce(p.reseller_id, '00000000-0000-0000-0000-000000000000') as reseller, p.email, p.name, p.language,
	p.totp_at is not null as factor, p.created_at, p.last_seen_at, p.disabled_at from control.console_people p `

// New is somebody who is to work above casinos.
type New struct {
	Reseller              uuid.UUID // tenants.Nobody makes one of the deployment's own
	Email, Name, Language string
}

var errKnown = fault.New(fault.Conflict, "Somebody here has this address already.").On("email")

// Add lets somebody work above casinos and has a link mailed to them. An address that the house knows already answers Conflict.
func Add(ctx context.Context, tx bun.Tx, n New) (Person, error) {
	n.Email = strings.ToLower(strings.TrimSpace(n.Email))
	if !mailable(n.Email) {
		return Person{}, fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
	}
	var err error
	if n.Name, err = cleanName(n.Name); err != nil {
		return Person{}, err
	}
	if n.Language = i18n.Supported(n.Language); n.Language == "" {
		n.Language = i18n.Default
	}
	p := Person{ID: tenants.NewID(), Reseller: n.Reseller, Email: n.Email, Name: n.Name, Language: n.Language}
	res, err := tx.NewRaw(`insert into control.console_people (id, reseller_id, email, name, language) values (?, ?, ?, ?, ?)
		on conflict (reseller_id, email) do nothing`, p.ID, orNull(n.Reseller), p.Email, p.Name, p.Language).Exec(ctx)
	if err != nil {
		return Person{}, fmt.Errorf("add person: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return Person{}, errKnown
	}
	return p, invite(ctx, tx, p)
}

// People are those of a reseller, or the deployment's own for tenants.Nobody: who can sign in first, then by name.
func People(ctx context.Context, tx bun.IDB, reseller uuid.UUID) ([]Person, error) {
	var all []Person
	err := tx.NewRaw(personColumns+`where p.reseller_id is not distinct from ? order by p.disabled_at is not null, lower(p.name), p.id limit 500`,
		orNull(reseller)).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return all, nil
}

// Get is one of them by id; whoever isn't there is NotFound.
func Get(ctx context.Context, tx bun.IDB, id uuid.UUID) (p Person, err error) {
	err = tx.NewRaw(personColumns+`where p.id = ?`, id).Scan(ctx, &p)
	if errors.Is(err, sql.ErrNoRows) {
		return p, tenants.ErrNotFound
	}
	if err != nil {
		return p, fmt.Errorf("person %s: %w", id, err)
	}
	return p, nil
}

// Rename changes what a person is called and what language they read.
func Rename(ctx context.Context, tx bun.Tx, id uuid.UUID, name, language string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	if language = i18n.Supported(language); language == "" {
		return fault.New(fault.Invalid, "There is no such language.").On("language")
	}
	_, err = tx.NewRaw(`update control.console_people set name = ?, language = ? where id = ?`, name, language, id).Exec(ctx)
	return err
}

var (
	errSelf     = fault.New(fault.Conflict, "You can't take your own access away. Ask a colleague.")
	errLastHere = fault.New(fault.Conflict, "Somebody must be left who can sign in.")
)

// Disable keeps a person out and ends their sessions. Nobody disables themselves or the last one of their house.
func Disable(ctx context.Context, tx bun.Tx, p Person) error {
	if a, ok := authz.From(ctx); ok && a.ID == p.ID {
		return errSelf
	}
	var left int
	err := tx.NewRaw(`select count(*) from (select 1 from control.console_people where reseller_id is not distinct from ? and disabled_at is null
		and id <> ? for update) others`, orNull(p.Reseller), p.ID).Scan(ctx, &left)
	if err != nil {
		return fmt.Errorf("disable: %w", err)
	}
	if left == 0 {
		return errLastHere
	}
	if _, err := tx.NewRaw(`update control.console_people set disabled_at = now() where id = ? and disabled_at is null`, p.ID).Exec(ctx); err != nil {
		return fmt.Errorf("disable: %w", err)
	}
	return endAll(ctx, tx, p.ID)
}

// Enable lets a person in again and has a link mailed to them.
func Enable(ctx context.Context, tx bun.Tx, p Person) error {
	if _, err := tx.NewRaw(`update control.console_people set disabled_at = null where id = ?`, p.ID).Exec(ctx); err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	return invite(ctx, tx, p)
}

// DropFactor takes a person's second factor away, for one who has lost the phone, and ends their sessions.
func DropFactor(ctx context.Context, tx bun.Tx, p Person) error {
	if _, err := tx.NewRaw(`update control.console_people set totp_at = null, totp_secret = null, totp_sealed = null, totp_step = 0 where id = ?`, p.ID).Exec(ctx); err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	return endAll(ctx, tx, p.ID)
}

func endAll(ctx context.Context, tx bun.Tx, person uuid.UUID) error {
	_, err := tx.NewRaw(`delete from control.console_sessions where person_id = ?`, person).Exec(ctx)
	return err
}

func orNull(id uuid.UUID) any {
	if id == tenants.Nobody {
		return nil
	}
	return id
}

func cleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if c := utf8.RuneCountInString(name); c < 1 || c > 120 || !utf8.ValidString(name) ||
		strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fault.New(fault.Invalid, "A name has 1 to 120 characters.").On("name")
	}
	return name, nil
}

// mailable says whether an address is of a form that mail can be sent to.
func mailable(email string) bool {
	a, err := netmail.ParseAddress(email)
	return err == nil && a.Address == email && a.Name == "" && len(email) <= 254 && strings.Contains(email[strings.IndexByte(email, '@')+1:], ".") &&
		!strings.ContainsAny(email, "\"() <>[]\\,:;")
}
