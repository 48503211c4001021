package desk_test

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/live"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestASnoozedConversationWakesWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Call me after lunch.")
	later := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Jonas"), "And me tomorrow.")
	for _, c := range []desk.Conversation{c, later} {
		sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
			held, err := desk.Hold(ctx, tx, c.ID)
			if err == nil {
				_, err = desk.Snooze(ctx, tx, &held, time.Now().Add(time.Hour))
			}
			return err
		})
	}
	if _, err := d.DB.Super(t).Exec(`update conversations set snoozed_until = now() - interval '1 second' where id = $1`, c.ID.String()); err != nil {
		t.Fatal(err)
	}
	told := d.Hub.Listen(fox.ID, nil)
	defer told.Close()
	for at, want := range map[tenants.Tenant]int{reel: 0, fox: 1} {
		if n, err := desk.WakeDue(tenants.With(ctx, at)); err != nil || n != want {
			t.Errorf("%s woke %d (%v), want %d", at.Name, n, err, want)
		}
	}
	if change := <-told.C; change.What != live.WhatEntry || change.Conversation != c.ID {
		t.Errorf("pages were told %+v", change)
	}
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		woken, err := desk.Get(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		asleep, err := desk.Get(ctx, tx, later.ID)
		if woken.State != desk.Open || asleep.State != desk.Snoozed {
			t.Errorf("states are %s and %s", woken.State, asleep.State)
		}
		return err
	})
}
