package desk

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// WhySplitCard is why a text is erased without anybody asking: with the one after it, it spelled a card number.
const WhySplitCard = "A card number was begun here and ended in a later message."

// Erase takes the words of one entry out of the log, for a reason that is kept with who did it. The entry and its digest
// stay, so the chain stays whole. Open pages are told. An entry without words, or erased before, answers NotFound.
func Erase(ctx context.Context, tx bun.Tx, c *Conversation, seq int64, why string) error {
	why, err := CleanText(why)
	if err != nil {
		return err
	}
	why, _ = cards.Mask(why)
	if why == "" || len(why) > 500 {
		return fault.New(fault.Invalid, "Say in 1 to 500 characters why the text is erased.")
	}
	a, _ := authz.From(ctx)
	var erased bool
	if err := tx.NewRaw(`select entry_erase(current_tenant(), ?, ?, ?, ?, ?, ?)`,
		c.ID, seq, tenants.NewID(), string(a.Kind), orNull(a.ID), why).Scan(ctx, &erased); err != nil {
		return fmt.Errorf("erase %s/%d: %w", c.ID, seq, err)
	}
	if !erased {
		return tenants.ErrNotFound
	}
	live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatErased, Conversation: c.ID,
		Player: c.PlayerID, Seq: seq, Assignee: c.AssigneeID, Team: c.TeamID})
	_, err = add(ctx, tx, c, byActor(ctx, entry{kind: Erasure, visibility: ForStaff, facts: Facts{Seq: seq, Why: why}}))
	return err
}
