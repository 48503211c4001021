package licences

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// most is how many licences a casino has at most, retired ones left out.
const most = 50

var errGone = tenants.ErrNotFound

// row is a licence as the database has it.
type row struct {
	ID        uuid.UUID      `bun:"id"`
	Regulator string         `bun:"regulator"`
	Authority string         `bun:"authority"`
	Number    string         `bun:"number"`
	Licensee  string         `bun:"licensee"`
	Country   string         `bun:"country"`
	Domains   []string       `bun:"domains,array"`
	Link      string         `bun:"link"`
	Confirmed sql.NullString `bun:"confirmed"`
	Seal      sql.NullString `bun:"seal"`
	From      *time.Time     `bun:"valid_from"`
	Until     *time.Time     `bun:"valid_until"`
	Status    Status         `bun:"status"`
	Position  int            `bun:"position"`
	CreatedAt time.Time      `bun:"created_at"`
	UpdatedAt time.Time      `bun:"updated_at"`
	RetiredAt *time.Time     `bun:"retired_at"`

	Gone     bool           `bun:"gone"`
	LookAt   *time.Time     `bun:"look_at"`
	Outcome  sql.NullString `bun:"look_outcome"`
	Why      sql.NullString `bun:"look_why"`
	Answer   sql.NullInt64  `bun:"look_status"`
	Number1  sql.NullBool   `bun:"look_number"`
	Licensed sql.NullBool   `bun:"look_licensee"`
}

func (r row) licence() Licence {
	l := Licence{ID: r.ID, Regulator: r.Regulator, Authority: r.Authority, Number: r.Number, Licensee: r.Licensee, Country: r.Country,
		Domains: r.Domains, Link: r.Link, Confirmed: r.Confirmed.String, Seal: r.Seal.String, From: r.From, Until: r.Until, Status: r.Status,
		Position: r.Position, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, RetiredAt: r.RetiredAt, Gone: r.Gone}
	if r.LookAt != nil {
		l.Last = &Look{At: *r.LookAt, Link: r.Link, Outcome: Outcome(r.Outcome.String), Why: r.Why.String, Status: int(r.Answer.Int64),
			NumberFound: r.Number1.Bool, LicenseeFound: r.Licensed.Bool}
	}
	return l
}

// read is every licence with the newest look at its present link. Its page is gone when the two newest looks that reached the
// regulator found nothing there: one may be a slip of theirs.
const read = `select l.id, l.regulator, l.authority, l.number, l.licensee, l.country, l.domains, l.link, l.confirmed, l.seal, l.valid_from,
		l.valid_until, l.status, l.position, l.created_at, l.updated_at, l.retired_at,
		k.at as look_at, k.outcome as look_outcome, k.why as look_why, k.status as look_status, k.number_found as look_number,
		k.licensee_found as look_licensee,
		(select count(*) = 2 and bool_and(two.outcome = 'gone') from (select g.outcome from licence_looks g where g.tenant_id = l.tenant_id
			and g.licence_id = l.id and g.link = l.link and g.outcome <> 'unreachable' order by g.at desc, g.id desc limit 2) two) as gone
	from licences l
	left join lateral (select * from licence_looks k where k.tenant_id = l.tenant_id and k.licence_id = l.id and k.link = l.link
		order by k.at desc, k.id desc limit 1) k on true
	where l.tenant_id = current_tenant()`

// All are the casino's licences in their order; retired ones come last.
func All(ctx context.Context, tx bun.Tx) ([]Licence, error) {
	var rows []row
	if err := tx.NewRaw(read+` order by l.retired_at is not null, l.position, l.id`).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	all := make([]Licence, len(rows))
	for i, r := range rows {
		all[i] = r.licence()
	}
	return all, nil
}

// Get is one licence; NotFound where the casino has none of that id.
func Get(ctx context.Context, tx bun.Tx, id uuid.UUID) (Licence, error) {
	var r row
	err := tx.NewRaw(read+` and l.id = ?`, id).Scan(ctx, &r)
	if errors.Is(err, sql.ErrNoRows) {
		return Licence{}, errGone
	}
	return r.licence(), err
}

// current is what a casino's players are shown, remembered in each process.
var current = tenants.Remember("licences", func(ctx context.Context, tx bun.Tx) ([]Licence, error) {
	all, err := All(ctx, tx)
	return slices.DeleteFunc(all, func(l Licence) bool { return l.RetiredAt != nil }), err
})

// Of are the licences of the casino of ctx that aren't retired, from memory. They are shared: nobody may change them.
func Of(ctx context.Context) ([]Licence, error) { return current.Of(ctx) }

// Add adds a licence to the end of the casino's list.
func Add(ctx context.Context, tx bun.Tx, d Draft) (Licence, error) {
	l, err := d.Check(who(ctx))
	if err != nil {
		return l, err
	}
	var count, last int
	if err := tx.NewRaw(`select count(*), coalesce(max(position), 0) from licences where tenant_id = current_tenant() and retired_at is null`).
		Scan(ctx, &count, &last); err != nil {
		return l, err
	}
	if count >= most {
		return l, fault.New(fault.Conflict, "A casino has %d licences at most.", most)
	}
	l.ID, l.Position = tenants.NewID(), last+1
	if _, err := tx.NewRaw(`insert into licences (tenant_id, id, regulator, authority, number, licensee, country, domains, link, confirmed,
			valid_from, valid_until, status, position) values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.ID, l.Regulator, l.Authority, l.Number, l.Licensee, l.Country, pgdialect.Array(l.Domains), l.Link, null(l.Confirmed), date(l.From),
		date(l.Until), string(l.Status), l.Position).Exec(ctx); err != nil {
		return l, twice(err)
	}
	if err := current.Changed(ctx, tx); err != nil {
		return l, err
	}
	return Get(ctx, tx, l.ID)
}

// Change puts what was typed in the place of what a licence was. Its regulator and its seal stay.
func Change(ctx context.Context, tx bun.Tx, id uuid.UUID, d Draft) (Licence, error) {
	old, err := Get(ctx, tx, id)
	if err != nil {
		return old, err
	}
	d.Regulator = old.Regulator
	l, err := d.Check(who(ctx))
	if err != nil {
		return l, err
	}
	if old.Confirmed != "" && old.LinkHost() == l.LinkHost() {
		l.Confirmed = old.Confirmed
	}
	if _, err := tx.NewRaw(`update licences set authority = ?, number = ?, licensee = ?, country = ?, domains = ?, link = ?, confirmed = ?,
			valid_from = ?, valid_until = ?, status = ?, updated_at = now() where tenant_id = current_tenant() and id = ?`,
		l.Authority, l.Number, l.Licensee, l.Country, pgdialect.Array(l.Domains), l.Link, null(l.Confirmed), date(l.From), date(l.Until),
		string(l.Status), id).Exec(ctx); err != nil {
		return l, twice(err)
	}
	if err := current.Changed(ctx, tx); err != nil {
		return l, err
	}
	return Get(ctx, tx, id)
}

// SetSeal gives a licence the picture of that name, or none where name is empty.
func SetSeal(ctx context.Context, tx bun.Tx, id uuid.UUID, name string) error {
	return touch(ctx, tx, `update licences set seal = ?, updated_at = now() where tenant_id = current_tenant() and id = ?`, null(name), id)
}

// Retire takes a licence out of everything players see. Its history stays.
func Retire(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return touch(ctx, tx, `update licences set retired_at = coalesce(retired_at, now()) where tenant_id = current_tenant() and id = ?`, id)
}

// Restore puts a retired licence back, at the end of the list.
func Restore(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	return touch(ctx, tx, `update licences l set retired_at = null, position = (select coalesce(max(o.position), 0) + 1 from licences o
		where o.tenant_id = l.tenant_id and o.retired_at is null) where l.tenant_id = current_tenant() and l.id = ?`, id)
}

// Move changes places with the neighbour before the licence (up) or after it. At the end of the list nothing happens.
func Move(ctx context.Context, tx bun.Tx, id uuid.UUID, up bool) error {
	all, err := All(ctx, tx)
	if err != nil {
		return err
	}
	for i, l := range all {
		if l.ID != id {
			continue
		}
		j := i + 1
		if up {
			j = i - 1
		}
		if l.RetiredAt != nil || j < 0 || j >= len(all) || all[j].RetiredAt != nil {
			return nil
		}
		return touch(ctx, tx, `update licences set position = case id when ? then ?::int else ?::int end
			where tenant_id = current_tenant() and id in (?, ?)`, id, all[j].Position, l.Position, id, all[j].ID)
	}
	return errGone
}

// touch runs an update of licences and forgets what was remembered of them; NotFound where nothing was there to update.
func touch(ctx context.Context, tx bun.Tx, statement string, args ...any) error {
	res, err := tx.NewRaw(statement, args...).Exec(ctx)
	if err != nil {
		return twice(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errGone
	}
	return current.Changed(ctx, tx)
}

// twice says it in a sentence when the licence is in the list already.
func twice(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.ConstraintName == "licences_once" {
		return fault.New(fault.Conflict, "This licence is in the list already.").On("number")
	}
	return err
}

func who(ctx context.Context) string {
	a, _ := authz.From(ctx)
	if a.Name != "" {
		return a.Name
	}
	return string(a.Kind)
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func date(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.Format(time.DateOnly)
}
