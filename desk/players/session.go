package players

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// How long a session lasts: a player's until the casino has to vouch for them again, a visitor's until they haven't come back.
const (
	ProvenFor  = time.Hour
	VisitorFor = 30 * 24 * time.Hour
)

// Session is an open session of a player. Token is what the player holds; the database has only its hash.
type Session struct {
	Token   string
	Player  Player
	Proven  bool // verified by sign-in
	Expires time.Time
	// Linked says that the visitor who had been here was now linked to the player.
	Linked bool
}

// Ask is what somebody brings who wants to chat. All may be missing.
type Ask struct {
	Identity string // a token signed by the casino's backend
	Visitor  string // the token of an earlier visit
	Language string
}

// HashToken is a token as the database knows it. Tokens are 256 random bits, so one SHA-256 keeps them secret.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Enter opens a session: the player's when the identity proves one, else a visitor's. A visitor's token that is still good
// is answered with itself. A refused identity writes nothing.
func Enter(ctx context.Context, tx bun.Tx, a Ask) (Session, error) {
	earlier, known, err := visit(ctx, tx, a.Visitor)
	if err != nil {
		return Session{}, err
	}
	if a.Identity == "" {
		if known {
			return again(ctx, tx, a.Visitor, earlier)
		}
		p, err := visitor(ctx, tx, a.Language)
		if err != nil {
			return Session{}, err
		}
		return open(ctx, tx, p, false, a.Language)
	}
	c, err := prove(ctx, tx, a.Identity)
	if err != nil {
		return Session{}, err
	}
	if err := spend(ctx, tx, c); err != nil {
		return Session{}, err
	}
	p, err := record(ctx, tx, c)
	if err != nil {
		return Session{}, err
	}
	s, err := open(ctx, tx, p, true, first(a.Language, c.language))
	if err != nil || !known {
		return s, err
	}
	s.Linked, err = link(ctx, tx, p.ID, earlier.ID)
	if err != nil {
		return s, err
	}
	return s, End(ctx, tx, a.Visitor)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func open(ctx context.Context, tx bun.Tx, p Player, proven bool, language string) (Session, error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	s := Session{Token: base64.RawURLEncoding.EncodeToString(raw[:]), Player: p, Proven: proven}
	lasts := VisitorFor
	if proven {
		lasts = ProvenFor
	}
	s.Expires = time.Now().Add(lasts).UTC().Truncate(time.Second)
	_, err := tx.NewRaw(`insert into player_sessions (tenant_id, token_hash, player_id, proven, language, expires_at)
		values (current_tenant(), ?, ?, ?, ?, ?)`, HashToken(s.Token), p.ID, proven, first(language, "en"), s.Expires).Exec(ctx)
	if err != nil {
		return s, fmt.Errorf("open player's session: %w", err)
	}
	return s, nil
}

// visit finds the visitor behind a token. A player's token isn't one: players come back by a fresh identity only.
func visit(ctx context.Context, tx bun.Tx, token string) (Player, bool, error) {
	if token == "" || len(token) > 200 {
		return Player{}, false, nil
	}
	var id uuid.UUID
	err := tx.NewRaw(`select player_id from player_sessions where tenant_id = current_tenant() and token_hash = ?
		and not proven and expires_at > now() and ended_at is null`, HashToken(token)).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return Player{}, false, nil
	}
	if err != nil {
		return Player{}, false, fmt.Errorf("visitor's session: %w", err)
	}
	p, err := Get(ctx, tx, id)
	return p, err == nil, err
}

func again(ctx context.Context, tx bun.Tx, token string, p Player) (Session, error) {
	s := Session{Token: token, Player: p, Expires: time.Now().Add(VisitorFor).UTC().Truncate(time.Second)}
	_, err := tx.NewRaw(`with seen as (update players set seen_at = now() where tenant_id = current_tenant() and id = ?)
		update player_sessions set expires_at = ? where tenant_id = current_tenant() and token_hash = ?`,
		p.ID, s.Expires, HashToken(token)).Exec(ctx)
	if err != nil {
		return s, fmt.Errorf("extend visitor's session: %w", err)
	}
	return s, nil
}

// Who is the player behind a session's token, with how long it still lasts.
type Who struct {
	Player  uuid.UUID `bun:"player_id"`
	Proven  bool      `bun:"proven"`
	Expires time.Time `bun:"expires_at"`
}

// Find returns who holds a token; ok is false when it is unknown, has run out or was ended.
func Find(ctx context.Context, tx bun.Tx, hash []byte) (w Who, ok bool, err error) {
	err = tx.NewRaw(`select player_id, proven, expires_at from player_sessions where tenant_id = current_tenant() and token_hash = ?
		and expires_at > now() and ended_at is null`, hash).Scan(ctx, &w)
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("player's session: %w", err)
	}
	return w, true, nil
}

// End ends a session. An unknown token is as good as ended.
func End(ctx context.Context, tx bun.Tx, token string) error {
	_, err := tx.NewRaw(`update player_sessions set ended_at = now() where tenant_id = current_tenant() and token_hash = ? and ended_at is null`,
		HashToken(token)).Exec(ctx)
	return err
}
