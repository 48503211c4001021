package desk_test

import (
	"context"
	"errors"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestAConversationIsSeenByItsCasinoAlone(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	mara := sample.Player(ctx, t, fox, "Mara")
	c := sample.Conversation(ctx, t, fox, mara, "Where is my withdrawal?")
	ruta, ben := sample.Agent(ctx, t, fox, "Ruta", authz.Lead), sample.Agent(ctx, t, reel, "Ben", authz.Admin)

	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		page, err := desk.List(ctx, tx, authz.ScopeFor(ruta), desk.Filter{}, ruta.ID)
		if err == nil && (len(page.Rows) != 1 || *page.Rows[0].LastWords != "Where is my withdrawal?" || !page.Rows[0].Unread) {
			t.Errorf("Ruta's list is %+v", page.Rows)
		}
		return err
	})
	sample.As(ctx, t, reel, ben, func(ctx context.Context, tx bun.Tx) error {
		page, err := desk.List(ctx, tx, authz.ScopeFor(ben), desk.Filter{State: desk.Any}, ben.ID)
		if err == nil && len(page.Rows) != 0 {
			t.Errorf("Ben sees %d of Lucky Fox's conversations", len(page.Rows))
		}
		if _, err := desk.Get(ctx, tx, c.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("Ben's Get answers %v", err)
		}
		if entries, _ := desk.Timeline(ctx, tx, c.ID, desk.Window{}); len(entries) != 0 {
			t.Errorf("Ben reads %d entries", len(entries))
		}
		return err
	})
}

func TestARepliedConversationStopsWaiting(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Hold(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if c.WaitingSince == nil {
			t.Error("nobody waits though nobody answered")
		}
		first, err := desk.Reply(ctx, tx, &c, desk.Words{Text: "On its way.", ClientID: "a"})
		if err != nil {
			return err
		}
		again, err := desk.Reply(ctx, tx, &c, desk.Words{Text: "On its way.", ClientID: "a"})
		if err != nil || !again.Replayed || again.ID != first.ID {
			t.Errorf("the repeat gives %+v, %v", again, err)
		}
		if c, err = desk.Get(ctx, tx, c.ID); err == nil && c.WaitingSince != nil {
			t.Error("the player still waits after the reply")
		}
		return err
	})
	err := sample.Try(ctx, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Hold(ctx, tx, c.ID)
		if err == nil {
			_, err = desk.Reply(ctx, tx, &c, desk.Words{Text: "Something else.", ClientID: "a"})
		}
		return err
	})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("another text under the same client id answers %v", err)
	}
}

func TestTwoAgentsWhoTakeTheSameConversation(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta, ana := sample.Agent(ctx, t, fox, "Ruta", authz.Operator), sample.Agent(ctx, t, fox, "Ana", authz.Operator)
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	take := func(a authz.Actor) error {
		return sample.Try(ctx, fox, a, func(ctx context.Context, tx bun.Tx) error {
			c, err := desk.Hold(ctx, tx, c.ID)
			if err == nil {
				_, err = desk.Assign(ctx, tx, &c, desk.Holder{Agent: &a.ID}, nil)
			}
			return err
		})
	}
	answers := make(chan error, 2)
	for _, a := range []authz.Actor{ruta, ana} {
		go func() { answers <- take(a) }()
	}
	a, b := <-answers, <-answers
	if (a == nil) == (b == nil) {
		t.Fatalf("one must win: %v, %v", a, b)
	}
	if lost := errors.Join(a, b); fault.CodeOf(lost) != fault.Conflict {
		t.Errorf("the other is told %v", lost)
	}
}

func TestAResponsibleGamingTopicGoesToALead(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta, lead := sample.Agent(ctx, t, fox, "Ruta", authz.Operator, "Payments"), sample.Agent(ctx, t, fox, "Lena", authz.Lead, "Leads")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "I can't stop.")
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		topics, err := desk.Topics(ctx, tx)
		if err != nil {
			return err
		}
		held, err := desk.Hold(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if err := desk.SetTopic(ctx, tx, &held, &topics[1].ID); err != nil {
			return err
		}
		c, err = desk.Get(ctx, tx, c.ID)
		return err
	})
	if authz.ScopeFor(ruta).Sees(c.Facts()) || !authz.ScopeFor(lead).Sees(c.Facts()) || c.EscalatedAt == nil {
		t.Errorf("after the topic the conversation stands at %+v", c)
	}
}

func TestARefusalIsWrittenDown(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	err := sample.Try(ctx, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{})
	})
	if fault.CodeOf(err) != fault.Forbidden {
		t.Fatalf("an operator who changes settings is told %v", err)
	}
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		var n int
		err := tx.NewRaw(`select count(*) from audit_log where tenant_id = current_tenant() and outcome = 'refused' and object = 'settings'`).Scan(ctx, &n)
		if err == nil && n != 1 {
			t.Errorf("%d refusals are written down", n)
		}
		return err
	})
}

func TestInRefusesAnotherCasinoInside(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	err := tenants.In(ctx, fox.ID, func(ctx context.Context, tx bun.Tx) error {
		return tenants.In(ctx, reel.ID, func(context.Context, bun.Tx) error { return nil })
	})
	if err == nil {
		t.Error("a transaction of one casino let another's in")
	}
}

func TestAKeysReplyNamesTheKeyToStaffAlone(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	key := authz.Actor{Kind: authz.KindKey, Tenant: fox.ID, ID: tenants.NewID(), Role: authz.Lead, Name: "CRM"}
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	sample.As(ctx, t, fox, key, func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		written, err := desk.Reply(ctx, tx, &held, desk.Words{Text: "On its way.", ClientID: "a"})
		if err != nil {
			return err
		}
		again, err := desk.Reply(ctx, tx, &held, desk.Words{Text: "On its way.", ClientID: "a"})
		if err != nil || !again.Replayed {
			t.Errorf("the repeat gives %+v, %v", again, err)
		}
		staff, err := desk.Timeline(ctx, tx, c.ID, desk.Window{After: 1})
		if err != nil {
			return err
		}
		if len(staff) != 1 || staff[0].Facts.KeyName != "CRM" || staff[0].AuthorName != nil || written.AuthorName != nil {
			t.Errorf("staff read %+v", staff)
		}
		players, err := desk.PlayerTimeline(ctx, tx, c.ID, desk.Window{Begin: true, Limit: 5})
		if err == nil && (len(players) != 2 || players[1].Facts.KeyName != "" || players[1].Facts.Key != "") {
			t.Errorf("the player reads %+v", players)
		}
		return err
	})
}

func TestARowCarriesItsTags(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Lead)
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		for _, name := range []string{"urgent", "bank's side"} {
			if err := desk.Tag(ctx, tx, &c, name); err != nil {
				return err
			}
		}
		page, err := desk.List(ctx, tx, authz.ScopeFor(ruta), desk.Filter{WithTags: true}, ruta.ID)
		if err != nil {
			return err
		}
		one, err := desk.Look(ctx, tx, c.ID, ruta.ID)
		if err != nil {
			return err
		}
		for _, r := range []desk.Row{page.Rows[0], one} {
			if tags, err := r.Tags(); err != nil || len(tags) != 2 || tags[0].Name != "bank's side" || tags[1].ID == tenants.Nobody {
				t.Errorf("tags are %+v, %v", tags, err)
			}
		}
		return nil
	})
}
