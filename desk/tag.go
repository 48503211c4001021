package desk

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// TagName is one of the casino's tags.
type TagName struct {
	ID   uuid.UUID `bun:"id"`
	Name string    `bun:"name"`
}

// maxTags is how many tags one conversation carries at most.
const maxTags = 20

// Tag puts a tag on a conversation, making it when the casino doesn't have it yet. A tag that is there already stays.
func Tag(ctx context.Context, tx bun.Tx, c *Conversation, name string) error {
	name, err := cleanTag(name)
	if err != nil {
		return err
	}
	var count int
	if err := tx.NewRaw(`select count(*) from conversation_tags where tenant_id = current_tenant() and conversation_id = ?`, c.ID).
		Scan(ctx, &count); err != nil {
		return err
	}
	if count >= maxTags {
		return fault.New(fault.Invalid, "A conversation carries %d tags at most.", maxTags)
	}
	var id uuid.UUID
	if err := tx.NewRaw(`insert into tags (tenant_id, id, name) values (current_tenant(), ?, ?)
		on conflict (tenant_id, name) do update set retired_at = null returning id`, tenants.NewID(), name).Scan(ctx, &id); err != nil {
		return fmt.Errorf("tag %q: %w", name, err)
	}
	a, _ := authz.From(ctx)
	var by any
	if a.Kind == authz.KindAgent {
		by = a.ID
	}
	res, err := tx.NewRaw(`insert into conversation_tags (tenant_id, conversation_id, tag_id, tagged_by) values (current_tenant(), ?, ?, ?)
		on conflict do nothing`, c.ID, id, by).Exec(ctx)
	if err != nil {
		return fmt.Errorf("tag %s: %w", c.ID, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	_, err = add(ctx, tx, c, byActor(ctx, entry{kind: TagKind, visibility: ForStaff, facts: Facts{To: name, ToID: id.String()}}))
	return err
}

// Untag takes a tag off a conversation. One that isn't on it answers NotFound.
func Untag(ctx context.Context, tx bun.Tx, c *Conversation, tag uuid.UUID) error {
	var name string
	err := tx.NewRaw(`delete from conversation_tags ct using tags t where ct.tenant_id = current_tenant() and ct.conversation_id = ?
		and ct.tag_id = ? and t.tenant_id = ct.tenant_id and t.id = ct.tag_id returning t.name`, c.ID, tag).Scan(ctx, &name)
	if err != nil {
		return notFoundOr(err, "untag")
	}
	_, err = add(ctx, tx, c, byActor(ctx, entry{kind: TagKind, visibility: ForStaff, facts: Facts{From: name, FromID: tag.String()}}))
	return err
}

// TagsOf are the tags on a conversation, by name.
func TagsOf(ctx context.Context, tx bun.Tx, conversation uuid.UUID) ([]TagName, error) {
	var tags []TagName
	err := tx.NewRaw(`select t.id, t.name from conversation_tags ct join tags t on t.tenant_id = ct.tenant_id and t.id = ct.tag_id
		where ct.tenant_id = current_tenant() and ct.conversation_id = ? order by t.name`, conversation).Scan(ctx, &tags)
	return tags, err
}

// Tags are the casino's tags by name, retired ones left out.
func Tags(ctx context.Context, tx bun.Tx) ([]TagName, error) {
	var tags []TagName
	err := tx.NewRaw(`select id, name from tags where tenant_id = current_tenant() and retired_at is null order by name limit 500`).Scan(ctx, &tags)
	return tags, err
}
