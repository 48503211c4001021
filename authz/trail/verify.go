package trail

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Broken is the first place where a book isn't as it was written.
type Broken struct {
	Number int64     // of the link; 0 where it isn't about one
	Line   uuid.UUID // zero where none is known
	What   string
}

func (b *Broken) String() string {
	text := b.What
	if b.Line != uuid.Nil {
		text = "line " + b.Line.String() + ": " + text
	}
	if b.Number > 0 {
		text = fmt.Sprintf("link %d: %s", b.Number, text)
	}
	return text
}

// State is how far a book has come.
type State struct {
	Links    int64 // lines that are linked
	Head     []byte
	Waiting  int64 // lines that aren't yet
	SignedTo int64 // links that the newest statement is about
	SignedAt time.Time
}

// StateOf reads how far the book has come, without proving anything.
func (b Book) StateOf(ctx context.Context, tx bun.Tx) (State, error) {
	last, err := b.last(ctx, tx)
	if err != nil {
		return State{}, err
	}
	s := State{Links: last.Number, Head: last.Hash}
	err = tx.QueryRowContext(ctx, b.sql(`select l.links, l.made_at from {signed} l where {mine} order by l.number desc limit 1`)).Scan(&s.SignedTo, &s.SignedAt)
	if err != nil && !isNoRows(err) {
		return s, fmt.Errorf("newest statement: %w", err)
	}
	err = tx.QueryRowContext(ctx, b.sql(`select count(*) from {lines} l where {mine} and (l.epoch, l.xact, l.id) > (?, ?::xid8, ?)`),
		last.Epoch, last.Xact, last.LineID).Scan(&s.Waiting)
	if err == nil && last.Epoch == 0 {
		var early int64
		err = tx.QueryRowContext(ctx, b.sql(`select count(*) from {lines} l where {mine} and l.xact is null and l.id > ?`), last.LineID).Scan(&early)
		s.Waiting += early
	}
	if err != nil {
		return s, fmt.Errorf("audit lines without a link: %w", err)
	}
	return s, nil
}

// Noted is a book's newest statement as it was written down outside the database.
type Noted struct {
	Number int64
	Hash   []byte
}

// Report is what Verify found.
type Report struct {
	State
	Statements int64
	Broken     *Broken // nil when all is well
}

// Verify proves a book: every link follows from the one before it and from its line, no line that should have a link has none, and
// the statements are whole, signed by known keys (by their ids), true of the chain, and reach as far as what was noted.
func (b Book) Verify(ctx context.Context, tx bun.Tx, keys map[string]ed25519.PublicKey, noted Noted) (Report, error) {
	var r Report
	statements, err := b.Statements(ctx, tx)
	if err != nil {
		return r, err
	}
	heads := map[int64]Statement{}
	before := b.seed()
	for i, s := range statements {
		what := b.flaw(s, int64(i)+1, before, keys[s.KeyID])
		if what == "" && s.Number == noted.Number && !bytes.Equal(s.Hash, noted.Hash) {
			what = fmt.Sprintf("statement %d isn't the one that was noted outside the database", s.Number)
		}
		if what != "" {
			r.Broken = &Broken{What: what}
			break
		}
		before, r.Statements = s.Hash, s.Number
		heads[s.Links] = s
	}
	if r.Broken == nil && r.Statements < noted.Number {
		r.Broken = &Broken{What: fmt.Sprintf("statements %d to %d are missing", r.Statements+1, noted.Number)}
	}
	links, _, broken, err := b.walk(ctx, tx, 0, b.seed(), heads)
	if err != nil {
		return r, err
	}
	for to, s := range heads {
		if broken == nil && to > links {
			broken = &Broken{Number: links + 1, What: fmt.Sprintf("it is missing: statement %d is about %d links", s.Number, to)}
		}
	}
	if broken == nil {
		if broken, err = b.strangers(ctx, tx); err != nil {
			return r, err
		}
	}
	if broken != nil {
		r.Broken = broken
	}
	r.State, err = b.StateOf(ctx, tx)
	return r, err
}

// walk follows the chain after a link and returns how far it came, with the hash there. heads, which may be nil, are the statements by
// the number of links that they are about.
func (b Book) walk(ctx context.Context, tx bun.Tx, number int64, hash []byte, heads map[int64]Statement) (int64, []byte, *Broken, error) {
	for {
		n, broken, err := b.step(ctx, tx, &number, &hash, heads)
		if err != nil || broken != nil || n < batch {
			return number, hash, broken, err
		}
	}
}

func (b Book) step(ctx context.Context, tx bun.Tx, number *int64, hash *[]byte, heads map[int64]Statement) (n int, broken *Broken, err error) {
	rows, err := tx.QueryContext(ctx, b.linked(), *number, batch)
	if err != nil {
		return 0, nil, fmt.Errorf("walk the audit log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k Link
		var gone bool
		line, err := b.scan(rows, &k.Number, &k.LineID, &k.Hash, &gone)
		if err != nil {
			return n, nil, err
		}
		n++
		want := *number + 1
		switch {
		case k.Number != want:
			return n, &Broken{Number: want, What: "it is missing"}, nil
		case gone:
			return n, &Broken{want, k.LineID, "it was taken away"}, nil
		case !bytes.Equal(k.Hash, follow(*hash, want, line.digest())):
			return n, &Broken{want, k.LineID, "it isn't as it was written, or not in its place"}, nil
		}
		*number, *hash = want, k.Hash
		if s, ok := heads[want]; ok && !bytes.Equal(s.Head, k.Hash) {
			return n, &Broken{want, k.LineID, fmt.Sprintf("the log up to here isn't the one that was signed on %s (statement %d)",
				s.MadeAt.UTC().Format("2006-01-02"), s.Number)}, nil
		}
	}
	return n, nil, rows.Err()
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// strangers finds a line that stands before the newest link and has none: somebody put it in later.
func (b Book) strangers(ctx context.Context, tx bun.Tx) (*Broken, error) {
	last, err := b.last(ctx, tx)
	if err != nil || last.Number == 0 {
		return nil, err
	}
	join := "k.line_id = l.id"
	if b.tenant != uuid.Nil {
		join += " and k.tenant_id = l.tenant_id"
	}
	var id uuid.UUID
	err = tx.QueryRowContext(ctx, b.sql(`select l.id from {lines} l where {mine}
		and (coalesce(l.epoch, 0), coalesce(l.xact, '0'::xid8), l.id) <= (?, ?::xid8, ?)
		and not exists (select from {links} k where `+join+`) order by l.id limit 1`), last.Epoch, last.Xact, last.LineID).Scan(&id)
	if isNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lines that nobody linked: %w", err)
	}
	return &Broken{Line: id, What: "it was put in after those that follow it were linked"}, nil
}
