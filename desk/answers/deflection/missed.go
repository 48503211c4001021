package deflection

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Seekers is how many different people must have looked for a word before it can be read.
const Seekers = 3

// Words are the words of text that may be remembered when they have found nothing: letters alone, so neither numbers nor
// addresses, each once, in lower case. The last one isn't a word yet while it is being typed.
func Words(text string, finished bool) []string {
	var words []string
	fields := strings.Fields(text)
	if !finished && len(fields) > 0 {
		fields = fields[:len(fields)-1]
	}
	for _, field := range fields {
		word := strings.ToLower(strings.TrimFunc(field, func(r rune) bool { return !unicode.IsLetter(r) }))
		n := utf8.RuneCountInString(word)
		if n < 3 || n > 40 || strings.ContainsFunc(field, unicode.IsDigit) || strings.ContainsAny(field, "@/:") || slices.Contains(words, word) ||
			strings.ContainsFunc(word, func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '-' && r != '’' && r != '\''
			}) {
			continue
		}
		if words = append(words, word); len(words) == 8 {
			break
		}
	}
	return words
}

// Missed notes, with the commit, that words found nothing for a player (or whoever stands for them). Only digests are kept
// until Seekers different people have looked for the same word.
func Missed(ctx context.Context, tx bun.Tx, key Key, player uuid.UUID, language string, words []string) error {
	if len(words) == 0 {
		return nil
	}
	tenant := tenants.Current(ctx).ID
	var values []string
	args := []any{language, Seekers - 1}
	for _, word := range words {
		n := len(args)
		values = append(values, fmt.Sprintf("(?%d::bytea, ?%d::bytea, ?%d::text)", n, n+1, n+2))
		args = append(args, key.word(tenant, language, word), key.person(tenant, player, language, word), word)
	}
	return tenants.WithCommit(ctx, tx, `insert into missed_words (tenant_id, language, digest, who, word)
		select current_tenant(), ?0, v.digest, v.who, case when (select count(*) from missed_words m where m.tenant_id = current_tenant()
			and m.language = ?0 and m.digest = v.digest and m.who <> v.who) >= ?1 then v.word end
		from (values `+strings.Join(values, ", ")+`) v (digest, who, word)
		where numnode(plainto_tsquery(answer_config(?0), v.word)) > 0
		on conflict (tenant_id, language, digest, who) do update set at = now(), word = coalesce(missed_words.word, excluded.word)`, args...)
}

// MissedWord is a word that found nothing, and how many people looked for it.
type MissedWord struct {
	Language string `bun:"language"`
	Word     string `bun:"word"`
	People   int    `bun:"people"`
}

// MissedWords are the words that found nothing within a cut, those that most people looked for first.
func MissedWords(ctx context.Context, tx bun.Tx, c Cut, limit int) ([]MissedWord, error) {
	var all []MissedWord
	err := tx.NewRaw(`select language, max(word) as word, count(*) as people from missed_words
		where tenant_id = current_tenant() and at >= ? and (? = '' or language = ?) group by language, digest
		having count(*) >= ? and max(word) is not null order by people desc, word limit ?`, c.Since, c.Language, c.Language, Seekers, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("missed words: %w", err)
	}
	return all, nil
}
