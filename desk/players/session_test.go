package players_test

import (
	"context"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/uptrace/bun"

	"pitdesk/desk/players"
	"pitdesk/internal/sample"
)

func TestAVisitorComesBackAndSignsIn(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := newCasino(ctx, t, "Lucky Fox")
	visit, err := fox.enter(ctx, players.Ask{Language: "ru"})
	if err != nil || visit.Proven || visit.Player.Sub != nil {
		t.Fatalf("%+v, %v", visit, err)
	}
	back, err := fox.enter(ctx, players.Ask{Visitor: visit.Token})
	if err != nil || back.Token != visit.Token || back.Player.ID != visit.Player.ID {
		t.Errorf("came back as %+v, %v", back, err)
	}
	stranger, err := fox.enter(ctx, players.Ask{Visitor: "no such token"})
	if err != nil || stranger.Player.ID == visit.Player.ID {
		t.Errorf("an unknown token: %+v, %v", stranger, err)
	}

	signedIn, err := fox.enter(ctx, players.Ask{Identity: sign(t, jwt.SigningMethodHS256, "shared", fox.secret, nil), Visitor: visit.Token})
	if err != nil || !signedIn.Linked || signedIn.Player.ID == visit.Player.ID {
		t.Fatalf("signed in as %+v, %v", signedIn, err)
	}
	fox.in(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		linked, err := players.Visitors(ctx, tx, signedIn.Player.ID)
		if err != nil || len(linked) != 1 || linked[0].ID != visit.Player.ID {
			t.Errorf("linked to %+v, %v", linked, err)
		}
		if _, ok, err := players.Find(ctx, tx, players.HashToken(visit.Token)); ok || err != nil {
			t.Errorf("the visitor's token still opens: %v", err)
		}
		return nil
	})

	// A player's own token doesn't open another session without a fresh identity.
	again, err := fox.enter(ctx, players.Ask{Visitor: signedIn.Token})
	if err != nil || again.Proven || again.Player.ID == signedIn.Player.ID {
		t.Errorf("a player's token as a visitor's: %+v, %v", again, err)
	}
}

func TestASessionBelongsToOneCasino(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := newCasino(ctx, t, "Lucky Fox"), newCasino(ctx, t, "Golden Reel")
	visit, err := fox.enter(ctx, players.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	reel.in(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		if w, ok, err := players.Find(ctx, tx, players.HashToken(visit.Token)); ok || err != nil {
			t.Errorf("Golden Reel knows %+v, %v", w, err)
		}
		return nil
	})
	fox.in(ctx, t, func(ctx context.Context, tx bun.Tx) error { return players.End(ctx, tx, visit.Token) })
	fox.in(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		if _, ok, err := players.Find(ctx, tx, players.HashToken(visit.Token)); ok || err != nil {
			t.Errorf("an ended session opens: %v", err)
		}
		return nil
	})
}
