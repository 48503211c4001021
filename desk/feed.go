package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Position is a place in the feed, between an entry and whatever follows it. The feed is ordered by the transaction that wrote
// an entry, which is the one order in which nothing appears before a reader's place once the reader has passed it; the epoch
// comes first, since numbers of transactions begin anew when a database is restored.
type Position struct {
	Epoch        int32
	Xact         int64
	Tenant       uuid.UUID
	Conversation uuid.UUID
	Seq          int64
}

// FeedEntry is an entry of a log as the feed tells of it: who did what where, and no word of it.
type FeedEntry struct {
	Tenant       uuid.UUID  `bun:"tenant_id"`
	Epoch        int32      `bun:"epoch"`
	Xact         int64      `bun:"xact"`
	Conversation uuid.UUID  `bun:"conversation_id"`
	Seq          int64      `bun:"seq"`
	ID           uuid.UUID  `bun:"id"`
	Kind         Kind       `bun:"kind"`
	Visibility   Visibility `bun:"visibility"`
	AuthorKind   AuthorKind `bun:"author_kind"`
	AuthorID     *uuid.UUID `bun:"author_id"`
	Channel      Channel    `bun:"channel"`
	RecordedAt   time.Time  `bun:"recorded_at"`
	Player       uuid.UUID  `bun:"player_id"`
	ByKey        bool       `bun:"by_key"` // AuthorID is an API key's
	// Turned is the state that a state entry led to; "to" where a holder, topic or tag was given and "from" where one was taken.
	Turned *string `bun:"turned"`
}

// Position is where e stands.
func (e FeedEntry) Position() Position {
	return Position{e.Epoch, e.Xact, e.Tenant, e.Conversation, e.Seq}
}

// Feed reads the logs of the transaction's casino after a place, oldest first, of all conversations together. Nothing is left
// out and nothing comes twice, however the writers' commits fall: an entry shows once no transaction that could still commit
// before it is running. A transaction that stays open anywhere on the database server holds the feed back as long.
func Feed(ctx context.Context, tx bun.Tx, after Position, limit int) ([]FeedEntry, error) {
	entries := []FeedEntry{}
	err := tx.NewRaw(`select f.*, c.player_id from (
			select e.tenant_id, e.epoch, e.xact::text::bigint as xact, e.conversation_id, e.seq, e.id, e.kind, e.visibility,
				e.author_kind, e.author_id, e.channel, e.recorded_at, jsonb_exists(e.facts, 'key') as by_key,
				feed_turn(e.kind, e.facts) as turned
			from entries e where e.tenant_id = current_tenant()
			and (e.epoch, e.xact, e.conversation_id, e.seq) > (?, ?::xid8, ?, ?)
			and (e.epoch, e.xact) < (current_epoch(), pg_snapshot_xmin(pg_current_snapshot()))
			order by e.epoch, e.xact, e.conversation_id, e.seq limit ?) f
		join conversations c on c.tenant_id = f.tenant_id and c.id = f.conversation_id
		order by f.epoch, f.xact, f.conversation_id, f.seq`,
		after.Epoch, strconv.FormatInt(after.Xact, 10), after.Conversation, after.Seq, limit).Scan(ctx, &entries)
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	return entries, nil
}

// Whose are the casinos that FeedAcross reads: one, or all of a reseller.
type Whose struct{ Tenant, Reseller *uuid.UUID }

// FeedAcross is Feed for those who stand above casinos: a reseller's key that asks for all of its casinos at once, and what
// sends webhooks. db is the control role's; who may see what the caller has asked.
func FeedAcross(ctx context.Context, db bun.IDB, w Whose, after Position, limit int) ([]FeedEntry, error) {
	entries := []FeedEntry{}
	err := db.NewRaw(`select f.tenant_id, f.epoch, f.xact::text::bigint as xact, f.conversation_id, f.seq, f.id, f.kind, f.visibility,
			f.author_kind, f.author_id, f.channel, f.recorded_at, f.player_id, f.by_key, f.turned
		from control.feed(?, ?, ?, ?::xid8, ?, ?, ?, ?) f`,
		w.Tenant, w.Reseller, after.Epoch, strconv.FormatInt(after.Xact, 10), after.Tenant, after.Conversation, after.Seq, limit).
		Scan(ctx, &entries)
	if err != nil {
		return nil, fmt.Errorf("feed across casinos: %w", err)
	}
	return entries, nil
}

// FeedEnd is the place after everything that Feed and FeedAcross return at present. Whatever they return later follows it.
func FeedEnd(ctx context.Context, db bun.IDB) (Position, error) {
	last := uuid.Max
	p := Position{Tenant: last, Conversation: last, Seq: 1<<63 - 1}
	err := db.NewRaw(`select current_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1`).Scan(ctx, &p.Epoch, &p.Xact)
	if err != nil {
		return p, fmt.Errorf("end of the feed: %w", err)
	}
	return p, nil
}

// NewEpoch begins an epoch for the reason that is its argument, as whoever may write control.epochs. Epochs are numbered by the
// minute, so that one begun after an older backup was restored is new as well.
const NewEpoch = `insert into control.epochs (number, why)
	select greatest(max(number) + 1, (extract(epoch from now()) / 60)::integer), $1 from control.epochs`

// BeginEpoch says that numbers of transactions can't be compared with those of the log so far: the database was restored, or a
// standby that may lack the last commits has taken over. It is to be done before anything is written again. tx is one of
// tenants.Above.
func BeginEpoch(ctx context.Context, tx bun.Tx, why string) error {
	_, err := tx.NewRaw(strings.Replace(NewEpoch, "$1", "?", 1), why).Exec(ctx)
	if err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	return nil
}
