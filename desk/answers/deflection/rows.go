package deflection

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// What is which of the looks behind a number are meant.
type What string

// The looks that can be asked for, named as Tally and ArticleTally count them.
const (
	WasShown    What = "shown"
	WasRead     What = "read"
	WasAnswered What = "answered"
	HasAsked    What = "asked"
	HasLeft     What = "left"
	IsOpen      What = "open"
	CameByPage  What = "page"
)

// Whats are all of them.
var Whats = []What{WasShown, WasRead, WasAnswered, HasAsked, HasLeft, IsOpen, CameByPage}

// Row is one look, with the conversation it ended in.
type Row struct {
	ID           uuid.UUID  `bun:"id"`
	Visitor      []byte     `bun:"visitor"`
	Language     string     `bun:"language"`
	Begun        time.Time  `bun:"begun_at"`
	Open         bool       `bun:"open"`
	Conversation *uuid.UUID `bun:"conversation_id"`
	Player       *string    `bun:"player"`
	Topic        *string    `bun:"topic"`
	TopicNames   []byte     `bun:"topic_names"`
	Items        []byte     `bun:"items"`
}

// Item is one article of a Row.
type Item struct {
	ID       uuid.UUID `json:"id"`
	Title    string    `json:"title"`
	Way      Way       `json:"way"`
	Position int       `json:"position"`
	Read     bool      `json:"read"`
	Answered bool      `json:"answered"`
}

// Articles are what the row's player was shown, the best place first.
func (r Row) Articles() (all []Item, err error) {
	return all, json.Unmarshal(r.Items, &all)
}

// conditions say of a visitor's looks (p) which are meant. For one article asking counts only after it was read.
var conditions = map[What]string{
	WasShown: "true", WasRead: "p.read", WasAnswered: "p.answered", HasAsked: "p.asked", HasLeft: "not p.asked and not p.open",
	IsOpen: "not p.asked and p.open", CameByPage: "true",
}

// Rows are the looks behind a number, newest first, before a time; those of the same people that the number counts. It also
// says how many people there are in all.
func Rows(ctx context.Context, tx bun.Tx, c Cut, what What, before time.Time, limit int) (rows []Row, persons int, err error) {
	condition, ok := conditions[what]
	if !ok {
		return nil, 0, fmt.Errorf("deflection: no rows for %q", what)
	}
	from, args := people("", c)
	if what == CameByPage {
		from = `select s.visitor from suggestions s join suggested_articles a on a.tenant_id = s.tenant_id and a.suggestion_id = s.id
			where s.tenant_id = current_tenant() and s.begun_at >= ?0 and a.way = 'page' and (?1 = '' or s.language = ?1)
			and (?3::uuid is null or a.article_id = ?3::uuid) and (?4 <> '') and ?2::uuid is null group by s.visitor`
	}
	own := "a.way <> 'page'"
	switch {
	case what == CameByPage:
		own = "a.way = 'page'"
	case what == HasAsked && c.Article != nil:
		condition = "p.asked and p.read"
	}
	people := `(select p.visitor from (` + from + `) p where ` + condition + `)`
	if err := tx.NewRaw(`select count(*) from `+people+` x`, args...).Scan(ctx, &persons); err != nil {
		return nil, 0, fmt.Errorf("deflection's people: %w", err)
	}
	args = append(args, before, limit)
	err = tx.NewRaw(`select s.id, s.visitor, s.language, s.begun_at, s.conversation_id, s.conversation_id is null and s.last_at >= now() - ?4::interval as open,
			w.name as player, t.key as topic, t.names as topic_names,
			(select json_agg(json_build_object('id', a.article_id, 'title', coalesce((select x.title from article_versions x
					where x.tenant_id = a.tenant_id and x.article_id = a.article_id
					order by x.state = 'published' desc, x.language = a.language desc, x.number desc limit 1), ''),
				'way', a.way, 'position', a.position, 'read', a.read_at is not null, 'answered', a.answered_at is not null)
				order by a.way = 'typed' desc, a.position, a.shown_at)
			 from suggested_articles a where a.tenant_id = s.tenant_id and a.suggestion_id = s.id) as items
		from suggestions s
		left join conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
		left join players w on w.tenant_id = c.tenant_id and w.id = c.player_id
		left join topics t on t.tenant_id = c.tenant_id and t.id = c.topic_id
		where s.tenant_id = current_tenant() and s.begun_at >= ?0 and s.begun_at < ?5 and (?1 = '' or s.language = ?1)
			and s.visitor in `+people+`
			and exists (select from suggested_articles a join articles r on r.tenant_id = a.tenant_id and r.id = a.article_id
				where a.tenant_id = s.tenant_id and a.suggestion_id = s.id and `+own+`
				and (?2::uuid is null or r.topic_id = ?2::uuid) and (?3::uuid is null or a.article_id = ?3::uuid))
		order by s.begun_at desc, s.id limit ?6`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, 0, fmt.Errorf("deflection's rows: %w", err)
	}
	return rows, persons, nil
}
