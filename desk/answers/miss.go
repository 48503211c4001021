package answers

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"pitdesk/internal/cards"
)

// Miss is words that were looked for and not found in the last 90 days.
type Miss struct {
	Language string    `bun:"language"`
	Words    string    `bun:"words"`
	Times    int       `bun:"times"`
	LastAt   time.Time `bun:"last_at"`
}

const (
	maxMissWords = 80  // characters
	maxMisses    = 500 // a casino keeps; who searches for nonsense pushes out other nonsense
	missesLast   = "90 days"
)

// personal is what a search may hold that is somebody's own: an address, a number of an account or a phone.
var personal = regexp.MustCompile(`@|\d[\d\s().-]{4,}\d|https?:`)

// Missed notes that a search found nothing, so that somebody can write what was missing. Words that look like a person's own
// data aren't kept, nor is who searched.
func Missed(ctx context.Context, tx bun.Tx, lang, typed string) error {
	lang, err := tag(lang)
	if err != nil {
		return nil
	}
	if _, found := cards.Mask(typed); found > 0 || personal.MatchString(typed) {
		return nil
	}
	words := strings.Join(strings.Fields(strings.ToLower(tidy(typed))), " ")
	if n := utf8.RuneCountInString(words); n < 2 || n > maxMissWords || len(wordsOf(words)) == 0 {
		return nil
	}
	if _, err := tx.NewRaw(`delete from answer_misses where tenant_id = current_tenant() and last_at < now() - ?::interval`, missesLast).Exec(ctx); err != nil {
		return fmt.Errorf("misses: %w", err)
	}
	if _, err := tx.NewRaw(`insert into answer_misses as m (tenant_id, language, words) values (current_tenant(), ?, ?)
		on conflict (tenant_id, language, words) do update set times = m.times + 1, last_at = now()`, lang, words).Exec(ctx); err != nil {
		return fmt.Errorf("miss: %w", err)
	}
	// The rarest and oldest give way.
	if _, err := tx.NewRaw(`delete from answer_misses where tenant_id = current_tenant() and (language, words) in (
			select language, words from answer_misses where tenant_id = current_tenant() order by times desc, last_at desc offset ?)`, maxMisses).Exec(ctx); err != nil {
		return fmt.Errorf("misses: %w", err)
	}
	return nil
}

// Misses are what was looked for in vain, the most frequent first.
func Misses(ctx context.Context, tx bun.Tx, most int) ([]Miss, error) {
	var all []Miss
	err := tx.NewRaw(`select language, words, times, last_at from answer_misses
		where tenant_id = current_tenant() and last_at >= now() - ?::interval order by times desc, last_at desc limit ?`,
		missesLast, limit(most, 50, maxMisses)).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("misses: %w", err)
	}
	return all, nil
}
