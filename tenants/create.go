package tenants

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// New is what a casino starts with. Host is an address of its own that needs no proof, for deployments that keep names
// themselves; empty is {slug}.{base}, which it has in any case.
type New struct {
	Slug, Name, Host, Language string
	Reseller                   uuid.UUID // who provisions it; Nobody for one that comes by itself
	Reference                  string    // the reseller's own name for it; empty for none
}

var errSlugTaken = fault.New(fault.Conflict, "This short name is taken.").On("slug")

// check says what is wrong with a new casino's slug, and speaks English where it has chosen no language.
func (n *New) check() error {
	if err := CheckSlug(n.Slug); err != nil {
		return err
	}
	if n.Language == "" {
		n.Language = "en"
	}
	var err error
	if n.Language, err = cleanLanguage(n.Language); err != nil {
		return err
	}
	if n.Name, err = cleanName(n.Name); err != nil {
		return err
	}
	n.Reference, err = cleanReference(n.Reference)
	return err
}

// CheckSlug says what is wrong with the form of a short name, or that it is kept for the deployment itself.
func CheckSlug(slug string) error {
	if !slugForm.MatchString(slug) {
		return fault.New(fault.Invalid, "The short name must be 3 to 40 of a-z, 0-9 and -, starting with a letter.").On("slug")
	}
	// A hyphen in third and fourth place marks names in other scripts (RFC 5891, section 4.2.3.1).
	if slices.Contains(keptSlugs, slug) || strings.HasPrefix(slug[2:], "--") {
		return fault.New(fault.Invalid, "This short name is reserved.").On("slug")
	}
	return nil
}

// KeptSlugs are the short names that no casino can have.
func KeptSlugs() []string { return slices.Clone(keptSlugs) }

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`)

// keptSlugs are names under the deployment's host that mean something to browsers, mail servers and people.
var keptSlugs = []string{"account", "admin", "api", "app", "assets", "autoconfig", "autodiscover", "billing", "cdn", "console", "desk", "docs", "files", "ftp", "help", "imap",
	"mail", "mta-sts", "my", "ns1", "ns2", "pop", "postmaster", "reseller", "resellers", "root", "security", "site", "smtp", "static", "status", "support", "webmail", "wpad", "www"}

// Create registers a casino. A slug or host that is taken answers Conflict.
func (d *Doors) Create(ctx context.Context, n New) (Tenant, error) {
	if err := n.check(); err != nil {
		return Tenant{}, err
	}
	t := Tenant{ID: NewID(), Slug: n.Slug, Name: n.Name, Host: CleanHost(n.Host), Language: n.Language, Reseller: n.Reseller, Standing: Open}
	own := t.Host != "" && t.Host != d.SlugHost(t)
	var reseller any
	if n.Reseller != Nobody {
		reseller = n.Reseller
	}
	err := d.control.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `insert into control.tenants (id, slug, name, language, reseller_id) values (?, ?, ?, ?, ?)
			on conflict do nothing`, t.ID, t.Slug, t.Name, t.Language, reseller)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errSlugTaken
		}
		if own {
			res, err = tx.ExecContext(ctx, `insert into control.hosts (host, tenant_id, main) values (?, ?, true)
				on conflict do nothing`, t.Host, t.ID)
			if err != nil {
				return err
			}
			if n, _ := res.RowsAffected(); n == 0 {
				return fault.New(fault.Conflict, "This address is taken.")
			}
		}
		// Who was asked for these hosts a moment ago believes that nobody is there.
		_, err = tx.ExecContext(ctx, `insert into control.revisions (tenant_id, subject) values (?, ?)`, t.ID, hostsSubject)
		return err
	})
	if err != nil {
		return Tenant{}, err
	}
	d.hosts.forget(t.ID)
	return d.housed(t), nil
}
