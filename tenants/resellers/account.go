package resellers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Payer is who is billed for a reseller's casinos.
type Payer string

// The payers.
const (
	ResellerPays Payer = "reseller" // at wholesale prices
	CasinoPays   Payer = "casino"   // each casino for itself
)

// Account is a reseller.
type Account struct {
	ID           uuid.UUID  `bun:"id"`
	Slug         string     `bun:"slug"`
	Name         string     `bun:"name"`
	Email        string     `bun:"email"` // whom the deployment's people and its bills write to
	Pays         Payer      `bun:"pays"`
	MostTenants  int        `bun:"most_tenants"`
	Accent       string     `bun:"accent"` // of its console
	Logo         string     `bun:"logo"`   // the name of a picture, see tenants/pictures; empty: none
	CreatedAt    time.Time  `bun:"created_at"`
	SuspendedAt  *time.Time `bun:"suspended_at"`
	SuspendedWhy string     `bun:"suspended_why"`
	Tenants      int        `bun:"tenants"` // its casinos, closed ones not counted
}

const accountColumns = `select r.id, r.slug, r.name, r.email, r.pays, r.most_tenants, r.accent, coalesce(r.logo, '') as logo, r.created_at,
		r.suspended_at, coalesce(r.suspended_why, '') as suspended_why,
		(select count(*) from control.tenants t where t.reseller_id = r.id and t.standing <> 'closed') as tenants
	from control.resellers r `

// Get is a reseller by its id, NotFound where there is none.
func Get(ctx context.Context, tx bun.IDB, id uuid.UUID) (Account, error) {
	return one(ctx, tx, `where r.id = ?`, id)
}

// BySlug is a reseller by its short name.
func BySlug(ctx context.Context, tx bun.IDB, slug string) (Account, error) {
	return one(ctx, tx, `where r.slug = ?`, slug)
}

func one(ctx context.Context, tx bun.IDB, where string, by any) (a Account, err error) {
	err = tx.NewRaw(accountColumns+where, by).Scan(ctx, &a)
	if errors.Is(err, sql.ErrNoRows) {
		return a, tenants.ErrNotFound
	}
	if err != nil {
		return a, fmt.Errorf("reseller: %w", err)
	}
	return a, nil
}

// All are the resellers by name, for the deployment's own people.
func All(ctx context.Context, tx bun.IDB) ([]Account, error) {
	var all []Account
	if err := tx.NewRaw(accountColumns+`order by lower(r.name), r.id limit 1000`).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("resellers: %w", err)
	}
	return all, nil
}

// New is what an account begins with. Zero values are the defaults of the table: the reseller pays, 25 casinos.
type New struct {
	Slug, Name, Email string
	Pays              Payer
	MostTenants       int
}

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`)

// Add makes an account. A slug that is taken is a Conflict.
func Add(ctx context.Context, tx bun.Tx, n New) (Account, error) {
	if n.Pays == "" {
		n.Pays = ResellerPays
	}
	if n.MostTenants == 0 {
		n.MostTenants = 25
	}
	if !slugForm.MatchString(n.Slug) {
		return Account{}, fault.New(fault.Invalid, "The short name must be 3 to 40 of a-z, 0-9 and -, starting with a letter.").On("slug")
	}
	if err := (Change{Name: &n.Name, Email: &n.Email, Pays: &n.Pays, MostTenants: &n.MostTenants}).clean(); err != nil {
		return Account{}, err
	}
	id := tenants.NewID()
	res, err := tx.NewRaw(`insert into control.resellers (id, slug, name, email, pays, most_tenants) values (?, ?, ?, ?, ?, ?)
		on conflict do nothing`, id, n.Slug, n.Name, n.Email, string(n.Pays), n.MostTenants).Exec(ctx)
	if err != nil {
		return Account{}, fmt.Errorf("add reseller: %w", err)
	}
	if made, _ := res.RowsAffected(); made == 0 {
		return Account{}, fault.New(fault.Conflict, "This short name is taken.").On("slug")
	}
	return Get(ctx, tx, id)
}

// Change is what is to be different about an account; nil leaves a thing as it is. Pays and MostTenants are its terms: the
// deployment's people set them, never the reseller.
type Change struct {
	Name, Email, Accent, Logo *string
	Pays                      *Payer
	MostTenants               *int
}

var accentForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)

func (c Change) clean() error {
	if c.Name != nil {
		*c.Name = strings.TrimSpace(*c.Name)
		if n := utf8.RuneCountInString(*c.Name); n < 1 || n > 120 || !plain(*c.Name) {
			return fault.New(fault.Invalid, "A name has 1 to 120 characters.").On("name")
		}
	}
	if c.Email != nil {
		*c.Email = strings.ToLower(strings.TrimSpace(*c.Email))
		name, host, ok := strings.Cut(*c.Email, "@")
		if !ok || name == "" || !strings.Contains(host, ".") || len(*c.Email) > 254 || !plain(*c.Email) || strings.ContainsAny(*c.Email, ` "(),:;<>[]\`) || strings.Contains(host, "@") {
			return fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
		}
	}
	if c.Accent != nil {
		*c.Accent = strings.ToLower(*c.Accent)
		if !accentForm.MatchString(*c.Accent) {
			return fault.New(fault.Invalid, "A colour looks like #1a6b54.").On("accent")
		}
	}
	if c.Pays != nil && *c.Pays != ResellerPays && *c.Pays != CasinoPays {
		return fault.New(fault.Invalid, "Either the reseller pays, or each casino.").On("pays")
	}
	if c.MostTenants != nil && (*c.MostTenants < 0 || *c.MostTenants > 100_000) {
		return fault.New(fault.Invalid, "An account has 0 to %d casinos.", 100_000).On("most_tenants")
	}
	return nil
}

func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Amend changes an account.
func Amend(ctx context.Context, tx bun.Tx, id uuid.UUID, c Change) (Account, error) {
	if err := c.clean(); err != nil {
		return Account{}, err
	}
	if _, err := tx.NewRaw(`update control.resellers set name = coalesce(?, name), email = coalesce(?, email), accent = coalesce(?, accent),
		logo = nullif(coalesce(?, logo), ''), pays = coalesce(?, pays), most_tenants = coalesce(?, most_tenants) where id = ?`,
		c.Name, c.Email, c.Accent, c.Logo, c.Pays, c.MostTenants, id).Exec(ctx); err != nil {
		return Account{}, fmt.Errorf("amend reseller: %w", err)
	}
	return Get(ctx, tx, id)
}

// Suspend ends what a reseller's keys may, within seconds; its casinos go on. Resume lets them in again.
func Suspend(ctx context.Context, tx bun.Tx, id uuid.UUID, why string) error {
	why = strings.TrimSpace(why)
	if n := utf8.RuneCountInString(why); n < 1 || n > 500 || !plain(why) {
		return errWhy
	}
	return touched(tx.NewRaw(`update control.resellers set suspended_at = coalesce(suspended_at, now()), suspended_why = ? where id = ?`, why, id).Exec(ctx))
}

// Resume ends a suspension.
func Resume(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return touched(tx.NewRaw(`update control.resellers set suspended_at = null, suspended_why = null where id = ?`, id).Exec(ctx))
}

var errWhy = fault.New(fault.Invalid, "Say why, in 1 to 500 characters.").On("why")

func touched(res sql.Result, err error) error {
	if err != nil {
		return fmt.Errorf("reseller: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return tenants.ErrNotFound
	}
	return nil
}
