package domains_test

import (
	"context"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

func TestTheFirstProofWins(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := admin(ctx, t, "Lucky Fox"), admin(ctx, t, "Golden Reel")
	claimed := add(fox, t, "help.luckyfox.example")
	if got := h.served(t, claimed.Host); got != "" {
		t.Errorf("a claim without a proof is served by %q", got)
	}
	rival := add(reel, t, "Help.LuckyFox.example") // nothing tells Golden Reel that Lucky Fox was here before
	if claimed.Token == rival.Token || rival.State() != domains.Pending {
		t.Errorf("two claims of one name: %+v, %+v", claimed, rival)
	}
	if d := h.check(fox, t, claimed.ID); d.State() != domains.Pending || d.Finding != domains.Nowhere {
		t.Errorf("before anything is set: %+v", d)
	}
	h.txt(t, claimed, "v=spf1 -all", claimed.Token)
	if d := h.check(reel, t, rival.ID); d.State() != domains.Pending || d.Finding != domains.Elsewhere {
		t.Errorf("another's token proves nothing: %+v", d)
	}
	if d := h.check(fox, t, claimed.ID); d.State() != domains.Proven || d.Proof != domains.ByTXT || d.Finding != domains.Held {
		t.Errorf("proven by TXT: %+v", d)
	}
	if got := h.served(t, claimed.Host); got != "Lucky Fox" {
		t.Errorf("served by %q", got)
	}
	h.txt(t, claimed, claimed.Token, rival.Token)
	if d := h.check(reel, t, rival.ID); d.State() != domains.Pending || d.Finding != domains.Taken || fault.CodeOf(domains.Refusal(d)) != fault.Conflict {
		t.Errorf("proven second: %+v", d)
	}
	if got := h.served(t, claimed.Host); got != "Lucky Fox" {
		t.Errorf("then served by %q", got)
	}
	if err := in(fox, func(ctx context.Context, tx bun.Tx) error { _, err := domains.Remove(ctx, tx, claimed.ID); return err }); err != nil {
		t.Fatal(err)
	}
	if got := h.served(t, claimed.Host); got != "" {
		t.Errorf("after its removal served by %q", got)
	}
	if d := h.check(reel, t, rival.ID); d.State() != domains.Proven || h.served(t, rival.Host) != "Golden Reel" {
		t.Errorf("once it is free: %+v", d)
	}
	if again := add(fox, t, "help.luckyfox.example"); again.Token == claimed.Token {
		t.Error("a removed claim's token proves a new one")
	}
}

func TestAnAliasProvesWhoseItIs(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := admin(ctx, t, "Lucky Fox"), admin(ctx, t, "Golden Reel")
	mine, rival := add(fox, t, "help.luckyfox.example"), add(reel, t, "help.luckyfox.example")
	h.dns.Set(t, "help.luckyfox.example. 60 IN CNAME edge.luckyfox.example.", "edge.luckyfox.example. 60 IN CNAME Lucky-Fox.localhost.")
	if d := h.check(reel, t, rival.ID); d.State() != domains.Pending || d.Finding != domains.Elsewhere || d.Found != "edge.luckyfox.example" {
		t.Errorf("an alias to Lucky Fox, asked by Golden Reel: %+v", d)
	}
	if d := h.check(fox, t, mine.ID); d.State() != domains.Proven || d.Proof != domains.ByCNAME {
		t.Errorf("over two steps: %+v", d)
	}
	h.dns.Set(t, "loop.luckyfox.example. 60 IN CNAME loop.luckyfox.example.")
	if d := h.check(fox, t, add(fox, t, "loop.luckyfox.example").ID); d.Finding != domains.Elsewhere {
		t.Errorf("an alias of itself: %+v", d)
	}
}

func TestOfManyProofsAtOnceOneWins(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	names := []string{"Lucky Fox", "Golden Reel", "Blue Moon", "Red Dice"}
	var casinos []context.Context
	var claims []domains.Domain
	var tokens []string
	for _, name := range names {
		at := admin(ctx, t, name)
		d := add(at, t, "help.luckyfox.example")
		casinos, claims, tokens = append(casinos, at), append(claims, d), append(tokens, d.Token)
	}
	h.txt(t, claims[0], tokens...)
	ends := make([]domains.Domain, len(names)*2)
	var wait sync.WaitGroup
	for i := range ends { // each casino twice, as two impatient admins
		wait.Go(func() {
			d, err := h.tryCheck(casinos[i%len(names)], claims[i%len(names)].ID)
			if err != nil {
				t.Error(err)
			}
			ends[i] = d
		})
	}
	wait.Wait()
	won := map[string]bool{}
	for i, d := range ends {
		if d.State() == domains.Proven {
			won[names[i%len(names)]] = true
		} else if d.Finding != domains.Taken {
			t.Errorf("%s: %+v", names[i%len(names)], d)
		}
	}
	if len(won) != 1 || h.count(t, `select count(*) from control.hosts`) != 1 || h.count(t, `select count(*) from domains where proven_at is not null`) != 1 {
		t.Errorf("won by %v", won)
	}
}

func TestTheMainDomainIsChosenAmongProvenOnes(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := admin(ctx, t, "Lucky Fox"), admin(ctx, t, "Golden Reel")
	choose := func(at context.Context, d domains.Domain) error {
		return in(at, func(ctx context.Context, tx bun.Tx) error { _, err := domains.MakeMain(ctx, tx, d.ID); return err })
	}
	d, second := add(fox, t, "help.luckyfox.example"), add(fox, t, "pagalba.luckyfox.example")
	if err := choose(fox, d); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a pending one: %v", err)
	}
	for _, each := range []domains.Domain{d, second} {
		h.txt(t, each, each.Token)
		h.check(fox, t, each.ID)
	}
	if err := choose(reel, d); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another casino's: %v", err)
	}
	var wait sync.WaitGroup
	for range 4 {
		for _, each := range []domains.Domain{d, second} {
			wait.Go(func() {
				if err := choose(fox, each); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	if n := h.count(t, `select count(*) from control.hosts where main`); n != 1 {
		t.Errorf("%d main domains", n)
	}
	if err := choose(fox, d); err != nil || h.served(t, d.Host) != "Lucky Fox main" {
		t.Errorf("chosen: %v, %s", err, h.served(t, d.Host))
	}
	if err := in(fox, domains.MakeSlugMain); err != nil || h.served(t, "lucky-fox.localhost") != "Lucky Fox main" {
		t.Errorf("back: %v", err)
	}
	for _, each := range []func(ctx context.Context, tx bun.Tx) error{
		func(ctx context.Context, tx bun.Tx) error { _, err := domains.Get(ctx, tx, d.ID); return err },
		func(ctx context.Context, tx bun.Tx) error { _, err := domains.Remove(ctx, tx, d.ID); return err },
		func(ctx context.Context, tx bun.Tx) error {
			_, err := domains.Settle(ctx, tx, d.ID, domains.Evidence{Finding: domains.Held, Proof: domains.ByTXT}, true)
			return err
		},
	} {
		if err := in(reel, each); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another casino: %v", err)
		}
	}
	if len(list(reel, t)) != 0 {
		t.Error("Golden Reel sees Lucky Fox's claims")
	}
	if n := h.count(t, `select count(*) from audit_log where object = 'domain' and action in ('added', 'proven', 'made_main')`); n < 2+2+3 {
		t.Errorf("%d audit lines", n)
	}
}

func TestWhatTheListTakes(t *testing.T) {
	t.Parallel()
	_, ctx := open(t)
	fox := admin(ctx, t, "Lucky Fox")
	refused := func(typed string) fault.Code {
		return fault.CodeOf(in(fox, func(ctx context.Context, tx bun.Tx) error {
			_, err := domains.Add(ctx, tx, typed, "files.example")
			return err
		}))
	}
	add(fox, t, "a0.luckyfox.example")
	for typed, code := range map[string]fault.Code{"https://A0.luckyfox.example/": fault.Conflict, "golden-reel.localhost": fault.Invalid, "x.files.example": fault.Invalid} {
		if got := refused(typed); got != code {
			t.Errorf("%s: %s", typed, got)
		}
	}
	for i := 1; i < 25; i++ {
		add(fox, t, "a"+string(rune('a'+i))+".luckyfox.example")
	}
	if got := refused("one-more.luckyfox.example"); got != fault.Conflict {
		t.Errorf("one too many: %s", got)
	}
}

func TestAnotherProcessGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := admin(ctx, t, "Lucky Fox")
	d := add(fox, t, "help.luckyfox.example")
	h.txt(t, d, d.Token)
	_, later := sample.Over(t, h.DB)
	if now := h.check(tenants.With(later, tenants.Current(fox)), t, d.ID); now.State() != domains.Proven {
		t.Errorf("%+v", now)
	}
}
