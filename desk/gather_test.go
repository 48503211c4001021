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
			if err == nil && len(entries) != 11 {
				t.Errorf("a conversation has %d entries", len(entries))
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
