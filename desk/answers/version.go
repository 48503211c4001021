package answers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Version is one text of an article in one language.
type Version struct {
	Article      uuid.UUID       `bun:"article_id"`
	Language     string          `bun:"language"`
	Number       int             `bun:"number"`
	Title        string          `bun:"title"`
	Summary      string          `bun:"summary"`
	Slug         string          `bun:"slug"`
	Body         string          `bun:"body"` // Markdown
	State        State           `bun:"state"`
	Saves        int             `bun:"saves"`
	AuthorID     *uuid.UUID      `bun:"author_id"` // who wrote it last
	AuthorName   string          `bun:"author_name"`
	BasedOn      *int            `bun:"based_on"`
	Note         string          `bun:"note"` // what the reviewer said
	AskedID      *uuid.UUID      `bun:"asked_id"`
	AskedName    string          `bun:"asked_name"`
	AskedAt      *time.Time      `bun:"asked_at"`
	ReviewerID   *uuid.UUID      `bun:"reviewer_id"`
	ReviewerName string          `bun:"reviewer_name"`
	CreatedAt    time.Time       `bun:"created_at"`
	SavedAt      time.Time       `bun:"saved_at"`
	ReviewedAt   *time.Time      `bun:"reviewed_at"`
	PublishedAt  *time.Time      `bun:"published_at"`
	EndedAt      *time.Time      `bun:"ended_at"` // when it stopped being what people read
	EndedBy      string          `bun:"ended_by"` // who took it back; empty where another version followed
	HTML         string          `bun:"html"`
	Headings     json.RawMessage `bun:"headings"`
	Renderer     int             `bun:"renderer"`
}

const versionColumns = `article_id, language, number, title, summary, slug, body, state, saves, author_id, author_name, based_on, note,
	asked_id, asked_name, asked_at, reviewer_id, reviewer_name, created_at, saved_at, reviewed_at, published_at, ended_at, ended_by,
	coalesce(html, '') as html, headings, renderer`

// Mark is which version this is and how often it was saved. Who saves, sends back or publishes hands over the mark of what they
// looked at; where somebody has saved since, they get a Conflict.
func (v Version) Mark() string { return mark(v.Number, v.Saves) }

func mark(number, saves int) string { return fmt.Sprintf("%d.%d", number, saves) }

// OwnReview says that whoever wrote the text last also let it out.
func (v Version) OwnReview() bool {
	return v.PublishedAt != nil && v.AuthorID != nil && v.ReviewerID != nil && *v.AuthorID == *v.ReviewerID
}

// Versions are an article's texts in a language, newest first.
func Versions(ctx context.Context, tx bun.Tx, article uuid.UUID, language string) ([]Version, error) {
	if _, err := find(ctx, tx, article, ""); err != nil {
		return nil, err
	}
	var all []Version
	err := tx.NewRaw(`select ? from article_versions where tenant_id = current_tenant() and article_id = ? and language = ?
		order by number desc limit 500`, bun.Safe(versionColumns), article, language).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", article, err)
	}
	return all, nil
}

// VersionOf returns one version; NotFound where there is none of that number.
func VersionOf(ctx context.Context, tx bun.Tx, article uuid.UUID, language string, number int) (Version, error) {
	return version(ctx, tx, `article_id = ? and language = ? and number = ?`, article, language, number)
}

// OpenVersion is the version that is being written in a language; NotFound where none is.
func OpenVersion(ctx context.Context, tx bun.Tx, article uuid.UUID, language string) (Version, error) {
	return version(ctx, tx, `article_id = ? and language = ? and state in ('draft', 'review', 'sent_back')`, article, language)
}

// LiveVersion is the version that people read in a language; NotFound where none is published.
func LiveVersion(ctx context.Context, tx bun.Tx, article uuid.UUID, language string) (Version, error) {
	return version(ctx, tx, `article_id = ? and language = ? and state = 'published'`, article, language)
}

func version(ctx context.Context, tx bun.Tx, which string, args ...any) (v Version, err error) {
	err = tx.NewRaw(`select ? from article_versions where tenant_id = current_tenant() and `+which,
		append([]any{bun.Safe(versionColumns)}, args...)...).Scan(ctx, &v)
	if errors.Is(err, sql.ErrNoRows) {
		return v, tenants.ErrNotFound
	}
	if err != nil {
		return v, fmt.Errorf("version: %w", err)
	}
	return v, nil
}

// opened is the open version that somebody looked at, if nobody has saved it since.
func opened(ctx context.Context, tx bun.Tx, article uuid.UUID, language, mark string) (Version, error) {
	v, err := OpenVersion(ctx, tx, article, language)
	if fault.CodeOf(err) == fault.NotFound {
		return v, fault.New(fault.Conflict, "There is no draft of this text any more.")
	}
	if err != nil {
		return v, err
	}
	if mark != v.Mark() {
		return v, errChanged(v)
	}
	return v, nil
}

func errChanged(v Version) error {
	if v.AuthorName == "" {
		return fault.New(fault.Conflict, "This text was changed while you looked at it. Load it again before you go on.")
	}
	return fault.New(fault.Conflict, "%s changed this text while you looked at it. Load it again before you go on.", v.AuthorName)
}

// newest is the highest number of a text in a language, zero where there is none.
func newest(ctx context.Context, tx bun.Tx, article uuid.UUID, language string) (number int, err error) {
	err = tx.NewRaw(`select coalesce(max(number), 0) from article_versions
		where tenant_id = current_tenant() and article_id = ? and language = ?`, article, language).Scan(ctx, &number)
	return number, err
}
