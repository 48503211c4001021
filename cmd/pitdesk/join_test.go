package main

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestASignOutIsKnownInEveryProcess(t *testing.T) {
	t.Parallel()
	one, ctx, _ := testApp(t)
	settings := *one.settings
	settings.Data = t.TempDir()
	two, err := openApp(t.Context(), &settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(two.close)
	one.join(ctx)
	two.join(two.context(t.Context()))
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	var token string
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) (err error) {
		token, err = one.sessions.Begin(ctx, tx, ruta.ID, true, "127.0.0.1", "test")
		return err
	})
	there := tenants.With(two.context(t.Context()), fox)
	page := two.hub.Listen(fox.ID, nil)
	defer page.Close()
	if _, err := two.sessions.Find(there, token); err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error { return one.sessions.End(ctx, tx, token) })
	select { // readers hear of it after the process has forgotten the session
	case <-page.C:
	case <-time.After(30 * time.Second):
		t.Fatal("the other process heard nothing")
	}
	if _, err := two.sessions.Find(there, token); fault.CodeOf(err) != fault.Unauthenticated {
		t.Errorf("the other process still believes the session: %v", err)
	}
}
