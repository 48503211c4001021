package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// How long a sign-in lasts, how long it lasts without being used, and how long the question for the second factor stands.
const (
	sessionFor = 14 * 24 * time.Hour
	idleFor    = 24 * time.Hour
	codeFor    = 10 * time.Minute
	idleText   = "24 hours" // idleFor as Postgres reads it
)

// believedFor is how long a process believes a session without asking the database again. A sign-out, a change of role or
// of teams is announced and takes effect at once where the announcement arrives, and within this time everywhere.
const believedFor = 2 * time.Second

// Signed is a session as a request needs it.
type Signed struct {
	Actor    authz.Actor
	Email    string
	Language string
	Proven   bool   // the second factor was given, or the member has none
	Visit    *Visit // somebody from above is here; nil for members
}

// Sessions knows who is signed in. One belongs to one process.
type Sessions struct {
	mu      sync.Mutex
	kept    map[sessionKey]believed
	forgets uint64 // counts Forget, so that what was read before one isn't kept after it
}

type sessionKey struct {
	tenant uuid.UUID
	hash   [32]byte
}

type believed struct {
	signed Signed
	until  time.Time
}

// NewSessions returns an empty memory of sessions.
func NewSessions() *Sessions { return &Sessions{kept: map[sessionKey]believed{}} }

// errNotSignedIn is the answer to a token that is unknown, expired or ended.
var errNotSignedIn = fault.New(fault.Unauthenticated, "Please sign in.")

// HashToken is a token as the database knows it. Tokens are 256 random bits, so one SHA-256 keeps them secret.
func HashToken(token string) [32]byte { return sha256.Sum256([]byte(token)) }

func newToken() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Begin opens a session for a member and returns its token. proven is false while a second factor is still to be given.
func (s *Sessions) Begin(ctx context.Context, tx bun.Tx, member uuid.UUID, proven bool, address, browser string) (string, error) {
	token := newToken()
	hash := HashToken(token)
	var at any
	lasts := codeFor
	if proven {
		at, lasts = time.Now(), sessionFor
	}
	_, err := tx.NewRaw(`insert into staff_sessions (tenant_id, token_hash, id, membership_id, expires_at, proven_at, address, browser)
		values (current_tenant(), ?, ?, ?, ?, ?, ?, ?)`,
		hash[:], tenants.NewID(), member, time.Now().Add(lasts), at, address, cut(browser, 300)).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	if proven {
		if _, err := tx.NewRaw(`update memberships set last_seen_at = now() where tenant_id = current_tenant() and id = ?`, member).Exec(ctx); err != nil {
			return "", fmt.Errorf("begin session: %w", err)
		}
	}
	return token, nil
}

// Find returns who holds a token at the casino of ctx. A token of another casino is unknown here.
func (s *Sessions) Find(ctx context.Context, token string) (Signed, error) {
	key := sessionKey{tenants.Current(ctx).ID, HashToken(token)}
	s.mu.Lock()
	b, ok := s.kept[key]
	forgets := s.forgets
	s.mu.Unlock()
	if ok && time.Now().Before(b.until) {
		return b.signed, nil
	}
	var signed Signed
	err := tenants.Reading(ctx, key.tenant, func(ctx context.Context, tx bun.Tx) error {
		var err error
		signed, err = find(ctx, tx, key)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forgets != forgets {
		return signed, nil
	}
	if len(s.kept) > 20_000 {
		s.kept = map[sessionKey]believed{}
	}
	s.kept[key] = believed{signed, time.Now().Add(believedFor)}
	return signed, nil
}

func find(ctx context.Context, tx bun.Tx, key sessionKey) (Signed, error) {
	var row struct {
		Session  uuid.UUID   `bun:"id"`
		Member   uuid.UUID   `bun:"member"`
		Name     string      `bun:"name"`
		Email    string      `bun:"email"`
		Role     string      `bun:"role"`
		Language string      `bun:"language"`
		Proven   bool        `bun:"proven"`
		Stale    bool        `bun:"stale"`
		Teams    []uuid.UUID `bun:"-"`
	}
	err := tx.NewRaw(`select s.id, m.id as member, m.name, m.email, m.role, m.language, s.proven_at is not null as proven,
			s.seen_at < now() - interval '1 minute' as stale
		from staff_sessions s join memberships m on m.tenant_id = s.tenant_id and m.id = s.membership_id
		where s.tenant_id = current_tenant() and s.token_hash = ? and s.expires_at > now() and s.seen_at > now() - ?::interval
		and m.disabled_at is null`, key.hash[:], fmt.Sprintf("%d seconds", int(idleFor.Seconds()))).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return findVisit(ctx, tx, key)
	}
	if err != nil {
		return Signed{}, fmt.Errorf("find session: %w", err)
	}
	var teams []string
	if err := tx.NewRaw(`select array_agg(team_id::text) from membership_teams where tenant_id = current_tenant() and membership_id = ?`,
		row.Member).Scan(ctx, pgdialect.Array(&teams)); err != nil {
		return Signed{}, fmt.Errorf("teams of session: %w", err)
	}
	for _, t := range teams {
		row.Teams = append(row.Teams, uuid.MustParse(t))
	}
	if row.Stale && row.Proven {
		if _, err := tx.NewRaw(`update staff_sessions set seen_at = now() where tenant_id = current_tenant() and token_hash = ?`,
			key.hash[:]).Exec(ctx); err != nil {
			return Signed{}, err
		}
		if _, err := tx.NewRaw(`update memberships set last_seen_at = now() where tenant_id = current_tenant() and id = ?`,
			row.Member).Exec(ctx); err != nil {
			return Signed{}, err
		}
	}
	return Signed{
		Actor: authz.Actor{Kind: authz.KindAgent, Tenant: key.tenant, ID: row.Member, Role: authz.Role(row.Role), Teams: row.Teams,
			Name: row.Name, Session: row.Session},
		Email: row.Email, Language: row.Language, Proven: row.Proven,
	}, nil
}

// End closes the session of a token. One that has ended already is fine.
func (s *Sessions) End(ctx context.Context, tx bun.Tx, token string) error {
	hash := HashToken(token)
	var id uuid.UUID
	err := tx.NewRaw(`delete from staff_sessions where tenant_id = current_tenant() and token_hash = ? returning id`, hash[:]).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	s.ended(ctx, id)
	return nil
}

// EndAll closes all sessions of a member, but for the one named (uuid.Nil names none), and says how many there were.
func (s *Sessions) EndAll(ctx context.Context, tx bun.Tx, member, but uuid.UUID) (int, error) {
	var ids []uuid.UUID
	err := tx.NewRaw(`delete from staff_sessions where tenant_id = current_tenant() and membership_id = ? and id <> ? returning id`,
		member, but).Scan(ctx, &ids)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	s.ended(ctx, ids...)
	return len(ids), nil
}

// ended makes streams of sessions close once their end is committed.
func (s *Sessions) ended(ctx context.Context, ids ...uuid.UUID) {
	tenants.AfterCommit(ctx, s.Forget)
	for _, id := range ids {
		live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatSignOut, StaffOnly: true, Who: id})
	}
}

// Forget makes the process ask the database again for every session, those included whose answer is on its way.
func (s *Sessions) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgets++
	clear(s.kept)
}

// cut keeps what a browser says of itself storable: n bytes of valid text at most.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}
