package webhooks

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// LongestOverlap is how long at most a secret stays good beside the one that takes its place.
const LongestOverlap = 7 * 24 * time.Hour

// Secret is what is shown of a signing secret after the first time.
type Secret struct {
	Hint      string     `bun:"hint"` // how it begins
	CreatedAt time.Time  `bun:"created_at"`
	EndsAt    *time.Time `bun:"ends_at"` // nil: it is the newest
}

// addSecret gives a receiver a secret that it has none beside, in the form of Standard Webhooks: whsec_ and 32 random octets in
// base64. It lies in the database as it is: who signs must have it whole.
func addSecret(ctx context.Context, tx bun.Tx, webhook uuid.UUID) (string, error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	secret := "whsec_" + base64.StdEncoding.EncodeToString(raw[:])
	_, err := tx.NewRaw(`insert into control.webhook_secrets (webhook_id, id, secret) values (?, ?, ?)`, webhook, tenants.NewID(), secret).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("webhook secret: %w", err)
	}
	return secret, nil
}

// Rotate gives a receiver a new secret, shown this once. The one it had stays good for overlap, at most LongestOverlap; an
// older one that was still good ends at once. Deliveries are signed with every secret that is good.
func Rotate(ctx context.Context, tx bun.Tx, o Owner, id uuid.UUID, overlap time.Duration) (Webhook, string, error) {
	overlap = min(max(overlap, 0), LongestOverlap)
	if err := hold(ctx, tx, o, id); err != nil {
		return Webhook{}, "", err
	}
	if _, err := tx.NewRaw(`delete from control.webhook_secrets where webhook_id = ? and ends_at is not null`, id).Exec(ctx); err != nil {
		return Webhook{}, "", fmt.Errorf("rotate secret of %s: %w", id, err)
	}
	if _, err := tx.NewRaw(`update control.webhook_secrets set ends_at = now() + ? * interval '1 second' where webhook_id = ?`,
		int(overlap.Seconds()), id).Exec(ctx); err != nil {
		return Webhook{}, "", fmt.Errorf("rotate secret of %s: %w", id, err)
	}
	secret, err := addSecret(ctx, tx, id)
	if err != nil {
		return Webhook{}, "", err
	}
	w, err := Get(ctx, tx, o, id)
	return w, secret, err
}

func secretsOf(ctx context.Context, db bun.IDB, webhook uuid.UUID) ([]Secret, error) {
	all := []Secret{}
	err := db.NewRaw(`select left(secret, 10) as hint, created_at, ends_at from control.webhook_secrets
		where webhook_id = ? and (ends_at is null or ends_at > now()) order by id desc`, webhook).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("secrets of %s: %w", webhook, err)
	}
	return all, nil
}
