package resellers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Casino is a casino as those above see it: nothing of what is said or done in it.
type Casino struct {
	ID         uuid.UUID        `bun:"id"`
	Slug       string           `bun:"slug"`
	Name       string           `bun:"name"`
	Language   string           `bun:"language"`
	Host       string           `bun:"host"` // its own main host; empty: the one under the deployment's
	Reference  string           `bun:"reference"`
	Reseller   uuid.UUID        `bun:"reseller_id"` // tenants.Nobody for one that came by itself
	Standing   tenants.Standing `bun:"standing"`
	StandingAt time.Time        `bun:"standing_at"`
	CreatedAt  time.Time        `bun:"created_at"`
	Holds      []Hold           `bun:"-"` // who holds it back, the oldest first
	HoldText   json.RawMessage  `bun:"holds"`
}

// Hold is one reason for which a casino doesn't work as it could.
type Hold struct {
	Source   tenants.Source   `json:"source"`
	Standing tenants.Standing `json:"standing"`
	Why      string           `json:"why"`
	Since    time.Time        `json:"since"`
}

const casinoColumns = `select t.id, t.slug, t.name, t.language, coalesce(m.host, '') as host, t.reference,
		coalesce(t.reseller_id, '00000000-0000-0000-0000-000000000000') as reseller_id, t.standing, t.standing_at, t.created_at,
		(select coalesce(json_agg(json_build_object('source', h.source, 'standing', h.standing, 'why', h.why, 'since', h.since)
			order by h.since, h.source), '[]') from control.holds h where h.tenant_id = t.id) as holds
	from control.tenants t left join control.hosts m on m.tenant_id = t.id and m.main `

// CasinoOf is a casino by its id, NotFound where there is none. Whose it is, AskAbove looks at.
func CasinoOf(ctx context.Context, tx bun.IDB, id uuid.UUID) (Casino, error) {
	var c Casino
	err := tx.NewRaw(casinoColumns+`where t.id = ?`, id).Scan(ctx, &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, tenants.ErrNotFound
	}
	if err != nil {
		return c, fmt.Errorf("casino %s: %w", id, err)
	}
	return c, c.read()
}

func (c *Casino) read() error { return json.Unmarshal(c.HoldText, &c.Holds) }

// Filter narrows a list of casinos. Zero values don't.
type Filter struct {
	Reseller  uuid.UUID // whose; Nobody: everybody's, for the deployment's own people
	Own       bool      // only those without a reseller
	Standing  tenants.Standing
	Reference string
	Words     string // a part of the name or the slug
	Before    uuid.UUID
	Limit     int
}

// Casinos are those of a filter, the newest first.
func Casinos(ctx context.Context, tx bun.IDB, f Filter) ([]Casino, error) {
	where, args := []string{"true"}, []any{}
	and := func(text string, arg any) { where, args = append(where, text), append(args, arg) }
	if f.Reseller != tenants.Nobody {
		and("t.reseller_id = ?", f.Reseller)
	}
	if f.Own {
		where = append(where, "t.reseller_id is null")
	}
	if f.Standing != "" {
		and("t.standing = ?", string(f.Standing))
	}
	if f.Reference != "" {
		and("t.reference = ?", f.Reference)
	}
	if f.Words != "" {
		and("strpos(lower(t.name || ' ' || t.slug), lower(?)) > 0", f.Words)
	}
	if f.Before != tenants.Nobody {
		and("t.id < ?", f.Before)
	}
	var all []Casino
	if err := tx.NewRaw(casinoColumns+`where `+strings.Join(where, " and ")+` order by t.id desc limit ?`, append(args, f.Limit)...).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("casinos: %w", err)
	}
	for i := range all {
		if err := all[i].read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Restrict makes a casino stand as those above want it, for a reason its admins may read, and returns it as it is then. Open
// lets it go on, unless another source holds it.
func Restrict(ctx context.Context, tx bun.Tx, id uuid.UUID, from tenants.Source, s tenants.Standing, why string) (Casino, error) {
	why = strings.TrimSpace(why)
	if n := utf8.RuneCountInString(why); s != tenants.Open && (n < 1 || n > 500 || !plain(why)) {
		return Casino{}, errWhy
	}
	c, err := CasinoOf(ctx, tx, id)
	if err != nil {
		return c, err
	}
	held := tenants.Open
	for _, h := range c.Holds {
		if h.Source == from {
			held = h.Standing
		}
	}
	switch {
	case s == tenants.Open && held == tenants.Open:
		return c, fault.New(fault.Conflict, "You don't hold this casino back.")
	case s == held:
		return c, fault.New(fault.Conflict, "This casino is %s by you already.", string(s))
	case s == tenants.Suspended && held == tenants.Closed:
		return c, fault.New(fault.Conflict, "This casino is closed. Resume it first.")
	}
	if _, err := tenants.Hold(ctx, tx, id, from, s, why); err != nil {
		return c, err
	}
	return CasinoOf(ctx, tx, id)
}

// Count is how many casinos there are, by how they stand.
type Count struct {
	Open      int `bun:"open"`
	ReadOnly  int `bun:"read_only"`
	Suspended int `bun:"suspended"`
	Closed    int `bun:"closed"`
}

// CountCasinos counts all of the deployment's, for VendorRead.
func CountCasinos(ctx context.Context, tx bun.IDB) (c Count, err error) {
	err = tx.NewRaw(`select count(*) filter (where standing = 'open') as open, count(*) filter (where standing = 'read_only') as read_only,
		count(*) filter (where standing = 'suspended') as suspended, count(*) filter (where standing = 'closed') as closed from control.tenants`).Scan(ctx, &c)
	return c, err
}

// Adopt makes a casino a reseller's, for commands and the demo: a casino that came by itself changes hands by its own people's
// and the deployment's agreement, which no page can witness. Every process knows within seconds.
func Adopt(ctx context.Context, tx bun.Tx, tenant, reseller uuid.UUID) error {
	if err := touched(tx.NewRaw(`update control.tenants set reseller_id = ? where id = ?`, reseller, tenant).Exec(ctx)); err != nil {
		return err
	}
	return tenants.Amend(ctx, tx, tenant, tenants.Amendment{})
}
