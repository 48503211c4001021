package deflection

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Cut is the part of what was shown that is asked for.
type Cut struct {
	Since    time.Time
	Language string     // in which players were shown answers; empty for all
	Topic    *uuid.UUID // of the articles
	Article  *uuid.UUID
}

// Tally counts players of a day: the same player on two days is two. Shown are those who were shown an answer to what they
// typed or opened a popular one; Asked, Left and Open are what became of them: they asked all the same, they didn't, and they
// still may.
type Tally struct {
	Shown    int `bun:"shown"`
	Read     int `bun:"read"`
	Answered int `bun:"answered"`
	Asked    int `bun:"asked"`
	Left     int `bun:"left_off"`
	Open     int `bun:"open"`
}

// Share is how many in a hundred of those shown an answer didn't ask.
func (t Tally) Share() int {
	if t.Shown == 0 {
		return 0
	}
	return (t.Left*200 + t.Shown) / (2 * t.Shown)
}

// ArticleTally is an article's part. Asked counts who read it and asked all the same, FromPage who came to the chat from its
// own page. They and the votes have the page's own ways to the article, so FromPage isn't in the other counts.
type ArticleTally struct {
	Tally
	ID        uuid.UUID `bun:"id"`
	Title     string    `bun:"title"` // in the casino's language, else in the one it was written in
	FromPage  int       `bun:"from_page"`
	Helpful   int       `bun:"helpful"`
	Unhelpful int       `bun:"unhelpful"`
}

// TopicTally is a topic's part; ID is nil for articles without a topic.
type TopicTally struct {
	Tally
	ID    *uuid.UUID `bun:"topic_id"`
	Key   string     `bun:"key"`
	Names []byte     `bun:"names"`
}

// LanguageTally is a language's part.
type LanguageTally struct {
	Tally
	Language string `bun:"language"`
}

// DayTally is a day's part.
type DayTally struct {
	Tally
	Day time.Time `bun:"day"`
}

// people are the visitors of a cut and what became of each. by is an expression that tells them apart further, as part.
func people(by string, c Cut) (statement string, args []any) {
	group, columns := "", ""
	if by != "" {
		group, columns = ", 1", by+" as part, "
	}
	var topic, article any
	if c.Topic != nil {
		topic = *c.Topic
	}
	if c.Article != nil {
		article = *c.Article
	}
	return `select ` + columns + `s.visitor, bool_or(a.read_at is not null) as read, bool_or(a.answered_at is not null) as answered,
			bool_or(s.conversation_id is not null) as asked,
			bool_or(s.conversation_id is null and s.last_at >= now() - ?4::interval) as open
		from suggestions s join suggested_articles a on a.tenant_id = s.tenant_id and a.suggestion_id = s.id
			join articles r on r.tenant_id = a.tenant_id and r.id = a.article_id
		where s.tenant_id = current_tenant() and s.begun_at >= ?0 and a.way <> 'page' and (?1 = '' or s.language = ?1)
			and (?2::uuid is null or r.topic_id = ?2::uuid) and (?3::uuid is null or a.article_id = ?3::uuid)
		group by s.visitor` + group, []any{c.Since, c.Language, topic, article, interval(Within)}
}

// counts tell what became of people.
const counts = `count(*) as shown, count(*) filter (where read) as read, count(*) filter (where answered) as answered,
	count(*) filter (where asked) as asked, count(*) filter (where not asked and not open) as left_off,
	count(*) filter (where not asked and open) as open`

func interval(d time.Duration) string { return fmt.Sprintf("%d seconds", int(d/time.Second)) }

// Count tells what became of all.
func Count(ctx context.Context, tx bun.Tx, c Cut) (t Tally, err error) {
	from, args := people("", c)
	if err = tx.NewRaw(`select `+counts+` from (`+from+`) p`, args...).Scan(ctx, &t); err != nil {
		return t, fmt.Errorf("deflection: %w", err)
	}
	return t, nil
}

// ByTopic is Count for each topic of the articles, the most shown first.
func ByTopic(ctx context.Context, tx bun.Tx, c Cut) (all []TopicTally, err error) {
	from, args := people("r.topic_id", c)
	err = tx.NewRaw(`select n.*, coalesce(t.key, '') as key, coalesce(t.names, '{}') as names
		from (select p.part as topic_id, `+counts+` from (`+from+`) p group by p.part) n
		left join topics t on t.tenant_id = current_tenant() and t.id = n.topic_id order by n.shown desc, t.position nulls last`, args...).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("deflection by topic: %w", err)
	}
	return all, nil
}

// ByLanguage is Count for each language that players read, the most shown first.
func ByLanguage(ctx context.Context, tx bun.Tx, c Cut) (all []LanguageTally, err error) {
	from, args := people("s.language", c)
	err = tx.NewRaw(`select p.part as language, `+counts+` from (`+from+`) p group by p.part order by shown desc, p.part`, args...).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("deflection by language: %w", err)
	}
	return all, nil
}

// ByDay is Count for each day (UTC) on which anybody was shown an answer, in order.
func ByDay(ctx context.Context, tx bun.Tx, c Cut) (all []DayTally, err error) {
	from, args := people("(s.begun_at at time zone 'UTC')::date", c)
	err = tx.NewRaw(`select p.part as day, `+counts+` from (`+from+`) p group by 1 order by 1`, args...).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("deflection by day: %w", err)
	}
	return all, nil
}

// ByArticle is Count for each article that was shown, read on its page before asking, or voted on, the most shown first.
func ByArticle(ctx context.Context, tx bun.Tx, c Cut, limit int) (all []ArticleTally, err error) {
	from, args := people("a.article_id", c)
	args = append(args, limit)
	err = tx.NewRaw(`select r.id, coalesce(p.shown, 0) as shown, coalesce(p.read, 0) as read, coalesce(p.answered, 0) as answered,
			coalesce(p.asked, 0) as asked, coalesce(p.left_off, 0) as left_off, coalesce(p.open, 0) as open,
			coalesce(f.people, 0) as from_page, coalesce(v.helpful, 0) as helpful, coalesce(v.unhelpful, 0) as unhelpful,
			coalesce((select x.title from article_versions x where x.tenant_id = r.tenant_id and x.article_id = r.id
				order by x.state = 'published' desc, x.language = r.original desc, x.number desc limit 1), '') as title
		from articles r
		left join (select p.part as article_id, count(*) as shown, count(*) filter (where read) as read, count(*) filter (where answered) as answered,
				count(*) filter (where read and asked) as asked, count(*) filter (where not asked and not open) as left_off,
				count(*) filter (where not asked and open) as open from (`+from+`) p group by p.part) p on p.article_id = r.id
		left join (select a.article_id, count(distinct s.visitor) as people from suggestions s
				join suggested_articles a on a.tenant_id = s.tenant_id and a.suggestion_id = s.id
				where s.tenant_id = current_tenant() and s.begun_at >= ?0 and a.way = 'page' and (?1 = '' or s.language = ?1)
				group by a.article_id) f on f.article_id = r.id
		left join (select article_id, count(*) filter (where helpful) as helpful, count(*) filter (where not helpful) as unhelpful
				from article_votes where tenant_id = current_tenant() and at >= ?0 and (?1 = '' or language = ?1)
				group by article_id) v on v.article_id = r.id
		where r.tenant_id = current_tenant() and r.audience = 'players' and (p.shown > 0 or f.people > 0 or v.helpful + v.unhelpful > 0)
			and (?2::uuid is null or r.topic_id = ?2::uuid) and (?3::uuid is null or r.id = ?3::uuid)
		order by shown desc, read desc, title limit ?5`, args...).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("deflection by article: %w", err)
	}
	return all, nil
}
