package desk

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// MarkRead notes that the agent of ctx has read a conversation up to seq. Marks only move forward.
func MarkRead(ctx context.Context, tx bun.Tx, c *Conversation, seq int64) error {
	a, ok := authz.From(ctx)
	if !ok || a.Kind != authz.KindAgent {
		return nil
	}
	seq = max(0, min(seq, c.LastSeq))
	res, err := tx.NewRaw(`insert into conversation_reads (tenant_id, conversation_id, membership_id, seq) values (current_tenant(), ?, ?, ?)
		on conflict (tenant_id, conversation_id, membership_id) do update set seq = excluded.seq, at = now()
		where conversation_reads.seq < excluded.seq`, c.ID, a.ID, seq).Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark %s read: %w", c.ID, err)
	}
	if n, _ := res.RowsAffected(); n > 0 {
		announceSeen(ctx, c, seq, a)
	}
	return nil
}

// MarkAnswered notes that the agent of ctx has read up to what they have just written. That always moves the mark, so nobody
// need wait to hear whether it did.
func MarkAnswered(ctx context.Context, tx bun.Tx, c *Conversation, written Entry) error {
	a, ok := authz.From(ctx)
	if !ok || a.Kind != authz.KindAgent || written.Replayed {
		return nil
	}
	if err := tenants.WithCommit(ctx, tx, `insert into conversation_reads (tenant_id, conversation_id, membership_id, seq)
		values (current_tenant(), ?, ?, ?) on conflict (tenant_id, conversation_id, membership_id)
		do update set seq = greatest(conversation_reads.seq, excluded.seq), at = now()`, c.ID, a.ID, written.Seq); err != nil {
		return fmt.Errorf("mark %s answered: %w", c.ID, err)
	}
	announceSeen(ctx, c, written.Seq, a)
	return nil
}

// MarkByPlayer notes how far the player's pages have received and shown a conversation. Marks only move forward.
func MarkByPlayer(ctx context.Context, tx bun.Tx, c *Conversation, delivered, seen int64) error {
	seen = max(0, min(seen, c.LastSeq))
	delivered = max(seen, min(delivered, c.LastSeq))
	res, err := tx.NewRaw(`insert into player_marks as p (tenant_id, conversation_id, delivered_seq, seen_seq) values (current_tenant(), ?, ?, ?)
		on conflict (tenant_id, conversation_id) do update
		set delivered_seq = greatest(p.delivered_seq, excluded.delivered_seq), seen_seq = greatest(p.seen_seq, excluded.seen_seq), at = now()
		where p.delivered_seq < excluded.delivered_seq or p.seen_seq < excluded.seen_seq`, c.ID, delivered, seen).Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark %s by player: %w", c.ID, err)
	}
	if n, _ := res.RowsAffected(); n > 0 {
		a, _ := authz.From(ctx)
		announceSeen(ctx, c, max(seen, delivered), a)
	}
	return nil
}

func announceSeen(ctx context.Context, c *Conversation, seq int64, by authz.Actor) {
	live.Announce(ctx, live.Change{Tenant: tenants.Current(ctx).ID, What: live.WhatSeen, Conversation: c.ID, Player: c.PlayerID,
		Seq: seq, Assignee: c.AssigneeID, Team: c.TeamID, Who: by.ID, WhoKind: string(by.Kind)})
}
