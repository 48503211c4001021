package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// cleanTag is a tag's name as it is kept.
func cleanTag(name string) (string, error) {
	name, err := CleanText(name)
	if err != nil {
		return "", err
	}
	name, _ = cards.Mask(strings.Join(strings.Fields(name), " "))
	if n := utf8.RuneCountInString(name); n < 1 || n > 40 {
		return "", fault.New(fault.Invalid, "A tag has 1 to 40 characters.").On("name")
	}
	return name, nil
}

var errTagTaken = fault.New(fault.Conflict, "There is a tag of this name already.").On("name")

// AddTag makes a tag before any conversation carries it. One that was retired comes back; one that is there answers Conflict.
func AddTag(ctx context.Context, tx bun.Tx, name string) (TagName, error) {
	name, err := cleanTag(name)
	if err != nil {
		return TagName{}, err
	}
	var t TagName
	err = tx.NewRaw(`insert into tags (tenant_id, id, name) values (current_tenant(), ?, ?)
		on conflict (tenant_id, name) do update set retired_at = null where tags.retired_at is not null returning id, name`, tenants.NewID(), name).Scan(ctx, &t)
	if isNoRows(err) {
		return t, errTagTaken
	}
	if err != nil {
		return t, fmt.Errorf("new tag: %w", err)
	}
	announceTopics(ctx)
	return t, nil
}

// TagOf is one of the casino's tags, retired or not.
func TagOf(ctx context.Context, tx bun.Tx, id uuid.UUID) (TagName, error) {
	var t TagName
	err := tx.NewRaw(`select id, name from tags where tenant_id = current_tenant() and id = ?`, id).Scan(ctx, &t)
	if err != nil {
		return t, notFoundOr(err, "tag")
	}
	return t, nil
}

// RenameTag gives a tag another name, on all conversations that carry it; the log keeps the one it had.
func RenameTag(ctx context.Context, tx bun.Tx, id uuid.UUID, name string) (TagName, error) {
	name, err := cleanTag(name)
	if err != nil {
		return TagName{}, err
	}
	var t TagName
	err = tx.NewRaw(`update tags set name = ? where tenant_id = current_tenant() and id = ? returning id, name`, name, id).Scan(ctx, &t)
	var pe *pgconn.PgError
	if errors.As(err, &pe) && pe.Code == "23505" {
		return t, errTagTaken
	}
	if err != nil {
		return t, notFoundOr(err, "rename tag")
	}
	announceTopics(ctx)
	return t, nil
}

// RetireTag takes a tag out of the list; conversations keep it.
func RetireTag(ctx context.Context, tx bun.Tx, id uuid.UUID) (TagName, error) {
	var t TagName
	err := tx.NewRaw(`update tags set retired_at = coalesce(retired_at, now()) where tenant_id = current_tenant() and id = ? returning id, name`, id).Scan(ctx, &t)
	if err != nil {
		return t, notFoundOr(err, "retire tag")
	}
	announceTopics(ctx)
	return t, nil
}
