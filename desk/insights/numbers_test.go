package insights_test

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/insights"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestNumbersCountWhatHappenedAtOneCasino(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	lena, ben := sample.Agent(ctx, t, fox, "Lena", authz.Lead), sample.Agent(ctx, t, reel, "Ben", authz.Admin)
	sample.Conversation(ctx, t, reel, sample.Player(ctx, t, reel, "Finn"), "Hello")
	for i, name := range []string{"Mara", "Jonas", "Oleg"} {
		c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, name), "Hello")
		sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
			topics, err := desk.Topics(ctx, tx)
			if err != nil || i == 2 {
				return err
			}
			if err := desk.SetTopic(ctx, tx, &c, &topics[0].ID); err != nil {
				return err
			}
			if _, err := desk.Reply(ctx, tx, &c, desk.Words{Text: "On its way."}); err != nil {
				return err
			}
			// Opened 10 and 30 minutes before, answered 2 and 4 minutes later.
			if _, err := tx.NewRaw(`update conversations set created_at = now() - make_interval(mins => ?0), first_reply_at = now() - make_interval(mins => ?0 - ?1)
				where tenant_id = current_tenant() and id = ?2`, 10+20*i, 2+2*i, c.ID).Exec(ctx); err != nil {
				return err
			}
			if i == 0 {
				_, err = desk.Resolve(ctx, tx, &c)
				return err
			}
			if _, err = desk.Snooze(ctx, tx, &c, time.Now().Add(time.Hour)); err == nil {
				_, err = desk.Reopen(ctx, tx, &c)
			}
			return err
		})
	}
	p := insights.Period{From: time.Now().Add(-48 * time.Hour), To: time.Now(), Zone: time.UTC}
	sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
		n, err := insights.Of(ctx, tx, p)
		if err != nil {
			return err
		}
		if n.Opened != 3 || n.Answered != 2 || n.Resolved != 1 || n.Backlog != 2 || n.Waiting != 1 {
			t.Errorf("three came, two were answered, one was resolved, two lie open, one waits: counted are %+v", n)
		}
		if n.FirstReply != 180 || n.FirstReply90 < 220 || n.Resolution < 600 || n.Resolution > 660 {
			t.Errorf("first replies after 2 and 4 minutes, settled after 10: %v, %v, %v seconds", n.FirstReply, n.FirstReply90, n.Resolution)
		}
		if len(n.Days) != 3 || n.Days[0].Opened != 0 || n.Days[0].FirstReply != -1 {
			t.Errorf("the days are %+v", n.Days)
		}
		if len(n.Topics) != 2 || n.Topics[0].Key != "withdrawals" || n.Topics[0].Opened != 2 || n.Topics[1].ID != nil {
			t.Errorf("the topics are %+v", n.Topics)
		}
		if len(n.Agents) != 1 || n.Agents[0].Name != "Lena" || n.Agents[0].Resolved != 1 || len(n.Channels) != 1 || n.Channels[0].Key != "chat" {
			t.Errorf("agents %+v, channels %+v", n.Agents, n.Channels)
		}
		return nil
	})
	sample.As(ctx, t, reel, ben, func(ctx context.Context, tx bun.Tx) error {
		n, err := insights.Of(ctx, tx, p)
		if n.Opened != 1 || n.Resolved != 0 || n.Backlog != 1 {
			t.Errorf("Golden Reel counts %+v", n)
		}
		p.To = p.From.Add(-time.Hour * 48)
		if _, err := insights.Of(ctx, tx, p); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a period that ends before it begins answers %v", err)
		}
		return err
	})
}
