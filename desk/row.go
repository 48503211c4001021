package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Row is a conversation in a list, with what a reader needs to choose.
type Row struct {
	Conversation
	PlayerName   *string    `bun:"player_name"`
	PlayerStatus string     `bun:"player_status"`
	PlayerProven bool       `bun:"player_proven"`
	PlayerVIP    *string    `bun:"player_vip"`
	Assignee     *string    `bun:"assignee_name"`
	Team         *string    `bun:"team_name"`
	TopicKey     *string    `bun:"topic_key"`
	TopicNames   []byte     `bun:"topic_names"`
	LastWords    *string    `bun:"last_words"`
	LastBy       *string    `bun:"last_by"`
	LastFiles    bool       `bun:"last_files"`
	LastErased   bool       `bun:"last_erased"`
	LastAt       *time.Time `bun:"last_at"`
	Unread       bool       `bun:"unread"`
	TagList      []byte     `bun:"tag_list"` // where they were asked for: see Tags
}

// Tags are the conversation's tags by name, where the row was read with them.
func (r Row) Tags() ([]TagName, error) {
	var tags []TagName
	if len(r.TagList) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(r.TagList, &tags); err != nil {
		return nil, fmt.Errorf("tags of %s: %w", r.ID, err)
	}
	return tags, nil
}

const rowColumns = conversationColumns + `,
	p.name as player_name, p.status as player_status, p.proven_at is not null as player_proven, p.vip as player_vip,
	a.name as assignee_name, g.name as team_name, t.key as topic_key, t.names as topic_names,
	left(e.body, 160) as last_words, e.author_kind as last_by, coalesce(jsonb_exists(e.facts, 'files'), false) as last_files,
	coalesce(e.salt is null, false) as last_erased, e.recorded_at as last_at,
	c.last_message_seq > coalesce(r.seq, 0) as unread`

// rowJoins follow conversations c; the reader whose unread marks are shown is the next argument.
const rowJoins = `
	join players p on p.tenant_id = c.tenant_id and p.id = c.player_id
	left join memberships a on a.tenant_id = c.tenant_id and a.id = c.assignee_id
	left join teams g on g.tenant_id = c.tenant_id and g.id = c.team_id
	left join topics t on t.tenant_id = c.tenant_id and t.id = c.topic_id
	left join entries e on e.tenant_id = c.tenant_id and e.conversation_id = c.id and e.seq = c.last_message_seq
	left join conversation_reads r on r.tenant_id = c.tenant_id and r.conversation_id = c.id and r.membership_id = ?`

func tagColumn(with bool) string {
	if !with {
		return ""
	}
	return `, (select jsonb_agg(jsonb_build_object('ID', g.id, 'Name', g.name) order by g.name)
		from conversation_tags ct join tags g on g.tenant_id = ct.tenant_id and g.id = ct.tag_id
		where ct.tenant_id = c.tenant_id and ct.conversation_id = c.id) as tag_list`
}

// Look is Get with what a list shows of the conversation, its tags too. reader is whose unread mark is shown.
func Look(ctx context.Context, tx bun.Tx, id, reader uuid.UUID) (Row, error) {
	var r Row
	err := tx.NewRaw(`select `+rowColumns+tagColumn(true)+` from conversations c `+rowJoins+`
		where c.tenant_id = current_tenant() and c.id = ?`, reader, id).Scan(ctx, &r)
	if err != nil {
		return r, notFoundOr(err, fmt.Sprintf("conversation %s", id))
	}
	return r, nil
}
