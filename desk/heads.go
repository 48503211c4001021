package desk

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// SignedHead is how far a conversation had come when a statement was signed.
type SignedHead struct {
	Conversation uuid.UUID
	Seq          int64
	Hash         []byte
	Number       int64 // of the statement
	MadeAt       time.Time
}

// Statement is one signed word about the heads of a casino's conversations that had changed since the one before.
type Statement struct {
	Tenant    uuid.UUID
	Number    int64
	MadeAt    time.Time
	KeyID     string
	Previous  []byte
	Hash      []byte
	Signature []byte
	Heads     []SignedHead // by conversation
}

// statementPrefix keeps the signature from being taken for one about anything else.
const statementPrefix = "desk heads 1\n"

// digest is what a statement's hash must be. docs/log.md tells strangers how.
func (s Statement) digest() []byte {
	h := sha256.New()
	h.Write([]byte(statementPrefix))
	h.Write(s.Tenant[:])
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(s.Number)))
	h.Write(s.Previous)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(s.MadeAt.UnixMicro())))
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s.KeyID))))
	h.Write([]byte(s.KeyID))
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s.Heads))))
	for _, head := range s.Heads {
		h.Write(head.Conversation[:])
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(head.Seq)))
		h.Write(head.Hash)
	}
	return h.Sum(nil)
}

// statementSeed is what the first statement of a casino follows.
func statementSeed(tenant uuid.UUID) []byte {
	sum := sha256.Sum256(append([]byte(statementPrefix), tenant[:]...))
	return sum[:]
}

// KeyID names a signing key by its public half.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// SignHeads signs the heads of the casino of ctx that have moved since they were last signed, and returns the statement; nil
// when none has. A conversation whose log is broken is left out and returned in broken: a signature must not make a forged log
// a true one.
func SignHeads(ctx context.Context, key ed25519.PrivateKey) (made *Statement, broken []Report, err error) {
	t := tenants.Current(ctx)
	// Reading whole logs takes a while, so each conversation gets a transaction of its own.
	var moved []uuid.UUID
	if err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select c.id from conversations c where c.tenant_id = current_tenant() and c.last_seq > 0
			and not exists (select from signed_heads h where h.tenant_id = c.tenant_id and h.conversation_id = c.id and h.seq >= c.last_seq)
			order by c.id`).Scan(ctx, &moved)
	}); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, nil, fmt.Errorf("moved heads: %w", err)
	}
	var heads []SignedHead
	for _, id := range moved {
		if err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
			earlier, err := headsOf(ctx, tx, id)
			if err != nil {
				return err
			}
			r, err := Verify(ctx, tx, id, earlier)
			switch {
			case errors.Is(err, tenants.ErrNotFound):
			case err != nil:
				return err
			case r.Broken != nil:
				broken = append(broken, r)
			default:
				heads = append(heads, SignedHead{Conversation: id, Seq: r.Entries, Hash: r.Head})
			}
			return nil
		}); err != nil {
			return nil, broken, err
		}
	}
	if len(heads) == 0 {
		return nil, broken, nil
	}
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		made, err = state(ctx, tx, key, heads)
		return err
	})
	return made, broken, err
}

// state writes the next statement. Two processes that do so at once collide on its number, and the later one fails.
func state(ctx context.Context, tx bun.Tx, key ed25519.PrivateKey, heads []SignedHead) (*Statement, error) {
	s := Statement{Tenant: tenants.Current(ctx).ID, Heads: heads, KeyID: KeyID(key.Public().(ed25519.PublicKey)),
		MadeAt: time.Now().UTC().Truncate(time.Microsecond)}
	err := tx.QueryRowContext(ctx, `select number, hash from head_statements where tenant_id = current_tenant() order by number desc limit 1`).
		Scan(&s.Number, &s.Previous)
	if errors.Is(err, sql.ErrNoRows) {
		s.Previous, err = statementSeed(s.Tenant), nil
	}
	if err != nil {
		return nil, fmt.Errorf("last statement: %w", err)
	}
	s.Number++
	s.Hash = s.digest()
	s.Signature = ed25519.Sign(key, s.Hash)
	if _, err := tx.NewRaw(`insert into head_statements (tenant_id, number, made_at, key_id, heads, previous, hash, signature)
		values (current_tenant(), ?, ?, ?, ?, ?, ?, ?)`, s.Number, s.MadeAt, s.KeyID, len(heads), s.Previous, s.Hash, s.Signature).Exec(ctx); err != nil {
		return nil, fmt.Errorf("write statement %d: %w", s.Number, err)
	}
	for i := range heads {
		heads[i].Number, heads[i].MadeAt = s.Number, s.MadeAt
	}
	for rest := heads; len(rest) > 0; {
		n := min(len(rest), 500)
		rows := make([]signedRow, n)
		for i, h := range rest[:n] {
			rows[i] = signedRow{TenantID: s.Tenant, Conversation: h.Conversation, Seq: h.Seq, Hash: h.Hash, Number: s.Number}
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return nil, fmt.Errorf("write heads of statement %d: %w", s.Number, err)
		}
		rest = rest[n:]
	}
	return &s, nil
}

type signedRow struct {
	bun.BaseModel `bun:"table:signed_heads"`
	TenantID      uuid.UUID `bun:"tenant_id,type:uuid"`
	Conversation  uuid.UUID `bun:"conversation_id,type:uuid"`
	Seq           int64     `bun:"seq"`
	Hash          []byte    `bun:"hash"`
	Number        int64     `bun:"number"`
}

// headsOf are what was signed of one conversation, oldest first.
func headsOf(ctx context.Context, tx bun.Tx, conversation uuid.UUID) ([]SignedHead, error) {
	rows, err := tx.QueryContext(ctx, `select h.seq, h.hash, h.number, s.made_at from signed_heads h
		join head_statements s on s.tenant_id = h.tenant_id and s.number = h.number
		where h.tenant_id = current_tenant() and h.conversation_id = ? order by h.seq`, conversation)
	if err != nil {
		return nil, fmt.Errorf("signed heads of %s: %w", conversation, err)
	}
	defer rows.Close()
	var heads []SignedHead
	for rows.Next() {
		h := SignedHead{Conversation: conversation}
		if err := rows.Scan(&h.Seq, &h.Hash, &h.Number, &h.MadeAt); err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, rows.Err()
}
