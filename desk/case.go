package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk/players"
)

// Case is a conversation as whoever opens it needs it, without its entries: what a list shows, the player's record, and how
// far player and reader have come.
type Case struct {
	Row
	Player    players.Player `bun:"embed:who_"`
	Delivered int64          `bun:"delivered"` // how far the player's pages have received it
	Seen      int64          `bun:"seen"`      // and shown it
	ReadSeq   int64          `bun:"read_seq"`  // how far the reader has read; 0 when they never opened it
	// ArticlesRead are the help centre's articles that the player read before they asked: see ReadBefore.
	ArticlesRead []byte `bun:"articles_read"`
}

// ReadArticle is an article that a player read before they asked, by the title it had in their language.
type ReadArticle struct {
	ID     uuid.UUID
	Title  string
	OnPage bool // on the article's own page, from where they came to the chat
}

// ReadBefore are the articles the player read before they began the conversation, in order.
func (c Case) ReadBefore() (all []ReadArticle, err error) {
	if len(c.ArticlesRead) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(c.ArticlesRead, &all); err != nil {
		return nil, fmt.Errorf("articles read before %s: %w", c.ID, err)
	}
	return all, nil
}

// OpenCase reads a conversation of the transaction's casino as reader needs it, in one statement, or answers NotFound.
func OpenCase(ctx context.Context, tx bun.Tx, id, reader uuid.UUID) (Case, error) {
	var c Case
	err := tx.NewRaw(`select `+rowColumns+tagColumn(true)+`, `+players.Columns("p", "who_")+`,
			coalesce(r.seq, 0) as read_seq, coalesce(pm.delivered_seq, 0) as delivered, coalesce(pm.seen_seq, 0) as seen,
			(select json_agg(json_build_object('ID', a.article_id, 'Title', x.title, 'OnPage', a.way = 'page') order by a.read_at)
			 from suggestions s join suggested_articles a on a.tenant_id = s.tenant_id and a.suggestion_id = s.id and a.read_at is not null
			 cross join lateral (select v.title from article_versions v where v.tenant_id = a.tenant_id and v.article_id = a.article_id
				and v.language = a.language order by v.published_at desc nulls last limit 1) x
			 where s.tenant_id = c.tenant_id and s.conversation_id = c.id) as articles_read
		from conversations c `+rowJoins+`
		left join player_marks pm on pm.tenant_id = c.tenant_id and pm.conversation_id = c.id
		where c.tenant_id = current_tenant() and c.id = ?`, reader, id).Scan(ctx, &c)
	if err != nil {
		return c, notFoundOr(err, fmt.Sprintf("conversation %s", id))
	}
	return c, nil
}
