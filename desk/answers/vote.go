package answers

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Ballot is a reader's word on a text. Voter is a keyed digest of 16 octets that tells nobody who they are.
type Ballot struct {
	Article  uuid.UUID
	Language string
	Voter    []byte
	Helpful  bool
	Words    string // what was missing, if they say so
}

const maxVoteWords = 1000

// Vote keeps what a reader says of a published text, once: saying it again changes it. Empty words leave what was said
// before. NotFound where players can't read the text.
func Vote(ctx context.Context, tx bun.Tx, b Ballot) error {
	words := strings.TrimSpace(tidy(b.Words))
	if utf8.RuneCountInString(words) > maxVoteWords {
		return fault.New(fault.Invalid, "Please say it in %d characters.", maxVoteWords).On("words")
	}
	res, err := tx.NewRaw(`insert into article_votes (tenant_id, article_id, language, voter, version, helpful, words)
		select current_tenant(), a.id, v.language, ?2, v.number, ?3, ?4 from articles a
		join article_versions v on v.tenant_id = a.tenant_id and v.article_id = a.id and v.language = ?1 and v.state = 'published'
		where a.tenant_id = current_tenant() and a.id = ?0 and a.audience = 'players' and a.archived_at is null
		on conflict (tenant_id, article_id, language, voter) do update set version = excluded.version, helpful = excluded.helpful,
			words = case when excluded.words = '' then article_votes.words else excluded.words end, at = now()`,
		b.Article, b.Language, b.Voter, b.Helpful, words).Exec(ctx)
	if err != nil {
		return fmt.Errorf("vote on %s: %w", b.Article, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return tenants.ErrNotFound
	}
	return nil
}

// Tally is how a text was found.
type Tally struct {
	Language string `bun:"language"`
	Yes      int    `bun:"yes"`
	No       int    `bun:"no"`
}

// Tallies are an article's votes by language.
func Tallies(ctx context.Context, tx bun.Tx, article uuid.UUID) ([]Tally, error) {
	var all []Tally
	err := tx.NewRaw(`select language, count(*) filter (where helpful) as yes, count(*) filter (where not helpful) as no
		from article_votes where tenant_id = current_tenant() and article_id = ? group by language order by language`, article).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("votes on %s: %w", article, err)
	}
	return all, nil
}

// Remark is what a reader wrote about a text.
type Remark struct {
	Language string    `bun:"language"`
	Version  int       `bun:"version"`
	Helpful  bool      `bun:"helpful"`
	Words    string    `bun:"words"`
	At       time.Time `bun:"at"`
}

// Remarks are what readers wrote about an article, newest first.
func Remarks(ctx context.Context, tx bun.Tx, article uuid.UUID, most int) ([]Remark, error) {
	var all []Remark
	err := tx.NewRaw(`select language, version, helpful, words, at from article_votes
		where tenant_id = current_tenant() and article_id = ? and words <> '' order by at desc limit ?`, article, limit(most, 20, 200)).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("remarks on %s: %w", article, err)
	}
	return all, nil
}
