package seal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"
)

// State is how far a deployment has come with sealing.
type State struct {
	Key     uint32 // what is new is sealed under it; 0: sealing hasn't begun
	BegunAt time.Time
	Keys    []Key // all that were ever sealed under, oldest first
}

// Key is one of them.
type Key struct {
	ID        uint32     `bun:"id"`
	Proof     []byte     `bun:"proof"`
	Since     time.Time  `bun:"since"`
	RetiredAt *time.Time `bun:"retired_at"` // nothing rests under it any more
}

// StateOf reads it, over the control role's pool.
func StateOf(ctx context.Context, db bun.IDB) (s State, err error) {
	var id sql.NullInt64
	var at sql.NullTime
	if err := db.NewRaw(`select key_id, begun_at from control.sealing`).Scan(ctx, &id, &at); err != nil {
		return s, fmt.Errorf("state of sealing: %w", err)
	}
	s.Key, s.BegunAt = uint32(id.Int64), at.Time
	if err := db.NewRaw(`select id, proof, since, retired_at from control.seal_keys order by since, id`).Scan(ctx, &s.Keys); err != nil {
		return s, fmt.Errorf("state of sealing: %w", err)
	}
	return s, nil
}

var proofs = Shelf{Table: "control.seal_keys", Sealed: "proof"}

func (k Key) proves() []byte { return fmt.Appendf(nil, "key %d", k.ID) }

// Check says which key is missing that secrets rest under, or is another under the same number.
func (s State) Check(r *Ring) error {
	for _, k := range s.Keys {
		if k.RetiredAt != nil && k.ID != s.Key {
			continue
		}
		if !r.has(k.ID) {
			return fmt.Errorf("secrets rest under key %d, which isn't among the keys given", k.ID)
		}
		if text, err := r.open(k.Proof, proofs.place([]string{fmt.Sprint(k.ID)})); err != nil || !slices.Equal(text, k.proves()) {
			return fmt.Errorf("secrets rest under key %d, and the key given by that number is another", k.ID)
		}
	}
	return nil
}

// Turn seals what is new under one of the ring's keys from now on, and begins sealing where it hasn't. What other transactions are
// writing is waited for. Secrets that rest otherwise are for a round of Reseal.
func Turn(ctx context.Context, tx bun.IDB, r *Ring, id uint32) error {
	_, err := turn(ctx, tx, r, id, `true`)
	return err
}

// unused is true of a deployment without casinos, people or certificates.
const unused = `not exists (select from control.tenants) and not exists (select from control.console_people)
	and not exists (select from control.certificate_files)`

// Unused says whether nobody uses the deployment yet.
func Unused(ctx context.Context, db bun.IDB) (yes bool, err error) {
	if err := db.NewRaw(`select `+unused).Scan(ctx, &yes); err != nil {
		return false, fmt.Errorf("state of sealing: %w", err)
	}
	return yes, nil
}

// BeginUnused begins sealing in a deployment that nobody uses yet, and says whether it did.
func BeginUnused(ctx context.Context, tx bun.IDB, r *Ring, id uint32) (bool, error) {
	return turn(ctx, tx, r, id, `key_id is null and `+unused)
}

func turn(ctx context.Context, tx bun.IDB, r *Ring, id uint32, when string) (bool, error) {
	k := Key{ID: id}
	proof, err := r.seal(id, k.proves(), proofs.place([]string{fmt.Sprint(id)}))
	if err != nil {
		return false, err
	}
	res, err := tx.NewRaw(`update control.sealing set key_id = ?, begun_at = coalesce(begun_at, now()) where `+when, id).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("seal under key %d: %w", id, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return false, nil
	}
	_, err = tx.NewRaw(`insert into control.seal_keys (id, proof) values (?, ?) on conflict (id) do update set retired_at = null`, id, proof).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("seal under key %d: %w", id, err)
	}
	return true, nil
}

// Hold keeps everybody else from changing the key until the transaction ends, and returns the key that seals.
func Hold(ctx context.Context, tx bun.IDB) (uint32, error) {
	var id sql.NullInt64
	if err := tx.NewRaw(`select key_id from control.sealing for update`).Scan(ctx, &id); err != nil {
		return 0, fmt.Errorf("state of sealing: %w", err)
	}
	return uint32(id.Int64), nil
}

// Retire notes that nothing rests under any key but the one that seals. The caller has looked on every shelf since the last Turn.
func Retire(ctx context.Context, tx bun.IDB, key uint32) error {
	_, err := tx.NewRaw(`update control.seal_keys k set retired_at = now() from control.sealing s
		where s.key_id = ? and k.id <> s.key_id and k.retired_at is null`, key).Exec(ctx)
	if err != nil {
		return fmt.Errorf("retire seal keys: %w", err)
	}
	return nil
}
