package desk

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

const entryColumns = `e.conversation_id, e.seq, e.id, e.kind, e.visibility, e.author_kind, e.author_id, coalesce(m.name, w.name) as author_name, e.channel,
	e.language, e.facts, e.client_id, e.happened_at, e.recorded_at, e.body, e.salt is null as erased`

// entriesFrom brings the names of who wrote: agents as they are called now, players as the casino last named them.
const entriesFrom = ` from entries e
	left join memberships m on m.tenant_id = e.tenant_id and m.id = e.author_id
	left join players w on w.tenant_id = e.tenant_id and w.id = e.author_id and e.author_kind = 'player' `

// Window is a part of a timeline: the entries after a number, or the last ones before a number. Limit 0 is 100.
type Window struct {
	After  int64 // entries with a greater seq, oldest first
	Begin  bool  // with After zero: from the first entry on
	Before int64 // when set: the newest entries with a smaller seq
	Limit  int
}

// MaxWindow is the most entries one reading returns.
const MaxWindow = 500

// Timeline returns a conversation's entries for staff, oldest first. Without After and Before it returns the newest.
func Timeline(ctx context.Context, tx bun.Tx, conversation uuid.UUID, w Window) ([]Entry, error) {
	return timeline(ctx, tx, conversation, w, "")
}

// PlayerTimeline is the one door by which players read entries. It can't return what only staff may read.
func PlayerTimeline(ctx context.Context, tx bun.Tx, conversation uuid.UUID, w Window) ([]Entry, error) {
	entries, err := timeline(ctx, tx, conversation, w, " and e.visibility = 'player'")
	for i := range entries {
		entries[i].Facts.Key, entries[i].Facts.KeyName = "", ""
	}
	return entries, err
}

func timeline(ctx context.Context, tx bun.Tx, conversation uuid.UUID, w Window, only string) ([]Entry, error) {
	if w.Limit <= 0 {
		w.Limit = 100
	}
	w.Limit = min(w.Limit, MaxWindow)
	from := entriesFrom + `where e.tenant_id = current_tenant() and e.conversation_id = ?` + only
	entries := []Entry{}
	if w.After > 0 || w.Begin {
		err := tx.NewRaw(`select `+entryColumns+from+` and e.seq > ? order by e.seq limit ?`, conversation, w.After, w.Limit).Scan(ctx, &entries)
		return entries, err
	}
	before := w.Before
	if before <= 0 {
		before = 1 << 62
	}
	err := tx.NewRaw(`select * from (select `+entryColumns+from+` and e.seq < ? order by e.seq desc limit ?) newest order by seq`,
		conversation, before, w.Limit).Scan(ctx, &entries)
	return entries, err
}
