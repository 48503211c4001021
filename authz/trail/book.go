package trail

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Book is one audit log with its chain. Its verbs take a transaction that reaches it: of the casino, or above casinos.
type Book struct {
	tenant  uuid.UUID // Nobody for the deployment's
	lines   string    // the table of lines
	links   string
	signed  string   // the table of statements
	columns []string // of a line, as SQL that gives text, in the order in which they are hashed
	names   []string // what the columns are called
	mine    string   // what holds for the book's rows
}

// Of is a casino's book.
func Of(t tenants.Tenant) Book {
	return book(t.ID, "audit_log", "audit_links", "audit_statements", "l.tenant_id = current_tenant()", "tenant_id", "id", "at", "actor_kind",
		"actor_id", "role", "action", "object", "object_id", "outcome", "facts", "address", "request_id", "read_during", "epoch", "xact")
}

// Above is the book of what was done above casinos.
func Above() Book {
	return book(tenants.Nobody, "control.deeds", "control.deed_links", "control.deed_statements", "true", "id", "at", "actor_kind", "actor_id",
		"actor_name", "role", "reseller_id", "tenant_id", "action", "object", "object_id", "outcome", "facts", "address", "request_id",
		"read_during", "epoch", "xact")
}

func book(tenant uuid.UUID, lines, links, signed, mine string, names ...string) Book {
	b := Book{tenant: tenant, lines: lines, links: links, signed: signed, mine: mine, names: names}
	for _, name := range names {
		column := "l." + name + "::text"
		if name == "at" || name == "read_during" { // the same in every time zone: microseconds since 1970
			column = "(extract(epoch from l." + name + ") * 1000000)::bigint::text"
		}
		b.columns = append(b.columns, column)
	}
	return b
}

// Columns are the names of a line's columns, in the order in which they are hashed.
func (b Book) Columns() []string { return b.names }

// Line is a line as it is hashed: its columns as text, in order; what is null is not valid.
type Line []sql.NullString

const linePrefix = "desk audit line 1\n"

// digest is the hash of a line: each column after its length in 32 bits, and all ones for what is null.
func (l Line) digest() []byte {
	h := sha256.New()
	h.Write([]byte(linePrefix))
	for _, column := range l {
		if !column.Valid {
			h.Write([]byte{0xff, 0xff, 0xff, 0xff})
			continue
		}
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(column.String))))
		h.Write([]byte(column.String))
	}
	return h.Sum(nil)
}

// Link is where a line stands in the chain.
type Link struct {
	Number int64
	LineID uuid.UUID
	Epoch  int32
	Xact   string // an xid8
	Hash   []byte
}

const chainPrefix = "desk audit 1\n"

// seed is what a book's first link follows.
func (b Book) seed() []byte {
	sum := sha256.Sum256(append([]byte(chainPrefix), b.tenant[:]...))
	return sum[:]
}

// follow is the hash of the link of that number, whose line has that digest, after the hash before it.
func follow(before []byte, number int64, digest []byte) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(number)))
	h.Write(digest)
	return h.Sum(nil)
}

// last is the newest link; its number is 0 and its hash the seed where there is none.
func (b Book) last(ctx context.Context, tx bun.IDB) (Link, error) {
	var l Link
	err := tx.QueryRowContext(ctx, b.sql(`select l.number, l.line_id, l.epoch, l.xact::text, l.hash from {links} l where {mine} order by l.number desc limit 1`)).
		Scan(&l.Number, &l.LineID, &l.Epoch, &l.Xact, &l.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Link{Xact: "0", Hash: b.seed()}, nil
	}
	if err != nil {
		return l, fmt.Errorf("newest link: %w", err)
	}
	return l, nil
}

// sql puts the book's tables, columns and condition into a statement; its rows are called l.
func (b Book) sql(statement string) string {
	return strings.NewReplacer("{lines}", b.lines, "{links}", b.links, "{signed}", b.signed, "{mine}", b.mine,
		"{columns}", strings.Join(b.columns, ", ")).Replace(statement)
}
