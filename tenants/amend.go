package tenants

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// Amendment is what a casino is to be called from now on; nil leaves a thing as it is.
type Amendment struct{ Name, Language, Reference *string }

// Amend changes what the deployment knows a casino by. Players see the name too until the casino has a brand of its own. tx is
// one of Above.
func Amend(ctx context.Context, tx bun.Tx, tenant uuid.UUID, a Amendment) error {
	for _, each := range []struct {
		text  *string
		clean func(string) (string, error)
	}{{a.Name, cleanName}, {a.Reference, cleanReference}, {a.Language, cleanLanguage}} {
		if each.text == nil {
			continue
		}
		text, err := each.clean(*each.text)
		if err != nil {
			return err
		}
		*each.text = text
	}
	var id uuid.UUID
	err := tx.NewRaw(`update control.tenants t set name = coalesce(?, name), language = coalesce(?, language), reference = coalesce(?, reference)
		where id = ? and not exists (select from control.tenants o where o.reseller_id = t.reseller_id and o.id <> t.id
			and o.reference = ? and o.reference <> '') returning id`, a.Name, a.Language, a.Reference, tenant, a.Reference).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return unfounded["known"]
	}
	if err != nil {
		return fmt.Errorf("amend %s: %w", tenant, err)
	}
	// Its host and the brand that it has by its name alone are remembered.
	for _, subject := range []string{hostsSubject, "brand"} {
		if _, err := tx.ExecContext(ctx, `insert into control.revisions (tenant_id, subject) values (?, ?)
			on conflict (tenant_id, subject) do update set number = control.revisions.number + 1, changed_at = clock_timestamp()`,
			tenant, subject); err != nil {
			return fmt.Errorf("amend %s: %w", tenant, err)
		}
	}
	d := PoolsOf(ctx).Doors
	AfterCommit(ctx, func() {
		d.hosts.forget(tenant)
		d.remembered.forget("brand", tenant)
		d.keys.forget(func(k APIKey) bool { return k.Tenant.ID == tenant })
	})
	return nil
}

func line(text string, least, most int) (string, bool) {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	return text, utf8.ValidString(text) && n >= least && n <= most && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// cleanName keeps to what a brand can show: see brands.MaxName.
func cleanName(name string) (string, error) {
	name, ok := line(name, 1, 60)
	if !ok {
		return "", fault.New(fault.Invalid, "A casino's name has 1 to %d characters.", 60).On("name")
	}
	return name, nil
}

func cleanReference(reference string) (string, error) {
	reference, ok := line(reference, 0, 120)
	if !ok {
		return "", fault.New(fault.Invalid, "A reference has at most %d characters.", 120).On("reference")
	}
	return reference, nil
}

func cleanLanguage(language string) (string, error) {
	if l := i18n.Supported(language); l != "" {
		return l, nil
	}
	return "", fault.New(fault.Invalid, "This language isn't spoken here.").On("language")
}
