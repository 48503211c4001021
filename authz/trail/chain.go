package trail

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// batch is how many lines are linked, or looked at, at once.
const batch = 1000

// Chain links the lines that have come since, a batch at most, and returns how many. Lines of transactions that may still be running, and of
// those begun since, come another time: their order is settled then. Where another process is at it, it does nothing.
func (b Book) Chain(ctx context.Context, tx bun.Tx) (int, error) {
	var mine bool
	if err := tx.QueryRowContext(ctx, `select pg_try_advisory_xact_lock(?::bigint)`, b.lock()).Scan(&mine); err != nil {
		return 0, fmt.Errorf("link audit lines: %w", err)
	}
	if !mine {
		return 0, nil
	}
	last, err := b.last(ctx, tx)
	if err != nil {
		return 0, err
	}
	lines, err := b.after(ctx, tx, last)
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	columns, row := "number, line_id, epoch, xact, hash", "(?, ?, ?, ?::xid8, ?)"
	if b.tenant != uuid.Nil {
		columns, row = "tenant_id, "+columns, "(current_tenant(), ?, ?, ?, ?::xid8, ?)"
	}
	var rows []string
	var args []any
	for _, l := range lines {
		last.Number++
		last.Hash = follow(last.Hash, last.Number, l.line.digest())
		rows = append(rows, row)
		args = append(args, last.Number, l.LineID, l.Epoch, l.Xact, last.Hash)
	}
	insert := "insert into {links} (" + columns + ") values " + strings.Join(rows, ", ")
	if _, err := tx.NewRaw(b.sql(insert), args...).Exec(ctx); err != nil {
		return 0, fmt.Errorf("link audit lines: %w", err)
	}
	return len(lines), nil
}

// lock is the book's own number among advisory locks.
func (b Book) lock() int64 {
	return int64(binary.BigEndian.Uint64(b.seed()))
}

// unlinked is a line that waits for its link.
type unlinked struct {
	Link
	line Line
}

// after reads the lines that follow a link: those from before there was a chain by their ids, then by epoch, transaction and id.
func (b Book) after(ctx context.Context, tx bun.Tx, last Link) ([]unlinked, error) {
	const of = `select coalesce(l.epoch, 0), coalesce(l.xact::text, '0'), l.id, {columns} from {lines} l where {mine} and `
	if last.Epoch == 0 {
		early, err := b.unlinked(ctx, tx, of+`l.xact is null and l.id > ? order by l.id limit ?`, last.LineID, batch)
		if err != nil || len(early) > 0 {
			return early, err
		}
	}
	return b.unlinked(ctx, tx, of+`(l.epoch, l.xact, l.id) > (?, ?::xid8, ?)
		and (l.epoch, l.xact) < (current_epoch(), pg_snapshot_xmin(pg_current_snapshot())) order by l.epoch, l.xact, l.id limit ?`,
		last.Epoch, last.Xact, last.LineID, batch)
}

func (b Book) unlinked(ctx context.Context, tx bun.Tx, statement string, args ...any) ([]unlinked, error) {
	rows, err := tx.QueryContext(ctx, b.sql(statement), args...)
	if err != nil {
		return nil, fmt.Errorf("audit lines without a link: %w", err)
	}
	defer rows.Close()
	var all []unlinked
	for rows.Next() {
		var l unlinked
		if l.line, err = b.scan(rows, &l.Epoch, &l.Xact, &l.LineID); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// scan reads a row: into, and then the columns of a line.
func (b Book) scan(rows *sql.Rows, into ...any) (Line, error) {
	line := make(Line, len(b.columns))
	for i := range line {
		into = append(into, &line[i])
	}
	return line, rows.Scan(into...)
}
