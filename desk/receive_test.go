package desk_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// session opens a chat session of a player and returns its token as Receive takes it.
func session(ctx context.Context, t *testing.T, at tenants.Tenant, player uuid.UUID) []byte {
	t.Helper()
	token := players.HashToken(t.Name() + player.String())
	sample.As(ctx, t, at, sample.AsPlayer(at, player), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at)
			values (current_tenant(), ?, ?, true, now() + interval '1 hour')`, token, player).Exec(ctx)
		return err
	})
	return token
}

func TestAMessageIsAcceptedOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara := sample.Player(ctx, t, fox, "Mara")
	c := sample.Conversation(ctx, t, fox, mara, "Hello")
	token := session(ctx, t, fox, mara)
	ctx = tenants.With(ctx, fox)

	words := desk.Words{Text: "Where is my withdrawal?", ClientID: "one", Language: "en"}
	first, err := desk.Receive(ctx, token, c.ID, words)
	if err != nil || first.Seq != 2 || first.Replayed || *first.AuthorID != mara {
		t.Fatalf("the message was answered with %+v, %v", first, err)
	}
	again, err := desk.Receive(ctx, token, c.ID, words)
	if err != nil || !again.Replayed || again.ID != first.ID || again.Seq != first.Seq || !again.RecordedAt.Equal(first.RecordedAt) {
		t.Errorf("its repeat was answered with %+v, %v", again, err)
	}
	words.Text = "Something else"
	if _, err := desk.Receive(ctx, token, c.ID, words); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("another text under its id was answered with %v", err)
	}
	next, err := desk.Receive(ctx, token, c.ID, desk.Words{Text: "Still waiting", ClientID: "two"})
	if err != nil || next.Seq != 3 {
		t.Errorf("the next message was answered with %+v, %v", next, err)
	}
}

func TestAMessageOpensAResolvedConversationAgain(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara, ruta := sample.Player(ctx, t, fox, "Mara"), sample.Agent(ctx, t, fox, "Ruta", authz.Lead)
	c := sample.Conversation(ctx, t, fox, mara, "Hello")
	token := session(ctx, t, fox, mara)
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		_, err := desk.Resolve(ctx, tx, &c)
		return err
	})
	said, err := desk.Receive(tenants.With(ctx, fox), token, c.ID, desk.Words{Text: "One more thing"})
	if err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		now, err := desk.Get(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if now.State != desk.Open || now.WaitingSince == nil || !now.TurnAt.Equal(said.RecordedAt) || now.LastSeq != said.Seq+1 || now.LastMessageSeq != said.Seq {
			t.Errorf("the conversation is %+v after entry %d", now, said.Seq)
		}
		entries, err := desk.Timeline(ctx, tx, c.ID, desk.Window{After: said.Seq})
		if err == nil && (len(entries) != 1 || entries[0].Kind != desk.StateKind || entries[0].Facts.To != string(desk.Open)) {
			t.Errorf("after it the log says %+v", entries)
		}
		return err
	})
}

func TestAMessageIsTakenFromTheConversationsPlayerAlone(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	mara, visitor, ben := sample.Player(ctx, t, fox, "Mara"), sample.Player(ctx, t, fox, "Visitor"), sample.Player(ctx, t, reel, "Ben")
	maras, visitors := sample.Conversation(ctx, t, fox, mara, "Hello"), sample.Conversation(ctx, t, fox, visitor, "Hi")
	bens := sample.Conversation(ctx, t, reel, ben, "Good evening")
	token, bensToken := session(ctx, t, fox, mara), session(ctx, t, reel, ben)
	inFox := tenants.With(ctx, fox)

	for name, id := range map[string]uuid.UUID{"a visitor's": visitors.ID, "another casino's": bens.ID, "no": uuid.New()} {
		if _, err := desk.Receive(inFox, token, id, desk.Words{Text: "Me again"}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s conversation answers %v", name, err)
		}
	}
	if _, err := desk.Receive(inFox, bensToken, maras.ID, desk.Words{Text: "Me again"}); fault.CodeOf(err) != fault.Unauthenticated {
		t.Errorf("another casino's session is answered with %v", err)
	}
	sample.As(ctx, t, fox, sample.AsPlayer(fox, mara), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into player_links (tenant_id, player_id, visitor_id) values (current_tenant(), ?, ?)`, mara, visitor).Exec(ctx)
		return err
	})
	if said, err := desk.Receive(inFox, token, visitors.ID, desk.Words{Text: "Me again"}); err != nil || *said.AuthorID != mara {
		t.Errorf("the visitor whom Mara turned out to be: %+v, %v", said, err)
	}
	sample.As(ctx, t, fox, sample.AsPlayer(fox, mara), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update player_sessions set ended_at = now() where tenant_id = current_tenant() and token_hash = ?`, token).Exec(ctx)
		return err
	})
	if _, err := desk.Receive(inFox, token, maras.ID, desk.Words{Text: "Me again"}); fault.CodeOf(err) != fault.Unauthenticated {
		t.Errorf("a session that has ended is answered with %v", err)
	}
}
