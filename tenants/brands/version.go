package brands

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Version is a brand as somebody saved it. It never changes; publishing one shows it to everybody.
type Version struct {
	Number        int        `bun:"number"`
	Brand         Brand      `bun:"-"`
	AuthorID      *uuid.UUID `bun:"author_id"` // nil where the program made it
	AuthorName    string     `bun:"author_name"`
	Restores      *int       `bun:"restores"` // the version that it repeats
	MadeAt        time.Time  `bun:"made_at"`
	PublishedAt   *time.Time `bun:"published_at"` // nil while it is a draft
	PublisherName *string    `bun:"publisher_name"`
	Live          bool       `bun:"live"` // it is what everybody sees

	Raw []byte `bun:"brand"`
}

const versionColumns = `v.number, v.brand, v.author_id, v.author_name, v.restores, v.made_at, v.published_at, v.publisher_name,
	v.number = (select version from brands where tenant_id = current_tenant()) as live`

func (v *Version) read() error {
	err := json.Unmarshal(v.Raw, &v.Brand)
	v.Brand.Version, v.Raw = v.Number, nil
	return err
}

// Newest returns the last version that was saved, published or not. Before the first it has the number 0 and shows what the
// casino shows.
func Newest(ctx context.Context, tx bun.Tx) (Version, error) {
	var v Version
	err := tx.NewRaw(`select `+versionColumns+` from brand_versions v where v.tenant_id = current_tenant()
		order by number desc limit 1`).Scan(ctx, &v)
	if errors.Is(err, sql.ErrNoRows) {
		v.Live = true
		v.Brand, err = Get(ctx, tx)
		return v, err
	}
	if err != nil {
		return v, err
	}
	return v, v.read()
}

// VersionOf returns one version; NotFound where the casino has none of that number.
func VersionOf(ctx context.Context, tx bun.Tx, number int) (Version, error) {
	var v Version
	err := tx.NewRaw(`select `+versionColumns+` from brand_versions v where v.tenant_id = current_tenant() and v.number = ?`, number).Scan(ctx, &v)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fault.New(fault.NotFound, "There is nothing here.")
	}
	if err != nil {
		return v, err
	}
	return v, v.read()
}

// Versions returns at most limit versions, newest first, of those before a number; 0 begins with the newest.
func Versions(ctx context.Context, tx bun.Tx, before, limit int) ([]Version, error) {
	var all []Version
	err := tx.NewRaw(`select `+versionColumns+` from brand_versions v where v.tenant_id = current_tenant() and (? = 0 or v.number < ?)
		order by number desc limit ?`, before, before, limit).Scan(ctx, &all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if err := all[i].read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Save keeps b as a new version that nobody sees yet. seen is the number of the newest version when b was begun: where somebody
// has saved another one since, Save answers Conflict and keeps nothing. What differs in nothing from the newest makes no version.
func Save(ctx context.Context, tx bun.Tx, b Brand, seen int) (Version, error) {
	b, err := b.Clean()
	if err != nil {
		return Version{}, err
	}
	newest, err := hold(ctx, tx, seen)
	if err != nil {
		return Version{}, err
	}
	if same(newest.Brand, b) {
		return newest, nil
	}
	return add(ctx, tx, newest.Number+1, b, nil)
}

// Publish shows the newest version to everybody. seen is as in Save: what is published is what its publisher has looked at.
func Publish(ctx context.Context, tx bun.Tx, seen int) (Version, error) {
	v, err := hold(ctx, tx, seen)
	if err != nil || v.Live {
		return v, err
	}
	return v, show(ctx, tx, &v)
}

// RollBack shows an earlier version again, as a new version. A draft that stood before it is left behind.
func RollBack(ctx context.Context, tx bun.Tx, number, seen int) (Version, error) {
	newest, err := hold(ctx, tx, seen)
	if err != nil {
		return Version{}, err
	}
	earlier, err := VersionOf(ctx, tx, number)
	if err != nil {
		return Version{}, err
	}
	if newest.Live && newest.Number == number {
		return newest, nil
	}
	v, err := add(ctx, tx, newest.Number+1, earlier.Brand, &number)
	if err != nil {
		return v, err
	}
	return v, show(ctx, tx, &v)
}

// Set saves b and shows it, whatever was there: for seeds and for whoever doesn't look first.
func Set(ctx context.Context, tx bun.Tx, b Brand) error {
	newest, err := lock(ctx, tx)
	if err != nil {
		return err
	}
	v, err := Save(ctx, tx, b, newest.Number)
	if err != nil {
		return err
	}
	_, err = Publish(ctx, tx, v.Number)
	return err
}

// hold lets one at a time change the casino's brand and returns the newest version, unless it is another than was seen.
func hold(ctx context.Context, tx bun.Tx, seen int) (Version, error) {
	newest, err := lock(ctx, tx)
	if err == nil && newest.Number != seen && (newest.Number > 1 || seen != 0) {
		who := newest.AuthorName
		if who == "" {
			return newest, fault.New(fault.Conflict, "The brand was changed while you were looking at it. Look at what it is now, then change it.")
		}
		return newest, fault.New(fault.Conflict, "%s has changed the brand while you were looking at it. Look at what it is now, then change it.", who)
	}
	return newest, err
}

// lock waits for whoever is changing the brand. A casino that has no version yet gets its first: what it has shown so far, so
// that there is a way back to it.
func lock(ctx context.Context, tx bun.Tx) (Version, error) {
	if _, err := tx.NewRaw(`insert into brands (tenant_id, name) values (current_tenant(), ?) on conflict do nothing`,
		tenants.Current(ctx).Name).Exec(ctx); err != nil {
		return Version{}, err
	}
	if _, err := tx.NewRaw(`select 1 from brands where tenant_id = current_tenant() for update`).Exec(ctx); err != nil {
		return Version{}, err
	}
	newest, err := Newest(ctx, tx)
	if err != nil || newest.Number > 0 {
		return newest, err
	}
	first, err := json.Marshal(newest.Brand)
	if err != nil {
		return newest, err
	}
	if _, err := tx.NewRaw(`insert into brand_versions (tenant_id, number, brand, author_name, published_at, publisher_name)
		values (current_tenant(), 1, ?::jsonb, '', now(), '')`, string(first)).Exec(ctx); err != nil {
		return newest, err
	}
	if _, err := tx.NewRaw(`update brands set version = 1 where tenant_id = current_tenant()`).Exec(ctx); err != nil {
		return newest, err
	}
	return Newest(ctx, tx)
}

func add(ctx context.Context, tx bun.Tx, number int, b Brand, restores *int) (Version, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return Version{}, err
	}
	id, name := author(ctx)
	if _, err := tx.NewRaw(`insert into brand_versions (tenant_id, number, brand, author_id, author_name, restores)
		values (current_tenant(), ?, ?::jsonb, ?, ?, ?)`, number, string(text), id, name, restores).Exec(ctx); err != nil {
		return Version{}, err
	}
	return VersionOf(ctx, tx, number)
}

// show makes v what everybody sees.
func show(ctx context.Context, tx bun.Tx, v *Version) error {
	b := v.Brand
	_, name := author(ctx)
	if _, err := tx.NewRaw(`update brand_versions set published_at = now(), publisher_name = ? where tenant_id = current_tenant() and number = ?`,
		name, v.Number).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`update brands set name = ?, legal_name = ?, site = ?, logo = ?, logo_dark = ?, icon = ?, accent = ?, accent_dark = ?,
		ink = ?, corners = ?, greeting = ?::jsonb, side = ?, bottom = ?, inset = ?, sender = ?, signature = ?::jsonb, footer = ?::jsonb, version = ?,
		updated_at = now() where tenant_id = current_tenant()`,
		b.Name, b.LegalName, b.Site, b.Logo, b.LogoDark, b.Icon, b.Accent, b.AccentDark, b.Ink, string(b.Corners), b.Greeting.json(),
		string(b.Side), b.Bottom, b.Inset, b.Sender, b.Signature.json(), b.Footer.json(), v.Number).Exec(ctx); err != nil {
		return err
	}
	shown, err := VersionOf(ctx, tx, v.Number)
	if err != nil {
		return err
	}
	*v = shown
	return memory.Changed(ctx, tx)
}

func (t Texts) json() string {
	if t == nil {
		return "{}"
	}
	text, _ := json.Marshal(t) // a map of strings can't fail
	return string(text)
}

// same tells whether two brands show the same, whatever their versions.
func same(a, b Brand) bool {
	a.Version, b.Version = 0, 0
	for _, t := range []*Texts{&a.Greeting, &a.Signature, &a.Footer, &b.Greeting, &b.Signature, &b.Footer} {
		if len(*t) == 0 {
			*t = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func author(ctx context.Context) (id *uuid.UUID, name string) {
	a, _ := authz.From(ctx)
	if a.ID == uuid.Nil {
		return nil, a.Name
	}
	return &a.ID, a.Name
}
