package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/authz"
)

// Sides are what stands beside the inbox's list: Topics and Views, read in one statement, since every page of the inbox needs both.
func Sides(ctx context.Context, tx bun.Tx) (topics []Topic, views []View, err error) {
	a, _ := authz.From(ctx)
	var row struct {
		Topics json.RawMessage `bun:"topics"`
		Views  json.RawMessage `bun:"views"`
	}
	err = tx.NewRaw(`select
		(select coalesce(jsonb_agg(jsonb_build_object('ID', id, 'Key', key, 'Names', names, 'Position', position, 'ToLead', to_lead) order by position, key), '[]')
			from topics where tenant_id = current_tenant() and retired_at is null) as topics,
		(select coalesce(jsonb_agg(jsonb_build_object('ID', id, 'Name', name, 'Owner', owner_id, 'State', state, 'Holder', holder, 'Assignee', assignee_id, 'Team', team_id,
				'Topic', topic_id, 'Tag', tag_id, 'Channel', coalesce(channel, ''), 'Order', sort) order by owner_id is not null, lower(name), id), '[]')
			from inbox_views where tenant_id = current_tenant() and (owner_id is null or owner_id = ?)) as views`, a.ID).Scan(ctx, &row)
	if err == nil {
		err = json.Unmarshal(row.Topics, &topics)
	}
	if err == nil {
		err = json.Unmarshal(row.Views, &views)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("sides: %w", err)
	}
	return topics, views, nil
}
