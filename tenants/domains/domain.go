package domains

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// State is how far a claim has come.
type State string

// The states. A removed claim is gone for everybody; its row stays as the record of when.
const (
	Pending   State = "pending"   // waits for its proof; nothing is served there
	Proven    State = "proven"    // the casino's desk is served there
	Suspended State = "suspended" // its proof was lost: nothing is served until it is found again and an admin asks
)

// Domain is one claim of a casino.
type Domain struct {
	ID          uuid.UUID  `bun:"id"`
	Host        string     `bun:"host"` // as the DNS has it
	Token       string     `bun:"token"`
	AddedAt     time.Time  `bun:"added_at"`
	ProvenAt    *time.Time `bun:"proven_at"`
	Proof       Proof      `bun:"proof"`
	CheckedAt   *time.Time `bun:"checked_at"` // when the DNS answered last
	Finding     Finding    `bun:"finding"`    // what the last check found; "" before the first
	Found       string     `bun:"found"`      // where it points instead
	Failures    int        `bun:"failures"`
	FailedAt    *time.Time `bun:"failed_at"`
	SuspendedAt *time.Time `bun:"suspended_at"`
}

// State is where the claim stands.
func (d Domain) State() State {
	switch {
	case d.SuspendedAt != nil:
		return Suspended
	case d.ProvenAt != nil:
		return Proven
	}
	return Pending
}

// Spoken is the name in its own script, for people.
func (d Domain) Spoken() string { return spoken(d.Host) }

// TXTName is where the proof by TXT stands; its text is the token.
func (d Domain) TXTName() string { return VerifyLabel + "." + d.Host }

// Bare says whether the name is registered as such, with nothing before it: there the DNS allows no CNAME beside its other
// records (RFC 1034, section 3.6.2).
func (d Domain) Bare() bool { return bare(d.Host) }

const columns = `select id, host, token, added_at, proven_at, coalesce(proof, '') as proof, checked_at, coalesce(finding, '') as finding,
	coalesce(found, '') as found, failures, failed_at, suspended_at from domains where tenant_id = current_tenant() and removed_at is null `

// List is the casino's claims, oldest first.
func List(ctx context.Context, tx bun.IDB) ([]Domain, error) {
	var all []Domain
	if err := tx.NewRaw(columns+`order by added_at, id`).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("domains: %w", err)
	}
	return all, nil
}

// Get is one claim of the casino. Unknown, removed and another casino's are NotFound.
func Get(ctx context.Context, tx bun.IDB, id uuid.UUID) (Domain, error) { return one(ctx, tx, id, ``) }

// hold is Get that lets nobody else change the claim before tx ends.
func hold(ctx context.Context, tx bun.IDB, id uuid.UUID) (Domain, error) {
	return one(ctx, tx, id, `for update`)
}

func one(ctx context.Context, tx bun.IDB, id uuid.UUID, lock string) (d Domain, err error) {
	err = tx.NewRaw(columns+`and id = ? `+lock, id).Scan(ctx, &d)
	if errors.Is(err, sql.ErrNoRows) {
		return d, tenants.ErrNotFound
	}
	if err != nil {
		return d, fmt.Errorf("domain %s: %w", id, err)
	}
	return d, nil
}

// most is how many domains a casino may have: one for each of its markets, and no more names than somebody looks after.
const most = 25

// Add claims a name, as somebody typed it. own are the deployment's own names besides {slug}.{base}. Whether another casino
// claims or serves it, nobody is told before the proof.
func Add(ctx context.Context, tx bun.Tx, typed string, own ...string) (Domain, error) {
	host, err := Clean(typed, append([]string{tenants.PoolsOf(ctx).Doors.Base()}, own...)...)
	if err != nil {
		return Domain{}, err
	}
	all, err := List(ctx, tx)
	if err != nil {
		return Domain{}, err
	}
	for _, d := range all {
		if d.Host == host {
			return Domain{}, fault.New(fault.Conflict, "%s is in the list already.", d.Spoken()).On("domain")
		}
	}
	if len(all) >= most {
		return Domain{}, fault.New(fault.Conflict, "A casino has %d domains at most.", most).On("domain")
	}
	d, err := claim(ctx, tx, host)
	if errors.Is(err, sql.ErrNoRows) { // added by somebody else in the same moment
		return d, fault.New(fault.Conflict, "%s is in the list already.", spoken(host)).On("domain")
	}
	if err != nil {
		return d, fmt.Errorf("add domain: %w", err)
	}
	return d, record(ctx, tx, "added", d, nil)
}

func claim(ctx context.Context, tx bun.Tx, host string) (Domain, error) {
	d := Domain{ID: tenants.NewID(), Host: host, Token: newToken()}
	err := tx.NewRaw(`insert into domains (tenant_id, id, host, token) values (current_tenant(), ?, ?, ?)
		on conflict (tenant_id, host) where removed_at is null do nothing returning added_at`, d.ID, d.Host, d.Token).Scan(ctx, &d.AddedAt)
	return d, err
}

// newToken is what proves a claim: 160 bits that another casino's claim of the same name can't have.
func newToken() string {
	secret := make([]byte, 20)
	_, _ = rand.Read(secret)
	return strings.ToLower(base32.StdEncoding.EncodeToString(secret))
}

// Vouch gives a casino a name without a proof: the operator of the deployment answers for it, and no check takes it away. For
// demos and for names that the operator's own DNS holds; never for what an admin of a casino asks for.
func Vouch(ctx context.Context, tx bun.Tx, host string) (Domain, error) {
	d, err := claim(ctx, tx, host)
	if err != nil {
		return d, fmt.Errorf("vouch for %s: %w", host, err)
	}
	return serve(ctx, tx, d, Evidence{Finding: Held, Proof: Vouched})
}

// Remove gives a name up. Nothing is served there from then on; links go to {slug}.{base} where it was the main one.
func Remove(ctx context.Context, tx bun.Tx, id uuid.UUID) (Domain, error) {
	d, err := hold(ctx, tx, id)
	if err != nil {
		return d, err
	}
	if _, err := tx.NewRaw(`update domains set removed_at = now() where tenant_id = current_tenant() and id = ?`, id).Exec(ctx); err != nil {
		return d, fmt.Errorf("remove domain: %w", err)
	}
	if err := tenants.ReleaseHost(ctx, tx, d.Host); err != nil {
		return d, fmt.Errorf("remove domain: %w", err)
	}
	return d, record(ctx, tx, "removed", d, nil)
}

// MakeMain lets links in mail and pages lead to a proven name. A claim that serves nothing answers Conflict.
func MakeMain(ctx context.Context, tx bun.Tx, id uuid.UUID) (Domain, error) {
	d, err := hold(ctx, tx, id)
	if err != nil {
		return d, err
	}
	ok := false
	if d.State() == Proven {
		if ok, err = tenants.MainHost(ctx, tx, d.Host); err != nil {
			return d, fmt.Errorf("main domain: %w", err)
		}
	}
	if !ok {
		return d, fault.New(fault.Conflict, "%s isn't proven, so links can't lead there.", d.Spoken())
	}
	return d, record(ctx, tx, "made_main", d, nil)
}

// MakeSlugMain lets links lead to {slug}.{base} again.
func MakeSlugMain(ctx context.Context, tx bun.Tx) error {
	if _, err := tenants.MainHost(ctx, tx, ""); err != nil {
		return fmt.Errorf("main domain: %w", err)
	}
	t := tenants.Current(ctx)
	return record(ctx, tx, "made_main", Domain{Host: tenants.PoolsOf(ctx).Doors.SlugHost(t)}, nil)
}

// record writes an audit line with the name as it was.
func record(ctx context.Context, tx bun.Tx, deed string, d Domain, more map[string]any) error {
	facts := map[string]any{"name": d.Host}
	for k, v := range more {
		facts[k] = v
	}
	a, ok := authz.From(ctx)
	if !ok {
		a = authz.System(tenants.Current(ctx).ID)
	}
	return authz.Record(ctx, tx, a, deed, "domain", facts)
}
