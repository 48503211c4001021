package webhooks_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a deployment whose dispatchers reach only the receivers of its test.
type house struct {
	*sample.Desk
	ctx       context.Context
	t         *testing.T
	receivers map[string]*receiver
}

func newHouse(t *testing.T) *house {
	d, ctx := sample.New(t)
	return &house{d, ctx, t, map[string]*receiver{}}
}

// receiver makes a receiver at host for an owner, for all events.
func (h *house) receiver(host string, o webhooks.Owner, events ...string) (*receiver, webhooks.Webhook) {
	h.t.Helper()
	r := newReceiver(h.t, host)
	h.receivers[host] = r
	var w webhooks.Webhook
	h.above(func(ctx context.Context, tx bun.Tx) (err error) {
		w, r.secret, err = webhooks.Make(ctx, tx, o, webhooks.Draft{URL: "https://" + host + "/events", Events: events})
		return err
	})
	return r, w
}

func (h *house) above(fn func(ctx context.Context, tx bun.Tx) error) {
	h.t.Helper()
	if err := tenants.Above(h.ctx, fn); err != nil {
		h.t.Fatal(err)
	}
}

// quick are pauses for tests: as many tries as casinos' deliveries get, close together.
var quick = slices.Repeat([]time.Duration{time.Millisecond}, webhooks.MostTries-1)

// run starts a dispatcher and returns what stops it.
func (h *house) run(within time.Duration, pauses []time.Duration) (stop func()) {
	sender := webhooks.NewSender(webhooks.SenderOptions{Dial: dial(h.receivers), Roots: roots(), Within: within})
	d := &webhooks.Dispatcher{Sender: sender, Log: slog.New(slog.NewTextHandler(h.t.Output(), nil)), Waits: pauses}
	ctx, cancel := context.WithCancel(h.ctx)
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done; sender.Close() })
	h.t.Cleanup(stop)
	return stop
}

// talk writes n notes into a conversation.
func (h *house) talk(at tenants.Tenant, conversation uuid.UUID, n int) {
	h.t.Helper()
	for range n {
		sample.As(h.ctx, h.t, at, authz.System(at.ID), func(ctx context.Context, tx bun.Tx) error {
			c, err := desk.Hold(ctx, tx, conversation)
			if err == nil {
				_, err = desk.Note(ctx, tx, &c, desk.Words{Text: "A secret word"})
			}
			return err
		})
	}
}

// log is every event of a casino by its id, read from the log itself.
func (h *house) log(at tenants.Tenant) map[string]bool {
	h.t.Helper()
	rows, err := h.DB.Super(h.t).Query(`select id from entries where tenant_id = $1 union all select id from conversations where tenant_id = $1`, at.ID.String())
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]bool{}
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			h.t.Fatal(err)
		}
		all[tenants.PublicID(tenants.EventPrefix, id)] = true
	}
	return all
}

// compare holds what a receiver took against the log.
func (h *house) compare(r *receiver, log map[string]bool) {
	h.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range log {
		if r.bodies[id] == "" {
			h.t.Errorf("%s never came", id)
		}
	}
	for id, body := range r.bodies {
		if !log[id] {
			h.t.Errorf("%s isn't in the log: %s", id, body)
		}
		if strings.Contains(body, "secret word") {
			h.t.Errorf("%s tells words: %s", id, body)
		}
	}
}

func (h *house) casino(name string) (tenants.Tenant, desk.Conversation) {
	h.t.Helper()
	at := sample.Tenant(h.ctx, h.t, name)
	return at, sample.Conversation(h.ctx, h.t, at, sample.Player(h.ctx, h.t, at, "Mara"), "A secret word")
}

func ofTenant(at tenants.Tenant) webhooks.Owner { return webhooks.Owner{Tenant: &at.ID} }

func TestAReceiverIsSentWhatHappensFromThenOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fox, c := h.casino("Lucky Fox")
	reel, other := h.casino("Golden Reel")
	before := h.log(fox)
	// What was written before is before the receiver's place, unless something else on the server holds the feed back.
	h.settled(fox, len(before))
	r, _ := h.receiver("crm.example", ofTenant(fox))
	notes, _ := h.receiver("notes.example", ofTenant(fox), webhooks.Resolved)
	h.run(5*time.Second, quick)
	h.talk(fox, c.ID, 5)
	h.talk(reel, other.ID, 5)
	sample.As(h.ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, c.ID)
		if err == nil {
			_, err = desk.Resolve(ctx, tx, &held)
		}
		return err
	})
	r.until(6, time.Minute)
	notes.until(1, time.Minute)
	after := h.log(fox)
	for id := range before {
		delete(after, id)
	}
	h.compare(r, after)
	if events, _ := notes.count(); events != 1 {
		t.Errorf("who wants one type got %d events", events)
	}
}

// settled waits until a casino's feed shows n events.
func (h *house) settled(at tenants.Tenant, n int) {
	h.t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		entries, err := desk.FeedAcross(h.ctx, tenants.AboveNow(h.ctx), desk.Whose{Tenant: &at.ID}, desk.Position{}, 10_000)
		if err != nil || time.Now().After(end) {
			h.t.Fatalf("the feed shows %d entries: %v", len(entries), err)
		}
		shown := 0
		for _, e := range entries {
			shown += len(webhooks.EventsOf(e))
		}
		if shown >= n {
			return
		}
	}
}

func TestAResellersReceiverHearsOfItsCasinosAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	north, south := sample.Reseller(h.ctx, t, "North"), sample.Reseller(h.ctx, t, "South")
	r, _ := h.receiver("north.example", webhooks.Owner{Reseller: &north})
	other, _ := h.receiver("south.example", webhooks.Owner{Reseller: &south})
	fox, reel, blue := sample.Resold(h.ctx, t, north, "Lucky Fox"), sample.Resold(h.ctx, t, north, "Golden Reel"), sample.Resold(h.ctx, t, south, "Blue Harbour")
	for _, at := range []tenants.Tenant{fox, reel, blue} {
		sample.Conversation(h.ctx, t, at, sample.Player(h.ctx, t, at, "Mara"), "A secret word")
	}
	h.run(5*time.Second, quick)
	all := h.log(fox)
	for id := range h.log(reel) {
		all[id] = true
	}
	r.until(4, time.Minute)
	other.until(2, time.Minute)
	h.compare(r, all)
	h.compare(other, h.log(blue))
}

func TestReceiversBelongToTheirOwner(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fox, _ := h.casino("Lucky Fox")
	reel, _ := h.casino("Golden Reel")
	north := sample.Reseller(h.ctx, t, "North")
	_, w := h.receiver("crm.example", ofTenant(fox))
	var d webhooks.Delivery
	h.above(func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = webhooks.SendTest(ctx, tx, ofTenant(fox), w.ID)
		return err
	})
	for name, o := range map[string]webhooks.Owner{"Golden Reel": ofTenant(reel), "North": {Reseller: &north}, "nobody": {}} {
		for what, try := range map[string]func(ctx context.Context, tx bun.Tx) error{
			"get":    func(ctx context.Context, tx bun.Tx) error { _, err := webhooks.Get(ctx, tx, o, w.ID); return err },
			"remove": func(ctx context.Context, tx bun.Tx) error { return webhooks.Remove(ctx, tx, o, w.ID) },
			"change": func(ctx context.Context, tx bun.Tx) error {
				_, err := webhooks.Change(ctx, tx, o, w.ID, w.Draft())
				return err
			},
			"rotate": func(ctx context.Context, tx bun.Tx) error {
				_, _, err := webhooks.Rotate(ctx, tx, o, w.ID, 0)
				return err
			},
			"test": func(ctx context.Context, tx bun.Tx) error { _, err := webhooks.SendTest(ctx, tx, o, w.ID); return err },
			"replay": func(ctx context.Context, tx bun.Tx) error {
				_, err := webhooks.Replay(ctx, tx, o, w.ID, d.ID)
				return err
			},
			"replay all": func(ctx context.Context, tx bun.Tx) error {
				_, err := webhooks.ReplayFailed(ctx, tx, o, w.ID, time.Time{})
				return err
			},
			"delivery": func(ctx context.Context, tx bun.Tx) error {
				_, _, err := webhooks.GetDelivery(ctx, tx, o, w.ID, d.ID)
				return err
			},
		} {
			if err := tenants.Above(h.ctx, try); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s: %s answers %v", name, what, err)
			}
		}
		h.above(func(ctx context.Context, tx bun.Tx) error {
			all, err := webhooks.All(ctx, tx, o)
			list, failed := webhooks.Deliveries(ctx, tx, o, w.ID, "", uuid.Nil, 10)
			if len(all) != 0 || len(list) != 0 {
				t.Errorf("%s sees %d receivers and %d deliveries", name, len(all), len(list))
			}
			if err == nil {
				err = failed
			}
			return err
		})
	}
}

func TestTwoSecretsAreGoodWhileAReceiverChangesOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fox, c := h.casino("Lucky Fox")
	old, w := h.receiver("crm.example", ofTenant(fox))
	h.run(5*time.Second, quick)
	h.talk(fox, c.ID, 1)
	old.until(1, time.Minute) // believes the first secret
	rotate := func(overlap time.Duration) (secret string) {
		t.Helper()
		h.above(func(ctx context.Context, tx bun.Tx) (err error) {
			w, secret, err = webhooks.Rotate(ctx, tx, ofTenant(fox), w.ID, overlap)
			return err
		})
		return secret
	}
	next := rotate(time.Hour)
	if len(w.Secrets) != 2 || w.Secrets[0].EndsAt != nil || w.Secrets[1].EndsAt == nil {
		t.Errorf("while both are good there are %+v", w.Secrets)
	}
	have, _ := old.count()
	h.talk(fox, c.ID, 1)
	old.until(have+1, time.Minute) // with the old secret still
	old.mu.Lock()
	old.secret = next
	old.mu.Unlock()
	h.talk(fox, c.ID, 1)
	old.until(have+2, time.Minute) // with the new one
	third := rotate(0)
	if len(w.Secrets) != 1 {
		t.Errorf("after a rotation without overlap there are %+v", w.Secrets)
	}
	old.mu.Lock()
	old.secret = third
	old.mu.Unlock()
	h.talk(fox, c.ID, 1)
	old.until(have+3, time.Minute)
}
