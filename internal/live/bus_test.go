package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pitdesk/internal/live"
	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var fox, reel = uuid.MustParse("019f0000-0000-7000-8000-000000000001"), uuid.MustParse("019f0000-0000-7000-8000-000000000002")

// process is one of several on a database.
type process struct {
	hub     *live.Hub
	bus     *live.Bus
	foreign atomic.Int64
}

func join(t *testing.T, data *pgtest.DB, also ...func(*live.Options)) *process {
	t.Helper()
	pool, db, err := pg.Open(t.Context(), data.AppURL, pg.PoolOptions{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	p := &process{hub: live.NewHub()}
	options := live.Options{Log: slog.New(slog.DiscardHandler)}
	for _, set := range also {
		set(&options)
	}
	options.Foreign = func(c *live.Change) {
		if c != nil {
			p.foreign.Add(1)
		}
	}
	p.bus = live.Connect(t.Context(), p.hub, pool, options)
	t.Cleanup(func() { p.bus.Close(); db.Close(); pool.Close() })
	return p
}

func hear(t *testing.T, r *live.Reader) live.Change {
	t.Helper()
	select {
	case c := <-r.C:
		return c
	case <-r.Lost():
		t.Fatal("the reader was told to look again")
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was heard within 30 s")
	}
	return live.Change{}
}

func lost(t *testing.T, r *live.Reader) {
	t.Helper()
	for deadline := time.After(30 * time.Second); ; {
		select {
		case <-r.C:
		case <-r.Lost():
			return
		case <-deadline:
			t.Fatal("the reader wasn't told to look again within 30 s")
		}
	}
}

func entry(seq int64) live.Change {
	return live.Change{Tenant: fox, What: live.WhatEntry, Conversation: reel, Seq: seq, Entry: "only here"}
}

func TestProcessesHearEachOther(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one, two := join(t, data), join(t, data)
	here, there := one.hub.Listen(fox, nil), two.hub.Listen(fox, nil)
	elsewhere := two.hub.Listen(reel, nil)
	one.hub.Publish(entry(1))
	if c := hear(t, here); c.Entry == nil {
		t.Error("the writer's own process lost the entry")
	}
	if c := hear(t, there); c.Seq != 1 || c.Entry != nil {
		t.Errorf("the other process heard %+v", c)
	}
	two.hub.Publish(entry(2))
	if c := hear(t, here); c.Seq != 2 {
		t.Errorf("answered with %+v", c)
	}
	// Its own words come back to a process, which must not tell them twice.
	two.hub.Publish(live.Change{Tenant: fox, What: live.WhatTyping, Who: reel, Name: `O'Brien \ "Ann"`})
	if c := hear(t, here); c.Name != `O'Brien \ "Ann"` {
		t.Errorf("the name came as %q", c.Name)
	}
	if c := hear(t, there); c.Seq != 2 {
		t.Errorf("the second process heard %+v of its own", c)
	}
	if c := hear(t, there); c.What != live.WhatTyping || len(there.C) != 0 {
		t.Errorf("then %+v and %d more", c, len(there.C))
	}
	if len(elsewhere.C) != 0 {
		t.Error("another casino's page heard it too")
	}
	if one.foreign.Load() != 2 {
		t.Errorf("the first process was told of %d foreign changes, want 2", one.foreign.Load())
	}
}

func TestAProcessAloneSendsNothing(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one := join(t, data)
	alone := one.bus.Rounds()
	for i := range int64(100) {
		one.hub.Publish(entry(i))
	}
	one.bus.Close()
	if sent := one.bus.Rounds() - alone; sent != 0 {
		t.Errorf("%d rounds were sent to nobody", sent)
	}
}

func TestManyHintsShareARound(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one, two := join(t, data), join(t, data)
	there := two.hub.Listen(fox, nil)
	before := one.bus.Rounds()
	for i := range int64(120) {
		one.hub.Publish(entry(i + 1))
	}
	for i := range int64(120) {
		if c := hear(t, there); c.Seq != i+1 {
			t.Fatalf("hint %d came as the %dth", c.Seq, i+1)
		}
	}
	if rounds := one.bus.Rounds() - before; rounds > 5 {
		t.Errorf("120 hints took %d rounds", rounds)
	}
}

func TestABurstBecomesAWordToLookAgain(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one, two := join(t, data), join(t, data)
	there, calm := two.hub.Listen(fox, nil), two.hub.Listen(reel, nil)
	for i := range int64(20_000) {
		one.hub.Publish(entry(i))
	}
	one.hub.Publish(live.Change{Tenant: fox, What: live.WhatTyping, Name: strings.Repeat("long ", 4000)})
	lost(t, there)
	select {
	case <-calm.Lost():
		t.Error("a casino without a burst was told to look again")
	default:
	}
}

func TestWhoTypesIsToldOncePerRound(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one, two := join(t, data), join(t, data)
	there := two.hub.Listen(fox, nil)
	for i := range 50 {
		one.hub.Publish(live.Change{Tenant: fox, What: live.WhatTyping, Conversation: reel, Name: fmt.Sprint(i)})
	}
	one.hub.Publish(entry(1))
	heard := 0
	for c := hear(t, there); c.What == live.WhatTyping; c = hear(t, there) {
		heard++
	}
	if heard < 1 || heard > 10 {
		t.Errorf("50 times typing was told %d times", heard)
	}
}

func TestReadersLookAgainWhenTheirProcessWasDeaf(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one, two := join(t, data), join(t, data)
	there := two.hub.Listen(fox, nil)
	var ended int
	if err := data.Super(t).QueryRow(`select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
		where application_name = 'live' and datname = current_database()`).Scan(&ended); err != nil || ended != 2 {
		t.Fatalf("ended %d listeners, %v", ended, err)
	}
	lost(t, there)
	one.hub.Publish(entry(7))
	for deadline := time.After(30 * time.Second); ; {
		select {
		case c := <-there.C:
			if c.Seq != 7 {
				t.Errorf("after the reconnect %+v came", c)
			}
			return
		case <-there.Lost(): // once more, when everybody has answered: until then hints may still be missed
			one.hub.Publish(entry(7))
		case <-deadline:
			t.Fatal("nothing came after the reconnect")
		}
	}
}

func TestAHintWaitsForADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	one, two := join(t, data), join(t, data)
	there := two.hub.Listen(fox, nil)
	super := data.Super(t)
	// The first process can't send: its connections are refused, while the second one goes on listening.
	if _, err := super.Exec(`revoke execute on function pg_notify(text, text) from public`); err != nil {
		t.Fatal(err)
	}
	one.hub.Publish(entry(8))
	failed := func() bool { return one.bus.Failures() > 0 }
	for deadline := time.Now().Add(30 * time.Second); !failed(); {
		if time.Now().After(deadline) {
			t.Fatal("the round didn't fail")
		}
		<-time.After(5 * time.Millisecond)
	}
	if _, err := super.Exec(`grant execute on function pg_notify(text, text) to public`); err != nil {
		t.Fatal(err)
	}
	lost(t, there)
}

func TestAnnounceOutsideAHubIsFine(t *testing.T) {
	t.Parallel()
	live.Announce(context.Background(), entry(1))
}
