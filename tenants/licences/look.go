package licences

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Outcome is what became of a look at a regulator's page.
type Outcome string

// The outcomes.
const (
	Reachable   Outcome = "reachable"
	Changed     Outcome = "changed"     // reachable, and its visible text isn't what it was
	Gone        Outcome = "gone"        // the regulator answers that there is no such page
	Unreachable Outcome = "unreachable" // nothing was learned; Why says why
)

// Look is what one look at a licence's page found.
type Look struct {
	ID            uuid.UUID `bun:"id"`
	At            time.Time `bun:"at"`
	Link          string    `bun:"link"`
	Outcome       Outcome   `bun:"outcome"`
	Why           string    `bun:"why"`    // one of Whys, where the page was unreachable
	Status        int       `bun:"status"` // HTTP's; 0 where there was no answer
	Digest        []byte    `bun:"digest"` // SHA-256 of the visible text, made plain
	NumberFound   bool      `bun:"number_found"`
	LicenseeFound bool      `bun:"licensee_found"`
}

// Record writes down what a visit of the licence's page found. A page whose text differs from the last one read under the same
// link is Changed.
func Record(ctx context.Context, tx bun.Tx, l Licence, f Finding) error {
	if f.Outcome == Reachable {
		var last [][]byte
		if err := tx.NewRaw(`select digest from licence_looks where tenant_id = current_tenant() and licence_id = ? and link = ?
			and digest is not null order by at desc, id desc limit 1`, l.ID, l.Link).Scan(ctx, &last); err != nil {
			return err
		}
		if len(last) == 1 && !bytes.Equal(last[0], f.Digest) {
			f.Outcome = Changed
		}
	}
	var digest any
	if len(f.Digest) > 0 {
		digest = f.Digest
	}
	if _, err := tx.NewRaw(`insert into licence_looks (tenant_id, id, licence_id, at, link, outcome, why, status, digest, number_found, licensee_found)
		values (current_tenant(), ?, ?, clock_timestamp(), ?, ?, ?, ?, ?, ?, ?)`, tenants.NewID(), l.ID, l.Link, string(f.Outcome), f.Why, f.Status,
		digest, f.NumberFound, f.LicenseeFound).Exec(ctx); err != nil {
		return err
	}
	// Players are shown something else only where the page went or came back.
	if now, err := Get(ctx, tx, l.ID); err != nil || now.Gone == l.Gone {
		return err
	}
	return current.Changed(ctx, tx)
}

// Looks are the newest looks at a licence's pages, newest first.
func Looks(ctx context.Context, tx bun.Tx, id uuid.UUID, limit int) (all []Look, err error) {
	err = tx.NewRaw(`select id, at, link, outcome, why, status, digest, number_found, licensee_found from licence_looks
		where tenant_id = current_tenant() and licence_id = ? order by at desc, id desc limit ?`, id, limit).Scan(ctx, &all)
	return all, err
}
