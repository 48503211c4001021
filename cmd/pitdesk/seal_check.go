package main

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
	"pitdesk/internal/seal"
	"pitdesk/tenants"
)

// checkSeal wants secrets to rest sealed, under keys that are here.
func checkSeal(ctx context.Context, s *Settings, app, control *bun.DB) pg.Finding {
	bad := func(remedy, format string, args ...any) pg.Finding {
		return pg.Finding{Name: "secrets", Sentence: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	state, err := seal.StateOf(ctx, control)
	if err != nil {
		return bad("Run `pitdesk migrate`, or check the database's log.", "Whether secrets are sealed can't be read: %v.", err)
	}
	ring, err := s.openRing()
	if err == nil {
		err = state.Check(ring)
	}
	if err != nil {
		return bad("Give PITDESK_SEAL_KEYS the keys that this database was used with, or put them back into "+s.sealPath()+".", "The keys for sealed secrets: %v.", err)
	}
	rest, err := tally(tenants.WithPools(ctx, &tenants.Pools{App: app, Doors: tenants.NewDoors(control, s.base.Hostname())}))
	if err != nil {
		return bad("Check the database's log.", "Secrets can't be counted: %v.", err)
	}
	clear, sealed := 0, 0
	for _, t := range rest {
		clear, sealed = clear+t[0], sealed+t.Besides(0)
	}
	switch {
	case state.Key == 0 && clear > 0:
		return bad("When the release before needn't be gone back to, run `pitdesk seal begin`.", "%d secrets rest in the database in the clear.", clear)
	case clear > 0:
		return bad("Run `pitdesk seal reseal`.", "%d secrets rest in the database in the clear, though sealing has begun.", clear)
	case state.Key == 0:
		return pg.Finding{Name: "secrets", OK: true, Sentence: "No secrets rest in the database yet."}
	}
	return pg.Finding{Name: "secrets", OK: true, Sentence: fmt.Sprintf("All secrets in the database are sealed: %d.", sealed)}
}
