package desk

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// VerifyAll verifies every log of the casino of ctx and what was signed of them, and hands each report to see. Conversations
// that were signed and are gone are reported too. It reads each log in a transaction of its own, beside the running desk.
func VerifyAll(ctx context.Context, keys []ed25519.PublicKey, noted Noted, see func(Report)) (Signed, error) {
	t := tenants.Current(ctx)
	var signed Signed
	var all []uuid.UUID
	if err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		if signed, err = VerifyHeads(ctx, tx, keys, noted); err != nil {
			return err
		}
		err = tx.NewRaw(`select id from conversations where tenant_id = current_tenant() order by id`).Scan(ctx, &all)
		if isNoRows(err) {
			err = nil
		}
		return err
	}); err != nil {
		return signed, fmt.Errorf("verify %s: %w", t.Slug, err)
	}
	there := make(map[uuid.UUID]struct{}, len(all))
	for _, id := range all {
		there[id] = struct{}{}
	}
	var gone []uuid.UUID
	for id := range signed.Heads {
		if _, ok := there[id]; !ok {
			gone = append(gone, id)
		}
	}
	slices.SortFunc(gone, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range append(gone, all...) {
		r, err := VerifyOne(ctx, id, signed)
		if err != nil {
			return signed, err
		}
		see(r)
	}
	return signed, nil
}

// VerifyOne verifies one log of the casino of ctx against what VerifyHeads has proven.
func VerifyOne(ctx context.Context, conversation uuid.UUID, signed Signed) (r Report, err error) {
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		r, err = Verify(ctx, tx, conversation, signed.Heads[conversation])
		return err
	})
	if err != nil && !errors.Is(err, tenants.ErrNotFound) {
		err = fmt.Errorf("verify %s: %w", conversation, err)
	}
	return r, err
}
