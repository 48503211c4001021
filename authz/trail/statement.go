package trail

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Statement is one signed word about how far a book's chain had come.
type Statement struct {
	Number    int64
	MadeAt    time.Time
	KeyID     string
	Links     int64 // how many there were
	Head      []byte
	Previous  []byte
	Hash      []byte
	Signature []byte
}

const statementPrefix = "desk audit head 1\n"

// digest is what a statement's hash must be.
func (b Book) digest(s Statement) []byte {
	h := sha256.New()
	h.Write([]byte(statementPrefix))
	h.Write(b.tenant[:])
	for _, n := range []int64{s.Number, s.MadeAt.UnixMicro(), s.Links} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
	h.Write(s.Head)
	h.Write(s.Previous)
	h.Write([]byte(s.KeyID))
	return h.Sum(nil)
}

// Statements are the book's, the oldest first.
func (b Book) Statements(ctx context.Context, tx bun.Tx) ([]Statement, error) {
	rows, err := tx.QueryContext(ctx, b.sql(`select l.number, l.made_at, l.key_id, l.links, l.head, l.previous, l.hash, l.signature
		from {signed} l where {mine} order by l.number`))
	if err != nil {
		return nil, fmt.Errorf("statements about the audit log: %w", err)
	}
	defer rows.Close()
	var all []Statement
	for rows.Next() {
		var s Statement
		if err := rows.Scan(&s.Number, &s.MadeAt, &s.KeyID, &s.Links, &s.Head, &s.Previous, &s.Hash, &s.Signature); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// Sign says with a key how far the chain has come, and returns what it said; nil where the chain hasn't moved. A chain that is
// broken since the statement before is not signed: a signature must not make a forged log a true one.
func (b Book) Sign(ctx context.Context, tx bun.Tx, key ed25519.PrivateKey, keyID string) (*Statement, *Broken, error) {
	all, err := b.Statements(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	before := Statement{Head: b.seed(), Hash: b.seed()}
	if len(all) > 0 {
		before = all[len(all)-1]
	}
	links, head, broken, err := b.walk(ctx, tx, before.Links, before.Head, nil)
	if err != nil || broken != nil || links == before.Links {
		return nil, broken, err
	}
	s := Statement{Number: before.Number + 1, MadeAt: time.Now().UTC().Truncate(time.Microsecond), KeyID: keyID, Links: links, Head: head, Previous: before.Hash}
	s.Hash = b.digest(s)
	s.Signature = ed25519.Sign(key, s.Hash)
	insert := `insert into {signed} (number, made_at, key_id, links, head, previous, hash, signature) values (?, ?, ?, ?, ?, ?, ?, ?)`
	if b.tenant != uuid.Nil {
		insert = `insert into {signed} (tenant_id, number, made_at, key_id, links, head, previous, hash, signature) values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, ?)`
	}
	if _, err := tx.NewRaw(b.sql(insert), s.Number, s.MadeAt, s.KeyID, s.Links, s.Head, s.Previous, s.Hash, s.Signature).Exec(ctx); err != nil {
		return nil, nil, fmt.Errorf("sign the audit log: %w", err)
	}
	return &s, nil, nil
}

// flaw says what is amiss with a statement that should have that number and follow that hash.
func (b Book) flaw(s Statement, number int64, before []byte, key ed25519.PublicKey) string {
	switch {
	case s.Number != number:
		return fmt.Sprintf("statement %d is missing", number)
	case !bytes.Equal(s.Previous, before):
		return fmt.Sprintf("statement %d doesn't follow from the one before it", number)
	case !bytes.Equal(s.Hash, b.digest(s)):
		return fmt.Sprintf("statement %d was changed", number)
	case key == nil:
		return fmt.Sprintf("statement %d is signed with the key %s, which isn't known here", number, s.KeyID)
	case !ed25519.Verify(key, s.Hash, s.Signature):
		return fmt.Sprintf("the signature of statement %d is wrong", number)
	}
	return ""
}
