package web

import (
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// A desk that hears a flood is told once to look at everything; an erased text and a conversation that left its sight it is
// told of all the same.
func TestAFloodIsToldInOneHint(t *testing.T) {
	t.Parallel()
	ruta := authz.Actor{ID: tenants.NewID(), Role: authz.Operator}
	team := tenants.NewID()
	var changes []live.Change
	for range flood + 1 {
		changes = append(changes, live.Change{What: live.WhatEntry, Conversation: tenants.NewID(), Seq: 1})
	}
	if hints := hintsFor(changes[:flood], ruta); len(hints) != flood {
		t.Errorf("%d changes give %d hints", flood, len(hints))
	}
	erased := live.Change{What: live.WhatErased, Conversation: tenants.NewID(), Seq: 3}
	passed := live.Change{What: live.WhatEntry, Conversation: tenants.NewID(), Seq: 4, Moved: true, Team: &team, WasAssignee: &ruta.ID}
	elsewhere := live.Change{What: live.WhatErased, Conversation: tenants.NewID(), Seq: 5, Team: &team}
	var told []string
	for _, h := range hintsFor(append(changes, erased, passed, elsewhere), ruta) {
		told = append(told, h.What)
		if h.Conversation == tenants.PublicID(tenants.ConversationPrefix, elsewhere.Conversation) {
			t.Error("Ruta hears of a conversation out of her sight")
		}
	}
	if len(told) != 3 || told[0] != live.WhatErased || told[1] != hintGone || told[2] != hintLost {
		t.Errorf("a flood is told as %v", told)
	}
}
