package tenants

import (
	"context"

	"github.com/google/uuid"
)

// Tenant is one casino as the deployment knows it.
type Tenant struct {
	ID       uuid.UUID
	Slug     string
	Name     string
	Host     string    // the main host, without port: links in mail use it and nothing else
	Language string    // what its players are spoken to in when they don't say otherwise
	Reseller uuid.UUID // who provisioned it; Nobody for a casino that came by itself
	Standing Standing
}

type tenantKey struct{}

// With puts the casino a request is for into ctx.
func With(ctx context.Context, t Tenant) context.Context {
	return context.WithValue(ctx, tenantKey{}, t)
}

// FromContext returns the casino of ctx; ok is false outside any casino.
func FromContext(ctx context.Context) (t Tenant, ok bool) {
	t, ok = ctx.Value(tenantKey{}).(Tenant)
	return t, ok
}

// Current is FromContext for code that only runs inside a casino. It panics elsewhere, which is a programming error.
func Current(ctx context.Context) Tenant {
	t, ok := FromContext(ctx)
	if !ok {
		panic("tenants: no tenant in context")
	}
	return t
}
