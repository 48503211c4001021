package office

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// How long a sign-in lasts, how long it lasts without being used, and how long one waits for its second factor.
const (
	sessionFor = 12 * time.Hour
	idleFor    = 2 * time.Hour
	stepFor    = 10 * time.Minute
)

// From is where a request came from.
type From struct {
	Address, Browser, RequestID string
}

// network is the part of an address that attempts are counted by: all of IPv4, and of IPv6 the /64 that one household or server
// has to itself (RFC 6177, section 2).
func (f From) network() string {
	ip, err := netip.ParseAddr(f.Address)
	if err != nil {
		return f.Address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// Signed is a session as a request needs it.
type Signed struct {
	Person  Person
	Session uuid.UUID
	House   House
	Next    Step // what it waits for; Nothing where it is open
}

// House is whose console a person sees: the reseller's, with its name and colour, or the deployment's own, which is the zero
// House.
type House struct {
	Name, Accent, Logo, Suspended string
}

// Actor is who acts by the session.
func (s Signed) Actor(from From) authz.Actor {
	a := s.Person.actor(from)
	a.Session = s.Session
	return a
}

var errNotSignedIn = fault.New(fault.Unauthenticated, "Please sign in.")

// Find returns who holds a token. It notes at most once a minute that they were there.
func Find(ctx context.Context, token string) (s Signed, err error) {
	hash := hashToken(token)
	now := tenants.AboveNow(ctx)
	var row struct {
		Person
		Session   uuid.UUID `bun:"session"`
		Proven    bool      `bun:"proven"`
		Stale     bool      `bun:"stale"`
		House     string    `bun:"house"`
		Accent    string    `bun:"accent"`
		Logo      string    `bun:"logo"`
		Suspended string    `bun:"suspended"`
	}
	err = now.NewRaw(`select s.id as session, s.proven_at is not null as proven, s.seen_at < now() - interval '1 minute' as stale,
			coalesce(r.name, '') as house, coalesce(r.accent, '') as accent, coalesce(r.logo, '') as logo, coalesce(r.suspended_why, '') as suspended, p.*
		from control.console_sessions s join (`+personColumns+`) p on p.id = s.person_id
		left join control.resellers r on r.id = p.reseller
		where s.token_hash = ? and s.expires_at > now() and s.seen_at > now() - ?::interval and p.disabled_at is null`,
		hash, fmt.Sprintf("%d seconds", int(idleFor.Seconds()))).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return s, errNotSignedIn
	}
	if err != nil {
		return s, fmt.Errorf("console session: %w", err)
	}
	s = Signed{Person: row.Person, Session: row.Session, House: House{row.House, row.Accent, row.Logo, row.Suspended}}
	switch {
	case !row.Proven && row.Factor:
		s.Next = GiveCode
	case !row.Factor && row.Role() == authz.Vendor:
		s.Next = SetFactor
	case !row.Proven:
		return Signed{}, errNotSignedIn
	case row.Suspended != "":
		s.Next = Shut
	}
	if row.Stale && row.Proven {
		if _, err := now.ExecContext(ctx, `update control.console_sessions set seen_at = now() where token_hash = ?`, hash); err != nil {
			return s, err
		}
		_, err = now.ExecContext(ctx, `update control.console_people set last_seen_at = now() where id = ?`, row.ID)
	}
	return s, err
}

// SignOut ends the session of a token and writes it down. One that has ended already is fine.
func SignOut(ctx context.Context, token string, from From) error {
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		s, err := Find(ctx, token)
		if fault.CodeOf(err) == fault.Unauthenticated {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.NewRaw(`delete from control.console_sessions where token_hash = ?`, hashToken(token)).Exec(ctx); err != nil {
			return err
		}
		return authz.RecordAbove(ctx, tx, s.Actor(from), "sign_out", "session", s.Person.whose(), nil)
	})
}

// Clear removes what has run out: sessions, links, attempts.
func Clear(ctx context.Context) error {
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, statement := range []string{
			`delete from control.console_sessions where expires_at < now()`,
			`delete from control.console_links where expires_at < now() - interval '1 day'`,
			`delete from control.console_attempts where at < now() - interval '1 day'`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("clear console: %w", err)
			}
		}
		return nil
	})
}

// begin opens a session; proven is false while a step is still to be done.
func begin(ctx context.Context, tx bun.Tx, person uuid.UUID, proven bool, from From) (string, error) {
	token, hash := newToken()
	var at any
	lasts := stepFor
	if proven {
		at, lasts = time.Now(), sessionFor
	}
	if _, err := tx.NewRaw(`insert into control.console_sessions (token_hash, id, person_id, expires_at, proven_at, address, browser)
		values (?, ?, ?, ?, ?, ?, ?)`, hash, tenants.NewID(), person, time.Now().Add(lasts), at, from.Address, cut(from.Browser, 300)).Exec(ctx); err != nil {
		return "", fmt.Errorf("begin console session: %w", err)
	}
	if !proven {
		return token, nil
	}
	_, err := tx.NewRaw(`update control.console_people set last_seen_at = now() where id = ?`, person).Exec(ctx)
	return token, err
}

// Begin opens a proven session for a person, for tests and the demo.
func Begin(ctx context.Context, tx bun.Tx, person uuid.UUID, from From) (string, error) {
	return begin(ctx, tx, person, true, from)
}

// newToken is 256 random bits and the hash that the database keeps of them.
func newToken() (string, []byte) {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// cut keeps what a browser says of itself storable: n bytes of valid text at most.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}
