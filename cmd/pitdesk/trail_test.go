package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/authz/trail"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// TestVerifyProvesTheAuditLogs signs a casino's audit log and that above casinos, forges each, and asks the command.
func TestVerifyProvesTheAuditLogs(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		return authz.Record(ctx, tx, authz.System(fox.ID), "sign_in", "account", nil)
	})
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		return authz.RecordAbove(ctx, tx, authz.SystemAbove(), "suspend", "tenant", authz.Whose{Tenant: fox.ID}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	ctx = tenants.With(ctx, fox)
	// Lines are linked once nobody writes any more who began before them, other tests in other databases of the cluster among them.
	waiting := func() (n int64) {
		err := errors.Join(
			inCasino(ctx, func(ctx context.Context, tx bun.Tx) error {
				s, err := trail.Of(fox).StateOf(ctx, tx)
				n += s.Waiting
				return err
			}),
			tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
				s, err := trail.Above().StateOf(ctx, tx)
				n += s.Waiting
				return err
			}))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for deadline := time.Now().Add(time.Minute); waiting() > 0; {
		if err := a.linkAudit(ctx); err != nil || time.Now().After(deadline) {
			t.Fatalf("lines still wait: %v", err)
		}
	}
	for range 2 { // a second round has nothing to sign and notes nothing twice
		if err := errors.Join(a.signAudit(ctx), a.signDeeds(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	notes, err := os.ReadFile(a.settings.notebook().path)
	if err != nil || strings.Count(string(notes), "\n") != 2 {
		t.Errorf("noted %q, %v; want a line for each log", notes, err)
	}
	for _, c := range []struct{ forge, what, want string }{
		{"select 1", "audit", "Lucky Fox, audit log: "},
		{"select 1", "deeds", "What was done above casinos: "},
		{"update audit_log set action = 'sign_out' where action = 'sign_in'", "audit", "Lucky Fox, audit log: BROKEN: link "},
		{"delete from control.deeds where action = 'suspend'", "deeds", "BROKEN: link "},
		{"delete from control.deed_links; delete from control.deed_statements", "deeds", "statements 1 to 1 are missing"},
	} {
		if _, err := superOf(t, a).Exec(c.forge); err != nil {
			t.Fatal(err)
		}
		text, err := printed(t, func(o *output) error {
			if c.what == "audit" {
				return a.verifyAudit(ctx, o)
			}
			return a.verifyDeeds(ctx, o)
		})
		if !strings.Contains(text, c.want) || (err == nil) != (c.forge == "select 1") || err == nil && !strings.Contains(text, "1 signed statements proven, 1 noted") {
			t.Errorf("after %q: %q, %v; want %q", c.forge, text, err, c.want)
		}
	}
}
