package desk

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Noted is the newest statement of a casino as it was written down outside the database.
type Noted struct {
	Number int64
	Hash   []byte
}

// Signed is what a casino's statements say, once they are proven.
type Signed struct {
	Statements int64
	Last       []byte // hash of the newest
	Heads      map[uuid.UUID][]SignedHead
	Broken     *Broken // the first statement that is missing, changed or signed by nobody we know
}

// VerifyHeads proves the statements of the transaction's casino: their numbers, chain, signatures, and that they reach as far
// as what was noted outside the database; a zero Noted expects nothing. Heads of a broken statement are left out.
func VerifyHeads(ctx context.Context, tx bun.Tx, keys []ed25519.PublicKey, noted Noted) (Signed, error) {
	known := map[string]ed25519.PublicKey{}
	for _, k := range keys {
		known[KeyID(k)] = k
	}
	signed := Signed{Heads: map[uuid.UUID][]SignedHead{}}
	statements, err := readStatements(ctx, tx)
	if err != nil {
		return signed, err
	}
	tenant := tenants.Current(ctx).ID
	before := statementSeed(tenant)
	for i, s := range statements {
		number := int64(i) + 1
		if signed.Broken == nil {
			signed.Broken = s.flaw(number, before, known[s.KeyID])
		}
		if number == noted.Number && !bytes.Equal(s.Hash, noted.Hash) && signed.Broken == nil {
			signed.Broken = &Broken{0, Unsigned, fmt.Sprintf("statement %d isn't the one that was noted outside the database", number)}
		}
		if signed.Broken != nil {
			break
		}
		before = s.Hash
		signed.Statements, signed.Last = number, s.Hash
		for _, h := range s.Heads {
			signed.Heads[h.Conversation] = append(signed.Heads[h.Conversation], h)
		}
	}
	if signed.Broken == nil && signed.Statements < noted.Number {
		signed.Broken = &Broken{0, Unsigned, fmt.Sprintf("statements %d to %d are missing: outside the database %d were noted",
			signed.Statements+1, noted.Number, noted.Number)}
	}
	return signed, nil
}

func (s Statement) flaw(number int64, before []byte, key ed25519.PublicKey) *Broken {
	say := func(format string, args ...any) *Broken { return &Broken{0, Unsigned, fmt.Sprintf(format, args...)} }
	switch {
	case s.Number != number:
		return say("statement %d is missing", number)
	case !bytes.Equal(s.Previous, before):
		return say("statement %d doesn't follow from the one before it", number)
	case !bytes.Equal(s.Hash, s.digest()):
		return say("statement %d was changed: its heads no longer give its hash", number)
	case key == nil:
		return say("statement %d is signed with the key %s, which isn't known here", number, s.KeyID)
	case !ed25519.Verify(key, s.Hash, s.Signature):
		return say("the signature of statement %d is wrong", number)
	}
	return nil
}

func readStatements(ctx context.Context, tx bun.Tx) ([]Statement, error) {
	tenant := tenants.Current(ctx).ID
	rows, err := tx.QueryContext(ctx, `select s.number, s.made_at, s.key_id, s.previous, s.hash, s.signature, h.conversation_id::text, h.seq, h.hash
		from head_statements s left join signed_heads h on h.tenant_id = s.tenant_id and h.number = s.number
		where s.tenant_id = current_tenant() order by s.number, h.conversation_id`)
	if err != nil {
		return nil, fmt.Errorf("read statements: %w", err)
	}
	defer rows.Close()
	var all []Statement
	for rows.Next() {
		var s Statement
		var madeAt time.Time
		var conversation *string
		var seq *int64
		var hash []byte
		if err := rows.Scan(&s.Number, &madeAt, &s.KeyID, &s.Previous, &s.Hash, &s.Signature, &conversation, &seq, &hash); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].Number != s.Number {
			s.Tenant, s.MadeAt = tenant, madeAt
			all = append(all, s)
		}
		if conversation != nil && seq != nil {
			last := &all[len(all)-1]
			id, err := uuid.Parse(*conversation)
			if err != nil {
				return nil, err
			}
			last.Heads = append(last.Heads, SignedHead{Conversation: id, Seq: *seq, Hash: hash, Number: s.Number, MadeAt: madeAt})
		}
	}
	return all, rows.Err()
}

// NewestStatement returns the number and hash of the newest statement of the transaction's casino; zero when there is none.
func NewestStatement(ctx context.Context, tx bun.Tx) (Noted, error) {
	var n Noted
	err := tx.QueryRowContext(ctx, `select number, hash from head_statements where tenant_id = current_tenant()
		order by number desc limit 1`).Scan(&n.Number, &n.Hash)
	if isNoRows(err) {
		return Noted{}, nil
	}
	return n, err
}
