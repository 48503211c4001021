package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// follower reads a casino's feed as a program outside would: from its place on, page by page.
type follower struct {
	at   desk.Position
	read []desk.FeedEntry
}

// poll reads until a page comes back empty.
func (f *follower) poll(ctx context.Context, at tenants.Tenant, limit int) error {
	for {
		var page []desk.FeedEntry
		if err := tenants.Reading(tenants.With(ctx, at), at.ID, func(ctx context.Context, tx bun.Tx) (err error) {
			page, err = desk.Feed(ctx, tx, f.at, limit)
			return err
		}); err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		f.read = append(f.read, page...)
		f.at = page[len(page)-1].Position()
	}
}

func (f *follower) mustPoll(ctx context.Context, t *testing.T, at tenants.Tenant, limit int) {
	t.Helper()
	if err := f.poll(ctx, at, limit); err != nil {
		t.Fatal(err)
	}
}

// until polls until n entries are read: whatever else is at work on the server may hold the feed back for a moment.
func (f *follower) until(ctx context.Context, t *testing.T, at tenants.Tenant, n int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(f.read) < n; {
		f.mustPoll(ctx, t, at, 7)
		if time.Now().After(end) {
			t.Fatalf("%d entries within a minute, want %d", len(f.read), n)
		}
	}
}

func (f *follower) ids() []uuid.UUID {
	ids := []uuid.UUID{}
	for _, e := range f.read {
		ids = append(ids, e.ID)
	}
	return ids
}

func note(ctx context.Context, tx bun.Tx, conversation uuid.UUID, text string) (desk.Entry, error) {
	c, err := desk.Hold(ctx, tx, conversation)
	if err != nil {
		return desk.Entry{}, err
	}
	return desk.Note(ctx, tx, &c, desk.Words{Text: text})
}

// The one that began first commits last. A reader who has passed the other by then must not have passed the first.
func TestTheFeedWaitsForWhoBeganEarlier(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara, ruta := sample.Player(ctx, t, fox, "Mara"), sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	slow, quick := sample.Conversation(ctx, t, fox, mara, "Slow"), sample.Conversation(ctx, t, fox, mara, "Quick")
	var f follower
	const before = 2
	f.until(ctx, t, fox, before)
	var first, second desk.Entry
	sample.As(ctx, t, fox, ruta, func(within context.Context, tx bun.Tx) (err error) {
		if first, err = note(within, tx, slow.ID, "written first"); err != nil {
			return err
		}
		sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) (err error) {
			second, err = note(ctx, tx, quick.ID, "committed first")
			return err
		})
		f.mustPoll(ctx, t, fox, 10)
		return nil
	})
	if len(f.read) != before {
		t.Errorf("what was begun later came while the earlier one was open: %d entries more", len(f.read)-before)
	}
	f.until(ctx, t, fox, before+2)
	if got := f.ids()[before:]; !slices.Equal(got, []uuid.UUID{first.ID, second.ID}) {
		t.Errorf("the feed gives %v, want %v then %v", got, first.ID, second.ID)
	}
}

// Many write at once, into shared conversations and their own; commits fall in no order, some are rolled back. Whoever follows
// meanwhile gets every entry once, in one order that another who comes later gets too.
func TestTheFeedIsGaplessWhateverTheOrderOfCommits(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	var conversations []uuid.UUID
	for i := range 12 {
		conversations = append(conversations, sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, fmt.Sprint("Mara", i)), "Hello").ID)
	}
	sample.Conversation(ctx, t, reel, sample.Player(ctx, t, reel, "Ivo"), "Foreign")

	const writers, rounds = 8, 40
	waiting := make(chan chan struct{}, writers) // who has written and wants to commit
	done := make(chan struct{})
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			dice := rand.New(rand.NewPCG(7, uint64(w)))
			for i := range rounds {
				err := sample.Try(ctx, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
					// In one order, as all who write many do.
					picked := []uuid.UUID{conversations[w], conversations[8+dice.IntN(4)]}
					for _, c := range picked[:1+dice.IntN(2)] {
						if _, err := note(ctx, tx, c, fmt.Sprint(w, "/", i)); err != nil {
							return err
						}
					}
					turn := make(chan struct{})
					waiting <- turn
					<-turn
					if dice.IntN(5) == 0 {
						return errUndone
					}
					return nil
				})
				if err != nil && err != errUndone {
					t.Error(err)
				}
			}
		})
	}
	go func() { work.Wait(); close(done) }()
	// The gate lets whoever waits commit, the latest first as often as not.
	gate := make(chan struct{})
	go func() {
		defer close(gate)
		var held []chan struct{}
		dice := rand.New(rand.NewPCG(7, 99))
		for {
			select {
			case turn := <-waiting:
				held = append(held, turn)
				if len(held) < 3 {
					select {
					case turn := <-waiting:
						held = append(held, turn)
					default:
					}
				}
			case <-done:
				return
			}
			i := dice.IntN(len(held))
			close(held[i])
			held = slices.Delete(held, i, i+1)
			for len(held) > 0 && (len(held) >= 3 || len(waiting) == 0) {
				close(held[len(held)-1])
				held = held[:len(held)-1]
			}
		}
	}()
	var f follower
	for open := true; open; {
		select {
		case <-done:
			open = false
		default:
		}
		f.mustPoll(ctx, t, fox, 7)
	}
	<-gate

	var want []uuid.UUID
	rows, err := d.DB.Super(t).Query(`select id from entries where tenant_id = $1 order by epoch, xact, conversation_id, seq`, fox.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
	}
	f.until(ctx, t, fox, len(want))
	if got := f.ids(); !slices.Equal(got, want) {
		t.Errorf("the follower has %d entries, the log %d; equal as sets: %v", len(got), len(want), sameSet(got, want))
	}
	t.Logf("%d entries followed", len(want))
}

var errUndone = fmt.Errorf("undone")

func sameSet(a, b []uuid.UUID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	order := func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) }
	slices.SortFunc(a, order)
	slices.SortFunc(b, order)
	return slices.Equal(a, b)
}

// After a restore, numbers of transactions may begin lower than those the log already has.
func TestTheFeedGoesOnAfterARestore(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara, ruta := sample.Player(ctx, t, fox, "Mara"), sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	c := sample.Conversation(ctx, t, fox, mara, "Before")
	if _, err := d.DB.Super(t).Exec("update entries set xact = '9000000000'"); err != nil {
		t.Fatal(err)
	}
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		return desk.BeginEpoch(ctx, tx, "restored from a backup")
	}); err != nil {
		t.Fatal(err)
	}
	var f follower
	f.until(ctx, t, fox, 1)
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		_, err := note(ctx, tx, c.ID, "After")
		return err
	})
	f.until(ctx, t, fox, 2)
	if len(f.read) != 2 || f.read[1].Epoch <= f.read[0].Epoch || f.read[1].Seq != 2 {
		t.Errorf("after the restore the feed gives %+v", f.read)
	}
}

func TestAFeedAcrossCasinosKeepsToItsReseller(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	ours, theirs := sample.Reseller(ctx, t, "North"), sample.Reseller(ctx, t, "South")
	var mine []uuid.UUID
	for _, c := range []struct {
		name string
		of   uuid.UUID
	}{{"Lucky Fox", ours}, {"Golden Reel", theirs}, {"Blue Harbour", ours}, {"Own Way", tenants.Nobody}} {
		var at tenants.Tenant
		if c.of == tenants.Nobody {
			at = sample.Tenant(ctx, t, c.name)
		} else {
			at = sample.Resold(ctx, t, c.of, c.name)
		}
		if c.of == ours {
			mine = append(mine, at.ID)
		}
		sample.Conversation(ctx, t, at, sample.Player(ctx, t, at, "Mara"), "Hello")
	}
	var at desk.Position
	var got []uuid.UUID
	var end desk.Position
	for limit := time.Now().Add(time.Minute); len(got) < len(mine); {
		page, err := desk.FeedAcross(ctx, tenants.AboveNow(ctx), desk.Whose{Reseller: &ours}, at, 1)
		if err == nil {
			end, err = desk.FeedEnd(ctx, tenants.AboveNow(ctx))
		}
		if err != nil || time.Now().After(limit) {
			t.Fatalf("%d of %d: %v", len(got), len(mine), err)
		}
		for _, e := range page {
			at = e.Position()
			got = append(got, e.Tenant)
		}
	}
	if !slices.Equal(got, mine) {
		t.Errorf("the reseller reads of %v, want %v", got, mine)
	}
	for name, from := range map[string]desk.Position{"the last entry": at, "the end": end} {
		if page, err := desk.FeedAcross(ctx, tenants.AboveNow(ctx), desk.Whose{Reseller: &ours}, from, 1); err != nil || len(page) != 0 {
			t.Errorf("after %s come %v, %v", name, page, err)
		}
	}
}
