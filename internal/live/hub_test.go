package live_test

import (
	"testing"

	"github.com/google/uuid"

	"pitdesk/internal/live"
)

func TestAReaderOfOneConversationHearsOfNoOther(t *testing.T) {
	t.Parallel()
	hub, fox, reel := live.NewHub(), uuid.New(), uuid.New()
	mine, other := uuid.New(), uuid.New()
	one, all := hub.ListenTo(fox, mine, nil), hub.Listen(fox, nil)
	for _, c := range []live.Change{
		{Tenant: fox, What: live.WhatEntry, Conversation: other}, {Tenant: reel, What: live.WhatEntry, Conversation: mine},
		{Tenant: fox, What: live.WhatEntry, Conversation: mine, Seq: 7}, {Tenant: fox, What: live.WhatSignOut},
	} {
		hub.Publish(c)
	}
	if got := one.Rest(<-one.C); len(got) != 2 || got[0].Seq != 7 || got[1].What != live.WhatSignOut {
		t.Errorf("the conversation's reader heard %+v", got)
	}
	if got := all.Rest(<-all.C); len(got) != 3 {
		t.Errorf("the casino's reader heard %+v", got)
	}
	one.Close()
	hub.Publish(live.Change{Tenant: fox, What: live.WhatEntry, Conversation: mine})
	select {
	case c := <-one.C:
		t.Errorf("a closed reader heard %+v", c)
	default:
	}
}

func TestASlowReaderIsToldThatItLostSome(t *testing.T) {
	t.Parallel()
	hub, fox, c := live.NewHub(), uuid.New(), uuid.New()
	slow := hub.ListenTo(fox, c, nil)
	defer slow.Close()
	for seq := range int64(1000) {
		hub.Publish(live.Change{Tenant: fox, What: live.WhatEntry, Conversation: c, Seq: seq + 1})
	}
	<-slow.Lost()
	if first := <-slow.C; first.Seq != 1 {
		t.Errorf("after its loss it hears of %d first", first.Seq)
	}
}
