package deflection

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Way is how an article came before somebody who was about to ask.
type Way string

// The ways.
const (
	Typed   Way = "typed"   // found by what they typed
	Popular Way = "popular" // opened from those offered before a word was typed
	Page    Way = "page"    // read on its own page, whose link led to the chat
)

// Article is one article in the language it was shown in.
type Article struct {
	ID       uuid.UUID
	Language string
}

// look makes the row of a look that nobody has asked in yet, or touches it. It answers nothing for one that has ended in a
// conversation: what arrives late changes no number.
const look = `insert into suggestions (tenant_id, id, visitor, language) values (current_tenant(), ?0, ?1, ?2)
	on conflict (tenant_id, id) do update set last_at = now() where suggestions.conversation_id is null returning id`

// Shown notes that these articles were found, the best first, in the message of the commit: it costs no way to the database.
// The best place an article ever had is kept.
func Shown(ctx context.Context, tx bun.Tx, l Look, found []Article) error {
	if len(found) == 0 {
		return nil
	}
	var values strings.Builder
	args := []any{l.ID, l.Visitor, l.Language}
	for i, a := range found[:min(len(found), Most)] {
		if i > 0 {
			values.WriteString(", ")
		}
		fmt.Fprintf(&values, "(?%d::uuid, ?%d, %d)", len(args), len(args)+1, i+1)
		args = append(args, a.ID, a.Language)
	}
	return tenants.WithCommit(ctx, tx, `with l as (`+look+`)
		insert into suggested_articles as s (tenant_id, suggestion_id, article_id, language, way, position)
		select current_tenant(), l.id, v.article, v.language, 'typed', v.position
		from l, (values `+values.String()+`) v (article, language, position)
		where (select count(*) from suggested_articles n where n.tenant_id = current_tenant() and n.suggestion_id = l.id) < `+fmt.Sprint(MostShown)+`
		on conflict (tenant_id, suggestion_id, article_id) do update set way = 'typed',
			position = case when s.position = 0 then excluded.position else least(s.position, excluded.position) end
		where s.position = 0 or s.position > excluded.position`, args...)
}

// Read notes, with the commit, that an article was opened. One that wasn't shown for typed words was among the popular ones.
// Said twice, it was read once.
func Read(ctx context.Context, tx bun.Tx, l Look, a Article) error {
	return tenants.WithCommit(ctx, tx, `with l as (`+look+`)
		insert into suggested_articles as s (tenant_id, suggestion_id, article_id, language, way, position, read_at)
		select current_tenant(), l.id, ?3, ?4, 'popular', 0, now() from l
		on conflict (tenant_id, suggestion_id, article_id) do update set read_at = now() where s.read_at is null`,
		l.ID, l.Visitor, l.Language, a.ID, a.Language)
}

// Answered notes, with the commit, that an article answered a player, who has then read it.
func Answered(ctx context.Context, tx bun.Tx, l Look, article uuid.UUID) error {
	return tenants.WithCommit(ctx, tx, `update suggested_articles set answered_at = now(), read_at = coalesce(read_at, now())
		where tenant_id = current_tenant() and suggestion_id = ? and article_id = ? and answered_at is null`, l.ID, article)
}

// Asked ends a look in the conversation that its player has started, with the commit of that start. from is the article on
// whose page they were, nil when they came from elsewhere. A look that has ended stays as it is.
func Asked(ctx context.Context, tx bun.Tx, l Look, conversation uuid.UUID, from *Article) error {
	asked := `insert into suggestions (tenant_id, id, visitor, language, conversation_id, asked_at)
		values (current_tenant(), ?0, ?1, ?2, ?3, now())
		on conflict (tenant_id, id) do update set conversation_id = excluded.conversation_id, asked_at = now(), last_at = now()
		where suggestions.conversation_id is null returning id`
	if from == nil {
		return tenants.WithCommit(ctx, tx, asked, l.ID, l.Visitor, l.Language, conversation)
	}
	return tenants.WithCommit(ctx, tx, `with l as (`+asked+`)
		insert into suggested_articles as s (tenant_id, suggestion_id, article_id, language, way, position, read_at)
		select current_tenant(), l.id, a.id, ?5, 'page', 0, now() from l, articles a
		where a.tenant_id = current_tenant() and a.id = ?4 and a.audience = 'players'
		on conflict (tenant_id, suggestion_id, article_id) do update set read_at = coalesce(s.read_at, now())`,
		l.ID, l.Visitor, l.Language, conversation, from.ID, from.Language)
}

// keptFor is how long looks are kept, missedFor how long words that found nothing.
const (
	keptFor   = 400 * 24 * time.Hour
	missedFor = 90 * 24 * time.Hour
)

// Clear removes what is older than anybody asks for and says how many rows there were.
func Clear(ctx context.Context, tx bun.Tx, now time.Time) (int64, error) {
	var all int64
	for _, old := range []struct {
		statement string
		before    time.Time
	}{
		{`delete from suggestions where tenant_id = current_tenant() and begun_at < ?`, now.Add(-keptFor)},
		{`delete from missed_words where tenant_id = current_tenant() and at < ?`, now.Add(-missedFor)},
	} {
		res, err := tx.NewRaw(old.statement, old.before).Exec(ctx)
		if err != nil {
			return all, fmt.Errorf("clear deflection: %w", err)
		}
		n, _ := res.RowsAffected()
		all += n
	}
	return all, nil
}
