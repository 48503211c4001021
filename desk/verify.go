package desk

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Report is what Verify found in one conversation. Broken is nil when all is well.
type Report struct {
	Conversation uuid.UUID
	Entries      int64
	Erased       int64 // entries whose text was erased, as the log says
	Head         []byte
	Broken       *Broken
	hashes       map[int64][]byte // of the entries that seals speak of
}

// Verify recomputes a conversation's chain from its rows, without the database's own functions, and names the first entry that
// is broken. signed, which may be nil, are the heads that were signed for the conversation. An unknown conversation with
// signed heads has been removed; one without answers NotFound.
func Verify(ctx context.Context, tx bun.Tx, conversation uuid.UUID, signed []SignedHead) (Report, error) {
	r := Report{Conversation: conversation, hashes: map[int64][]byte{}}
	entries, head, err := readChain(ctx, tx, conversation)
	if err != nil {
		return r, err
	}
	if head == nil {
		if len(signed) == 0 {
			return r, tenants.ErrNotFound
		}
		last := signed[len(signed)-1]
		r.Broken = &Broken{0, Rewritten, fmt.Sprintf("the conversation is gone; %d entries of it were signed in statement %d", last.Seq, last.Number)}
		return r, nil
	}
	tenant := tenants.Current(ctx).ID
	r.Broken = r.walk(tenant, entries, head)
	last := int64(len(entries))
	if r.Broken != nil && r.Broken.Flaw != HeadWrong {
		last = math.MaxInt64 // how far the log reaches is known to be wrong already
	}
	if b := r.against(signed, last); b != nil && (r.Broken == nil || b.Seq <= r.Broken.Seq) {
		r.Broken = b
	}
	return r, nil
}

type chainHead struct {
	seq  int64
	hash []byte
}

// readChain reads head and entries in one statement, so that writers can't come between.
func readChain(ctx context.Context, tx bun.Tx, conversation uuid.UUID) ([]chained, *chainHead, error) {
	rows, err := tx.QueryContext(ctx, `select c.last_seq, c.last_hash, e.seq, e.conversation_id::text, e.id::text, e.kind, e.visibility,
			e.author_kind, e.author_id::text, e.channel, e.language, e.facts::text, e.sender, e.client_id,
			(extract(epoch from e.happened_at) * 1000000)::bigint, (extract(epoch from e.recorded_at) * 1000000)::bigint,
			e.xact::text, e.epoch, e.body, e.salt, e.body_digest, e.digest, e.hash
		from conversations c left join entries e on e.tenant_id = c.tenant_id and e.conversation_id = c.id
		where c.tenant_id = current_tenant() and c.id = ? order by e.seq`, conversation)
	if err != nil {
		return nil, nil, fmt.Errorf("read the chain of %s: %w", conversation, err)
	}
	defer rows.Close()
	var entries []chained
	var head *chainHead
	for rows.Next() {
		var h chainHead
		var e chained
		var seq, happened, recorded sql.NullInt64
		var epoch sql.NullInt32
		var from, id, kind, visibility, authorKind, channel, facts, sender, xact sql.NullString
		if err := rows.Scan(&h.seq, &h.hash, &seq, &from, &id, &kind, &visibility, &authorKind, &e.author, &channel, &e.language,
			&facts, &sender, &e.clientID, &happened, &recorded, &xact, &epoch, &e.body, &e.salt, &e.bodyDigest, &e.digest, &e.hash); err != nil {
			return nil, nil, err
		}
		head = &h
		if !seq.Valid {
			continue // a conversation without entries
		}
		e.seq, e.happened, e.recorded, e.epoch = seq.Int64, happened.Int64, recorded.Int64, epoch.Int32
		e.conversation, e.id, e.kind, e.visibility, e.authorKind = from.String, id.String, kind.String, visibility.String, authorKind.String
		e.channel, e.facts, e.sender = channel.String, facts.String, sender.String
		if e.xact, err = strconv.ParseUint(xact.String, 10, 64); err != nil {
			return nil, nil, err
		}
		entries = append(entries, e)
	}
	return entries, head, rows.Err()
}

// walk follows the chain and returns where it breaks first.
func (r *Report) walk(tenant uuid.UUID, entries []chained, head *chainHead) *Broken {
	erasures := map[int64]bool{}
	for _, e := range entries {
		if e.kind == string(Erasure) {
			var f Facts
			if f.Scan(e.facts) == nil {
				erasures[f.Seq] = true
			}
		}
	}
	var unrecorded *Broken
	before := chainSeed(tenant, r.Conversation)
	for i := range entries {
		e := &entries[i]
		want := int64(i) + 1
		if e.seq != want {
			return missing(want, e.seq-1)
		}
		if b := e.check(tenant, before, entries); b != nil {
			return b
		}
		if e.salt == nil {
			r.Erased++
			if !erasures[e.seq] && unrecorded == nil {
				unrecorded = &Broken{e.seq, Unrecorded, "its text is gone, and no later entry says that it was erased"}
			}
		}
		before = e.hash
		r.Entries++
		r.hashes[e.seq] = e.hash
	}
	r.Head = before
	last := int64(len(entries))
	switch {
	case head.seq > last:
		return missing(last+1, head.seq)
	case head.seq < last:
		return &Broken{head.seq + 1, HeadWrong, fmt.Sprintf("the conversation's head says that entry %d is the last", head.seq)}
	case !bytes.Equal(head.hash, before):
		return &Broken{last, HeadWrong, "the conversation's head holds another hash than its last entry"}
	}
	return unrecorded
}

func missing(from, to int64) *Broken {
	if from == to {
		return &Broken{from, Missing, "it is missing"}
	}
	return &Broken{from, Missing, fmt.Sprintf("it is missing, and so are all up to %d", to)}
}

// check compares one entry with its digests and with the hash before it.
func (e *chained) check(tenant uuid.UUID, before []byte, all []chained) *Broken {
	computed := e.canonical(tenant)
	linked := bytes.Equal(e.hash, follow(before, e.seq, e.digest))
	switch {
	case bytes.Equal(e.digest, computed) && linked:
	case bytes.Equal(e.digest, computed):
		for i := range all {
			if o := &all[i]; o.seq != e.seq && bytes.Equal(o.hash, follow(before, e.seq, o.digest)) {
				return &Broken{e.seq, Reordered, fmt.Sprintf("what belongs here stands at %d: entries changed places", o.seq)}
			}
		}
		return &Broken{e.seq, Unchained, "its hash doesn't follow from the entry before it"}
	case bytes.Equal(e.hash, follow(before, e.seq, computed)):
		return &Broken{e.seq, Edited, "its digest was changed"}
	case e.salt != nil && linked && !bytes.Equal(e.bodyDigest, saltedBody(e.salt, e.body)) && bytes.Equal(e.digest, e.withBody(tenant)):
		return &Broken{e.seq, Edited, "the digest of its text was changed"}
	default:
		return &Broken{e.seq, Edited, "a column was changed: it no longer gives the digest " + hex.EncodeToString(e.digest[:4]) + "…"}
	}
	if e.salt == nil && e.body != nil {
		return &Broken{e.seq, BodyEdited, "it has a text where it was erased"}
	}
	if e.salt != nil && !bytes.Equal(e.bodyDigest, saltedBody(e.salt, e.body)) {
		return &Broken{e.seq, BodyEdited, "its text was changed"}
	}
	return nil
}

// withBody is the digest e would have, were its body's digest that of its body.
func (e *chained) withBody(tenant uuid.UUID) []byte {
	c := *e
	c.bodyDigest = saltedBody(e.salt, e.body)
	return c.canonical(tenant)
}

// against compares the chain with what was signed.
func (r *Report) against(signed []SignedHead, last int64) *Broken {
	for _, s := range signed {
		day := s.MadeAt.UTC().Format("2006-01-02")
		if s.Seq > last {
			return &Broken{last + 1, Rewritten, fmt.Sprintf("it is missing: on %s the log had %d entries (statement %d)", day, s.Seq, s.Number)}
		}
		if h, ok := r.hashes[s.Seq]; ok && !bytes.Equal(h, s.Hash) {
			return &Broken{s.Seq, Rewritten, fmt.Sprintf("the log up to here isn't the one that was signed on %s (statement %d)", day, s.Number)}
		}
	}
	return nil
}
