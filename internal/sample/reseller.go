package sample

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/tenants"
)

// Reseller makes a reseller and returns its id.
func Reseller(ctx context.Context, t testing.TB, name string) uuid.UUID {
	t.Helper()
	id, slug := tenants.NewID(), strings.ToLower(name)
	if _, err := tenants.AboveNow(ctx).NewRaw(`insert into control.resellers (id, slug, name, email) values (?, ?, ?, ?)`,
		id, slug, name, "desk@"+slug+".example").Exec(ctx); err != nil {
		t.Fatalf("sample: reseller %s: %v", name, err)
	}
	return id
}

// Resold is Tenant for a casino of a reseller.
func Resold(ctx context.Context, t testing.TB, reseller uuid.UUID, name string) tenants.Tenant {
	t.Helper()
	at := Tenant(ctx, t, name)
	if _, err := tenants.AboveNow(ctx).NewRaw(`update control.tenants set reseller_id = ? where id = ?`, reseller, at.ID).Exec(ctx); err != nil {
		t.Fatalf("sample: %s of its reseller: %v", name, err)
	}
	at.Reseller = reseller
	return at
}

// ResellerKey makes a key of a reseller with scopes, all of them where none is named, and returns its secret.
func ResellerKey(ctx context.Context, t testing.TB, reseller uuid.UUID, scopes ...string) string {
	t.Helper()
	secret := "rk_" + rand.Text()
	hash := sha256.Sum256([]byte(secret))
	var bound any
	if len(scopes) > 0 {
		bound = pgdialect.Array(scopes)
	}
	if _, err := tenants.AboveNow(ctx).NewRaw(`insert into control.api_keys (id, reseller_id, name, role, hint, hash, scopes)
		values (?, ?, 'Sample', 'reseller', ?, ?, ?)`, tenants.NewID(), reseller, secret[:9], hash[:], bound).Exec(ctx); err != nil {
		t.Fatalf("sample: reseller's key: %v", err)
	}
	return secret
}
