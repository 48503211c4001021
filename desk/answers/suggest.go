package answers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

const (
	tellingWords  = 4    // how many words of a question are looked for one by one
	tellingLength = 4    // characters such a word has at least
	worthOffering = 0.35 // of what the best answer scores
)

// Suggest finds answers for a question that somebody is writing to a person: whole sentences, of which most words say little.
// Other than Search it also looks for the longest words one by one, so that an article about the one thing that matters comes
// before one in which all the words happen to stand, and leaves out what is far behind the best.
func Suggest(ctx context.Context, tx bun.Tx, q Query) ([]Hit, error) {
	words, folded := question(q.Words)
	if len(words) == 0 {
		return nil, nil
	}
	telling := make([]int, 0, len(words))
	for i, w := range words {
		if utf8.RuneCountInString(w) >= tellingLength && slices.Index(words, w) == i {
			telling = append(telling, i)
		}
	}
	slices.SortStableFunc(telling, func(a, b int) int {
		return cmp.Compare(utf8.RuneCountInString(words[b]), utf8.RuneCountInString(words[a]))
	})
	var one, oneFolded []string
	for _, i := range clip(telling, tellingWords) {
		one, oneFolded = append(one, words[i]), append(oneFolded, folded[i])
	}
	speaks, most := languages(ctx, q.Language), limit(q.Limit, 3, maxHits)
	var all []Hit
	err := tx.NewRaw(`with asked as (
			select ?1::text[] as words, ?2::text[] as folded
			union all select array[w], array[f] from unnest(?3::text[], ?4::text[]) u (w, f)
			where cardinality(?1::text[]) > 1 and numnode(plainto_tsquery(answer_config(?5), w)) > 0)
		select s.article_id, min(s.language) as language, min(s.slug) as slug, min(s.title) as title, min(s.summary) as summary, sum(s.score)::real as score,
			bool_or(s.exact) as exact
		from asked a, answer_search(?0::text[], a.words, a.folded, ?6, ?7) s group by s.article_id order by score desc, s.article_id limit ?8`,
		pgdialect.Array(speaks), pgdialect.Array(words), pgdialect.Array(folded), pgdialect.Array(one), pgdialect.Array(oneFolded), speaks[0],
		staffOnly(ctx, q.Audience), 2*most, most).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("suggested answers: %w", err)
	}
	for i := range all {
		if all[i].Score < worthOffering*all[0].Score {
			all = all[:i]
			break
		}
		all[i].Path = Path(all[i].Language, all[i].Slug)
	}
	return all, nil
}
