package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"pitdesk/tenants"
)

func TestALineSaysWhoseItIsOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(whose{slog.NewJSONHandler(&out, nil)})
	fox := tenants.Tenant{ID: tenants.NewID()}
	ctx := tenants.With(context.Background(), fox)
	log.With("job", 7).InfoContext(ctx, "woken")
	log.InfoContext(ctx, "said already", "tenant", "another")
	log.Info("about nobody")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if !strings.Contains(lines[0], `"tenant":"`+fox.ID.String()+`"`) || !strings.Contains(lines[0], `"job":7`) {
		t.Errorf("a casino's line is %s", lines[0])
	}
	if strings.Count(lines[1], `"tenant"`) != 1 || strings.Contains(lines[2], "tenant") {
		t.Errorf("the other lines are %s and %s", lines[1], lines[2])
	}
}
