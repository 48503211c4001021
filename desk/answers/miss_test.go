package answers_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
)

func (c *centre) misses() (all []answers.Miss) {
	c.t.Helper()
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) (err error) {
		all, err = answers.Misses(ctx, tx, 0)
		return err
	})
	return all
}

func TestWhatWasLookedForInVainIsCountedWithoutAName(t *testing.T) {
	t.Parallel()
	c := open(t)
	player := authz.Actor{Kind: authz.KindPlayer, Tenant: c.at.ID, Role: authz.Player}
	c.as(player, func(ctx context.Context, tx bun.Tx) error {
		for _, typed := range []string{"Free  spins", "free spins", "СМС код", "", "  ", "?!", "mara@example.org", "+370 600 12345", "4111 1111 1111 1111",
			"https://evil.example", strings.Repeat("long ", 20)} {
			if err := answers.Missed(ctx, tx, "en", typed); err != nil {
				return err
			}
		}
		return answers.Missed(ctx, tx, "not a language", "words")
	})
	got := ""
	for _, m := range c.misses() {
		got += fmt.Sprintf("%s %q %d; ", m.Language, m.Words, m.Times)
	}
	if want := `en "free spins" 2; en "смс код" 1; `; got != want {
		t.Errorf("misses %s, want %s", got, want)
	}
	other := house(c.ctx, t, "Golden Reel")
	if n := len(other.misses()); n != 0 {
		t.Errorf("Golden Reel reads %d of Lucky Fox's searches", n)
	}
}

func TestNonsensePushesOutNonsense(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw(`insert into answer_misses (tenant_id, language, words, times, last_at)
			select current_tenant(), 'en', 'words ' || n, 2, now() - n * interval '1 minute' from generate_series(1, 500) n
			union all select current_tenant(), 'en', 'long ago', 9, now() - interval '91 days'`).Exec(ctx); err != nil {
			return err
		}
		return answers.Missed(ctx, tx, "en", "something new")
	})
	var n, old int
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select count(*), count(*) filter (where words = 'long ago') from answer_misses where tenant_id = current_tenant()`).Scan(ctx, &n, &old)
	})
	if n != 500 || old != 0 {
		t.Errorf("%d kept, %d of them old", n, old)
	}
}

func TestTwoWritersLoseNoWords(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Payouts", "A day.")
	seen := a.Texts[0].Opened
	c.save(a.ID, "en", answers.Draft{Title: "Payouts", Body: "Two days.", Opened: seen}, 0)
	mine := answers.Draft{Title: "Payouts", Body: "Three days.", Opened: seen}
	err := c.try(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.SaveDraft(ctx, tx, a.ID, "en", mine, 0)
		return err
	})
	wantFault(t, err, fault.Conflict, "Ola Berg changed this text")
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.Overwrite(ctx, tx, a.ID, "en", mine, 0)
		return err
	})
	var bodies []string
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Versions(ctx, tx, a.ID, "en")
		for _, v := range all {
			bodies = append(bodies, fmt.Sprint(v.Number, " ", v.State, " ", v.Body))
		}
		return err
	})
	if got, want := strings.Join(bodies, "; "), "2 draft Three days.; 1 discarded Two days."; got != want {
		t.Errorf("the versions are %q, want %q", got, want)
	}
}

func TestCountsFollowTheFilter(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Payouts", "A day.")
	c.draft("Bonuses", "None.")
	c.publish(a.ID, "en")
	for want, f := range map[int]answers.Filter{2: {}, 1: {State: answers.Published}, 0: {Archived: true}} {
		c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
			n, err := answers.Count(ctx, tx, f)
			if n != want {
				t.Errorf("%+v counts %d, want %d", f, n, want)
			}
			return err
		})
	}
}
