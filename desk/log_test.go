package desk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// chatting is a player with an open chat and the hash of their session's token.
type chatting struct {
	d     *sample.Desk
	ctx   context.Context // the casino's
	fox   tenants.Tenant
	mara  uuid.UUID
	c     desk.Conversation
	token []byte
}

func newChat(t *testing.T) *chatting {
	t.Helper()
	d, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	m := &chatting{d: d, fox: fox, ctx: tenants.With(ctx, fox), mara: sample.Player(ctx, t, fox, "Mara")}
	m.c = sample.Conversation(ctx, t, fox, m.mara, "Hello")
	hash := staff.HashToken("mara's token")
	m.token = hash[:]
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at)
			values (current_tenant(), ?, ?, true, now() + interval '1 hour')`, m.token, m.mara).Exec(ctx)
		return err
	})
	return m
}

func (m *chatting) say(text, clientID string) (desk.Entry, error) {
	return desk.Receive(m.ctx, m.token, m.c.ID, desk.Words{Text: text, ClientID: clientID, Language: "en"})
}

func (m *chatting) verified(t *testing.T) desk.Report {
	t.Helper()
	r, err := desk.VerifyOne(m.ctx, m.c.ID, desk.Signed{})
	if err != nil || r.Broken != nil {
		t.Fatalf("the log is broken: %v, %v", r.Broken, err)
	}
	return r
}

func TestThirtyTwoWritersLeaveNoGap(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	ruta := sample.Agent(m.ctx, t, m.fox, "Ruta", authz.Lead)
	const writers, each = 32, 8
	var all sync.WaitGroup
	failed := make(chan error, writers*each)
	for w := range writers {
		all.Go(func() {
			for i := range each {
				var err error
				if w%4 == 0 { // agents write too
					err = sample.Try(m.ctx, m.fox, ruta, func(ctx context.Context, tx bun.Tx) error {
						held, err := desk.Hold(ctx, tx, m.c.ID)
						if err == nil {
							_, err = desk.Reply(ctx, tx, &held, desk.Words{Text: fmt.Sprint("reply ", i)})
						}
						return err
					})
				} else {
					_, err = m.say(fmt.Sprintf("message %d", i), fmt.Sprintf("%d-%d", w, i))
				}
				if err != nil {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Errorf("a writer failed: %v", err)
	}
	if r := m.verified(t); r.Entries != writers*each+1 {
		t.Errorf("%d entries, want %d", r.Entries, writers*each+1)
	}
}

func TestARepeatThatRacesWithItselfIsStoredOnce(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	for round := range 5 {
		type answer struct {
			e   desk.Entry
			err error
		}
		answers := make(chan answer, 16)
		for range cap(answers) {
			go func() {
				e, err := m.say("Is it there?", fmt.Sprint("same ", round))
				answers <- answer{e, err}
			}()
		}
		fresh := 0
		var first desk.Entry
		for range cap(answers) {
			a := <-answers
			if a.err != nil {
				t.Fatalf("a repeat failed: %v", a.err)
			}
			if first.ID == uuid.Nil {
				first = a.e
			}
			if a.e.ID != first.ID || a.e.Seq != first.Seq || !a.e.RecordedAt.Equal(first.RecordedAt) {
				t.Errorf("a repeat was answered %+v, another %+v", a.e, first)
			}
			if !a.e.Replayed {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("%d were told that theirs was the first", fresh)
		}
	}
	if r := m.verified(t); r.Entries != 6 {
		t.Errorf("%d entries, want 6", r.Entries)
	}
}

func TestAStartThatRacesWithItselfOpensOneConversation(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	ids := make(chan uuid.UUID, 8)
	for range cap(ids) {
		go func() {
			var c desk.Conversation
			err := sample.Try(m.ctx, m.fox, sample.AsPlayer(m.fox, m.mara), func(ctx context.Context, tx bun.Tx) (err error) {
				c, _, err = desk.Start(ctx, tx, desk.Opening{Player: m.mara, Channel: desk.Chat, Words: desk.Words{Text: "Once", ClientID: "start"}})
				return err
			})
			if err != nil {
				t.Errorf("start: %v", err)
			}
			ids <- c.ID
		}()
	}
	first := <-ids
	for range cap(ids) - 1 {
		if id := <-ids; id != first {
			t.Errorf("one start opened %s, another %s", first, id)
		}
	}
}

func TestTheAppMayOnlyAddToTheLog(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	for _, statement := range []string{
		"update entries set body = 'Never.'", "delete from entries", "truncate entries", "update entries set body = null, salt = null",
		"delete from erasures", "update erasures set why = 'x'", "update audit_log set outcome = 'allowed'", "delete from audit_log",
		"update head_statements set number = 2", "delete from signed_heads",
		"alter table entries no force row level security", "alter table entries disable row level security", "drop policy tenant on entries",
		"create function log_digest(e entries) returns bytea language sql return null",
		"create temporary table entries (n int)",
	} {
		err := sample.Try(m.ctx, m.fox, authz.System(m.fox.ID), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		})
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v, want permission denied", statement, err)
		}
	}
}

func TestEveryEntryKnowsItsTransactionAndEpoch(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	if _, err := m.d.DB.Super(t).Exec("insert into control.epochs values (2, now(), 'restored from a backup')"); err != nil {
		t.Fatal(err)
	}
	first, err := m.say("After the restore", "")
	if err != nil {
		t.Fatal(err)
	}
	sample.As(m.ctx, t, m.fox, sample.AsPlayer(m.fox, m.mara), func(ctx context.Context, tx bun.Tx) error {
		var same bool
		held, err := desk.Hold(ctx, tx, m.c.ID)
		if err != nil {
			return err
		}
		// A savepoint has a transaction id of its own; the feed waits for the one that commits.
		if err := tx.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			_, err := desk.Reply(ctx, tx, &held, desk.Words{Text: "Within a savepoint"})
			return err
		}); err != nil {
			return err
		}
		if err := tx.NewRaw(`select bool_and(xact = pg_current_xact_id() and epoch = 2) from entries
			where tenant_id = current_tenant() and conversation_id = ? and seq > ?`, m.c.ID, first.Seq).Scan(ctx, &same); err != nil {
			return err
		}
		if !same {
			t.Error("an entry doesn't carry the transaction it committed with, or the old epoch")
		}
		return nil
	})
	m.verified(t)
}

func TestOneTransactionForAMessage(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	var plan []string
	sample.As(m.ctx, t, m.fox, authz.System(m.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		// The statements of log_append and chat_receive find their rows by key, whatever the tables' sizes.
		if _, err := tx.ExecContext(ctx, "set local enable_seqscan = off"); err != nil {
			return err
		}
		return tx.NewRaw(`explain select x.author_kind, x.body from entries x where x.tenant_id = ? and x.conversation_id = ?
			and x.kind = 'message' order by x.seq desc limit 4`, m.fox.ID, m.c.ID).Scan(ctx, &plan)
	})
	if text := strings.Join(plan, "\n"); !strings.Contains(text, "Index Scan Backward using entries_pkey") || strings.Contains(text, "Sort") {
		t.Errorf("the last words are found by\n%s", text)
	}
}

// nowhere is a file store that forgets.
type nowhere struct{ blob.Store }

func (nowhere) Put(_ context.Context, _ string, content io.Reader) error {
	_, err := io.Copy(io.Discard, content)
	return err
}
