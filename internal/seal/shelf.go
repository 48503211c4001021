package seal

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/uptrace/bun"
)

// Shelf is a column in which secrets rest, and the one beside it in which they rest sealed. The package that owns the table
// declares it and reads and writes both through it.
type Shelf struct {
	Table  string   // with its schema, where that isn't public
	Clear  string   // the column of secrets in the clear
	Sealed string   // the column of sealed ones
	Row    []string // the columns that tell a casino's rows apart, or all rows where it is no casino's table
	// Tenant says that the table is a casino's: its rows begin with tenant_id and are seen one casino at a time.
	Tenant bool
	// Rests is true, in SQL, of rows whose column in the clear holds a secret, as long as nothing is sealed there.
	Rests string
	// Text says that the column in the clear is text and no bytea.
	Text bool
	// Husk is what stays in the clear beside a sealed secret. A release from before sealing must find nothing there that it could
	// mistake for a secret somebody may guess; nil stands for emptiness.
	Husk func() []byte
}

// String names the shelf, as people read it.
func (s Shelf) String() string { return s.Table + "." + s.Clear }

func (s Shelf) husk() []byte {
	if s.Husk == nil {
		return []byte{}
	}
	return s.Husk()
}

// place binds a sealed secret to table, column and row: each part with its length before it, so that no two places look alike.
func (s Shelf) place(row []string) []byte {
	var b []byte
	for _, part := range append([]string{"seal 1", s.Table, s.Sealed}, row...) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return b
}

type ringKey struct{}

// With returns a ctx in which secrets open and are sealed with r, which may be nil: then those in the clear alone are read.
func With(ctx context.Context, r *Ring) context.Context { return context.WithValue(ctx, ringKey{}, r) }

// ringFrom is the ring of ctx, nil where there is none.
func ringFrom(ctx context.Context) *Ring {
	r, _ := ctx.Value(ringKey{}).(*Ring)
	return r
}

// Seal is what a transaction is to write for a secret into both columns: the secret itself and null, or, once sealing has begun, a
// husk and the sealed secret. row are the values of the key's columns, a casino's id first.
func (s Shelf) Seal(ctx context.Context, tx bun.IDB, secret []byte, row ...string) (clear, sealed []byte, err error) {
	var id sql.NullInt64
	if err := tx.NewRaw(`select seal_under()`).Scan(ctx, &id); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s, err)
	}
	if !id.Valid {
		return secret, nil, nil
	}
	sealed, err = ringFrom(ctx).seal(uint32(id.Int64), secret, s.place(row))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s, err)
	}
	return s.husk(), sealed, nil
}

// Open is the secret that rests in both columns of a row.
func (s Shelf) Open(ctx context.Context, clear, sealed []byte, row ...string) ([]byte, error) {
	if sealed == nil {
		return clear, nil
	}
	secret, err := ringFrom(ctx).open(sealed, s.place(row))
	if err != nil {
		return nil, fmt.Errorf("%s %v: %w", s, row, err)
	}
	return secret, nil
}
