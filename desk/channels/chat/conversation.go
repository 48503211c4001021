package chat

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/tenants"
)

// Conversation is a conversation as its player sees it.
type Conversation struct {
	desk.Conversation
	Linked    bool       `bun:"linked"`   // begun by a visitor who turned out to be the player
	Agent     *string    `bun:"agent"`    // who has it
	TopicKey  *string    `bun:"topic"`    // with TopicNames, what it is about
	Names     []byte     `bun:"names"`    // the topic's own names by language
	Words     *string    `bun:"words"`    // the last thing said
	WordsAt   *time.Time `bun:"words_at"` // and when
	Last      int64      `bun:"last"`     // the highest number the player may read
	Delivered int64      `bun:"delivered"`
	Seen      int64      `bun:"seen"`
	Read      int64      `bun:"read"` // how far any agent has read
	Unread    int        `bun:"unread"`
}

// Topic is what it is about, nil when nobody said.
func (c Conversation) Topic() *desk.Topic {
	if c.TopicID == nil || c.TopicKey == nil {
		return nil
	}
	return &desk.Topic{ID: *c.TopicID, Key: *c.TopicKey, Names: c.Names}
}

// most is how many conversations a player is shown.
const most = 50

// Conversations are a player's, those begun as a visitor included, the latest words first.
func Conversations(ctx context.Context, tx bun.Tx, player uuid.UUID) ([]Conversation, error) {
	return conversations(ctx, tx, player, "", most)
}

// One is a single one of the player's Conversations. Anybody else's is NotFound.
func One(ctx context.Context, tx bun.Tx, player, id uuid.UUID) (Conversation, error) {
	found, err := conversations(ctx, tx, player, " and c.id = ?2", 1, id)
	if err != nil {
		return Conversation{}, err
	}
	if len(found) == 0 {
		return Conversation{}, tenants.ErrNotFound
	}
	return found[0], nil
}

func conversations(ctx context.Context, tx bun.Tx, player uuid.UUID, only string, limit int, more ...any) ([]Conversation, error) {
	var found []Conversation
	err := tx.NewRaw(`select c.id, c.player_id, c.channel, c.language, c.state, c.assignee_id, c.team_id, c.topic_id, c.waiting_since,
			c.turn_at, c.return_address, c.created_at, c.last_seq, c.player_id <> ?0 as linked, a.name as agent, t.key as topic, t.names,
			left(e.body, 160) as words, e.recorded_at as words_at, coalesce(e.seq, 0) as last,
			coalesce(m.delivered_seq, 0) as delivered, coalesce(m.seen_seq, 0) as seen,
			coalesce((select max(r.seq) from conversation_reads r where r.tenant_id = c.tenant_id and r.conversation_id = c.id), 0) as read,
			(select count(*) from entries u where u.tenant_id = c.tenant_id and u.conversation_id = c.id and u.seq > coalesce(m.seen_seq, 0)
				and u.visibility = 'player' and u.kind = 'message' and u.author_kind <> 'player') as unread
		from conversations c
		left join memberships a on a.tenant_id = c.tenant_id and a.id = c.assignee_id
		left join topics t on t.tenant_id = c.tenant_id and t.id = c.topic_id
		left join player_marks m on m.tenant_id = c.tenant_id and m.conversation_id = c.id
		left join lateral (select seq, body, recorded_at from entries e where e.tenant_id = c.tenant_id and e.conversation_id = c.id
			and e.visibility = 'player' order by e.seq desc limit 1) e on true
		where c.tenant_id = current_tenant() and c.channel = 'chat' and c.player_id in (select ?0 union all
			select l.visitor_id from player_links l where l.tenant_id = current_tenant() and l.player_id = ?0)`+only+`
		order by e.recorded_at desc nulls last limit ?1`, append([]any{player, limit}, more...)...).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("player's conversations: %w", err)
	}
	return found, nil
}
