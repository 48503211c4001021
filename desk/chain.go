package desk

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// chained is an entry as the chain sees it: every immutable column, and what can be erased.
type chained struct {
	seq                          int64
	conversation, id             string
	kind, visibility, authorKind string
	author                       *string
	channel                      string
	language                     *string
	facts, sender                string
	clientID                     *string
	happened, recorded           int64 // microseconds since 1970
	xact                         uint64
	epoch                        int32
	body                         *string
	salt                         []byte
	bodyDigest, digest, hash     []byte
}

// chainSeed is the hash before a conversation's first entry.
func chainSeed(tenant, conversation uuid.UUID) []byte {
	sum := sha256.Sum256(append(tenant[:], conversation[:]...))
	return sum[:]
}

// Types of Postgres, whose numbers are the same in every database (PostgreSQL source, pg_type.dat).
const (
	oidBytea = 17
	oidInt4  = 23
	oidTime  = 1184
	oidUUID  = 2950
	oidXID8  = 5069
)

// postgresEpoch is 2000-01-01 in microseconds since 1970: Postgres counts its times from there.
const postgresEpoch = 946_684_800_000_000

// canonical is e's digest, computed from its columns alone. docs/log.md tells strangers how.
func (e *chained) canonical(tenant uuid.UUID) []byte {
	t := tenant.String()
	r := &row{}
	r.id(&t, &e.conversation, &e.id)
	r.text(&e.kind, &e.visibility, &e.authorKind)
	r.id(e.author)
	r.text(&e.channel, e.language, &e.facts, &e.sender, e.clientID)
	r.field(oidTime, binary.BigEndian.AppendUint64(nil, uint64(e.happened-postgresEpoch)))
	r.field(oidTime, binary.BigEndian.AppendUint64(nil, uint64(e.recorded-postgresEpoch)))
	r.field(oidXID8, binary.BigEndian.AppendUint64(nil, e.xact))
	r.field(oidInt4, binary.BigEndian.AppendUint32(nil, uint32(e.epoch)))
	r.field(oidBytea, e.bodyDigest)
	all := append(binary.BigEndian.AppendUint32(nil, uint32(r.fields)), r.bytes...)
	sum := sha256.Sum256(all)
	return sum[:]
}

// row is Postgres's binary form of a row, without the number of its fields in front.
type row struct {
	fields int
	bytes  []byte
}

func (r *row) field(oid uint32, v []byte) {
	r.fields++
	r.bytes = binary.BigEndian.AppendUint32(r.bytes, oid)
	if v == nil {
		r.bytes = binary.BigEndian.AppendUint32(r.bytes, 0xffff_ffff)
		return
	}
	r.bytes = binary.BigEndian.AppendUint32(r.bytes, uint32(len(v)))
	r.bytes = append(r.bytes, v...)
}

func (r *row) text(values ...*string) {
	for _, v := range values {
		if v == nil {
			r.field(oidBytea, nil)
			continue
		}
		r.field(oidBytea, append([]byte{}, *v...))
	}
}

func (r *row) id(values ...*string) {
	for _, v := range values {
		if v == nil {
			r.field(oidUUID, nil)
			continue
		}
		id, _ := uuid.Parse(*v)
		r.field(oidUUID, id[:])
	}
}

// follow is the hash of entry seq with a digest after the hash before it.
func follow(before []byte, seq int64, digest []byte) []byte {
	b := append([]byte(nil), before...)
	b = binary.BigEndian.AppendUint64(b, uint64(seq))
	b = append(b, digest...)
	sum := sha256.Sum256(b)
	return sum[:]
}

func saltedBody(salt []byte, body *string) []byte {
	b := append([]byte(nil), salt...)
	if body != nil {
		b = append(b, *body...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// Flaw is a way in which a log can be broken.
type Flaw string

// The flaws Verify finds.
const (
	Missing    Flaw = "missing"    // an entry isn't there
	Edited     Flaw = "edited"     // a column was changed
	BodyEdited Flaw = "body"       // the text isn't the one that was written
	Unrecorded Flaw = "unrecorded" // the text is gone and nothing says who erased it
	Reordered  Flaw = "reordered"  // entries changed places
	Unchained  Flaw = "unchained"  // the entry doesn't follow from the one before it
	HeadWrong  Flaw = "head"       // the conversation's head isn't its last entry
	Rewritten  Flaw = "rewritten"  // the log isn't the one that was signed
	Unsigned   Flaw = "statement"  // a signed statement is missing or changed
)

// Broken is the first thing that is wrong with a log. Seq is 0 where no entry is to blame.
type Broken struct {
	Seq    int64
	Flaw   Flaw
	Detail string
}

// String is the finding in words.
func (b Broken) String() string {
	if b.Seq == 0 {
		return b.Detail
	}
	return fmt.Sprintf("entry %d: %s", b.Seq, b.Detail)
}
