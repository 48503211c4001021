package answers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Audience is for whom an article is.
type Audience string

// The audiences. The empty one means Players wherever one is asked for.
const (
	Players  Audience = "players"
	Internal Audience = "staff" // agents read it while they answer; no player ever does
)

// State is how far a text has come.
type State string

// The states of a version. Draft, Review and SentBack are open: a text has one open version at most.
const (
	Drafted    State = "draft"
	Review     State = "review" // its author asked for a review
	SentBack   State = "sent_back"
	Published  State = "published"
	Superseded State = "superseded" // was published once
	Discarded  State = "discarded"  // was never published and won't be
)

// Open says whether a version can still be written.
func (s State) Open() bool { return s == Drafted || s == Review || s == SentBack }

// Article is one answer in all its languages.
type Article struct {
	ID         uuid.UUID  `bun:"id"`
	Category   uuid.UUID  `bun:"category_id"`
	Topic      *uuid.UUID `bun:"topic_id"`
	Audience   Audience   `bun:"audience"`
	Original   string     `bun:"original"` // the language it was written in first
	Position   int        `bun:"position"`
	CreatedAt  time.Time  `bun:"created_at"`
	ArchivedAt *time.Time `bun:"archived_at"`
	ArchivedBy string     `bun:"archived_by"`
	Texts      []Text     `bun:"-"` // the original first, then by language
}

// Text is the newest version of an article in a language.
type Text struct {
	Language    string
	Number      int
	State       State
	Title       string
	Summary     string
	Slug        string
	Live        int  // the number of the version that people read; zero while there is none
	Stale       bool // made from an older text than the original's published one
	BasedOn     int  // the number of the original's text that it was made from; zero for the original
	Author      string
	SavedAt     time.Time
	PublishedAt *time.Time // when Live came out
	Opened      string     // what SaveDraft and the verbs of a review want to see, see Version.Mark
}

// Text returns the article's text in a language, if there is one.
func (a Article) Text(language string) (Text, bool) {
	for _, t := range a.Texts {
		if t.Language == language {
			return t, true
		}
	}
	return Text{}, false
}

// Get returns an article with its texts, whatever its audience: it is for staff.
func Get(ctx context.Context, tx bun.Tx, id uuid.UUID) (Article, error) {
	a, err := find(ctx, tx, id, "")
	if err != nil {
		return a, err
	}
	all := []Article{a}
	err = addTexts(ctx, tx, all)
	return all[0], err
}

// hold locks an article against other writers until the transaction ends.
func hold(ctx context.Context, tx bun.Tx, id uuid.UUID) (Article, error) {
	return find(ctx, tx, id, "for update")
}

// holdInUse is hold for what can't be done to an archived article.
func holdInUse(ctx context.Context, tx bun.Tx, id uuid.UUID) (Article, error) {
	a, err := hold(ctx, tx, id)
	if err == nil && a.ArchivedAt != nil {
		err = fault.New(fault.Conflict, "This article is archived. Bring it back first.")
	}
	return a, err
}

func find(ctx context.Context, tx bun.Tx, id uuid.UUID, lock bun.Safe) (a Article, err error) {
	err = tx.NewRaw(`select id, category_id, topic_id, audience, original, position, created_at, archived_at, coalesce(archived_by, '') as archived_by
		from articles where tenant_id = current_tenant() and id = ? ?`, id, lock).Scan(ctx, &a)
	if errors.Is(err, sql.ErrNoRows) {
		return a, tenants.ErrNotFound
	}
	if err != nil {
		return a, fmt.Errorf("article %s: %w", id, err)
	}
	return a, nil
}

// by is who acts, as versions remember them.
func by(ctx context.Context) (id *uuid.UUID, name string) {
	a, _ := authz.From(ctx)
	if a.ID != tenants.Nobody && a.Kind == authz.KindAgent {
		id = &a.ID
	}
	return id, a.Name
}
