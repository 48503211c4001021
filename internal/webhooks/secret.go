package webhooks

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/seal"
	"pitdesk/tenants"
)

// LongestOverlap is how long at most a secret stays good beside the one that takes its place.
const LongestOverlap = 7 * 24 * time.Hour

// Secret is what is shown of a signing secret after the first time.
type Secret struct {
	Hint      string // how it begins
	CreatedAt time.Time
	EndsAt    *time.Time // nil: it is the newest
}

// shownOf is how many of a secret's characters its hint shows, whsec_ included.
const shownOf = 10

// keptSecret is a secret as it rests.
type keptSecret struct {
	ID     uuid.UUID `bun:"id" json:"id"`
	Secret string    `bun:"secret" json:"secret"`
	Sealed []byte    `bun:"secret_sealed" json:"sealed"`
}

func (k keptSecret) open(ctx context.Context, webhook uuid.UUID) (string, error) {
	secret, err := Secrets.Open(ctx, []byte(k.Secret), k.Sealed, webhook.String(), k.ID.String())
	return string(secret), err
}

// Secrets are where signing secrets rest. Who signs must have them whole.
var Secrets = seal.Shelf{Table: "control.webhook_secrets", Clear: "secret", Sealed: "secret_sealed", Row: []string{"webhook_id", "id"},
	Rests: "true", Text: true, Husk: func() []byte { return []byte(newSecret()) }}

// newSecret is a secret in the form of Standard Webhooks: whsec_ and 32 random octets in base64.
func newSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return "whsec_" + base64.StdEncoding.EncodeToString(raw[:])
}

// addSecret gives a receiver a secret that it has none beside.
func addSecret(ctx context.Context, tx bun.Tx, webhook uuid.UUID) (string, error) {
	id, secret := tenants.NewID(), newSecret()
	clear, sealed, err := Secrets.Seal(ctx, tx, []byte(secret), webhook.String(), id.String())
	if err == nil {
		_, err = tx.NewRaw(`insert into control.webhook_secrets (webhook_id, id, secret, secret_sealed) values (?, ?, ?, ?)`, webhook, id, string(clear), sealed).Exec(ctx)
	}
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
	var rows []struct {
		keptSecret
		CreatedAt time.Time  `bun:"created_at"`
		EndsAt    *time.Time `bun:"ends_at"`
	}
	err := db.NewRaw(`select id, secret, secret_sealed, created_at, ends_at from control.webhook_secrets
		where webhook_id = ? and (ends_at is null or ends_at > now()) order by id desc`, webhook).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("secrets of %s: %w", webhook, err)
	}
	all := []Secret{}
	for _, row := range rows {
		secret, err := row.open(ctx, webhook)
		if err != nil {
			return nil, err
		}
		all = append(all, Secret{Hint: secret[:min(len(secret), shownOf)], CreatedAt: row.CreatedAt, EndsAt: row.EndsAt})
	}
	return all, nil
}
