package tenants_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
	"pitdesk/tenants"
)

// TestARoundPassesTheCasinoThatTakesLong gives the first casino work that ends only when all others have had their turn.
func TestARoundPassesTheCasinoThatTakesLong(t *testing.T) {
	t.Parallel()
	doors := tenants.NewDoors(pgtest.New(t).Control(t), "localhost")
	ctx := tenants.WithPools(t.Context(), &tenants.Pools{Doors: doors})
	slugs := strings.Fields("lucky-fox golden-reel brass-owl calm-elk dry-fern east-gate")
	for _, slug := range slugs {
		if _, err := doors.Create(ctx, tenants.New{Slug: slug, Name: slug}); err != nil {
			t.Fatal(err)
		}
	}
	var others sync.WaitGroup
	others.Add(len(slugs) - 1)
	served := make(chan struct{})
	go func() { others.Wait(); close(served) }()
	no := errors.New("not today")
	err := tenants.Abreast(ctx, func(ctx context.Context, at tenants.Tenant) error {
		if tenants.Current(ctx).ID != at.ID {
			t.Errorf("%s is served as another", at.Slug)
		}
		if at.Slug != slugs[0] {
			others.Done()
			return nil
		}
		select {
		case <-served:
		case <-time.After(time.Minute):
			t.Error("the others wait for the casino that takes long")
		}
		return no
	})
	if !errors.Is(err, no) || !strings.Contains(err.Error(), "lucky-fox") {
		t.Errorf("the round says %v", err)
	}
	ended, end := context.WithCancel(ctx)
	end()
	if err := tenants.Abreast(ended, func(context.Context, tenants.Tenant) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a round that is told to end says %v", err)
	}
}
