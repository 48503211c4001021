package desk_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// Forty players write ten messages each at the same time, in two casinos, while others send what can't be accepted.
func TestMessagesThatArriveTogetherAreAnsweredEachByItself(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	casinos := []tenants.Tenant{sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")}
	type talker struct {
		at    tenants.Tenant
		token []byte
		id    uuid.UUID
	}
	var all []talker
	for i := range 40 {
		at := casinos[i%2]
		player := sample.Player(ctx, t, at, fmt.Sprint("Player ", i))
		all = append(all, talker{at, session(ctx, t, at, player), sample.Conversation(ctx, t, at, player, "Hello").ID})
	}
	var talking sync.WaitGroup
	for i, p := range all {
		talking.Add(1)
		go func() {
			defer talking.Done()
			ctx := tenants.With(ctx, p.at)
			for n := range int64(10) {
				words := desk.Words{Text: fmt.Sprintf("Message %c", 'a'+rune(n)), ClientID: fmt.Sprint("m", n)}
				e, err := desk.Receive(ctx, p.token, p.id, words)
				if err != nil || e.Seq != n+2 || *e.Body != words.Text {
					t.Errorf("message %d of player %d: %+v, %v", n, i, e, err)
				}
				if again, err := desk.Receive(ctx, p.token, p.id, words); err != nil || !again.Replayed || again.ID != e.ID {
					t.Errorf("its repeat: %+v, %v", again, err)
				}
				if _, err := desk.Receive(ctx, p.token, all[(i+2)%len(all)].id, words); fault.CodeOf(err) != fault.NotFound {
					t.Errorf("into another's conversation: %v", err)
				}
				if _, err := desk.Receive(ctx, []byte("no such token"), p.id, words); fault.CodeOf(err) != fault.Unauthenticated {
					t.Errorf("without a session: %v", err)
				}
			}
		}()
	}
	talking.Wait()
	for _, p := range all {
		sample.As(ctx, t, p.at, authz.System(p.at.ID), func(ctx context.Context, tx bun.Tx) error {
			entries, err := desk.Timeline(ctx, tx, p.id, desk.Window{})
			if err != nil || len(entries) != 11 {
				t.Errorf("a conversation has %d entries, %v", len(entries), err)
			}
			report, err := desk.Verify(ctx, tx, p.id, nil)
			if err == nil && report.Broken != nil {
				t.Errorf("its chain is broken: %+v", report.Broken)
			}
			return err
		})
	}
}

func TestAMessageWhoseSenderIsGoneDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara := sample.Player(ctx, t, fox, "Mara")
	c, token := sample.Conversation(ctx, t, fox, mara, "Hello"), session(ctx, t, fox, mara)
	gone, leave := context.WithCancel(tenants.With(ctx, fox))
	leave()
	_, _ = desk.Receive(gone, token, c.ID, desk.Words{Text: "Anybody there?", ClientID: "one"})
	if _, err := desk.Receive(tenants.With(ctx, fox), token, c.ID, desk.Words{Text: "And now?", ClientID: "two"}); err != nil {
		t.Error(err)
	}
	if e, err := desk.Receive(tenants.With(ctx, fox), token, c.ID, desk.Words{Text: "Anybody there?", ClientID: "one"}); err != nil || e.Seq > 3 {
		t.Errorf("the first one's repeat: %+v, %v", e, err)
	}
}

// A player whose connection breaks after the words were sent has been heard all the same: open pages are told.
func TestWhatIsWrittenForSomeoneWhoLeftIsTold(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara := sample.Player(ctx, t, fox, "Mara")
	c, token := sample.Conversation(ctx, t, fox, mara, "Hello"), session(ctx, t, fox, mara)
	reader := d.Hub.Listen(fox.ID, nil)
	defer reader.Close()
	gone, leave := context.WithCancel(tenants.With(ctx, fox))
	leave()
	_, _ = desk.Receive(gone, token, c.ID, desk.Words{Text: "Anybody there?", ClientID: "one"})
	select {
	case change := <-reader.C:
		if change.Conversation != c.ID || change.Seq != 2 {
			t.Errorf("told of %+v", change)
		}
	case <-time.After(20 * time.Second):
		t.Error("nobody was told")
	}
}

// There are two ways into the log for a player's words: many at once, and one alone where digits ask for a closer look.
func TestAMessageMovesAConversationAlikeWhicheverWayItComes(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Lead)
	for name, before := range map[string]func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error{
		"waits": func(context.Context, bun.Tx, *desk.Conversation) error { return nil },
		"is answered": func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
			_, err := desk.Reply(ctx, tx, c, desk.Words{Text: "One moment"})
			return err
		},
		"is resolved": func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
			_, err := desk.Resolve(ctx, tx, c)
			return err
		},
		"is snoozed": func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
			_, err := desk.Snooze(ctx, tx, c, time.Now().Add(time.Hour))
			return err
		},
	} {
		var after [2]string
		for way, text := range []string{"Hello again", "Hello again, for the 2nd time"} {
			player := sample.Player(ctx, t, fox, name+text)
			c, token := sample.Conversation(ctx, t, fox, player, "Hello"), session(ctx, t, fox, player)
			sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error { return before(ctx, tx, &c) })
			said, err := desk.Receive(tenants.With(ctx, fox), token, c.ID, desk.Words{Text: text})
			if err != nil {
				t.Fatalf("%s, %q: %v", name, text, err)
			}
			sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
				now, err := desk.Get(ctx, tx, c.ID)
				if err != nil {
					return err
				}
				entries, err := desk.Timeline(ctx, tx, c.ID, desk.Window{After: said.Seq - 1})
				for _, e := range entries {
					after[way] += fmt.Sprintln(e.Seq, e.Kind, e.Visibility, e.AuthorKind, e.Facts, e.RecordedAt.Equal(said.RecordedAt))
				}
				after[way] += fmt.Sprintln(now.State, now.LastSeq, now.LastMessageSeq, now.SnoozedUntil, now.TurnAt.Equal(said.RecordedAt),
					now.WaitingSince != nil, now.WaitingSince != nil && now.WaitingSince.Equal(said.RecordedAt), now.FirstReplyAt != nil)
				return err
			})
		}
		if after[0] != after[1] {
			t.Errorf("a conversation that %s is left as\n%sby many at once, and by one alone as\n%s", name, after[0], after[1])
		}
	}
}
