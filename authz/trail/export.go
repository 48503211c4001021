package trail

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Entry is a line with its place in the chain, to be taken along. Its line is nil where somebody took it away.
type Entry struct {
	Link
	Line Line
}

// Entries are the book's after a link, in order, a batch at most. Fewer than a batch are the last.
func (b Book) Entries(ctx context.Context, tx bun.Tx, after int64) (all []Entry, more bool, err error) {
	rows, err := tx.QueryContext(ctx, b.linked(), after, batch)
	if err != nil {
		return nil, false, fmt.Errorf("entries of the audit log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		var gone bool
		if e.Line, err = b.scan(rows, &e.Number, &e.LineID, &e.Hash, &gone); err != nil {
			return nil, false, err
		}
		if gone {
			e.Line = nil
		}
		all = append(all, e)
	}
	return all, len(all) == batch, rows.Err()
}

// linked reads links with their lines.
func (b Book) linked() string {
	join, mine := "k.line_id = l.id", "true"
	if b.tenant != uuid.Nil {
		join, mine = join+" and l.tenant_id = k.tenant_id", "k.tenant_id = current_tenant()"
	}
	return b.sql(`select k.number, k.line_id, k.hash, l.id is null, {columns}
		from {links} k left join {lines} l on ` + join + ` where ` + mine + ` and k.number > ? order by k.number limit ?`)
}

// JSON is an entry as one line of JSON, its columns by name and as they are hashed, so that whoever has the file can prove it by
// itself.
func (b Book) JSON(e Entry) []byte {
	var out bytes.Buffer
	put := func(v any) {
		text, _ := json.Marshal(v) // strings and numbers always can be
		out.Write(text)
	}
	out.WriteString(`{"number":`)
	put(e.Number)
	out.WriteString(`,"hash":`)
	put(hex.EncodeToString(e.Hash))
	out.WriteString(`,"line":`)
	if e.Line == nil {
		out.WriteString("null}\n")
		return out.Bytes()
	}
	for i, name := range b.names {
		out.WriteByte("{,"[min(i, 1)])
		put(name)
		out.WriteByte(':')
		if e.Line[i].Valid {
			put(e.Line[i].String)
		} else {
			out.WriteString("null")
		}
	}
	out.WriteString("}}\n")
	return out.Bytes()
}

// Heading are the names of a CSV's cells.
func (b Book) Heading() []string { return append([]string{"number", "hash"}, b.names...) }

// Cells are an entry as a row of CSV. It is for people: a cell that a spreadsheet would take for a formula begins with an apostrophe.
func (b Book) Cells(e Entry) []string {
	cells := []string{strconv.FormatInt(e.Number, 10), hex.EncodeToString(e.Hash)}
	for _, column := range e.Line {
		cells = append(cells, harmless(column.String))
	}
	return cells
}

// harmless is a text that no spreadsheet calculates (OWASP, CSV Injection).
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// Formats that a book is written in: a table for people, and lines of JSON that prove themselves.
const (
	CSV       = "csv"
	JSONLines = "jsonl"
)

// Write writes entries in a format, and after them what next answers, part by part, so that a slow reader holds no transaction open.
func (b Book) Write(w io.Writer, format string, entries []Entry, more bool, next func(after int64) ([]Entry, bool, error)) error {
	table := csv.NewWriter(w)
	table.UseCRLF = true // RFC 4180, section 2
	if format == CSV {
		_ = table.Write(b.Heading()) // Flush tells
	}
	for {
		for _, e := range entries {
			var err error
			if format == CSV {
				err = table.Write(b.Cells(e))
			} else {
				_, err = w.Write(b.JSON(e))
			}
			if err != nil {
				return err
			}
		}
		if table.Flush(); !more || table.Error() != nil {
			return table.Error()
		}
		var err error
		if entries, more, err = next(entries[len(entries)-1].Number); err != nil {
			return err
		}
	}
}

// recently is how many of the newest links Recent looks at.
const recently = 500

// Recent proves the newest links alone, fast enough for a page.
func (b Book) Recent(ctx context.Context, tx bun.Tx) (*Broken, error) {
	last, err := b.last(ctx, tx)
	if err != nil || last.Number == 0 {
		return nil, err
	}
	from, hash := max(0, last.Number-recently), b.seed()
	if from > 0 {
		if err := tx.QueryRowContext(ctx, b.sql(`select l.hash from {links} l where {mine} and l.number = ?`), from).Scan(&hash); isNoRows(err) {
			return &Broken{Number: from, What: "it is missing"}, nil
		} else if err != nil {
			return nil, fmt.Errorf("newest links: %w", err)
		}
	}
	_, _, broken, err := b.walk(ctx, tx, from, hash, nil)
	return broken, err
}
