package desk_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
)

func TestACaseHasAllThatStandsAroundAConversation(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ruta, lena := sample.Agent(ctx, t, fox, "Ruta", authz.Lead), sample.Agent(ctx, t, fox, "Lena", authz.Lead)
	ben := sample.Agent(ctx, t, reel, "Ben", authz.Admin)
	mara := sample.Player(ctx, t, fox, "Mara")
	c := sample.Conversation(ctx, t, fox, mara, "Where is my withdrawal?")
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		if err := desk.Tag(ctx, tx, &c, "urgent"); err != nil {
			return err
		}
		if err := desk.MarkByPlayer(ctx, tx, &c, 2, 1); err != nil {
			return err
		}
		return desk.MarkRead(ctx, tx, &c, 1)
	})
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		row, err := desk.Look(ctx, tx, c.ID, ruta.ID)
		if err != nil {
			return err
		}
		who, err := players.Get(ctx, tx, mara)
		if err != nil {
			return err
		}
		got, err := desk.OpenCase(ctx, tx, c.ID, ruta.ID)
		if err != nil {
			return err
		}
		if want := (desk.Case{Row: row, Player: who, Delivered: 2, Seen: 1, ReadSeq: 1}); !reflect.DeepEqual(got, want) {
			t.Errorf("the case is\n%+v, want\n%+v", got, want)
		}
		if got, err = desk.OpenCase(ctx, tx, c.ID, lena.ID); err != nil || got.ReadSeq != 0 || got.Seen != 1 {
			t.Errorf("to Lena, who never opened it, it is %+v, %v", got, err)
		}
		return nil
	})
	sample.As(ctx, t, reel, ben, func(ctx context.Context, tx bun.Tx) error {
		if _, err := desk.OpenCase(ctx, tx, c.ID, ben.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("Golden Reel opens Lucky Fox's conversation: %v", err)
		}
		return nil
	})
}
