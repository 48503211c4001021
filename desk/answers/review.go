package answers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// AskReview says that the open text is ready to be looked at. mark is the Mark of what the asker sees.
func AskReview(ctx context.Context, tx bun.Tx, article uuid.UUID, lang, mark string) (Version, error) {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return Version{}, err
	}
	v, err := opened(ctx, tx, article, lang, mark)
	if err != nil {
		return v, err
	}
	if v.State == Review {
		return v, fault.New(fault.Conflict, "A review was asked for already.")
	}
	id, name := by(ctx)
	if err := change(ctx, tx, v, `state = 'review', asked_id = ?, asked_name = ?, asked_at = now()`, id, name); err != nil {
		return v, err
	}
	return VersionOf(ctx, tx, article, lang, v.Number)
}

// SendBack returns a text that waits for its review to its author, saying why.
func SendBack(ctx context.Context, tx bun.Tx, article uuid.UUID, lang, mark, note string) (Version, error) {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return Version{}, err
	}
	v, err := opened(ctx, tx, article, lang, mark)
	if err != nil {
		return v, err
	}
	if v.State != Review {
		return v, fault.New(fault.Conflict, "Nobody asks for a review of this text.")
	}
	note = strings.TrimSpace(tidy(note))
	if note == "" {
		return v, fault.New(fault.Invalid, "Say what should change.").On("note")
	}
	if utf8.RuneCountInString(note) > 1000 {
		return v, fault.New(fault.Invalid, "A note has %d characters at most.", 1000).On("note")
	}
	id, name := by(ctx)
	if err := change(ctx, tx, v, `state = 'sent_back', note = ?, reviewer_id = ?, reviewer_name = ?, reviewed_at = now()`, note, id, name); err != nil {
		return v, err
	}
	return VersionOf(ctx, tx, article, lang, v.Number)
}

// Publish lets the open text out: from the commit on it is what people read, and the text before it is superseded. A lead may
// publish what they wrote themselves; the version then says so (OwnReview). mark is the Mark of what the publisher sees.
func Publish(ctx context.Context, tx bun.Tx, article uuid.UUID, lang, mark string) (Version, error) {
	a, err := holdInUse(ctx, tx, article)
	if err != nil {
		return Version{}, err
	}
	v, err := opened(ctx, tx, article, lang, mark)
	if err != nil {
		return v, err
	}
	if v.Body == "" {
		return v, fault.New(fault.Invalid, "An article without a text can't be published.").On("body")
	}
	if err := claimSlug(ctx, tx, v); err != nil {
		return v, err
	}
	id, name := by(ctx)
	if _, err := tx.NewRaw(`update article_versions set state = 'superseded', ended_at = now()
		where tenant_id = current_tenant() and article_id = ? and language = ? and state = 'published'`, article, lang).Exec(ctx); err != nil {
		return v, fmt.Errorf("publish %s: %w", article, err)
	}
	written, err := write(ctx, tx, v)
	if err != nil {
		return v, err
	}
	if err := change(ctx, tx, v, `state = 'published', published_at = now(), reviewed_at = now(), reviewer_id = ?, reviewer_name = ?, ended_at = null,
			html = ?, headings = ?::jsonb, renderer = ?`, id, name, written.HTML, headingsJSON(written.Headings), RendererVersion); err != nil {
		return v, err
	}
	if err := index(ctx, tx, a, v, written); err != nil {
		return v, err
	}
	if err := memory.Changed(ctx, tx); err != nil {
		return v, err
	}
	return VersionOf(ctx, tx, article, lang, v.Number)
}

// Unpublish takes a text back: nobody reads it any more, and its address is free. It stays among the versions.
func Unpublish(ctx context.Context, tx bun.Tx, article uuid.UUID, lang string) error {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return err
	}
	v, err := LiveVersion(ctx, tx, article, lang)
	if fault.CodeOf(err) == fault.NotFound {
		return fault.New(fault.Conflict, "This text isn't published.")
	}
	if err != nil {
		return err
	}
	_, name := by(ctx)
	if err := change(ctx, tx, v, `state = 'superseded', ended_at = now(), ended_by = ?`, name); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`update article_slugs set current = false where tenant_id = current_tenant() and article_id = ? and language = ?`,
		article, lang).Exec(ctx); err != nil {
		return fmt.Errorf("unpublish %s: %w", article, err)
	}
	if err := unindex(ctx, tx, article, lang); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// Archive takes an article out of everybody's way in all its languages. Its texts stay as they are, for Unarchive.
func Archive(ctx context.Context, tx bun.Tx, article uuid.UUID) error {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return err
	}
	_, name := by(ctx)
	if _, err := tx.NewRaw(`update articles set archived_at = now(), archived_by = ? where tenant_id = current_tenant() and id = ?`, name, article).
		Exec(ctx); err != nil {
		return fmt.Errorf("archive %s: %w", article, err)
	}
	if err := unindex(ctx, tx, article, ""); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// Unarchive brings an article back, with the texts that were published when it went.
func Unarchive(ctx context.Context, tx bun.Tx, article uuid.UUID) error {
	a, err := hold(ctx, tx, article)
	if err != nil {
		return err
	}
	if a.ArchivedAt == nil {
		return fault.New(fault.Conflict, "This article isn't archived.")
	}
	if err := placed(ctx, tx, a.Category, nil); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`update articles set archived_at = null, archived_by = null where tenant_id = current_tenant() and id = ?`, article).
		Exec(ctx); err != nil {
		return fmt.Errorf("unarchive %s: %w", article, err)
	}
	if err := reindex(ctx, tx, a); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// Place moves an article to another category, topic or audience. What becomes internal is out of players' reach at the commit.
func Place(ctx context.Context, tx bun.Tx, article, category uuid.UUID, topic *uuid.UUID, audience Audience) error {
	a, err := holdInUse(ctx, tx, article)
	if err != nil {
		return err
	}
	if audience != Players && audience != Internal {
		return fault.New(fault.Invalid, "An article is for players or for staff.").On("audience")
	}
	if err := placed(ctx, tx, category, topic); err != nil {
		return err
	}
	position := a.Position
	if category != a.Category {
		if err := tx.NewRaw(`select coalesce(max(position), 0) + 1 from articles where tenant_id = current_tenant() and category_id = ?`, category).
			Scan(ctx, &position); err != nil {
			return err
		}
	}
	if _, err := tx.NewRaw(`update articles set category_id = ?, topic_id = ?, audience = ?, position = ? where tenant_id = current_tenant() and id = ?`,
		category, topic, audience, position, article).Exec(ctx); err != nil {
		return fmt.Errorf("place %s: %w", article, err)
	}
	if _, err := tx.NewRaw(`update article_search set audience = ? where tenant_id = current_tenant() and article_id = ?`, audience, article).
		Exec(ctx); err != nil {
		return fmt.Errorf("place %s: %w", article, err)
	}
	return memory.Changed(ctx, tx)
}

// write makes a version's HTML, with the casino's own pictures.
func write(ctx context.Context, tx bun.Tx, v Version) (Written, error) {
	known, err := Pictures(ctx, tx, picturesIn(v.Body))
	if err != nil {
		return Written{}, err
	}
	return WriteIn(v.Language, v.Body, known), nil
}

func headingsJSON(all []Heading) string {
	text, err := json.Marshal(all)
	if err != nil || all == nil {
		return "[]"
	}
	return string(text)
}
