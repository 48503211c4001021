package seal

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"
)

// sealedUnder reads the number of the key from a sealed column, as keyOf does.
func (s Shelf) sealedUnder() string {
	return fmt.Sprintf(`('x' || encode(substring(%s from 2 for 4), 'hex'))::bit(32)::bigint`, s.Sealed)
}

// Tally is how many secrets of a shelf rest under each key; under 0 are those in the clear.
type Tally map[uint32]int

// Besides is how many don't rest under a key.
func (t Tally) Besides(key uint32) (n int) {
	for k, each := range t {
		if k != key {
			n += each
		}
	}
	return n
}

// Count adds what rests on a shelf to t, in one step: one casino's part, where it is a casino's.
func (s Shelf) Count(ctx context.Context, db bun.IDB, w *Walk, t Tally) error {
	var lines []struct {
		Key uint32 `bun:"key"`
		N   int    `bun:"n"`
	}
	err := db.NewRaw(fmt.Sprintf(`select coalesce(%s, 0) as key, count(*) as n from %s
		where %s and (%s is not null or (%s)) group by 1`, s.sealedUnder(), s.Table, s.seen(), s.Sealed, s.Rests)).Scan(ctx, &lines)
	if err != nil {
		return fmt.Errorf("count %s: %w", s, err)
	}
	for _, l := range lines {
		t[l.Key] += l.N
	}
	w.over = true
	return nil
}

func (s Shelf) seen() string {
	if s.Tenant {
		return `tenant_id = current_tenant()`
	}
	return `true`
}

// Walk is how far somebody has come along a shelf, in the order of its key.
type Walk struct {
	after []string
	over  bool
}

// Over says that the walk has come to its end.
func (w *Walk) Over() bool { return w.over }

// Reseal walks on along a shelf by at most so many secrets that don't rest under a key, and seals them under it. What somebody is
// writing in this moment is passed by: it is sealed as it should be, or is for the next walk. What won't open stays as it is; broken
// names it.
func (s Shelf) Reseal(ctx context.Context, tx bun.IDB, key uint32, w *Walk, most int) (done int, broken []error, err error) {
	ring := ringFrom(ctx)
	at, clear := `json_build_array(`+strings.Join(s.rowText(), ", ")+`)::text`, s.Clear
	if s.Text {
		clear = `convert_to(` + clear + `, 'UTF8')`
	}
	columns := strings.Join(s.Row, ", ")
	where, args := []string{s.seen(), fmt.Sprintf(`case when %s is null then %s else %s <> ? end`, s.Sealed, s.Rests, s.sealedUnder())}, []any{key}
	if w.after != nil {
		where = append(where, `(`+columns+`) > (`+strings.TrimSuffix(strings.Repeat("?, ", len(s.Row)), ", ")+`)`)
		for _, part := range w.after {
			args = append(args, part)
		}
	}
	var rows []struct {
		At     string `bun:"at"`
		Clear  []byte `bun:"clear"`
		Sealed []byte `bun:"sealed"`
	}
	err = tx.NewRaw(fmt.Sprintf(`select %s as at, %s as clear, %s as sealed from %s where %s order by %s limit ? for update skip locked`,
		at, clear, s.Sealed, s.Table, strings.Join(where, " and "), columns), append(args, most)...).Scan(ctx, &rows)
	if err != nil {
		return 0, nil, fmt.Errorf("reseal %s: %w", s, err)
	}
	for _, row := range rows {
		var id []string
		if err := json.Unmarshal([]byte(row.At), &id); err != nil {
			return done, broken, fmt.Errorf("reseal %s: %w", s, err)
		}
		w.after = id[len(id)-len(s.Row):]
		secret, err := s.Open(ctx, row.Clear, row.Sealed, id...)
		if err != nil {
			broken = append(broken, err)
			continue
		}
		sealed, err := ring.seal(key, secret, s.place(id))
		if err == nil {
			err = s.write(ctx, tx, sealed, w.after)
		}
		if err != nil {
			return done, broken, err
		}
		done++
	}
	w.over = len(rows) < most
	return done, broken, nil
}

// rowText are the columns that name a row, as text: those that Seal and Open are called with.
func (s Shelf) rowText() []string {
	var all []string
	if s.Tenant {
		all = append(all, `tenant_id::text`)
	}
	for _, c := range s.Row {
		all = append(all, c+`::text`)
	}
	return all
}

func (s Shelf) write(ctx context.Context, tx bun.IDB, sealed []byte, row []string) error {
	var husk any = s.husk()
	if s.Text {
		husk = string(s.husk())
	}
	where, args := s.seen(), []any{husk, sealed}
	for i, c := range s.Row {
		where += ` and ` + c + ` = ?`
		args = append(args, row[i])
	}
	_, err := tx.NewRaw(fmt.Sprintf(`update %s set %s = ?, %s = ? where %s`, s.Table, s.Clear, s.Sealed, where), args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("reseal %s: %w", s, err)
	}
	return nil
}
