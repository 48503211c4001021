package desk

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"golang.org/x/text/unicode/norm"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Bounds of a search: nobody types more on purpose, nobody reads more.
const (
	maxSearch      = 200 // octets
	maxSearchWords = 8
	maxSearchHits  = 50
)

// Found is a conversation that a search found.
type Found struct {
	Row
	ByPlayer bool      // by its player's name, e-mail or id; then nothing was said
	Seq      int64     // the newest entry that has the words
	SaidAt   time.Time // when it was written
	Said     string    // what it says
}

// Search finds conversations in a scope: first those whose player's name, e-mail or id at the casino has all of what is typed, then
// those in which it was said or noted, the newest first. Words may be unfinished. What was erased is never found.
func Search(ctx context.Context, tx bun.Tx, s authz.Scope, typed string, limit int, reader uuid.UUID) ([]Found, error) {
	words, parts := SearchWords(typed), []string{}
	for _, part := range strings.Fields(strings.ToLower(clipped(typed))) {
		parts = append(parts, "%"+likeEscape.Replace(part)+"%")
	}
	if len(words) == 0 || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, maxSearchHits)
	var hits []hit
	sight, args := sightOf(s)
	if err := tx.NewRaw(`select id as conversation_id, 0 as seq, turn_at as said_at, '' as said from conversations
		where tenant_id = current_tenant() and player_id in (select player_search(?, 20))`+sight+` order by turn_at desc, id limit ?`,
		append(append([]any{pgdialect.Array(parts)}, args...), limit)...).Scan(ctx, &hits); err != nil {
		return nil, fmt.Errorf("search of players: %w", err)
	}
	var said []hit
	if err := tx.NewRaw(`select * from talk_search(?, ?, ?, ?, ?, ?)`, pgdialect.Array(words), pgdialect.Array(searchLanguages(ctx)), s.All, s.Member,
		pgdialect.Array(s.Teams), limit).Scan(ctx, &said); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return lookAll(ctx, tx, append(hits, said...), limit, reader)
}

type hit struct {
	Conversation uuid.UUID `bun:"conversation_id"`
	Seq          int64     `bun:"seq"`
	SaidAt       time.Time `bun:"said_at"`
	Said         string    `bun:"said"`
}

// lookAll reads what a list shows of the conversations that were hit, in the hits' order, each once.
func lookAll(ctx context.Context, tx bun.Tx, hits []hit, limit int, reader uuid.UUID) ([]Found, error) {
	var ids []uuid.UUID
	first := map[uuid.UUID]hit{}
	for _, h := range hits {
		if _, known := first[h.Conversation]; !known && len(ids) < limit {
			first[h.Conversation] = h
			ids = append(ids, h.Conversation)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Row
	if err := tx.NewRaw(`select `+rowColumns+tagColumn(true)+` from conversations c `+rowJoins+` where c.tenant_id = current_tenant() and c.id in (?)
		order by array_position(?::uuid[], c.id)`, reader, bun.List(ids), pgdialect.Array(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	found := make([]Found, 0, len(rows))
	for _, r := range rows {
		h := first[r.ID]
		found = append(found, Found{Row: r, ByPlayer: h.Seq == 0, Seq: h.Seq, SaidAt: h.SaidAt, Said: h.Said})
	}
	return found, nil
}

// searchLanguages are those whose stems count: the reader's, the casino's and English.
func searchLanguages(ctx context.Context) []string {
	return []string{i18n.Lang(ctx), tenants.Current(ctx).Language, "en"}
}

func clipped(typed string) string {
	typed = strings.ToValidUTF8(strings.ReplaceAll(typed, "\x00", ""), "")
	if len(typed) > maxSearch {
		typed = strings.ToValidUTF8(typed[:maxSearch], "")
	}
	return typed
}

// SearchWords are the words that a search looks for, in small letters.
func SearchWords(typed string) []string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(clipped(typed))), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r)
	})
	return words[:min(len(words), maxSearchWords)]
}

// Indexed brings the entries of ctx's casino since the last time into the search and says how many it looked at. What isn't there
// yet is found all the same, so it may be late.
func Indexed(ctx context.Context) (int, error) {
	const batch = 2000
	total := 0
	for {
		n := 0
		err := tenants.In(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
			return tx.NewRaw(`select index_words(?)`, batch).Scan(ctx, &n)
		})
		if total += n; err != nil || n < batch {
			return total, err
		}
	}
}

// Piece is a part of a text; Hit says that it is what was looked for.
type Piece struct {
	Text string
	Hit  bool
}

// Excerpt is the part of a text around the first of the words, with the words marked: those that begin as one does, or share most
// of it, as forms of a word do.
func Excerpt(text string, words []string, around int) []Piece {
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = plain(w)
	}
	type span struct{ from, to int }
	var hits []span
	at := -1
	end := func(to int) {
		if at >= 0 && alike(plain(strings.ToLower(text[at:to])), folded) {
			hits = append(hits, span{at, to})
		}
		at = -1
	}
	for i, r := range text {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
		if letter && at < 0 {
			at = i
		} else if !letter {
			end(i)
		}
	}
	end(len(text))
	from := 0
	if len(hits) > 0 {
		for n := 0; from < hits[0].from && utf8.RuneCountInString(text[from:hits[0].from]) > around/3; n++ {
			_, size := utf8.DecodeRuneInString(text[from:])
			from += size
		}
	}
	to := from
	for n := 0; to < len(text) && n < around; n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	var all []Piece
	add := func(text string, hit bool) {
		if text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " "); text != "" {
			all = append(all, Piece{text, hit})
		}
	}
	if from > 0 {
		add("…", false)
	}
	last := from
	for _, h := range hits {
		if h.from >= last && h.to <= to {
			add(text[last:h.from], false)
			add(text[h.from:h.to], true)
			last = h.to
		}
	}
	add(text[last:to], false)
	if to < len(text) {
		add("…", false)
	}
	return all
}

func alike(word string, wanted []string) bool {
	for _, w := range wanted {
		if strings.HasPrefix(word, w) {
			return true
		}
		if n := len(w) * 3 / 4; len(w) >= 5 && n > 0 && n < len(word) && strings.HasPrefix(word, strings.ToValidUTF8(w[:n], "")) {
			return true
		}
	}
	return false
}

// plain is a word without the marks on its letters.
func plain(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(word))
}
